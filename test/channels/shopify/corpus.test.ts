import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { eventSchema } from "#domain/events";
import { exceptionClasses } from "#domain/exceptions";
import { skipReason } from "../../skip.ts";
import { parse } from "./webhook-bodies.ts";

// Public sample payloads, read in place and never copied. Nothing of their content is printed: they carry invented people.
const corpus = path.join(process.env.THROUGHLINE_CORPUS ?? path.join(import.meta.dirname, "../../../../shared/corpus"), "shopify");
const present = existsSync(corpus);
if (!present) skipReason("public Shopify samples", `no folder ${path.relative(process.cwd(), corpus)} (set THROUGHLINE_CORPUS)`);

const topicOf: readonly (readonly [RegExp, string])[] = [
  [/^(rest_order_20|pyapi_orders?\.json)/, "orders/create"],
  [/^(rest_refund_20|pyapi_refund\.json)/, "refunds/create"],
  [/^(rest_fulfillment_20|pyapi_fulfillment\.json)/, "fulfillments/create"],
  [/^(rest_order_transaction_20|pyapi_transactions?\.json)/, "order_transactions/create"],
  [/^(rest_dispute_20|pyapi_disputes?\.json)/, "disputes/create"],
  [/^(rest_tender_transaction_20|pyapi_tender_transactions\.json)/, "tender_transactions/create"],
  [/^rest_fulfillment_event_20/, "fulfillment_events/create"],
];
const files = present ? readdirSync(corpus).filter((file) => file.endsWith(".json")) : [];
const listed = files.flatMap((file) => topicOf.filter(([pattern]) => pattern.test(file)).map(([, topic]) => [file, topic] as const));

/** The bodies inside a REST answer: `{"orders": [{…}]}`, `{"order": {…}}` or a bare list. */
function bodiesOf(file: string): string[] {
  const json = JSON.parse(readFileSync(path.join(corpus, file), "utf8"));
  const content = Array.isArray(json) ? json : Object.values(json)[0];
  return (Array.isArray(content) ? content : [content]).map((body) => JSON.stringify(body));
}

const outcomeOf = (file: string, topic: string) =>
  bodiesOf(file).map((body) => {
    const { events, issues } = parse(topic, body);
    return [...events.map((event) => event.key), ...issues.map((issue) => `${issue.class}/${issue.code}`)];
  });

describe.skipIf(!present)("public Shopify samples", () => {
  test("some samples of every handled resource are there", () => {
    expect(new Set(listed.map(([, topic]) => topic)).size).toBe(7);
    expect(listed.length).toBeGreaterThanOrEqual(46);
  });

  test.each(listed)("%s as %s becomes valid facts or named issues", (file, topic) => {
    for (const body of bodiesOf(file)) {
      const document = parse(topic, body);
      for (const event of document.events) expect(eventSchema.safeParse(event).success, event.key).toBe(true);
      for (const issue of document.issues) {
        expect(exceptionClasses).toHaveProperty([issue.class]);
        expect(issue.message).toMatch(/^Shopify (order|refund|fulfillment|transaction|dispute)\b.*\.$/);
      }
    }
  });

  test("a sample whose own figures are off is held by the rules that it breaks", () => {
    expect(outcomeOf("rest_order_2026-07_01.json", "orders/create")).toEqual([
      [
        "order.placed:450789469",
        "refund.issued:509562969",
        "payment.refunded:179259969",
        "money.amount-mismatch/subtotal",
        "money.amount-mismatch/order-total",
      ],
    ]);
  });

  test("a sample with two taxes per line and no discount is sound", () => {
    expect(outcomeOf("rest_order_2026-07_24.json", "orders/create")).toEqual([["order.placed:1073459963"]]);
  });

  test("samples of a calculated refund, which has no id, are kept as files", () => {
    expect(outcomeOf("rest_refund_2026-07_05.json", "refunds/create")).toEqual([["data.missing/id"]]);
    expect(outcomeOf("rest_refund_2026-07_06.json", "refunds/create")).toEqual([["data.missing/id"]]);
  });

  test("a transaction list is an authorisation, its capture and a refund", () => {
    expect(outcomeOf("rest_order_transaction_2026-07_01.json", "order_transactions/create")).toEqual([
      ["payment.refunded:179259969"],
      ["payment.authorized:389404469"],
      ["payment.captured:801038806"],
    ]);
  });

  test("disputes belong to their sale, or to a stream of their own, and an ended one says how", () => {
    const [alone, first] = bodiesOf("rest_dispute_2026-07_01.json").map((body) => parse("disputes/create", body));
    expect([alone?.kind, alone?.transaction]).toEqual(["dispute", "dispute:shopify:quill.myshopify.com:1052608616"]);
    expect([first?.kind, first?.transaction]).toEqual(["sale", "sale:shopify:quill.myshopify.com:625362839"]);
    expect(outcomeOf("pyapi_dispute.json", "disputes/create")).toEqual([
      ["dispute.opened:1052608616", "dispute.updated:1052608616", "dispute.closed:1052608616"],
    ]);
  });

  test("a tender transaction is no second payment: it only gives the gateway's name of it", () => {
    const [tender] = bodiesOf("rest_tender_transaction_2026-07_01.json").map((body) => parse("tender_transactions/create", body));
    expect(tender).toMatchObject({
      events: [],
      issues: [],
      references: [
        { type: "order", value: "450789469" },
        { type: "gateway-reference", value: "authorization-key" },
      ],
    });
  });

  test("a parcel on its way is kept without events", () => {
    expect(outcomeOf("rest_fulfillment_event_2026-07_01.json", "fulfillment_events/create")).toEqual([[]]);
  });

  test("samples of other resources are refused by the name of their topic", () => {
    const others = files.filter((file) => !listed.some(([known]) => known === file));
    expect(others.length).toBeGreaterThan(40);
    for (const file of others) {
      const topic = `${file.replace(/^(rest|pyapi|bc)_|(_20\d\d-\d\d_\d+)?\.json$/g, "")}/create`;
      for (const body of bodiesOf(file)) expect(() => parse(topic, body)).toThrow(`topic "${topic}" is not handled`);
    }
  });
});
