import { expect, test } from "vitest";
import { consolidate, eliminationDifference, type LedgerLine } from "#domain/reports";

/** A line of entity `entity`: a debit, or a credit below zero. */
function line(entity: string, account: string, role: string, amount: number, counterparty?: string, currency = "USD"): LedgerLine {
  return {
    entity,
    currency,
    account,
    role,
    dimensions: counterparty === undefined ? {} : { counterparty },
    debit: Math.max(amount, 0),
    credit: Math.max(-amount, 0),
    reversal: false,
  };
}

// A sells for 100.00 what B ships: B charges 44.00 for goods of 40.00.
const sellersLeg = [line("A", "5900", "intercompany-cogs", 4400, "B"), line("A", "2350", "due-to", -4400, "B")];
const ownersLeg = [line("B", "1350", "due-from", 4400, "A"), line("B", "4900", "intercompany-revenue", -4400, "A")];
const sale = [
  line("A", "1200", "payment-clearing", 10000),
  line("A", "4000", "sales", -10000),
  line("B", "5000", "cogs", 4000),
  line("B", "1400", "inventory", -4000),
];

test("what two entities owe each other and trade with each other falls out; the group has sold for 100.00 what cost 40.00", () => {
  const [group] = consolidate([...sale, ...sellersLeg, ...ownersLeg]);
  expect(group).toEqual({
    currency: "USD",
    entities: ["A", "B"],
    accounts: [
      { account: "1200", byEntity: { A: 10000 }, eliminated: 0, consolidated: 10000 },
      { account: "1350", byEntity: { B: 4400 }, eliminated: -4400, consolidated: 0 },
      { account: "1400", byEntity: { B: -4000 }, eliminated: 0, consolidated: -4000 },
      { account: "2350", byEntity: { A: -4400 }, eliminated: 4400, consolidated: 0 },
      { account: "4000", byEntity: { A: -10000 }, eliminated: 0, consolidated: -10000 },
      { account: "4900", byEntity: { B: -4400 }, eliminated: 4400, consolidated: 0 },
      { account: "5000", byEntity: { B: 4000 }, eliminated: 0, consolidated: 4000 },
      { account: "5900", byEntity: { A: 4400 }, eliminated: -4400, consolidated: 0 },
    ],
    pairs: [{ entities: ["A", "B"], balances: 0, trade: 0 }],
    notEliminated: [],
  });
  expect(eliminationDifference(group!)).toBe(0);
});

test("while the other leg is in flight, balances and trade of the two differ by what it lacks", () => {
  const [group] = consolidate([...sale, ...sellersLeg]);
  expect(group?.pairs).toEqual([{ entities: ["A", "B"], balances: -4400, trade: 4400 }]);
});

test("a debt that one side books at another amount does not eliminate", () => {
  const [group] = consolidate([line("A", "2350", "due-to", -4400, "B"), line("B", "1350", "due-from", 4399, "A")]);
  expect(group?.pairs).toEqual([{ entities: ["A", "B"], balances: -1, trade: 0 }]);
  expect(eliminationDifference(group!)).toBe(1);
});

test("dealings with an entity in another currency stay, and are named", () => {
  const [cad, usd] = consolidate([line("A", "2350", "due-to", -4400, "C"), line("C", "1350", "due-from", 6000, "A", "CAD")]);
  expect(usd).toMatchObject({ currency: "USD", accounts: [{ account: "2350", eliminated: 0, consolidated: -4400 }], notEliminated: ["C"] });
  expect(cad).toMatchObject({ currency: "CAD", accounts: [{ account: "1350", eliminated: 0, consolidated: 6000 }], notEliminated: ["A"] });
});
