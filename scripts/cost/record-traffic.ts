import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chunks } from "#adapters/aws";
import { createSandboxErpAdministration } from "#adapters/erps/sandbox";
import { createHttp } from "#adapters/http";
import type { OperationTrace, TrafficTrace } from "#domain/cost";
import type { Policy } from "#domain/policy";
import { openHub } from "#hub";
import { loadOpening, sampleOpening, type WebhookDelivery } from "#sample";
import { accessLog, functions, queues, routes, type StreamWiring, streamFilters, streams } from "#wiring";
import { startLocalTables } from "../../test/contracts/dynamo-local-table.ts";
import { passesFilter } from "../../test/contracts/stream-filter.ts";
import { policiesFolder } from "../../test/hub/temporary-hub.ts";
import { type LocalAws, type StreamRecord, startLocalAws } from "../../test/lambda/local-aws.ts";
import { type AwsMeter, createAwsMeter } from "./aws-meter.ts";
import { createGathering, type Gathering } from "./gathering.ts";
import { type OrderWebhooks, ordersFromSample } from "./order-webhooks.ts";

export interface TrafficSize {
  readonly steadySeconds: number;
  readonly backlogOrders: number;
}

/** SQS and Lambda: a batch is received at once, and deleted ten messages at a time. */
const messagesPerDelete = 10;
/** A table on demand begins with four partitions, each of which is a shard of its stream. */
const streamShards = 4;

export type RecordedTraffic = Pick<OperationTrace, "steady" | "backlog">;

export async function recordTraffic(size: TrafficSize): Promise<RecordedTraffic | { readonly skipped: string }> {
  const local = await startLocalTables();
  if ("skipped" in local) return local;
  const dataFolder = mkdtempSync(join(tmpdir(), "throughline-cost-"));
  const webhookSecret = "cost";
  const hub = await openHub({ dataFolder, policiesFolder, webhookSecret });
  const policy = withOneErp(hub.policy);
  const meter = createAwsMeter();
  const erpDoor = await startErpDoor(meter);
  let host: LocalAws | undefined;
  try {
    const started = await startLocalAws({
      local,
      policy,
      webhookSecret,
      meter: meter.request,
      around: (name, work) => meter.around(name, work),
      erpAddress: erpDoor.to,
    });
    host = started;
    await loadOpenings(started, policy.entities);
    const orders = ordersFromSample(2 * size.steadySeconds + size.backlogOrders);
    const [earlier, later] = [orders.slice(0, size.steadySeconds), orders.slice(size.steadySeconds, 2 * size.steadySeconds)];
    // What steady traffic ships was placed long before; and caches are filled, as those of functions that run all day are.
    await play(started, meter, size.steadySeconds, (second) => [earlier[second]!.placed, earlier[second]!.paid]);
    const steady = await play(started, meter, size.steadySeconds, (second) => [
      later[second]!.placed,
      later[second]!.paid,
      earlier[second]!.shipped,
    ]);
    const queued = orders.slice(2 * size.steadySeconds).flatMap(({ placed, paid, shipped }: OrderWebhooks) => [placed, paid, shipped]);
    const backlog = await play(started, meter, 1, () => queued);
    return {
      steady: {
        conditions: `one order per second: placed and paid in one second, shipped long after in another; ${streamShards} shards of the stream`,
        orders: size.steadySeconds,
        ...steady,
      },
      backlog: {
        conditions: `all webhooks of ${size.backlogOrders} orders are on record before the first is announced; ${streamShards} shards of the stream`,
        orders: size.backlogOrders,
        ...backlog,
      },
    };
  } finally {
    await host?.close();
    await erpDoor.close();
    await hub.close();
    rmSync(dataFolder, { recursive: true, force: true });
    await local.stop();
  }
}

/** Virtual time passes faster than that of the pace: it must not slow down what comes at one order per second. */
const widePace = { documentsPerSecond: 1_000, burstDocuments: 10_000 };

