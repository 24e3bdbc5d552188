import { expect, test } from "vitest";
import { type LedgerLine, type PeriodSales, PeriodSalesTally } from "#domain/reports";

/** A line in USD: `amount` on the debit side, or below zero on the credit side. */
function line(entity: string, role: string, amount: number, transaction: string, channel?: string): LedgerLine {
  const dimensions = channel === undefined ? { location: "dc" } : { channel };
  const sides = { debit: Math.max(amount, 0), credit: Math.max(-amount, 0) };
  return { entity, currency: "USD", account: "1", role, dimensions, ...sides, transaction, reversal: false };
}

function periodSales(lines: readonly LedgerLine[]): PeriodSales[] {
  const tally = new PeriodSalesTally();
  for (const each of lines) tally.add(each);
  return tally.sales();
}

test("net sales by entity and channel, with the cost of the goods that the same entity sold there", () => {
  expect(
    periodSales([
      line("US1", "sales", -100_00, "sale:shopify:vale:1", "web"),
      line("US1", "discounts", 10_00, "sale:shopify:vale:1", "web"),
      line("US1", "cogs", 40_00, "sale:shopify:vale:1"),
      line("US1", "sales-returns", 25_00, "sale:shopify:vale:2", "web"),
      line("US1", "cogs", -9_00, "sale:shopify:vale:2"),
      line("US1", "price-concessions", 5_00, "sale:shopify:vale:1"),
      line("US1", "sales", -30_00, "sale:pos:0101:1:2026-11-27:7", "pos"),
      line("US1", "cogs", 12_00, "sale:pos:0101:1:2026-11-27:7"),
      line("US1", "shipping-revenue", -7_00, "sale:shopify:vale:1"),
      line("US1", "tax-payable", -6_00, "sale:shopify:vale:1"),
    ]),
  ).toEqual([
    { entity: "US1", channel: "pos", currency: "USD", sales: 30_00, cost: 12_00 },
    // 100 less 10, 25 and 5; 40 less 9.
    { entity: "US1", channel: "web", currency: "USD", sales: 60_00, cost: 31_00 },
  ]);
});

test("an entity that only ships for a sister has sold nothing, an accrual is no sale, and what nobody posted is not asked", () => {
  expect(
    periodSales([
      line("US1", "sales", -100_00, "sale:shopify:vale:1", "web"),
      line("US2", "cogs", 40_00, "sale:shopify:vale:1"),
      line("US1", "sales-returns", -8_00, "period:web:US1:2026-10", "web"),
      { ...line("US1", "sales", -999_00, "", "web"), transaction: undefined as never },
    ]),
  ).toEqual([{ entity: "US1", channel: "web", currency: "USD", sales: 100_00, cost: 0 }]);
});

test("lines are counted as they come, whichever line of a transaction says where it was sold", () => {
  const lines = [
    line("US1", "cogs", 40_00, "sale:shopify:vale:1"),
    line("US1", "sales", -100_00, "sale:shopify:vale:1", "web"),
    line("US1", "cogs", 5_00, "sale:shopify:vale:1"),
  ];
  expect(periodSales(lines)).toEqual([{ entity: "US1", channel: "web", currency: "USD", sales: 100_00, cost: 45_00 }]);
  expect(periodSales([...lines].reverse())).toEqual(periodSales(lines));
});
