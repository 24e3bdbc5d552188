import { describe, expect, test } from "vitest";
import { bodyWith, parse, set } from "./webhook-bodies.ts";

/** A duty of a line as Shopify documents it: its amounts stand in it, and not under a name of their own. */
const duty = (id: string, amount: string, tax?: string) => ({
  id,
  harmonized_system_code: "520300",
  country_code_of_origin: "CA",
  ...set(amount),
  tax_lines: tax === undefined ? [] : [{ title: "Duty Tax", price: tax, rate: 0.05, price_set: set(tax) }],
  admin_graphql_api_id: `gid://shopify/Duty/${id}`,
});

const shirts = {
  id: 7103,
  sku: "SHIRT-1",
  quantity: 2,
  price: "55.00",
  tax_lines: [],
  duties: [duty("2", "6.00", "0.30"), duty("3", "4.00")],
};

/** Two shirts of 55.00 with 10.00 of duties in them, a tax of 0.30 on one of the duties, a tip of 5.00 and fees of 2.50. */
const within = (changes: Record<string, unknown> = {}) =>
  parse(
    "orders/create",
    bodyWith("order-till", {
      duties_included: true,
      original_total_duties_set: set("10.00"),
      total_line_items_price: "110.00",
      subtotal_price: "110.00",
      total_tax: "0.30",
      total_price: "117.80",
      line_items: [shirts],
      ...changes,
    }),
  );

const orderOf = ({ events }: ReturnType<typeof within>) => events.find((event) => event.name === "order.placed");

describe("duties within the prices of an order", () => {
  test("are told apart by the duties of each line, and the total has nothing beside them", () => {
    expect(within().issues).toEqual([]);
    expect(orderOf(within())).toMatchObject({
      dutiesIncluded: true,
      lines: [
        {
          id: "7103",
          quantityMillionths: 2_000_000,
          gross: 11_000,
          duties: 1_000,
          taxes: [{ code: "Duty Tax", rate: "0.05", amount: 30 }],
        },
      ],
      totals: { lines: 11_000, tax: 30, tip: 500, duties: 1_000, fees: 250, total: 11_780 },
    });
  });

  test.each([
    ["the lines' duties are not the total of duties", { original_total_duties_set: set("11.00") }, ["duties-total 100"]],
    ["the total has them beside the prices", { total_price: "127.80" }, ["order-total 1000"]],
    [
      "a duty states no amount",
      { line_items: [{ ...shirts, duties: [{ ...duty("2", "10.00", "0.30"), shop_money: null }] }] },
      ["line_items[].duties[].shop_money "],
    ],
    [
      "a duty is in another currency",
      { line_items: [{ ...shirts, duties: [{ ...duty("2", "10.00", "0.30"), ...set("10.00", "CAD") }] }] },
      ["line_items[].duties[].shop_money "],
    ],
  ])("are named where %s", (_, changes, issues) => {
    expect(within(changes).issues.map(({ code, amount = "" }) => `${code} ${amount}`)).toEqual(issues);
  });

  test("are none where the shop pays them itself: the flag alone says nothing", () => {
    const none = { original_total_duties_set: null, total_tax: "0.00", total_price: "117.50", line_items: [{ ...shirts, duties: [] }] };
    expect(within(none).issues).toEqual([]);
    expect(within(none).events).toEqual(within({ ...none, duties_included: false }).events);
    expect(orderOf(within(none))).not.toHaveProperty("dutiesIncluded");
  });

  test("leave the order with the units that an edit takes out of it, and a refund's are within its subtotal", () => {
    const refund = {
      id: 9009,
      created_at: "2026-11-28T13:00:00Z",
      total_duties_set: set("5.00"),
      refund_line_items: [{ id: 1, line_item_id: 7103, quantity: 1, restock_type: "cancel", subtotal: "55.00", total_tax: "0.00" }],
      order_adjustments: [],
      transactions: [],
    };
    const edited = within({
      line_items: [{ ...shirts, quantity: 3, current_quantity: 1, duties: [duty("2", "15.00")] }],
      refunds: [refund],
      original_total_duties_set: set("15.00"),
      total_line_items_price: "165.00",
      subtotal_price: "165.00",
      total_tax: "0.00",
      total_price: "172.50",
      current_subtotal_price: "55.00",
      current_total_tax: "0.00",
      current_total_price: "62.50",
    });
    expect(edited.issues).toEqual([]);
    expect(orderOf(edited)).toMatchObject({
      lines: [{ quantityMillionths: 2_000_000, gross: 11_000, duties: 1_000 }],
      totals: { lines: 11_000, duties: 1_000, total: 11_750 },
    });
  });

  test("leave with units that an edit took out, also where the line's taxes are of what is left", () => {
    const edited = within({
      line_items: [{ ...shirts, current_quantity: 1 }],
      total_tax: "0.60",
      total_price: "118.10",
      current_subtotal_price: "55.00",
      current_total_tax: "0.30",
      current_total_price: "62.80",
    });
    expect(edited.issues).toEqual([]);
    expect(orderOf(edited)).toMatchObject({
      lines: [{ quantityMillionths: 1_000_000, gross: 5_500, duties: 500, taxes: [{ amount: 30 }] }],
      totals: { lines: 5_500, tax: 30, duties: 500, total: 6_280 },
    });
  });

  test.each([
    [
      "a line is added and no line states a duty",
      {
        line_items: [
          { ...shirts, duties: [] },
          { ...shirts, id: 7104, quantity: 1, duties: [] },
        ],
        total_tax: "0.00",
        total_price: "117.50",
        current_subtotal_price: "165.00",
        current_total_tax: "0.00",
        current_total_price: "172.50",
      },
      ["line-items-total -5500", "subtotal -5500", "duties-total 1000"],
    ],
    [
      "a unit is taken out and the line states the duty of what is left, or too little of it: nobody can tell",
      {
        line_items: [{ ...shirts, current_quantity: 1, duties: [duty("2", "5.00")] }],
        total_tax: "0.00",
        total_price: "117.50",
        current_subtotal_price: "55.00",
        current_total_tax: "0.00",
        current_total_price: "62.50",
      },
      ["duties-total 500"],
    ],
  ])("that are missing from an edited order's lines are named where %s", (_, changes, issues) => {
    expect(within(changes).issues.map(({ code, amount = "" }) => `${code} ${amount}`)).toEqual(issues);
  });

  test("are those of an added line too where the lines come to more than the original total", () => {
    const edited = within({
      line_items: [
        { ...shirts, duties: [duty("2", "10.00")] },
        { ...shirts, id: 7104, quantity: 1, duties: [duty("3", "5.00")] },
      ],
      total_tax: "0.00",
      total_price: "117.50",
      current_subtotal_price: "165.00",
      current_total_tax: "0.00",
      current_total_price: "172.50",
    });
    expect(edited.issues).toEqual([]);
    expect(orderOf(edited)).toMatchObject({ totals: { lines: 16_500, duties: 1_500, total: 17_250 } });
  });

  test("that are stated in another currency are named once", () => {
    const issues = within({ original_total_duties_set: set("10.00", "CAD") }).issues.filter(
      ({ code }) => code === "original_total_duties_set",
    );
    expect(issues).toHaveLength(1);
  });
});
