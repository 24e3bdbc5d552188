import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
import type { PolicyContent } from "#domain/policy";
import { createHandler as releasePolicy } from "#functions/release-policy";
import { drain } from "#hub";
import type { Erp } from "#ports/erp";
import type { BusEntry } from "#ports/event-bus";
import { sampleDay, shopDomain, type WebhookDelivery } from "#sample";
import { connectionQueue, lineageTable, subscriptions } from "#wiring";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { loadMachines } from "../../hub/machines.ts";
import { connectErps, type HubErps } from "../../hub/sandbox-erps.ts";
import { bundleFunctions } from "../../scripts/bundle-functions.ts";
import { startLocalTables } from "../contracts/dynamo-local-table.ts";
import { passesFilter } from "../contracts/stream-filter.ts";
import { queueEvent } from "../functions/aws/sent-letters.ts";
import { temporaryHub } from "../hub/temporary-hub.ts";
import { skipReason } from "../skip.ts";
import { type AwsEndpoint, type SentMessage, startAwsEndpoint } from "./aws-endpoint.ts";
import { type LambdaProcess, startLambda } from "./lambda-process.ts";

const secret = "the shop's secret";
const environment = {
  LINEAGE_TABLE: "lineage-1",
  DOCUMENTS_BUCKET: "documents",
  DROPS_BUCKET: "drops",
  EVENT_BUS: "throughline-test-events",
  QUEUE_URL_PREFIX: "https://sqs.us-east-1.amazonaws.com/123456789012/throughline-test-",
  MACHINE_ARN_PREFIX: "arn:aws:states:us-east-1:123456789012:stateMachine:throughline-test-",
  SECRETS_PREFIX: "/throughline/test",
  METRICS_NAMESPACE: "throughline-test",
};
const onTheWay = ["receive-shopify-webhook", "announce-events", "dispatch-postings", "decide-postings", "execute-postings"];

/** The webhooks of one order of the sample: placed, paid, shipped. */
const deliveries = sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith("1001 "));

const local = await startLocalTables();

