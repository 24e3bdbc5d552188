import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drain } from "#hub";
import type { Erp } from "#ports/erp";
import { sampleDay, shopDomain, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { startLocalTables } from "../contracts/dynamo-local-table.ts";
import { temporaryHub } from "../hub/temporary-hub.ts";
import { skipReason } from "../skip.ts";
import { type LocalAws, startLocalAws } from "./local-aws.ts";
import { settleOn } from "./settle-on.ts";

const secret = "the shop's secret";

/** The webhooks of one order of the sample: placed, paid, shipped. */
const deliveries = sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith("1001 "));

const local = await startLocalTables();

if ("skipped" in local) {
  skipReason("DynamoDB Local", local.skipped);
  describe.skip(`one order through the bundles (${local.skipped})`, () => {
    test("needs Java and the packaged emulator", () => {});
  });
} else {
  let host: LocalAws;
  let embedded: Awaited<ReturnType<typeof temporaryHub>>;

  beforeAll(async () => {
    embedded = await temporaryHub();
    host = await startLocalAws({ local, policy: embedded.hub.policy, webhookSecret: secret });
  }, 120_000);

  afterAll(async () => {
    await host?.close();
    await embedded?.remove();
    await local.stop();
  });

  const settle = () => settleOn(host);

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
        const { statusCode, body } = await host.deliver(delivery);
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
      const ledger = (await ledgerOf(host.erps.erp)) as { journals: unknown[]; keys: string[] };
      expect(ledger.keys.length).toBeGreaterThan(2);
      expect(ledger).toEqual(await ledgerOf(embedded.hub.erps.erp));
      expect(host.aws.faults).toEqual([]);
    }, 120_000);

    test("delivered and dispatched again, it changes nothing", async () => {
      const before = await ledgerOf(host.erps.erp);
      for (const delivery of deliveries) expect(await host.deliver(delivery)).toMatchObject({ statusCode: 200, body: "duplicate" });
      expect(await settle()).toBe(0);
      host.rewind();
      expect(await settle()).toBeGreaterThan(0);
      expect(await ledgerOf(host.erps.erp)).toEqual(before);
    }, 120_000);

    test("a webhook with another signature is refused", async () => {
      const [delivery] = deliveries;
      expect(await host.deliver({ ...delivery!, shop: "stranger.myshopify.com" })).toMatchObject({ statusCode: 401 });
    });

    test("a row of a later version and a message without a transaction are dead letters with class and reason, and their neighbours go on", async () => {
      await local.api.call(
        { service: "dynamodb", target: "DynamoDB_20120810.PutItem", jsonVersion: "1.0" },
        {
          TableName: host.table,
          Item: { pk: { S: "sale:later" }, sk: { S: "D#later" }, type: { S: "of a later version" }, body: { S: "{}" } },
        },
      );
      const records = await host.newRecords();
      expect(records.length).toBe(1);
      expect(await host.announce(records)).toEqual({ batchItemFailures: [] });
      const connection = Object.keys(embedded.hub.policy.connections)[0] ?? "";
      const look = JSON.stringify({ shop: shopDomain, transactions: [{ id: "sale:nothing", connections: [connection] }] });
      const batch = ['{"shop":"x","transactions":[]}', look];
      expect(await host.dispatch(`posting-${connection}`, batch)).toEqual({ batchItemFailures: [] });
      const letters = host.newMessages().sent.map(({ queue, body }) => ({ queue, ...(JSON.parse(body) as object) }));
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
      const logs = [...host.functions.values()].map((started) => started.log()).join("");
      expect(logs.split("\n").length).toBeGreaterThan(10);
      const body = JSON.parse(Buffer.from(deliveries[0]?.body ?? "").toString("utf8")) as { email: string; line_items: { sku: string }[] };
      for (const word of [secret, body.email, body.line_items[0]?.sku ?? "", "sale:shopify"]) expect(logs.includes(word), word).toBe(false);
    });
  });
}
