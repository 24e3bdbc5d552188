import { describe, expect, test } from "vitest";
import { consolidate, eliminationDifference, type LedgerLine, translate } from "#domain/reports";

/** A debit, or a credit below zero. */
function line(entity: string, account: string, role: string, amount: number, more: Partial<LedgerLine> = {}): LedgerLine {
  const sides = { debit: Math.max(amount, 0), credit: Math.max(-amount, 0) };
  return { entity, currency: "CAD", account, role, dimensions: {}, ...sides, businessDate: "2026-11-27", reversal: false, ...more };
}
const usd = { currency: "USD" };
const with_ = (counterparty: string) => ({ dimensions: { counterparty } });
const rate = (cad: string, from: string) => ({ of: "CAD", in: "USD", rate: cad, from, why: "a test" });
const fxRates = [rate("0.70", "2026-11-25"), rate("0.74", "2026-11-29"), rate("0.75", "2026-11-30")];

const group = (lines: readonly LedgerLine[], more: Partial<Parameters<typeof translate>[0]> = {}) =>
  translate({
    lines,
    currency: "USD",
    closingDay: "2026-11-30",
    fxRates,
    roleOf: (account) => ({ "1010": "bank" })[account],
    adjustmentAccount: () => "3900",
    isInFlight: () => false,
    ...more,
  });

const balances = (lines: readonly LedgerLine[]) => Object.fromEntries(lines.map(({ account, debit, credit }) => [account, debit - credit]));

describe("the books of an entity in another currency", () => {
  // Founded with 1,000.00 on the 25th; sold for 500.00 on the 27th what is in the bank.
  const books = [
    line("north", "1010", "opening", 1_000_00, { businessDate: "2026-11-25" }),
    line("north", "3000", "", -1_000_00, { businessDate: "2026-11-25" }),
    line("north", "1010", "bank", 500_00),
    line("north", "4000", "sales", -500_00),
  ];

  test("assets at the closing rate, sales at the month's average, equity at its own day's, and the rest is the translation adjustment", () => {
    const { lines, used, missing } = group(books);
    expect(missing).toEqual([]);
    // Six days from the 25th: four at 0.70, one at 0.74, one at 0.75: 4.29 / 6.
    expect(used).toEqual([
      { of: "CAD", kind: "average", on: "2026-11", rate: "0.715" },
      { of: "CAD", kind: "closing", on: "2026-11-30", rate: "0.75" },
      { of: "CAD", kind: "historical", on: "2026-11-25", rate: "0.7" },
    ]);
    const [trialBalance] = consolidate(lines);
    expect(trialBalance?.accounts.map(({ account, consolidated }) => [account, consolidated])).toEqual([
      // 1,500.00 × 0.75; 1,000.00 × 0.70; 500.00 × 0.715; what is left.
      ["1010", 1_125_00],
      ["3000", -700_00],
      ["3900", -67_50],
      ["4000", -357_50],
    ]);
  });

  test("what is in the group's currency already stays to the cent, and needs no adjustment", () => {
    expect(group([line("us", "1010", "bank", 7, usd), line("us", "4000", "sales", -7, usd)]).lines).toEqual([
      line("us", "1010", "bank", 7, usd),
      line("us", "4000", "sales", -7, usd),
    ]);
  });

  test("rates that are missing are named, and nothing is translated", () => {
    const old = line("north", "4000", "sales", -1_00, { businessDate: "2026-10-05" });
    const { lines, missing } = group([...books, old], { closingDay: "2026-12-15" });
    expect(lines).toEqual([]);
    expect(missing).toEqual([
      { of: "CAD", kind: "average", on: "2026-10" },
      { of: "CAD", kind: "closing", on: "2026-12-15" },
    ]);
  });

  test("yen have no cents: 10,000 of them at 0.0067 are 67.00", () => {
    const yen = { currency: "JPY" };
    const { lines } = group([line("jp", "1010", "bank", 10_000, yen), line("jp", "2000", "accounts-payable", -10_000, yen)], {
      fxRates: [{ of: "JPY", in: "USD", rate: "0.0067", from: "2026-11-30", why: "a test" }],
    });
    expect(balances(lines)).toEqual({ "1010": 67_00, "2000": -67_00 });
  });
});

describe("between books of two currencies", () => {
  // On the 27th, at 0.70: the sister shipped for 100.00 CAD, which the seller in dollars owes as 70.00.
  const dealings = [
    line("us", "5900", "intercompany-cogs", 70_00, { ...usd, ...with_("north") }),
    line("us", "2350", "due-to", -70_00, { ...usd, ...with_("north") }),
    line("north", "1350", "due-from", 100_00, with_("us")),
    line("north", "4900", "intercompany-revenue", -100_00, with_("us")),
  ];

  test("everything eliminates to zero: the translated books give way, and the difference is in their adjustment", () => {
    const [trialBalance] = consolidate(group(dealings).lines);
    expect(trialBalance?.pairs).toEqual([{ entities: ["north", "us"], balances: 0, trade: 0 }]);
    expect(trialBalance?.notEliminated).toEqual([]);
    expect(eliminationDifference(trialBalance!)).toBe(0);
    // Before they give way: 75.00 at closing less 71.50 at average. Afterwards 70.00 each, and nothing is left to adjust.
    expect(trialBalance?.accounts.map(({ account, consolidated }) => [account, consolidated])).toEqual([
      ["1350", 0],
      ["2350", 0],
      ["4900", 0],
      ["5900", 0],
    ]);
  });

  test("while a leg is in flight the difference is left to be seen", () => {
    const [trialBalance] = consolidate(group(dealings, { isInFlight: (a, b) => [a, b].sort().join() === "north,us" }).lines);
    expect(trialBalance?.pairs).toEqual([{ entities: ["north", "us"], balances: 5_00, trade: -1_50 }]);
  });

  test("a debt that was paid leaves the exchange result in the adjustment of the translated books", () => {
    const paid = [line("north", "1010", "bank", 98_00), line("north", "1350", "due-from", -98_00, with_("us"))];
    const settled = [line("us", "2350", "due-to", 70_00, { ...usd, ...with_("north") }), line("us", "1010", "bank", -70_00, usd)];
    const [trialBalance] = consolidate(group([...dealings, ...paid, ...settled]).lines);
    // 98.00 at 0.75 in the bank; of the trade 70.00 against 70.00; the rest is the adjustment.
    expect(trialBalance?.accounts.map(({ account, consolidated }) => [account, consolidated])).toEqual([
      ["1010", 73_50 - 70_00],
      ["1350", 0],
      ["2350", 0],
      ["3900", -3_50],
      ["4900", 0],
      ["5900", 0],
    ]);
    expect(trialBalance?.pairs).toEqual([{ entities: ["north", "us"], balances: 0, trade: 0 }]);
  });
});
