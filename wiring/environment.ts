import type { Need } from "./functions.ts";

/**
 * What a Lambda function is told by its environment, per port that it needs: the stacks set exactly these, the bindings read them.
 * Names and prefixes, never secrets. AWS_REGION and the role's credentials come from Lambda itself.
 *
 * LINEAGE_TABLE     the single table: lineage, references, lists, pace of the connections, policy releases
 * DOCUMENTS_BUCKET  content addresses and manifests; DROPS_BUCKET: what senders drop, addresses `drops/<folder>/<name>` and `drops@<version>/<folder>/<name>`
 * EVENT_BUS         name of the bus
 * QUEUE_URL_PREFIX  what stands before a queue's name in its URL: `<prefix>posting-erp-us`
 * MACHINE_ARN_PREFIX what stands before a machine's name in its ARN: `<prefix>post-transactions`
 * SECRETS_PREFIX    path of the parameters that hold secrets: `<prefix>/shops/<shop>/webhook-secrets`,
 *                   `<prefix>/connections/<connection>/credentials`, `<prefix>/api-clients/<client>`; below shops/ and api-clients/ lies
 *                   nothing else, because they are read as a whole
 * METRICS_NAMESPACE of the metrics in the log
 */
export const environmentOf: Readonly<Record<Need["port"], readonly string[]>> = {
  "lineage-store": ["LINEAGE_TABLE"],
  "document-store": ["DOCUMENTS_BUCKET", "DROPS_BUCKET"],
  "document-removal": ["DOCUMENTS_BUCKET"],
  references: ["LINEAGE_TABLE"],
  "work-lists": ["LINEAGE_TABLE"],
  "event-bus": ["EVENT_BUS"],
  queue: ["QUEUE_URL_PREFIX"],
  "dead-letters": ["QUEUE_URL_PREFIX"],
  workflows: ["MACHINE_ARN_PREFIX"],
  "task-callbacks": [],
  erp: ["SECRETS_PREFIX"],
  "policy-store": ["LINEAGE_TABLE", "DOCUMENTS_BUCKET"],
  "policy-releases": ["LINEAGE_TABLE"],
  "period-book": ["LINEAGE_TABLE", "DOCUMENTS_BUCKET"],
  secrets: ["SECRETS_PREFIX"],
  "api-clients": ["SECRETS_PREFIX"],
  "rate-limit": ["LINEAGE_TABLE"],
  metrics: ["METRICS_NAMESPACE"],
  clock: [],
  channel: [],
  "channel-source": ["SECRETS_PREFIX"],
  "channel-changes": ["SECRETS_PREFIX"],
  "pos-format": [],
  inflate: [],
  "settlement-source": [],
  "settlement-feed": ["SECRETS_PREFIX"],
  "bank-statement": [],
};
