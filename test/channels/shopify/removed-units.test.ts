import { describe, expect, test } from "vitest";
import { bodyText, parse, set } from "./webhook-bodies.ts";

// Two mugs of 10.00 with a tax of 1.60, and a poster of 5.00 without tax: 26.60. An edit takes one mug out: 15.80 are left.
const line = (id: number, quantity: number, current: number, price: string, tax: string | undefined) => ({
  id,
  sku: "MUG-RED",
  product_id: 1,
  quantity,
  current_quantity: current,
  price,
  price_set: set(price),
  tax_lines: tax === undefined ? [] : [{ title: "State Tax", price: tax, price_set: set(tax), rate: 0.08 }],
  discount_allocations: [],
});
const body = JSON.parse(bodyText("order"));
const edited = (more: Record<string, unknown> = {}, lines = [line(1, 2, 1, "10.00", "1.60"), line(2, 1, 1, "5.00", undefined)]) =>
  parse(
    "orders/updated",
    JSON.stringify({
      ...body,
      line_items: lines,
      shipping_lines: [],
      fulfillments: [],
      refunds: [],
      discount_applications: [],
      discount_codes: [],
      total_tip_received: "0.00",
      total_line_items_price: "25.00",
      total_line_items_price_set: set("25.00"),
      total_discounts: "0.00",
      total_discounts_set: set("0.00"),
      subtotal_price: "25.00",
      subtotal_price_set: set("25.00"),
      total_tax: "1.60",
      total_tax_set: set("1.60"),
      total_price: "26.60",
      total_price_set: set("26.60"),
      current_subtotal_price: "15.00",
      current_subtotal_price_set: set("15.00"),
      current_total_tax: "0.80",
      current_total_tax_set: set("0.80"),
      current_total_price: "15.80",
      current_total_price_set: set("15.80"),
      ...more,
    }),
  );
const rowsOf = (document: ReturnType<typeof edited>) =>
  document.events.flatMap((event) =>
    event.name === "order.placed"
      ? [
          ...event.lines.map(({ id, quantityMillionths, gross, taxes }) => [id, quantityMillionths, gross, taxes[0]?.amount]),
          event.totals.total,
        ]
      : [],
  );
const current = (subtotal: string, tax: string, total: string) => ({
  current_subtotal_price: subtotal,
  current_subtotal_price_set: set(subtotal),
  current_total_tax: tax,
  current_total_tax_set: set(tax),
  current_total_price: total,
  current_total_price_set: set(total),
});

describe("units that an edit took out without a refund", () => {
  test("leave the order, with their share of what was stated, where its current totals prove it", () => {
    expect(edited().issues).toEqual([]);
    expect(rowsOf(edited())).toEqual([["1", 1_000_000, 1_000, 80], ["2", 1_000_000, 500, undefined], 1_580]);
  });

  test("leave their taxes alone where the order states them of what is left", () => {
    const document = edited({ ...current("15.00", "1.60", "16.60") });
    expect(document.issues).toEqual([]);
    expect(rowsOf(document)).toEqual([["1", 1_000_000, 1_000, 160], ["2", 1_000_000, 500, undefined], 1_660]);
  });

  test("take their line with them when none of it is left", () => {
    const document = edited(current("20.00", "1.60", "21.60"), [line(1, 2, 2, "10.00", "1.60"), line(2, 1, 0, "5.00", undefined)]);
    expect(document.issues).toEqual([]);
    expect(rowsOf(document)).toEqual([["1", 2_000_000, 2_000, 160], 2_160]);
  });

  test("quarantine the order when its current totals do not say what they were worth", () => {
    const { issues, events } = edited(current("15.00", "0.79", "15.79"));
    expect(events.filter(({ name }) => name === "order.placed")).toEqual([]);
    expect(issues.map(({ class: name, code }) => `${name}/${code}`)).toEqual(["money.amount-mismatch/line_items[].current_quantity"]);
    expect(issues[0]?.message).toContain(
      "line_items[0].current_quantity leaves out 1 of line 1 that no refund takes out, and the current totals do not say what that was worth",
    );
  });

  test("are none where the order states no current totals, or states that all of it is left", () => {
    const unstated = { current_subtotal_price_set: null, current_total_tax_set: null, current_total_price_set: null };
    for (const document of [
      edited({ ...unstated, current_subtotal_price: null, current_total_tax: null, current_total_price: null }),
      edited(current("25.00", "1.60", "26.60")),
    ]) {
      expect(document.issues).toEqual([]);
      expect(rowsOf(document)).toEqual([["1", 2_000_000, 2_000, 160], ["2", 1_000_000, 500, undefined], 2_660]);
    }
  });

  test("are none where a refund explains them, or the order was cancelled", () => {
    const refund = {
      id: 9009,
      created_at: "2026-11-28T10:00:00Z",
      refund_line_items: [
        { id: 1, line_item_id: 1, quantity: 1, restock_type: "cancel", subtotal_set: set("10.00"), total_tax_set: set("0.80") },
      ],
      order_adjustments: [],
      transactions: [],
    };
    for (const document of [edited({ refunds: [refund] }), edited({ cancelled_at: "2026-11-28T10:00:00Z", refunds: [] })]) {
      expect(document.issues).toEqual([]);
      expect(rowsOf(document)).toEqual([["1", 2_000_000, 2_000, 160], ["2", 1_000_000, 500, undefined], 2_660]);
    }
  });
});
