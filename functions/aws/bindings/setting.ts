/** What each variable of wiring/environment.ts must be set to, for the one who finds it missing. */
const meanings = {
  AWS_REGION: "the region, such as us-east-1; Lambda sets it",
  LINEAGE_TABLE: "the name of the lineage table",
  DOCUMENTS_BUCKET: "the name of the bucket for documents",
  DROPS_BUCKET: "the name of the bucket that senders write to",
  EVENT_BUS: "the name of the bus",
  QUEUE_URL_PREFIX: "what stands before a queue's name of wiring/ in its URL",
  MACHINE_ARN_PREFIX: "what stands before a machine's name of wiring/ in its ARN",
  SECRETS_PREFIX: "the path of the parameters that hold secrets",
  METRICS_NAMESPACE: "the namespace of the metrics",
} as const;

/** A variable of the function's environment. Throws at cold start, with what to set. */
export function setting(name: keyof typeof meanings): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new Error(`${name} is not set: the stack sets it from the needs of wiring/functions.ts; set it to ${meanings[name]}`);
  return value;
}