/** The sample's entities, all in the books of one ERP. */
function withOneErp(policy: Policy): Policy {
  const [name, settings] = Object.entries(policy.connections)[0] ?? [];
  if (name === undefined || settings === undefined) throw new Error("the policies know no ERP connection");
  const entities = Object.entries(policy.entities).map(([entity, data]) => [entity, { ...data, connection: name }]);
  return {
    ...policy,
    entities: Object.fromEntries(entities),
    connections: { [name]: { ...settings, pace: { ...settings.pace, ...widePace } } },
  };
}

/** Accounts and stock that the sample's goods have their cost from. */
async function loadOpenings(
  host: LocalAws,
  entities: Readonly<Record<string, { readonly connection: string; readonly erpCompany: string }>>,
): Promise<void> {
  const http = createHttp();
  const administration = createSandboxErpAdministration({ http, url: host.erps.sandbox?.url ?? "", requestTimeoutSeconds: 10 });
  for (const opening of sampleOpening) {
    const { connection, erpCompany } = entities[opening.entity]!;
    const accounts = opening.accounts.map(({ account, name }) => ({ number: account, name }));
    await administration.putAccounts(erpCompany, accounts);
    await loadOpening(host.erps.erp(connection), opening, "2026-01-01");
  }
  http.close();
}

/** What is delivered in each second; then until nothing waits any more. The windows are those of wiring/, on virtual time. */
async function play(
  host: LocalAws,
  meter: AwsMeter,
  seconds: number,
  deliveriesIn: (second: number) => readonly WebhookDelivery[],
): Promise<Omit<TrafficTrace, "conditions" | "orders">> {
  const before = new Map([...host.functions].map(([name, each]) => [name, { log: each.log().length, time: each.processorMilliseconds() }]));
  const posting = queues.find(({ name }) => name === "posting");
  if (posting === undefined) throw new Error("wiring/ has no posting queue");
  const readers = streams.map((stream) => ({
    stream,
    filters: streamFilters(stream),
    shards: Array.from({ length: streamShards }, () => createGathering<StreamRecord>(stream.batchItemsMax, stream.windowSeconds)),
  }));
  const waiting = new Map<string, Gathering<string>>();
  const counts = new Map<string, { sends: number; receives: number; deletes: number }>();
  let requests = 0;

  /** Answers whether anything happened, of which the next look may bring news. */
  async function work(now: number): Promise<boolean> {
    let batches = 0;
    const records = await host.newRecords();
    for (const { stream, filters, shards } of readers) {
      const told = records.filter((record) => filters.some((filter) => passesFilter(record, filter)));
      for (const record of told) shards[shardOf(record)]?.add([record], now);
      for (const batch of shards.flatMap((shard) => shard.due(now))) {
        accepted(stream.function, await read(host, stream, batch));
        batches += 1;
      }
    }
    const { routed, sent } = host.newMessages();
    if (sent.length > 0) throw new Error(`${sent.length} messages were sent again: an order that goes well is looked at once`);
    for (const { queue, body } of routed) {
      const count = counts.get(queue) ?? { sends: 0, receives: 0, deletes: 0 };
      counts.set(queue, { ...count, sends: count.sends + chunks(Buffer.byteLength(body)) });
      const gathering = waiting.get(queue) ?? createGathering<string>(posting!.windowMessagesMax, posting!.windowSeconds);
      gathering.add([body], now);
      waiting.set(queue, gathering);
    }
    for (const [queue, gathering] of waiting)
      for (const batch of gathering.due(now)) {
        const count = counts.get(queue)!;
        const bytes = batch.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
        count.receives += chunks(bytes);
        count.deletes += Math.ceil(batch.length / messagesPerDelete);
        accepted("dispatch-postings", await host.dispatch(queue, batch));
        batches += 1;
      }
    return records.length + routed.length + batches > 0;
  }

  let now = 0;
  for (; now < seconds; now += 1) {
    await work(now);
    for (const delivery of deliveriesIn(now)) {
      const { statusCode, body } = await host.deliver(delivery);
      if (statusCode !== 200 || body !== "accepted") throw new Error(`${delivery.id} was answered ${statusCode} ${body}`);
      requests += 1;
    }
  }
  const patience = now + 240;
  for (let isWaiting = true; isWaiting; now += 1) {
    if (now > patience) throw new Error("the orders did not come to rest");
    isWaiting = (await work(now)) || [...readers.flatMap(({ shards }) => shards), ...waiting.values()].some(({ isEmpty }) => !isEmpty);
  }
  if (host.aws.faults.length > 0) throw new Error(host.aws.faults.join("\n"));

  const taken = meter.take();
  const runs = taken.requests.filter(({ operation }) => operation === "StartSyncExecution").reduce((sum, each) => sum + each.requests, 0);
  const calls = [...taken.calledByMachine].reduce((sum, name) => sum + (taken.invocations.get(name) ?? 0), 0);
  return {
    webhooks: { requests, accessLog: { events: requests, bytes: requests * accessLogBytes() } },
    functions: [...taken.invocations].map(([name, invocations]) => {
      const process = host.functions.get(name)!;
      const log = process.log().slice(before.get(name)?.log ?? 0);
      return {
        name,
        calledBy: calledBy(name, taken.calledByMachine),
        memoryMegabytes: functions.find((each) => each.name === name)?.memoryMegabytes ?? 0,
        invocations,
        processorMilliseconds: Math.round(process.processorMilliseconds() - (before.get(name)?.time ?? 0)),
        waits: taken.waits.get(name) ?? {},
        log: { events: log.split("\n").length - 1, bytes: Buffer.byteLength(log) },
      };
    }),
    requests: taken.requests,
    queues: [...counts].map(([name, count]) => ({ name, ...count })),
    machines: [{ name: "post-transactions", runs, calls }],
  };
}

