import { expect, test } from "vitest";
import { postingSamples } from "#domain/kpi";
import { type LineageItem, viewTransaction } from "#domain/lineage";
import { answered, at, document, opened, sale } from "./kpi-lineage.ts";

const captured = { name: "payment.captured", key: "payment.captured:7" };
const shipped = { name: "fulfillment.shipped", key: "fulfillment.shipped:5" };

/** "metric value dimensions" of one plan. */
function said(number: number, items: readonly LineageItem[]): string[] {
  return postingSamples(viewTransaction(sale, items), "erp-us", number).map(
    ({ metric, value, dimensions }) => `${metric} ${value} ${Object.values(dimensions).join(" ")}`,
  );
}

const plain = ["PostingsAnswered 1 shopify", "PostingsWithPerson 0 shopify"];

test("a posting lags behind the first document with its event, whichever came later", () => {
  const items = [
    document("10:00", [captured]),
    document("10:03", [captured]),
    ...answered(1, "10:04", "10:05", [{ causes: "payment.captured:7/capture" }]),
  ];
  expect(said(1, items)).toEqual([...plain, "OrderToPosting 300000 shopify"]);
});

test("an event with two documents is measured once, and one that was recorded long before its plan from its record", () => {
  const items = [
    document("08:00", [shipped]),
    document("10:00", [captured]),
    ...answered(1, "10:04", "10:05", [{ causes: "payment.captured:7/capture" }]),
    ...answered(2, "11:00", "11:00", [{ causes: "fulfillment.shipped:5/revenue" }, { causes: "fulfillment.shipped:5/issue" }]),
  ];
  expect(said(2, items)).toEqual([...plain, "OrderToPosting 10800000 shopify"]);
});

test("a re-posting, a refusal, an opening balance and a telling are no news of an event", () => {
  const items = [
    document("10:00", [captured]),
    ...answered(1, "10:04", "10:05", [{ causes: "payment.captured:7/capture" }]),
    ...answered(2, "12:00", "12:01", [
      { causes: "payment.captured:7/capture", kind: "reverse" },
      { causes: "payment.captured:7/capture" },
      { causes: "fulfillment.shipped:5/revenue", refused: true },
    ]),
    ...answered(3, "12:02", "12:03", [
      { causes: "x/opening", kind: "opening" },
      { causes: "x/told", kind: "tell" },
    ]),
  ];
  expect([said(2, items), said(3, items)]).toEqual([plain, []]);
});

test("a plan without its answer says nothing yet", () => {
  const [plan] = answered(1, "10:04", "10:05", [{ causes: "payment.captured:7/capture" }]);
  expect(said(1, [document("10:00", [captured]), plan as LineageItem])).toEqual([]);
});

test.each([
  ["a decision on an approval", { type: "approval-decision", key: "A#1#0001#D", by: "Ana Ruiz", answer: "granted" }],
  ["a closure", { type: "closure", key: "X#promotion.unknown#1#0001#C", by: "Ana Ruiz", reason: "seen" }],
  ["another try", { type: "retry", key: "X#promotion.unknown#1#0001#T0001", by: "Ana Ruiz", reason: "mended" }],
])("%s by a person before the answer makes it one that needed a person, and the next one not", (_, act) => {
  const items = [
    document("10:00", [captured]),
    opened("10:01"),
    { type: "approval", transaction: sale, key: "A#1#0001", at: at("10:01") } as LineageItem,
    { ...act, transaction: sale, at: at("10:02") } as LineageItem,
    ...answered(1, "10:04", "10:05", [{ causes: "payment.captured:7/capture" }]),
    ...answered(2, "11:00", "11:00", [{ causes: "fulfillment.shipped:5/revenue" }]),
  ];
  expect(said(1, items)).toContain("PostingsWithPerson 1 shopify");
  expect(said(2, items)).toContain("PostingsWithPerson 0 shopify");
  const byHub = items.map((item) => ("by" in item ? ({ ...item, by: "hub" } as LineageItem) : item));
  expect(said(1, byHub)).toContain(`PostingsWithPerson ${act.type === "retry" ? 1 : 0} shopify`);
});

test("a document that a person corrected is a person's work", () => {
  const edited = { from: "D#order#09:00", by: "Ana Ruiz", reason: "the shop confirmed the total" };
  const items = [document("10:00", [captured], { edited }), ...answered(1, "10:04", "10:05", [{ causes: "payment.captured:7/capture" }])];
  expect(said(1, items)).toContain("PostingsWithPerson 1 shopify");
});

