import { describe, expect, test } from "vitest";
import { bodyText, parse, set } from "./webhook-bodies.ts";

// The order of the fixture is 120.00 of goods less 20.00, shipping 5.00 less 1.00, tax 8.24 and a tip of 3.00: 115.24. The edit adds a
// line of 10.00 with a tax of 0.80; the original totals stay.
const added = {
  id: 7099,
  sku: "MUG-RED",
  quantity: 1,
  current_quantity: 1,
  price: "10.00",
  price_set: set("10.00"),
  tax_lines: [{ title: "State Tax", price: "0.80", price_set: set("0.80"), rate: 0.08 }],
  discount_allocations: [],
};
const order = JSON.parse(bodyText("order"));
const edited = (more: Record<string, unknown> = {}) =>
  parse(
    "orders/updated",
    JSON.stringify({
      ...order,
      line_items: [...order.line_items, added],
      current_subtotal_price: "110.00",
      current_total_tax: "9.04",
      current_total_price: "126.04",
      ...more,
    }),
  );
const totals = (document: ReturnType<typeof edited>) =>
  document.events.flatMap((event) => (event.name === "order.placed" ? [event.totals] : []));

describe("an order that was edited", () => {
  test("keeps its original totals in the body; the rows are the order where its current totals prove it", () => {
    const document = edited();
    expect(document.issues).toEqual([]);
    expect(totals(document)).toEqual([
      { lines: 13_000, discounts: 2_100, tax: 904, tip: 300, duties: 0, fees: 0, cashRounding: 0, total: 12_604 },
    ]);
  });

  test("proves it less what its refunds took", () => {
    const refund = {
      id: 9009,
      created_at: "2026-11-28T10:00:00Z",
      refund_line_items: [
        {
          id: 1,
          line_item_id: 7099,
          quantity: 1,
          restock_type: "cancel",
          subtotal_set: set("10.00"),
          total_tax_set: set("0.80"),
        },
      ],
      order_adjustments: [],
      transactions: [],
    };
    const left = { current_subtotal_price: "100.00", current_total_tax: "8.24", current_total_price: "115.24" };
    expect(edited({ refunds: [refund], ...left }).issues).toEqual([]);
    expect(totals(edited({ refunds: [refund], ...left }))[0]?.total).toBe(12_604);
    expect(edited({ refunds: [refund] }).issues).not.toEqual([]);
  });

  test("whose original totals do not fit each other is no edited order", () => {
    expect(edited({ total_price: "115.25", total_price_set: set("115.25") }).issues.map(({ code }) => code)).toEqual([
      "line-items-total",
      "subtotal",
      "tax-total",
      "order-total",
    ]);
  });

  test("is one that has more in its rows than it states: fewer are a fault, whatever is said to be left", () => {
    const without = order.line_items.slice(1);
    const { issues } = edited({
      line_items: without,
      current_subtotal_price: "33.33",
      current_total_tax: "2.91",
      current_total_price: "43.24",
    });
    expect(issues.map(({ code }) => code)).toContain("line-items-total");
  });

  test.each([
    ["the current total", { current_total_price: "126.03" }],
    ["the current subtotal", { current_subtotal_price: "109.99" }],
    ["the current tax", { current_total_tax: "9.05" }],
    ["no current total at all", { current_total_price: null }],
  ])("whose rows are not proved by %s is named by the totals that are off, with the difference", (_, more) => {
    expect(edited(more).issues.map(({ code, amount }) => [code, amount])).toEqual([
      ["line-items-total", -1_000],
      ["subtotal", -1_000],
      ["tax-total", -80],
    ]);
  });
});
