import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import {
  createAwsApi,
  createDynamoPolicyReleases,
  createDynamoWorkLists,
  createReleasedPolicyStore,
  createS3DocumentStore,
} from "#adapters/aws";
import { createSystemClock } from "#adapters/clock";
import { createHttp } from "#adapters/http";
import { createInterpreter } from "#asl";
import type { Policy, PolicyContent } from "#domain/policy";
import { createHandler as releasePolicy } from "#functions/release-policy";
import type { BusEntry } from "#ports/event-bus";
import { shopDomain, type WebhookDelivery } from "#sample";
import { connectionQueue, lineageTable, subscriptions } from "#wiring";
import { loadMachines } from "../../hub/machines.ts";
import { connectErps, type HubErps } from "../../hub/sandbox-erps.ts";
import { bundleFunctions } from "../../scripts/bundle-functions.ts";
import type { LocalTables } from "../contracts/dynamo-local-table.ts";
import { passesFilter } from "../contracts/stream-filter.ts";
import { queueEvent } from "../functions/aws/sent-letters.ts";
import { type AwsEndpoint, type RequestMeter, startAwsEndpoint } from "./aws-endpoint.ts";
import { type LambdaProcess, startLambda } from "./lambda-process.ts";

const prefix = "throughline-test-";
const environment = {
  LINEAGE_TABLE: "lineage-1",
  DOCUMENTS_BUCKET: "documents",
  DROPS_BUCKET: "drops",
  EVENT_BUS: `${prefix}events`,
  QUEUE_URL_PREFIX: `https://sqs.us-east-1.amazonaws.com/123456789012/${prefix}`,
  MACHINE_ARN_PREFIX: `arn:aws:states:us-east-1:123456789012:stateMachine:${prefix}`,
  SECRETS_PREFIX: "/throughline/test",
  METRICS_NAMESPACE: "throughline-test",
};

/** The functions that an order meets on its way from the web to the ERP, and the one that measures how it went. */
const onTheWay = [
  "receive-shopify-webhook",
  "announce-events",
  "dispatch-postings",
  "decide-postings",
  "execute-postings",
  "measure-lineage",
];

/** A message as a queue of wiring/ holds it. */
export interface RoutedMessage {
  readonly queue: string;
  readonly body: string;
}

