import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { createDynamoLineageStore, createDynamoRateLimit, createDynamoReferences, createDynamoWorkLists } from "#adapters/aws";
import { shopifyChannel } from "#adapters/channels/shopify";
import { createSandboxErpAdministration } from "#adapters/erps/sandbox";
import { createHttp } from "#adapters/http";
import { createInterpreter, functionSubstitutions, parseMachine } from "#asl";
import type { LineageItem } from "#domain/lineage";
import { postingRules } from "#domain/posting";
import { createHandler as announceEvents } from "#functions/announce-events";
import { type DecidedPostings, createHandler as decidePostings, type PostingRun, postingRun } from "#functions/decide-postings";
import { createHandler as executePostings } from "#functions/execute-postings";
import { readTransaction } from "#functions/read-transaction";
import { createHandler as receiveShopifyWebhook } from "#functions/receive-shopify-webhook";
import { openHub } from "#hub";
import type { BusEntry } from "#ports/event-bus";
import { loadOpening, sampleDay, sampleOpening, shopDomain, type WebhookDelivery } from "#sample";
import { policiesFolder, webhookSecret } from "../hub/temporary-hub.ts";
import { skipReason } from "../skip.ts";
import { countingApi, type UnitsSpent } from "./counting-api.ts";
import { type LocalTables, startLocalTables } from "./dynamo-local-table.ts";

const local = await startLocalTables();

/** Orders as most are: placed and paid, then shipped. */
const topics = ["orders/create", "order_transactions/create", "fulfillments/create"];
const orders = ["1007", "1030", "1031", "1036", "1039", "1040", "1042", "1043", "1045", "1046"];
const connection = "erp-us";

const deliveries = sampleDay().filter((delivery): delivery is WebhookDelivery => delivery.kind === "webhook");

function webhooksOf(order: string): WebhookDelivery[] {
  return topics.map((topic) => deliveries.find((delivery) => delivery.id.startsWith(`${order} `) && delivery.topic === topic)!);
}

function transactionOf(order: string): string {
  return `sale:shopify:${shopDomain}:612000000${order}`;
}

/** The functions of the protocol over the single table; policies, documents and the ERP are those of an embedded hub. */
async function house({ api: plainApi, create }: LocalTables) {
  const dataFolder = mkdtempSync(join(tmpdir(), "throughline-units-"));
  const hub = await openHub({ dataFolder, policiesFolder, webhookSecret });
  const http = createHttp();
  onTestFinished(async () => {
    http.close();
    await hub.close();
    rmSync(dataFolder, { recursive: true, force: true });
  });
  const administration = createSandboxErpAdministration({ http, url: hub.erps.sandbox!.url, requestTimeoutSeconds: 10 });
  for (const opening of sampleOpening) {
    const { connection: name, erpCompany } = hub.policy.entities[opening.entity]!;
    await administration.putAccounts(
      erpCompany,
      opening.accounts.map(({ account, name }) => ({ number: account, name })),
    );
    await loadOpening(hub.erps.erp(name), opening, "2026-01-01");
  }

  const table = await create();
  const { api, during, spent } = countingApi(plainApi);
  const { clock, policies, documents, secrets, metrics } = hub;
  const lineage = createDynamoLineageStore({ api, table });
  const pace = { documentsPerSecond: 100, burstDocuments: 100, throttledPauseSeconds: 5, failuresToOpen: 5, openSeconds: 30 };
  const rateLimit = createDynamoRateLimit({ api, table, clock, connections: { [connection]: pace } });
  const recorded: LineageItem[] = [];
  const published: BusEntry[] = [];
  const recording = {
    ...lineage,
    async insert(items: readonly LineageItem[]) {
      const answers = await lineage.insert(items);
      recorded.push(...items.filter((_, index) => answers[index] === "inserted"));
      return answers;
    },
  };
  const bus = {
    async publish(entries: readonly BusEntry[]) {
      published.push(...entries);
      return entries.map(() => "accepted" as const);
    },
  };
  const receive = receiveShopifyWebhook({ channel: shopifyChannel, secrets, documents, lineage: recording, clock, metrics });
  const workLists = createDynamoWorkLists({ api, table });
  const references = createDynamoReferences({ api, table });
  const announce = announceEvents({
    references,
    workLists,
    bus,
    policies,
    workflows: hub.workflows,
  });
  const decide = decidePostings({
    lineage: recording,
    references,
    documents,
    policies,
    rateLimit,
    metrics: { record: () => {} },
    clock,
    rules: postingRules,
  });
  const execute = executePostings({ lineage: recording, rateLimit, clock, erp: hub.erps.erp });
  const file = new URL("../../state-machines/post-transactions.asl.json", import.meta.url);
  const substitutions = functionSubstitutions(["decide-postings", "execute-postings"]);
  const machine = parseMachine(readFileSync(file, "utf8"), { name: "post-transactions", substitutions });
  const interpreter = createInterpreter({
    clock,
    random: () => 0,
    sleep: async (milliseconds, signal) => void (await sleepFor(milliseconds, undefined, { signal, ref: false })),
    invoke: (name, payload) =>
      name === "decide-postings"
        ? during("decide", () => decide(payload as PostingRun))
        : during("execute and record", () => execute(payload as DecidedPostings)),
  });
  return {
    lineage,
    spent,
    async receive({ topic, shop, body }: WebhookDelivery) {
      const signature = createHmac("sha256", webhookSecret).update(body).digest("base64");
      const headers = { "x-shopify-topic": topic, "x-shopify-shop-domain": shop, "x-shopify-hmac-sha256": signature };
      expect((await during("receive", () => receive({ headers, body }))).body).toBe("accepted");
    },
    /** One batch of the stream: all that was recorded since the last. */
    async announce() {
      const items = recorded.splice(0);
      await during("announce", () => announce({ items }));
    },
    async post(transactions: readonly string[]) {
      const answer = await interpreter.run(machine, postingRun(connection, transactions), { name: "units" });
      if (answer.status !== "succeeded") throw new Error(`${answer.error}: ${answer.cause}`);
      return (answer.output as PostingRun).answers;
    },
  };
}

