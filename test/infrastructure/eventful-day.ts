import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDays, addSeconds } from "#domain/calendar";
import { Unavailable } from "#domain/failures";
import { postingRules } from "#domain/posting";
import { createHandler as createDispatch } from "#functions/dispatch-postings";
import { createHandler as createEscalate } from "#functions/escalate-exceptions";
import { createHandler as createMeasureBooks } from "#functions/measure-books";
import { createHandler as createMeasureLineage } from "#functions/measure-lineage";
import { createHandler as createRedrive } from "#functions/redrive-dead-letters";
import { type Hub, openHub } from "#hub";
import type { DeadLetter } from "#ports/dead-letters";
import { sampleDay, shopDomain } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { demoClockOf } from "../../cli/demo-clock.ts";
import { runCli } from "../cli/run-cli.ts";
import { settableClock } from "../contracts/settable-clock.ts";

/** One metric under one set of dimensions: how many samples, and their sum. */
export interface PublishedSeries {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly count: number;
  readonly sum: number;
}

const policiesFolder = "policies";
const clientSecret = "till-secret-0123456789-0123456789-01";

/** Everything that the functions publish on a day of the sample retailer, and on one on which much goes wrong. */
export async function eventfulDay(): Promise<readonly PublishedSeries[]> {
  const folder = mkdtempSync(join(tmpdir(), "throughline-eventful-day-"));
  try {
    return [...(await sampleRetailersDay(join(folder, "sample"))), ...(await dayOfTrouble(join(folder, "trouble")))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The demo, and what AWS's stream and schedules would have measured of it by the next night. */
async function sampleRetailersDay(folder: string): Promise<readonly PublishedSeries[]> {
  const { status, stderr } = await runCli(["demo", "--json", "--data", folder]);
  const clock = demoClockOf(folder);
  if (status !== 0 || clock === undefined) throw new Error(`the demo ended with ${status}: ${stderr}`);
  return withHub({ dataFolder: folder, policiesFolder, clock }, async (hub) => {
    await measure(hub);
    const { lineage, policies, metrics } = hub;
    const night = { now: () => `${addDays(clock.now().slice(0, 10), 1)}T01:00:00.000Z` };
    await createMeasureBooks({ lineage, policies, metrics, rules: postingRules, clock: night })();
    await call(hub, "escalate-exceptions", {});
  });
}

/** An ERP that is down for a while, a source that does not answer, requests and messages that nobody can use, and what nobody looks at. */
async function dayOfTrouble(folder: string): Promise<readonly PublishedSeries[]> {
  const clock = settableClock();
  const policies = join(folder, "policies");
  cpSync(policiesFolder, policies, { recursive: true });
  const entity = JSON.parse(readFileSync(join(policies, "entities/US1.json"), "utf8"));
  entity.gatewayAccounts["shopify-us"].readBy = "api";
  writeFileSync(join(policies, "entities/US1.json"), JSON.stringify(entity));
  const dataFolder = join(folder, "data");
  // Port 9 discards, where anything listens at all: the source is not reached.
  const options = { dataFolder, policiesFolder: policies, clock, webhookSecret: "trouble", shopifyOrigin: () => "http://127.0.0.1:9" };
  return withHub(options, async (hub) => {
    const till = { secrets: [clientSecret], may: ["write-events"], channels: [{ channel: "pos", places: ["0101"] }] };
    writeFileSync(
      join(dataFolder, "secrets.json"),
      JSON.stringify({ shopify: {}, shopifyAccessTokens: { [shopDomain]: "shpat_none" }, api: { till } }),
    );
    await erpOutage(hub, clock);
    await call(hub, "receive-events", {
      headers: { authorization: `Bearer till.${clientSecret}`, "content-type": "application/json" },
      body: Buffer.from(JSON.stringify({ documents: [stockCount] })),
    });
    await call(hub, "receive-shopify-event", { text: "{}" });
    await deliverWebhook(hub, { topic: "orders/updated", shop: shopDomain, body: Buffer.from('{"id":99}') });
    await deliverWebhook(hub, {
      topic: "customers/redact",
      shop: shopDomain,
      body: Buffer.from('{"shop_id":1,"orders_to_redact":[1]}'),
    });
    await workOff(hub);
    await call(hub, "answer-privacy-requests", {});
    await call(hub, "sweep-source", {});
    await call(hub, "fetch-settlements", {});
    const dispatch = { connection: "erp-us", queue: "posting-erp-us", messages: [{ id: "1", body: lookAt(["sale:shopify:nobody:1"]) }] };
    await call(hub, "dispatch-postings", { ...dispatch, deadline: clock.now() });
    const silent = { ...hub.workflows, runSynchronously: () => Promise.reject(new Unavailable("the workflow service did not answer")) };
    await createDispatch({ ...hub, workflows: silent })(dispatch);
    await measure(hub);
    const nobodyLooked = { now: () => addSeconds(clock.now(), 30 * 86_400) };
    await createEscalate({ ...hub, clock: nobodyLooked })();
  });
}

/** The breaker opens, one look becomes a dead letter that is brought to the desk, the ERP is there again, and everything is posted. */
async function erpOutage(hub: Hub, clock: ReturnType<typeof settableClock>): Promise<void> {
  const faults = hub.erps.sandbox?.faults;
  faults?.inject({ kind: "fail-before", requests: 10_000, path: "/v1/batches" });
  for (const delivery of sampleDay().slice(0, 60)) {
    if (delivery.kind !== "webhook") continue;
    await deliverWebhook(hub, delivery);
    await workOff(hub);
  }
  const { transactions } = await hub.lineage.transactions("sale:shopify:", 1);
  await redrive(hub, lookAt(transactions));
  faults?.clear();
  for (let look = 0; look < 20; look += 1) {
    clock.advance(10);
    await workOff(hub);
  }
}

/** A message of the US connection's queue. */
function lookAt(transactions: readonly string[]) {
  return { shop: shopDomain, transactions: transactions.map((id) => ({ id, connections: ["erp-us"] })) };
}

async function redrive(hub: Hub, body: unknown): Promise<void> {
  const letters: DeadLetter[] = [{ id: "1", text: JSON.stringify(body), sentAt: hub.clock.now() }];
  await createRedrive({
    ...hub,
    deadLetters: { receive: async (queue) => (queue === "posting-erp-us-dead-letters" ? letters.splice(0) : []), remove: async () => {} },
    bus: { publish: async (entries) => entries.map(() => "accepted") },
    queues: async () => [{ name: "posting-erp-us", connection: "erp-us", waitsFor: "erp", receivesMax: 5 }],
    deadLettersOf: (queue) => `${queue}-dead-letters`,
    streamLetters: [],
    busLetters: "undelivered-events",
  })();
}

const occurredAt = "2026-03-02T10:00:00.000Z";
const stockCount = {
  channel: "pos",
  place: "0101",
  resource: "stock",
  id: "1.2026-03-02.7",
  version: "1",
  events: [
    {
      name: "stock.counted",
      schema: 1,
      key: "stock.counted:0101.1.2026-03-02.7",
      version: "1",
      occurredAt,
      store: "0101",
      register: "1",
      sequence: "7",
      businessDate: "2026-03-02",
      lines: [{ id: "1", item: "KIT-BOARD-OAK", countedMillionths: 5_000_000, expectedMillionths: 5_000_000 }],
    },
  ],
};

async function withHub(options: Parameters<typeof openHub>[0], use: (hub: Hub) => Promise<void>): Promise<readonly PublishedSeries[]> {
  const hub = await openHub(options);
  try {
    await use(hub);
    return await hub.metrics.totals();
  } finally {
    await hub.close();
  }
}

/** As the stream of the table would bring it. */
async function measure(hub: Hub): Promise<void> {
  const measureLineage = createMeasureLineage({ ...hub, recentLineage: hub.lineage });
  let after: string | undefined;
  do {
    const page = await hub.lineage.transactions(after, 500);
    for (const transaction of page.transactions) {
      let before: string | undefined;
      do {
        const { items, next } = await hub.lineage.page(transaction, before, 500);
        await measureLineage({ items });
        before = next;
      } while (before !== undefined);
    }
    after = page.next;
  } while (after !== undefined);
}

async function workOff(hub: Hub): Promise<void> {
  while (await hub.worker.step());
}

async function call(hub: Hub, name: string, input: unknown): Promise<unknown> {
  const handler = hub.handlers.get(name) as ((given: unknown) => Promise<unknown>) | undefined;
  if (handler === undefined) throw new Error(`the hub has no function ${name}`);
  return handler(input);
}