test("a promotion counts when it first comes into the books, and as an exception when one names it", () => {
  const items = [
    document("10:00", [shipped]),
    opened("10:01"),
    ...answered(1, "10:04", "10:05", [
      { causes: "fulfillment.shipped:5/revenue", promotion: "SUMMER" },
      { causes: "fulfillment.shipped:5/revenue-2", promotion: "WELCOME10" },
      { causes: "fulfillment.shipped:5/revenue-3", promotion: "employee" },
    ]),
    ...answered(2, "11:00", "11:00", [{ causes: "fulfillment.shipped:6/revenue", promotion: "SUMMER" }]),
  ];
  expect(said(1, items).filter((line) => line.startsWith("Promotions"))).toEqual([
    "PromotionsUsed 1 shopify",
    "PromotionsExcepted 1 shopify",
    "PromotionsUsed 1 shopify",
    "PromotionsExcepted 0 shopify",
  ]);
  expect(said(2, items)).toEqual(plain);
});

test("an exception that ends with a promotion's name makes it one only if it is of promotions", () => {
  const items = [
    document("10:00", [shipped]),
    opened("10:01", { key: "X#data.unmapped#1#0001", class: "data.unmapped", cause: "item SUMMER" }),
    opened("10:01", { key: "X#promotion.expired#1#0001", class: "promotion.expired", cause: "promotion WINTER" }),
    ...answered(1, "10:04", "10:05", [{ causes: "fulfillment.shipped:5/revenue", promotion: "SUMMER" }]),
  ];
  expect(said(1, items).filter((line) => line.startsWith("Promotions"))).toEqual([
    "PromotionsUsed 1 shopify",
    "PromotionsExcepted 0 shopify",
  ]);
});

const refund = (over: object) => ({
  name: "refund.issued",
  key: "refund.issued:3",
  occurredAt: at("09:00"),
  lines: [{ restock: "return" }],
  ...over,
});

test("a return is reconciled when its refund is in the ERP, counted from the first word of the same return", () => {
  const requested = { name: "return.requested", key: "return.requested:R1", returnId: "R1", occurredAt: at("06:00") };
  const another = { name: "return.requested", key: "return.requested:R0", returnId: "R0", occurredAt: at("01:00") };
  const items = [
    document("10:00", [refund({ returnId: "R1" })]),
    document("06:01", [requested, another]),
    ...answered(1, "10:04", "10:05", [{ causes: "refund.issued:3/refund" }]),
  ];
  expect(said(1, items)).toContain("ReturnReconciliation 14700000 shopify");
});

test("a refund of what never left is no return; goods that a store took back are one", () => {
  const cancelled = [
    document("10:00", [refund({ lines: [{ restock: "cancel" }] })]),
    ...answered(1, "10:04", "10:05", [{ causes: "refund.issued:3/refund" }]),
  ];
  expect(said(1, cancelled)).toEqual([...plain, "OrderToPosting 300000 shopify"]);
  const takenBack = { name: "return.taken-back", key: "return.taken-back:0101.1", occurredAt: at("09:35") };
  const told = { from: "sale:pos:0101:1:2026-11-27:9", document: "d", entity: "US1", connection: "erp-us", plan: 1 };
  const inStore = [
    document("10:00", [takenBack], { channel: "pos", told }),
    ...answered(1, "10:04", "10:05", [{ causes: "return.taken-back:0101.1/refund" }]),
  ];
  // What another stream told it has its own lag there.
  expect(said(1, inStore)).toEqual([...plain, "ReturnReconciliation 1800000 pos"]);
});

test("the first document that a source sent counts, in whichever order they stand, and none that another stream told", () => {
  const items = [
    document("10:03", [captured]),
    document("10:00", [captured]),
    document("09:00", [captured], { told: { by: "store-day:pos:0101:2026-11-27" } } as never),
    ...answered(1, "10:04", "10:05", [{ causes: "payment.captured:7/capture" }]),
  ];
  expect(said(1, items)).toEqual([...plain, "OrderToPosting 300000 shopify"]);
});

test("an answer before its document, by clocks that differ, lags by nothing", () => {
  const items = [document("10:10", [captured]), ...answered(1, "10:04", "10:05", [{ causes: "payment.captured:7/capture" }])];
  expect(said(1, items)).toEqual([...plain, "OrderToPosting 0 shopify"]);
});

test("of a plan that there is not, and of an event that nobody recorded, nothing is said of time", () => {
  const items = [document("10:00", [shipped]), ...answered(1, "10:04", "10:05", [{ causes: "payment.captured:7/capture" }])];
  expect([said(1, items), said(2, items)]).toEqual([plain, []]);
});