function read(host: LocalAws, { function: reader }: StreamWiring, batch: readonly StreamRecord[]): Promise<unknown> {
  switch (reader) {
    case "announce-events":
      return host.announce(batch);
    case "measure-lineage":
      return host.measure(batch);
    default:
      throw new Error(`wiring/ has a stream for ${reader}, which is not played: its cost would be missing`);
  }
}

function calledBy(name: string, byMachine: ReadonlySet<string>): TrafficTrace["functions"][number]["calledBy"] {
  if (byMachine.has(name)) return "machine";
  if (routes.some((route) => route.function === name)) return "HTTP API";
  return streams.some((stream) => stream.function === name) ? "stream" : "queue";
}

/** Of a transaction all records are in one shard. */
function shardOf({ dynamodb }: StreamRecord): number {
  return [...dynamodb.Keys.pk.S].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 65_521, 7) % streamShards;
}

function accepted(name: string, answer: unknown): void {
  const failures = (answer as { batchItemFailures: readonly unknown[] }).batchItemFailures;
  if (failures.length > 0) throw new Error(`${name} failed ${failures.length} of its batch`);
}

/** Of one line of the HTTP API's log, filled in as it is for a webhook. */
function accessLogBytes(): number {
  const values: Readonly<Record<string, string>> = {
    "$context.requestId": "JKJaXmPLvHcESHA=",
    "$context.identity.sourceIp": "203.0.113.100",
    "$context.routeKey": "POST /webhooks/shopify",
    "$context.status": "200",
    "$context.responseLatency": "30",
    "$context.integrationErrorMessage": "-",
  };
  const line = Object.fromEntries(Object.entries(accessLog).map(([name, variable]) => [name, values[variable] ?? variable]));
  return Buffer.byteLength(JSON.stringify(line));
}

/** The way to the ERP, on which its answers are waited for. */
async function startErpDoor(meter: AwsMeter): Promise<{ to(url: string): string; close(): Promise<void> }> {
  let target = "";
  const server = createServer((request, response) => {
    const forward = async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      const headers = { "content-type": String(request.headers["content-type"] ?? "application/json") };
      const answer = await fetch(`${target}${request.url}`, {
        method: request.method ?? "GET",
        headers: {
          ...headers,
          ...(request.headers["idempotency-key"] === undefined ? {} : { "idempotency-key": String(request.headers["idempotency-key"]) }),
        },
        ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
      });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
    };
    meter.waited("ERP", forward).catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    to(url) {
      target = url;
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
