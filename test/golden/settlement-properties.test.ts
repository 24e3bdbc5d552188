import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ParsedDocument } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { matchSettlement, type RowToMatch, type SettleablePayment } from "#domain/settlement";
import { balancesOf, clearingOf, openTexts } from "./settlement-ledger.ts";
import { documentsOf, type SettlementFact } from "./settlement-scenario.ts";
import { SettlementWorld } from "./settlement-world.ts";

/*
 * Weeks of a gateway account that nobody thought of: orders with captures and refunds, settled in any payout, late or never; fees of the
 * platform and reserves between them; payouts on their way, in the bank or only scheduled. The truth is addition over what was made.
 */

const cents = (amount: number) => formatMinorUnits(amount, "USD");

interface Week {
  readonly facts: readonly SettlementFact[];
  readonly truth: { readonly clearing: number; readonly fees: number; readonly transit: number; readonly bank: number };
  /** Net of the rows of each payout. */
  readonly payouts: readonly { readonly net: number; readonly rows: number }[];
}

const payment = fc.record({
  amount: fc.integer({ min: 100, max: 90_000 }),
  fee: fc.integer({ min: 0, max: 400 }),
  payout: fc.integer({ min: -1, max: 3 }),
});
const week: fc.Arbitrary<Week> = fc
  .record({
    orders: fc.array(fc.record({ captures: fc.array(payment, { minLength: 1, maxLength: 3 }), refund: fc.option(payment) }), {
      minLength: 1,
      maxLength: 6,
    }),
    others: fc.array(
      fc.record({
        type: fc.constantFrom("Billing Debit", "Reserved Funds"),
        ...{ amount: fc.integer({ min: 1, max: 900 }) },
        payout: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 3 },
    ),
    statuses: fc.array(fc.constantFrom("scheduled", "in-transit", "paid", "banked"), { minLength: 4, maxLength: 4 }),
  })
  .map(({ orders, others, statuses }) => {
    const facts: SettlementFact[] = [];
    const nets = [0, 0, 0, 0];
    const rowCounts = [0, 0, 0, 0];
    let [clearing, fees] = [0, 0];
    const settle = (row: Record<string, unknown>, gross: number, fee: number, payout: number) => {
      if (payout < 0) return;
      facts.push({ ...row, gross: cents(gross), fee: cents(fee), payout: `P${payout}` } as SettlementFact);
      nets[payout]! += gross - fee;
      rowCounts[payout]! += 1;
    };
    orders.forEach(({ captures, refund }, index) => {
      const sale = `#${index}`;
      const payments = captures.map(({ amount }, at) => [`C${index}-${at}`, cents(amount)] as const);
      const captured = captures.reduce((total, { amount }) => total + amount, 0);
      clearing += captured;
      const back = refund === null ? 0 : Math.min(refund.amount, captured);
      clearing -= back;
      const refunded = back === 0 ? [] : [[`R${index}`, cents(-back)] as const];
      facts.push({ sale, payments: Object.fromEntries([...payments, ...refunded]) } as SettlementFact);
      captures.forEach(({ amount, fee, payout }, at) => {
        if (payout >= 0) [clearing, fees] = [clearing - fee, fees + fee];
        settle({ row: `c${index}-${at}`, transaction: `C${index}-${at}` }, amount, fee, payout);
      });
      if (refund !== null) settle({ row: `r${index}`, type: "refund", transaction: `R${index}` }, -back, 0, refund.payout);
    });
    others.forEach(({ type, amount, payout }, index) => {
      clearing -= amount;
      settle({ row: `o${index}`, type }, -amount, 0, payout);
    });
    let [transit, bank] = [0, 0];
    statuses.forEach((status, index) => {
      const net = nets[index]!;
      if (rowCounts[index] === 0) return;
      const trace = `TRACE${index}`;
      facts.push({ payout: `P${index}`, net: cents(net), status: status === "banked" ? "paid" : status, trace } as SettlementFact);
      if (status === "scheduled") return;
      clearing -= net;
      if (status === "banked" && net !== 0) {
        bank += net;
        facts.push({ bank: `B${index}`, amount: cents(net), words: [trace] } as SettlementFact);
      } else transit += net;
    });
    const payouts = nets.map((net, index) => ({ net, rows: rowCounts[index]! })).filter(({ rows }) => rows > 0);
    return { facts, truth: { clearing, fees, transit, bank }, payouts };
  });

function documents({ facts }: Week): ParsedDocument[] {
  const written = facts.map((fact) => ({ ...defaults(fact), ...fact }) as SettlementFact);
  return documentsOf({ name: "", rows: [], story: "", currency: "USD", facts: written, balances: {}, open: [], waits: [] });
}

/** What a scenario's reader would fill in. */
function defaults(fact: SettlementFact): object {
  if ("sale" in fact) return { shop: "us.example", with: "shopify_payments", tax: "0", on: "11-27" };
  const source = { account: "shop", source: "shopify-payments", file: 1 };
  if ("row" in fact) return { ...source, type: "charge", feeName: "fee", on: "11-27" };
  if ("payout" in fact) return { ...source, itemized: true, unlisted: [], on: "11-30" };
  return { number: "100", words: [], on: "12-01" };
}

async function play(arrived: readonly ParsedDocument[]): Promise<SettlementWorld> {
  const world = new SettlementWorld();
  for (const document of arrived) await world.arrive(document);
  return world;
}

const arrivedWeek = week.chain((made) => {
  const all = documents(made);
  return fc.record({
    made: fc.constant(made),
    arrived: fc.shuffledSubarray(all, { minLength: all.length }),
    copies: fc.subarray(all),
  });
});

describe("settlements, whatever happened and in whatever order it was told", () => {
  test("clearing is what was captured less what was refunded and settled, and every cent of it is explained", async () => {
    await fc.assert(
      fc.asyncProperty(arrivedWeek, async ({ made, arrived, copies }) => {
        const world = await play([...arrived, ...copies]);
        const balance = (name: string) => balancesOf(world).get(`USD us ${name}`) ?? 0;
        expect({
          clearing: balance("payment-clearing shopify_payments"),
          fees: balance("card-fees shopify_payments"),
          transit: balance("bank-in-transit us-bank"),
          bank: balance("bank us-bank"),
        }).toEqual(made.truth);
        const [clearing] = clearingOf(world);
        const explained = clearing?.items.reduce((total, { amount }) => total + amount, 0) ?? 0;
        expect(explained).toBe(made.truth.clearing);
        expect(openTexts(world)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("each payout is the sum of its rows, and clearing waits for none of its rows", async () => {
    await fc.assert(
      fc.asyncProperty(arrivedWeek, async ({ made, arrived }) => {
        const world = await play(arrived);
        const stated = world
          .transactions()
          .flatMap((transaction) =>
            world.factsOf(transaction).flatMap((event) => (event.name === "payout.stated" ? [event.payout.net] : [])),
          );
        expect([...stated].sort()).toEqual(made.payouts.map(({ net }) => net).sort());
        expect(clearingOf(world).flatMap(({ items }) => items.filter(({ waitsFor }) => waitsFor === "rows of the payout"))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

describe("matching", () => {
  const rows = fc.array(
    fc.record({
      order: fc.integer({ min: 0, max: 3 }),
      gross: fc.constantFrom(-500, -300, 200, 300, 500, 501, 1_000),
      at: fc.integer({ min: 10, max: 23 }),
    }),
    { maxLength: 12 },
  );
  const made = fc.record({ rows, payments: rows }).map(({ rows: given, payments }) => ({
    rows: given.map(
      ({ order, gross, at }, index): RowToMatch => ({
        settlement: `row-${index}`,
        row: {
          source: "stripe",
          account: "a",
          id: `${index}`,
          idFrom: "stated",
          type: "charge",
          class: "sale_refund",
          gross,
          fees: [],
          net: gross,
          currency: "USD",
          references: { orderName: `#${order}` },
          occurredAt: `2026-11-27T${at}:00:00.000Z`,
        },
      }),
    ),
    payments: payments.map(
      ({ order, gross, at }, index): SettleablePayment => ({
        sale: `sale-${order}`,
        paymentId: `p${index}`,
        amount: gross,
        currency: "USD",
        occurredAt: `2026-11-27T${at}:00:00.000Z`,
        entity: "us",
        orders: [`#${order}`],
        gatewayReferences: [],
      }),
    ),
  }));
  const rules = { toleranceMinorUnits: 1, lagDays: 3 };

  test("does not depend on the order in which rows and payments are given", () => {
    fc.assert(
      fc.property(
        made.chain((given) =>
          fc.record({
            given: fc.constant(given),
            rows: fc.shuffledSubarray(given.rows, { minLength: given.rows.length }),
            payments: fc.shuffledSubarray(given.payments, { minLength: given.payments.length }),
          }),
        ),
        ({ given, rows: shuffled, payments }) => {
          const byRow = (matches: ReturnType<typeof matchSettlement>) =>
            [...matches].sort((a, b) => (a.settlement < b.settlement ? -1 : 1));
          expect(byRow(matchSettlement(shuffled, payments, rules))).toEqual(byRow(matchSettlement(given.rows, given.payments, rules)));
        },
      ),
      { numRuns: 400 },
    );
  });

  test("settles no payment with more than it is, and every part of a row adds up to the row", () => {
    fc.assert(
      fc.property(made, ({ rows: given, payments }) => {
        const matches = matchSettlement(given, payments, rules);
        const settled = new Map<string, number>();
        for (const [index, { parts, outcome, difference = 0 }] of matches.entries()) {
          for (const { paymentId, amount } of parts) settled.set(paymentId, (settled.get(paymentId) ?? 0) + amount);
          if (outcome === "matched") expect(parts.reduce((total, { amount }) => total + amount, 0)).toBe(given[index]!.row.gross);
          if (outcome === "unmatched") expect([parts, difference]).toEqual([[], 0]);
        }
        for (const { paymentId, amount } of payments) {
          const beyond = Math.abs(settled.get(paymentId) ?? 0) - Math.abs(amount);
          expect(beyond).toBeLessThanOrEqual(rules.toleranceMinorUnits);
        }
      }),
      { numRuns: 400 },
    );
  });
});