if ("skipped" in local) {
  skipReason("DynamoDB Local", local.skipped);
  describe.skip(`one order through the bundles (${local.skipped})`, () => {
    test("needs Java and the packaged emulator", () => {});
  });
} else {
  const { api: tableApi } = local;
  const http = createHttp();
  const clock = createSystemClock();
  const folder = mkdtempSync(join(tmpdir(), "throughline-lambda-"));
  const functions = new Map<string, LambdaProcess>();
  let aws: AwsEndpoint;
  let erps: HubErps;
  let embedded: Awaited<ReturnType<typeof temporaryHub>>;
  let announced = 0;

  const lambda = (name: string): LambdaProcess => {
    const started = functions.get(name);
    if (started === undefined) throw new Error(`${name} was not started`);
    return started;
  };

  beforeAll(async () => {
    expect(await local.create()).toBe(environment.LINEAGE_TABLE);
    embedded = await temporaryHub();
    const machines = loadMachines();
    const interpreter = createInterpreter({
      clock,
      random: Math.random,
      sleep: async (milliseconds, signal) => void (await sleepFor(milliseconds, undefined, { signal, ref: false })),
      invoke: (name, payload) => lambda(name).invoke(payload),
    });
    aws = await startAwsEndpoint({
      dynamoDb: local.endpoint,
      parameters: { [`${environment.SECRETS_PREFIX}/shops/${shopDomain}/webhook-secrets`]: secret },
      async runMachine(arn, input) {
        const machine = machines.get(arn.slice(environment.MACHINE_ARN_PREFIX.length));
        if (machine === undefined) throw new Error(`no machine ${arn}`);
        const answer = await interpreter.run(machine, input, { name: "run" });
        return answer.status === "succeeded" ? { status: "SUCCEEDED", output: answer.output } : { status: "FAILED", error: answer.error };
      },
    });
    erps = await connectErps({ policy: embedded.hub.policy, dataFolder: folder, http, clock, credentials: async () => undefined });
    await releasePolicies();
    const bundles = await bundleFunctions(join(folder, "bundles"), onTheWay);
    for (const bundle of bundles) functions.set(bundle.name, await startLambda(bundle, environment, aws.url));
  }, 120_000);

  afterAll(async () => {
    for (const started of functions.values()) started.stop();
    await aws?.close();
    await erps?.close();
    await embedded?.remove();
    http.close();
    await local.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The embedded hub's own policies, with the address of the ERP that stands for the entities' own. */
  async function releasePolicies(): Promise<void> {
    const traced = {
      send: (request: Parameters<typeof http.send>[0]) =>
        http.send({ ...request, headers: { ...request.headers, "x-amzn-trace-id": "test" } }),
    };
    const credentials = () => ({ accessKeyId: "local", secretAccessKey: "local" });
    const api = createAwsApi({ http: traced, clock, region: "us-east-1", endpoint: aws.url, credentials });
    const documents = createS3DocumentStore({ api, documentsBucket: environment.DOCUMENTS_BUCKET, dropsBucket: environment.DROPS_BUCKET });
    const releases = createDynamoPolicyReleases({ api, table: environment.LINEAGE_TABLE });
    const { release: _, version, ...content } = embedded.hub.policy;
    const connections = Object.entries(content.connections).map(([name, settings]) => [name, { ...settings, url: erps.sandbox?.url }]);
    const release = releasePolicy({
      releases,
      documents,
      clock,
      policies: createReleasedPolicyStore({ releases, documents, clock }),
      workLists: createDynamoWorkLists({ api, table: environment.LINEAGE_TABLE }),
      bus: { publish: async (entries) => entries.map(() => "accepted") },
    });
    const policy = { ...content, connections: Object.fromEntries(connections) } as PolicyContent;
    expect(await release({ policy, version, actor: "test", reason: "to begin with" })).toMatchObject({ release: 1, released: true });
  }

  const deliver = async ({ topic, shop, body }: WebhookDelivery) =>
    (await lambda("receive-shopify-webhook").invoke({
      version: "2.0",
      routeKey: "POST /webhooks/shopify",
      headers: {
        "content-type": "application/json",
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": shop,
        "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
      },
      body: Buffer.from(body).toString("base64"),
      isBase64Encoded: true,
    })) as { statusCode: number; body: string };

  /** What the table's stream brings past the event source's filter, beyond what was announced. */
  async function newRecords(): Promise<unknown[]> {
    const call = (operation: string, input: object) =>
      tableApi.call({ service: "streams.dynamodb", target: `DynamoDBStreams_20120810.${operation}`, jsonVersion: "1.0" }, input);
    const { Streams } = (await call("ListStreams", { TableName: environment.LINEAGE_TABLE })) as { Streams: { StreamArn: string }[] };
    const StreamArn = Streams[0]?.StreamArn;
    const { StreamDescription } = (await call("DescribeStream", { StreamArn })) as { StreamDescription: { Shards: { ShardId: string }[] } };
    const records: unknown[] = [];
    for (const { ShardId } of StreamDescription.Shards) {
      const { ShardIterator } = (await call("GetShardIterator", { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" })) as {
        ShardIterator: string;
      };
      records.push(...((await call("GetRecords", { ShardIterator })) as { Records: unknown[] }).Records);
    }
    const fresh = records.slice(announced);
    announced = records.length;
    return fresh.filter((record) => passesFilter(record, lineageTable.streamFilter));
  }

  /** The rules of wiring/: each entry goes to the posting queue of every connection that it names. */
  function routed(): { readonly queue: string; readonly body: string }[] {
    return aws.takeEvents().flatMap((event) => {
      const entry = JSON.parse(event.Detail) as BusEntry;
      const body = JSON.stringify({ version: "0", source: event.Source, "detail-type": event.DetailType, detail: entry });
      return subscriptions
        .filter(({ queue, names }) => queue === "posting" && names.includes(event.DetailType as BusEntry["name"]))
        .flatMap(({ queue }) => entry.connections.map((connection) => ({ queue: connectionQueue(queue, connection), body })));
    });
  }

  /** Works as AWS would until neither stream, bus nor queue brings anything; answers the batches that were dispatched. */
  async function settle(): Promise<number> {
    let dispatched = 0;
    for (let round = 0; round < 20; round += 1) {
      const records = await newRecords();
      if (records.length > 0) expect(await lambda("announce-events").invoke({ Records: records })).toEqual({ batchItemFailures: [] });
      const again = aws
        .takeMessages()
        .map(({ queueUrl, body }: SentMessage) => ({ queue: queueUrl.slice(environment.QUEUE_URL_PREFIX.length), body }));
      const messages = [...routed(), ...again];
      if (records.length === 0 && messages.length === 0) return dispatched;
      for (const queue of new Set(messages.map((message) => message.queue))) {
        const bodies = messages.filter((message) => message.queue === queue).map(({ body }) => body);
        const answer = await lambda("dispatch-postings").invoke(queueEvent(`throughline-test-${queue}`, ...bodies));
        expect([answer, lambda("dispatch-postings").log()]).toEqual([{ batchItemFailures: [] }, expect.any(String)]);
        dispatched += 1;
      }
    }
    throw new Error("the order did not come to rest");
  }

  /** The whole ledger of a host: every journal and the stock, without the ERP's own numbers and days of posting. */
  async function ledgerOf(erp: (connection: string) => Erp): Promise<unknown> {
    const { connections, entities } = embedded.hub.policy;
    const journals: unknown[] = [];
    const keys: string[] = [];
    for (const connection of Object.keys(connections).sort()) {
      const page = await erp(connection).journals({}, undefined, 500);
      journals.push(
        ...page.journals.map(({ key, entity, businessDate, currency, memo, lines }) => ({
          key,
          entity,
          businessDate,
          currency,
          memo,
          lines,
        })),
      );
      keys.push(...(await erp(connection).documentKeys({}, undefined, 500)).keys);
    }
    const stock = await Promise.all(
      Object.entries(entities).map(async ([entity, { connection }]) => [entity, await erp(connection).stock(entity)]),
    );
    return { journals, keys: keys.sort(), stock };
  }

  describe("one order, through the bundles that Lambda would run", () => {
    test("is accepted, announced, dispatched, decided and executed, and its ledger is the embedded hub's", async () => {
      expect(deliveries.length).toBeGreaterThan(2);
      const answers: unknown[] = [];
      for (const delivery of deliveries) {
        const { statusCode, body } = await deliver(delivery);
        answers.push([statusCode, body]);
        await settle();
      }
      const embeddedAnswers: unknown[] = [];
      for (const delivery of deliveries) {
        const { status, body } = await deliverWebhook(embedded.hub, delivery);
        embeddedAnswers.push([status, body]);
        await drain(embedded.hub);
      }

      expect(answers).toContainEqual([200, "accepted"]);
      expect(answers).toEqual(embeddedAnswers);
      const ledger = (await ledgerOf(erps.erp)) as { journals: unknown[]; keys: string[] };
      expect(ledger.keys.length).toBeGreaterThan(2);
      expect(ledger).toEqual(await ledgerOf(embedded.hub.erps.erp));
      expect(aws.faults).toEqual([]);
    }, 120_000);

    test("delivered and dispatched again, it changes nothing", async () => {
      const before = await ledgerOf(erps.erp);
      for (const delivery of deliveries) expect(await deliver(delivery)).toMatchObject({ statusCode: 200, body: "duplicate" });
      expect(await settle()).toBe(0);
      announced = 0;
      expect(await settle()).toBeGreaterThan(0);
      expect(await ledgerOf(erps.erp)).toEqual(before);
    }, 120_000);

    test("a webhook with another signature is refused", async () => {
      const [delivery] = deliveries;
      expect(await deliver({ ...delivery!, shop: "stranger.myshopify.com" })).toMatchObject({ statusCode: 401 });
    });

    test("a row of a later version and a message without a transaction are dead letters with class and reason, and their neighbours go on", async () => {
      await tableApi.call(
        { service: "dynamodb", target: "DynamoDB_20120810.PutItem", jsonVersion: "1.0" },
        {
          TableName: environment.LINEAGE_TABLE,
          Item: { pk: { S: "sale:later" }, sk: { S: "D#later" }, type: { S: "of a later version" }, body: { S: "{}" } },
        },
      );
      const records = await newRecords();
      expect(records.length).toBe(1);
      expect(await lambda("announce-events").invoke({ Records: records })).toEqual({ batchItemFailures: [] });
      const connection = Object.keys(embedded.hub.policy.connections)[0] ?? "";
      const look = JSON.stringify({ shop: shopDomain, transactions: [{ id: "sale:nothing", connections: [connection] }] });
      const batch = queueEvent(`throughline-test-posting-${connection}`, '{"shop":"x","transactions":[]}', look);
      expect(await lambda("dispatch-postings").invoke(batch)).toEqual({ batchItemFailures: [] });
      const letters = aws
        .takeMessages()
        .map(({ queueUrl, body }) => ({ queue: queueUrl.split("throughline-test-")[1], ...(JSON.parse(body) as object) }));
      expect(letters).toMatchObject([
        { queue: "unreadable", function: "announce-events", class: "transport.parse", from: { transaction: "sale:later", key: "D#later" } },
        {
          queue: "unreadable",
          function: "dispatch-postings",
          class: "transport.parse",
          from: { message: "m1" },
          content: '{"shop":"x","transactions":[]}',
        },
      ]);
    });

    test("no log holds what a customer bought, who it was, or the secret", () => {
      const logs = [...functions.values()].map((started) => started.log()).join("");
      expect(logs.split("\n").length).toBeGreaterThan(10);
      const body = JSON.parse(Buffer.from(deliveries[0]?.body ?? "").toString("utf8")) as { email: string; line_items: { sku: string }[] };
      for (const word of [secret, body.email, body.line_items[0]?.sku ?? "", "sale:shopify"]) expect(logs.includes(word), word).toBe(false);
    });
  });
}
