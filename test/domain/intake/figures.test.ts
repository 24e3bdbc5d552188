import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { checkFigures } from "../../../domain/intake/figures.ts";
import { eventExamples } from "../../../scripts/event-examples.ts";

type Order = EventOf<"order.placed">;

/** Two mugs for 100.00 less 8.00, delivery 10.00 less 2.00, tax 10.00, tip 1.00, duties 2.00, fees 3.00: 116.00. */
const order: Order = {
  ...eventExamples["order.placed"],
  lines: [{ ...eventExamples["order.placed"].lines[0]!, gross: 10_000, discounts: [{ amount: 800 }], taxes: [{ code: "T", amount: 900 }] }],
  shipping: [{ id: "S", title: "Post", gross: 1_000, discounts: [{ amount: 200 }], taxes: [{ code: "T", amount: 100 }] }],
  totals: { lines: 10_000, discounts: 1_000, tax: 1_000, tip: 100, duties: 200, fees: 300, cashRounding: 0, total: 11_600 },
};
const off = (totals: Partial<Order["totals"]>, more: Partial<Order> = {}) =>
  checkFigures({ ...order, ...more, totals: { ...order.totals, ...totals } }).map(
    ({ code, cause, amount }) => `${code} of ${cause}: ${amount}`,
  );

describe("an order", () => {
  test("whose totals are what its rows come to has no trouble, with taxes on top or within its prices", () => {
    expect(checkFigures(order)).toEqual([]);
    expect(off({ total: 10_600 }, { taxesIncluded: true })).toEqual([]);
  });

  test.each([
    [{ lines: 10_001 }, "order-lines of order.placed:5002 lines: 1"],
    [{ discounts: 999 }, "order-discounts of order.placed:5002 discounts: -1"],
    [{ tax: 1_100 }, "order-tax of order.placed:5002 tax: 100"],
    [{ total: 11_599 }, "order-total of order.placed:5002 total: -1"],
    [{ tip: 101 }, "order-total of order.placed:5002 total: -1"],
    [{ duties: 201 }, "order-total of order.placed:5002 total: -1"],
    [{ fees: 301 }, "order-total of order.placed:5002 total: -1"],
  ])("that states %j is kept with the difference named", (totals, problem) => {
    expect(off(totals)).toEqual([problem]);
  });

  test("may have its duties within its prices: then they are those of its lines, and no part of the total", () => {
    const lines = [{ ...order.lines[0]!, duties: 200 }];
    const within = { dutiesIncluded: true as const, lines };
    expect(off({ total: 11_400 }, within)).toEqual([]);
    expect(off({}, within)).toEqual(["order-total of order.placed:5002 total: 200"]);
    expect(off({ total: 11_400, duties: 201 }, within)).toEqual(["order-duties of order.placed:5002 duties: 1"]);
    expect(off({ total: 11_400 }, { dutiesIncluded: true })).toEqual(["order-duties of order.placed:5002 duties: 200"]);
  });

  test("is named as people call it, else by its id, with both figures in words", () => {
    const message = (orderName: string) => checkFigures({ ...order, orderName, totals: { ...order.totals, lines: 1 } })[0]?.message;
    const says = "totals.lines is 0.01 USD and its rows come to 100.00 USD. Correct it at the source and send a new version.";
    expect(message("#1001")).toBe(`order #1001: ${says}`);
    expect(message("")).toBe(`order 5002: ${says}`);
  });
});

describe("a currency that ISO 4217 does not know", () => {
  const unknown = (event: BusinessEvent) => checkFigures(event).map((problem) => problem.message);

  test("is told of any event that names one", () => {
    expect(checkFigures({ ...eventExamples["payment.captured"], currency: "XXX" })).toEqual([
      {
        class: "data.value",
        code: "currency",
        cause: "payment.captured:8102 currency",
        event: "payment.captured:8102",
        message: "payment.captured:8102 is in XXX, which is no ISO 4217 currency. Correct it at the source and send a new version.",
      },
    ]);
    expect(unknown({ ...order, currency: "ZZZ" })).toEqual([expect.stringContaining("is in ZZZ")]);
    expect(unknown({ ...order, presentmentCurrency: "ZZZ" })).toEqual([expect.stringContaining("is in ZZZ")]);
  });

  test("is asked of no event that names none", () => {
    expect(unknown(eventExamples["order.cancelled"])).toEqual([]);
    expect(unknown(eventExamples["payment.captured"])).toEqual([]);
  });
});