function total(spent: readonly UnitsSpent[], orderCount: number): { write: number; read: number } {
  const sum = (of: (each: UnitsSpent) => number) => spent.reduce((total, each) => total + of(each), 0) / orderCount;
  return { write: sum(({ write }) => write), read: sum(({ read }) => read) };
}

/** The table behind the cost figure of docs/decisions/0006. */
function print(title: string, spent: readonly UnitsSpent[], orderCount: number): void {
  const lines = [...spent, { what: "together", ...total(spent, 1) }].map(
    ({ what, write, read }) =>
      `  ${what.padEnd(40)}${(write / orderCount).toFixed(1).padStart(6)} write${(read / orderCount).toFixed(1).padStart(6)} read`,
  );
  console.log([title, ...lines].join("\n"));
}

if ("skipped" in local) {
  skipReason("DynamoDB Local", local.skipped);
  describe.skip(`request units of an order: DynamoDB Local (${local.skipped})`, () => {
    it("needs Java and the packaged emulator", () => {});
  });
} else {
  afterAll(() => local.stop());

  // Counted when this was written: three documents take four units (the order's own two), seven references one each, plan and outcome
  // one each; the rest is the pace of the connection, once per run.
  describe("request units of an order with three webhooks: DynamoDB Local", () => {
    it("are few in a backlog, where one run decides about many orders with all their webhooks", async () => {
      const { receive, announce, post, spent, lineage } = await house(local);
      for (const order of orders) for (const webhook of webhooksOf(order)) await receive(webhook);
      await announce();
      expect(await post(orders.map(transactionOf))).toEqual(
        orders.map((order) => ({ transaction: transactionOf(order), answer: "settled" })),
      );
      await announce();
      const counted = spent();
      print("per order, ten orders looked at together", counted, orders.length);
      for (const order of orders) {
        const view = await readTransaction(lineage, transactionOf(order));
        expect([view.documents.length, view.exceptions.length, view.chains.get(connection)?.outcomes.size]).toEqual([3, 0, 1]);
      }
      const { write, read } = total(counted, orders.length);
      expect(write).toBeGreaterThan(5);
      expect(write).toBeLessThanOrEqual(14);
      expect(read).toBeLessThanOrEqual(10);
    });

    it("are more when each webhook is looked at on its own", async () => {
      const { receive, announce, post, spent } = await house(local);
      for (const webhook of webhooksOf("1043")) {
        await receive(webhook);
        await announce();
        expect(await post([transactionOf("1043")])).toEqual([{ transaction: transactionOf("1043"), answer: "settled" }]);
        await announce();
      }
      print("one order, each webhook looked at on its own", spent(), 1);
      const { write, read } = total(spent(), 1);
      expect(write).toBeLessThanOrEqual(20);
      expect(read).toBeLessThanOrEqual(18);
    });
  });
}