/** The bundles that Lambda would run, each in a process of its own, and beside them what they speak to. */
export interface LocalAws {
  readonly aws: AwsEndpoint;
  readonly erps: HubErps;
  readonly table: string;
  readonly functions: ReadonlyMap<string, LambdaProcess>;
  invoke(name: string, event: unknown): Promise<unknown>;
  deliver(delivery: WebhookDelivery): Promise<{ readonly statusCode: number; readonly body: string }>;
  /** What the table's stream brings past the event source's filter, beyond what it brought before. */
  newRecords(): Promise<StreamRecord[]>;
  /** The stream brings everything once more. */
  rewind(): void;
  /** What was put on the bus, by the rules of wiring/, and what functions sent themselves. */
  newMessages(): { readonly routed: RoutedMessage[]; readonly sent: RoutedMessage[] };
  announce(records: readonly StreamRecord[]): Promise<unknown>;
  measure(records: readonly StreamRecord[]): Promise<unknown>;
  dispatch(queue: string, bodies: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

export interface StreamRecord {
  readonly dynamodb: { readonly Keys: { readonly pk: { readonly S: string } } };
}

export interface LocalAwsOptions {
  readonly local: LocalTables;
  /** Its connections are given the address of the sandbox ERP. */
  readonly policy: Policy;
  readonly webhookSecret: string;
  /** Started beside those that an order of the web meets. */
  readonly functions?: readonly string[];
  /** Secrets beside the shop's, by what stands behind their common path. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Of what the bundles ask of AWS. */
  readonly meter?: RequestMeter;
  /** Stands around every invocation of a function. */
  readonly around?: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** The address that functions are told for the ERP behind this one. */
  readonly erpAddress?: (url: string) => string;
}

export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { local, webhookSecret, around = (_: string, work) => work() } = options;
  const http = createHttp();
  const clock = createSystemClock();
  const folder = mkdtempSync(join(tmpdir(), "throughline-lambda-"));
  const functions = new Map<string, LambdaProcess>();
  const machines = loadMachines();
  const shards = new Map<string, string | undefined>();

  const invoke = (name: string, event: unknown): Promise<unknown> => {
    const started = functions.get(name);
    if (started === undefined) throw new Error(`${name} was not started`);
    return around(name, () => started.invoke(event));
  };
  const interpreter = createInterpreter({
    clock,
    random: Math.random,
    sleep: async (milliseconds, signal) => void (await sleepFor(milliseconds, undefined, { signal, ref: false })),
    invoke: (name, payload) => invoke(name, payload),
  });
  const table = await local.create();
  if (table !== environment.LINEAGE_TABLE) throw new Error(`the table is called ${table}, not ${environment.LINEAGE_TABLE}`);
  const aws = await startAwsEndpoint({
    dynamoDb: local.endpoint,
    parameters: Object.fromEntries(
      Object.entries({ [`shops/${shopDomain}/webhook-secrets`]: webhookSecret, ...options.parameters }).map(([name, value]) => [
        `${environment.SECRETS_PREFIX}/${name}`,
        value,
      ]),
    ),
    ...(options.meter === undefined ? {} : { meter: options.meter }),
    async runMachine(arn, input) {
      const machine = machines.get(arn.slice(environment.MACHINE_ARN_PREFIX.length));
      if (machine === undefined) throw new Error(`no machine ${arn}`);
      const answer = await interpreter.run(machine, input, { name: "run" });
      return answer.status === "succeeded" ? { status: "SUCCEEDED", output: answer.output } : { status: "FAILED", error: answer.error };
    },
  });
  const erps = await connectErps({ policy: options.policy, dataFolder: folder, http, clock, credentials: async () => undefined });
  await releasePolicies();
  for (const bundle of await bundleFunctions(join(folder, "bundles"), [...onTheWay, ...(options.functions ?? [])]))
    functions.set(bundle.name, await startLambda(bundle, environment, aws.url));

  /** The policies, with the address of the ERP that stands for the entities' own. */
  async function releasePolicies(): Promise<void> {
    const traced = {
      send: (request: Parameters<typeof http.send>[0]) =>
        http.send({ ...request, headers: { ...request.headers, "x-amzn-trace-id": "test" } }),
    };
    const credentials = () => ({ accessKeyId: "local", secretAccessKey: "local" });
    const api = createAwsApi({ http: traced, clock, region: "us-east-1", endpoint: aws.url, credentials });
    const documents = createS3DocumentStore({ api, documentsBucket: environment.DOCUMENTS_BUCKET, dropsBucket: environment.DROPS_BUCKET });
    const releases = createDynamoPolicyReleases({ api, table: environment.LINEAGE_TABLE });
    const { release: _, version, ...content } = options.policy;
    const url = erps.sandbox?.url;
    if (url === undefined) throw new Error("the policies know no connection that the sandbox ERP serves");
    const address = options.erpAddress?.(url) ?? url;
    const connections = Object.entries(content.connections).map(([name, settings]) => [name, { ...settings, url: address }]);
    const release = releasePolicy({
      secondPerson: false,
      releases,
      documents,
      clock,
      policies: createReleasedPolicyStore({ releases, documents, clock }),
      workLists: createDynamoWorkLists({ api, table: environment.LINEAGE_TABLE }),
      bus: { publish: async (entries) => entries.map(() => "accepted") },
    });
    const policy = { ...content, connections: Object.fromEntries(connections) } as PolicyContent;
    const released = await release({ policy, version, actor: "test", reason: "to begin with" });
    if (!("released" in released && released.released)) throw new Error(`the policies were not released: ${JSON.stringify(released)}`);
  }

  const streamCall = (operation: string, input: object) =>
    local.api.call({ service: "streams.dynamodb", target: `DynamoDBStreams_20120810.${operation}`, jsonVersion: "1.0" }, input);

  async function openShards(): Promise<void> {
    const { Streams } = (await streamCall("ListStreams", { TableName: table })) as { Streams: { StreamArn: string }[] };
    const StreamArn = Streams[0]?.StreamArn;
    const { StreamDescription } = (await streamCall("DescribeStream", { StreamArn })) as {
      StreamDescription: { Shards: { ShardId: string }[] };
    };
    for (const { ShardId } of StreamDescription.Shards) {
      if (shards.has(ShardId)) continue;
      const begin = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
      const { ShardIterator } = (await streamCall("GetShardIterator", begin)) as { ShardIterator: string };
      shards.set(ShardId, ShardIterator);
    }
  }

  return {
    aws,
    erps,
    table,
    functions,
    invoke,
    deliver: async ({ topic, shop, body }) =>
      (await invoke("receive-shopify-webhook", {
        version: "2.0",
        routeKey: "POST /webhooks/shopify",
        headers: {
          "content-type": "application/json",
          "x-shopify-topic": topic,
          "x-shopify-shop-domain": shop,
          "x-shopify-hmac-sha256": createHmac("sha256", webhookSecret).update(body).digest("base64"),
        },
        body: Buffer.from(body).toString("base64"),
        isBase64Encoded: true,
      })) as { statusCode: number; body: string },
    async newRecords() {
      await openShards();
      const found: StreamRecord[] = [];
      for (const [shard, first] of shards) {
        let iterator = first;
        for (let isMore = true; isMore && iterator !== undefined; ) {
          const page = (await streamCall("GetRecords", { ShardIterator: iterator })) as {
            Records: StreamRecord[];
            NextShardIterator?: string;
          };
          found.push(...page.Records);
          iterator = page.NextShardIterator;
          isMore = page.Records.length > 0;
        }
        shards.set(shard, iterator);
      }
      return found.filter((record) => passesFilter(record, lineageTable.streamFilter));
    },
    rewind() {
      shards.clear();
    },
    newMessages() {
      const routed = aws.takeEvents().flatMap((event) => {
        const entry = JSON.parse(event.Detail) as BusEntry;
        const body = JSON.stringify({ version: "0", source: event.Source, "detail-type": event.DetailType, detail: entry });
        return subscriptions
          .filter(({ queue, names }) => queue === "posting" && names.includes(event.DetailType as BusEntry["name"]))
          .flatMap(({ queue }) => entry.connections.map((connection) => ({ queue: connectionQueue(queue, connection), body })));
      });
      const sent = aws.takeMessages().map(({ queueUrl, body }) => ({ queue: queueUrl.slice(environment.QUEUE_URL_PREFIX.length), body }));
      return { routed, sent };
    },
    announce: (records) => invoke("announce-events", { Records: records }),
    measure: (records) => invoke("measure-lineage", { Records: records }),
    dispatch: (queue, bodies) => invoke("dispatch-postings", queueEvent(`${prefix}${queue}`, ...bodies)),
    async close() {
      for (const started of functions.values()) started.stop();
      await aws.close();
      await erps.close();
      http.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
