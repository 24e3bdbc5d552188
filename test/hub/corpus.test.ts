import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exceptionClasses } from "#domain/exceptions";
import { drain, dropFile, type Hub, openHub } from "#hub";
import { shopDomain } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { allTransactions, stateOf } from "../../cli/read-lineage.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { skipReason } from "../skip.ts";
import { policiesFolder } from "./temporary-hub.ts";

// Public samples, read in place and never copied; nothing of their content is printed.
const corpus = process.env.THROUGHLINE_CORPUS ?? path.join(import.meta.dirname, "../../../shared/corpus");
const present = existsSync(corpus);
if (!present) skipReason("public samples through the hub", `no folder ${path.relative(process.cwd(), corpus)} (set THROUGHLINE_CORPUS)`);

const topicOf: readonly (readonly [RegExp, string])[] = [
  [/^(rest_order_20|pyapi_orders?\.json)/, "orders/create"],
  [/^rest_order_2026-07_1[345]/, "orders/cancelled"],
  [/^(rest_refund_20|pyapi_refund\.json)/, "refunds/create"],
  [/^(rest_fulfillment_20|pyapi_fulfillment\.json)/, "fulfillments/create"],
  [/^rest_fulfillment_20/, "fulfillments/update"],
  [/^(rest_order_transaction_20|pyapi_transactions?\.json)/, "order_transactions/create"],
  [/^(rest_dispute_20|pyapi_disputes?\.json)/, "disputes/update"],
  [/^(rest_tender_transaction_20|pyapi_tender_transactions\.json)/, "tender_transactions/create"],
  [/^rest_fulfillment_event_20/, "fulfillment_events/create"],
];

/** The bodies inside a REST answer: `{"orders": [{…}]}`, `{"order": {…}}` or a bare list. */
function bodiesOf(file: string): Uint8Array[] {
  const json = JSON.parse(readFileSync(path.join(corpus, "shopify", file), "utf8"));
  const content = Array.isArray(json) ? json : Object.values(json)[0];
  return (Array.isArray(content) ? content : [content]).map((body) => Buffer.from(JSON.stringify(body)));
}

describe.skipIf(!present)("public samples, through the whole hub", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "throughline-corpus-"));
  const files = present ? readdirSync(path.join(corpus, "shopify")).filter((file) => file.endsWith(".json")) : [];
  const tills = present ? readdirSync(path.join(corpus, "pos")) : [];
  let hub: Hub;

  beforeAll(async () => {
    // The sample retailer's policies, but for the items: the public samples sell others.
    const policies = path.join(folder, "policies");
    cpSync(policiesFolder, policies, { recursive: true });
    const file = path.join(policies, "global.json");
    const global = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...global, items: { ...global.items, unknown: "accept" } }));
    hub = await openHub({ dataFolder: path.join(folder, "data"), policiesFolder: policies, webhookSecret: "corpus" });
  });

  afterAll(async () => {
    await hub?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("each of a listed topic is accepted, the rest are refused by name, and no file stops the hub", async () => {
    let accepted = 0;
    for (const file of files) {
      const topics = topicOf.filter(([pattern]) => pattern.test(file)).map(([, topic]) => topic);
      for (const body of bodiesOf(file)) {
        for (const topic of topics) {
          expect([file, (await deliverWebhook(hub, { topic, shop: shopDomain, body })).status]).toEqual([file, 200]);
          accepted += 1;
        }
        if (topics.length > 0) continue;
        const topic = file.replace(/\.json$/, "");
        const refused = await deliverWebhook(hub, { topic, shop: shopDomain, body });
        expect([refused.status, refused.body]).toEqual([
          404,
          expect.stringContaining(`topic "${topic}" is not handled: subscribe to orders/create`),
        ]);
      }
    }
    for (const file of tills) await dropFile(hub, "pos", path.join(corpus, "pos", file));
    expect(accepted).toBeGreaterThan(40);
    expect(await drain(hub)).toEqual({ kind: "drained" });
  });

  test("each ends settled, or held with a named reason, an owner and advice", async () => {
    const states = { settled: 0, held: 0 };
    for await (const view of allTransactions(hub)) {
      const state = stateOf(view);
      if (state !== "settled" && state !== "held") throw new Error(`${view.transaction} is ${state}`);
      states[state] += 1;
      const open = view.exceptions.filter(({ closed }) => closed === undefined).map(({ opened }) => opened);
      if (state === "held") expect([view.transaction, open.length > 0]).toEqual([view.transaction, true]);
      for (const { class: name, code, message } of open) {
        expect(exceptionClasses).toHaveProperty([name]);
        expect([code === "cannot-decide", message.length > 20]).toEqual([false, true]);
      }
    }
    expect(states.settled).toBeGreaterThan(0);
    expect(states.held).toBeGreaterThan(0);
  });

  test("every invariant holds", async () => {
    expect((await verifyHub(hub, () => {})).checks.filter((check) => !check.ok)).toEqual([]);
  });
});
