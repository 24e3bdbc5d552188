import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ParsedDocument } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { seededRandom } from "../fixtures/seeded-random.ts";
import { type PayoutFile, payoutFiles } from "../payouts/payout-files.ts";
import { type Order, type PayoutWeek, payoutWeek } from "../payouts/payout-week.ts";
import { balancesOf, clearingOf, functionalTexts } from "./settlement-ledger.ts";
import { documentsOf, type SettlementFact } from "./settlement-scenario.ts";
import { SettlementWorld } from "./settlement-world.ts";

/** What the shop says of an order: its payments, and how its dispute ended. */
function saleDocuments({ name, shop, gateway, currency, payments, dispute }: Order): ParsedDocument[] {
  const texts = Object.fromEntries(Object.entries(payments).map(([id, amount]) => [id, formatMinorUnits(amount, currency)]));
  const sale = { sale: name, shop, with: gateway, currency, payments: texts, tax: "0", on: "11-27" } as SettlementFact;
  const lost = (each: NonNullable<Order["dispute"]>): SettlementFact => ({
    dispute: each.id,
    shop,
    of: name,
    amount: formatMinorUnits(each.amount, currency),
    reason: "fraudulent",
    outcome: "lost",
    on: "11-28",
  });
  const facts = [sale, ...(dispute === undefined ? [] : [lost(dispute)])];
  return documentsOf({ name: "", rows: [], story: "", currency, facts, balances: {}, open: [], waits: [] });
}

type Arrival = { readonly document: ParsedDocument } | { readonly file: PayoutFile };

async function play(arrivals: readonly Arrival[]): Promise<SettlementWorld> {
  const world = new SettlementWorld();
  for (const arrival of arrivals) {
    if ("document" in arrival) await world.arrive(arrival.document);
    else expect([arrival.file.name, await world.takeIn(arrival.file.name, arrival.file.bytes)]).toEqual([arrival.file.name, []]);
  }
  return world;
}

const arrivalsOf = (week: PayoutWeek, statement: "camt" | "mt940"): Arrival[] => [
  ...week.orders.flatMap(saleDocuments).map((document) => ({ document })),
  ...payoutFiles(week, statement).map((file) => ({ file })),
];

function standing(world: SettlementWorld): Record<string, number> {
  return Object.fromEntries([...balancesOf(world)].filter(([name, cents]) => cents !== 0 && !name.includes("fx-realised")).sort());
}

const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

describe.each(seeds)("a week of six gateway accounts, seed %i", (seed) => {
  const week = payoutWeek(seed);
  const statement = seed % 2 === 0 ? "camt" : "mt940";

  test("stands in the books as the ledger of truth says, to the cent and account by account", async () => {
    const world = await play(arrivalsOf(week, statement));
    expect(standing(world)).toEqual(week.truth);
    expect(functionalTexts(world)["us fx-realised EUR"] ?? "0.00").toBe(formatMinorUnits(week.exchange, "USD"));
  });

  test("has in clearing what was captured less what was refunded and settled, and explains each cent of it", async () => {
    const world = await play(arrivalsOf(week, statement));
    const accounts = clearingOf(world).map(({ entity, gateway, currency, balance, items }) => {
      expect([gateway, items.reduce((total, { amount }) => total + amount, 0)]).toEqual([gateway, balance]);
      return [`${currency} ${entity} ${gateway}`, balance] as const;
    });
    expect(Object.fromEntries(accounts.filter(([, balance]) => balance !== 0).sort())).toEqual(week.clearing);
  });

  test("comes to the same in any order of arrival, and when files come twice", async () => {
    const arrivals = arrivalsOf(week, statement);
    const shuffled = seededRandom(seed + 1_000).shuffled([...arrivals, ...arrivals]);
    expect(standing(await play(shuffled))).toEqual(week.truth);
  });

  test("is booked once when the bank delivers its days in CAMT.053 and in MT940, whichever comes first", async () => {
    const other = payoutFiles(week, statement === "camt" ? "mt940" : "camt").filter(({ name }) => name.startsWith("statement-"));
    const again = other.map((file) => ({ file }));
    expect(standing(await play([...arrivalsOf(week, statement), ...again]))).toEqual(week.truth);
    expect(standing(await play([...again, ...arrivalsOf(week, statement)]))).toEqual(week.truth);
  });

  test("pays out the sum of the rows of each payout", async () => {
    const world = await play(arrivalsOf(week, statement));
    const stated = world
      .transactions()
      .flatMap((each) => world.factsOf(each).flatMap((event) => (event.name === "payout.stated" ? [event.payout.net] : [])));
    expect(stated.sort()).toEqual(week.gateways.flatMap(({ payouts }) => payouts.map(({ net }) => net)).sort());
  });
});

test("the weeks have every kind of movement and state of a payout among them", () => {
  const weeks = seeds.map((seed) => payoutWeek(seed));
  const payouts = weeks.flatMap(({ gateways }) => gateways.flatMap((each) => each.payouts));
  const kinds = new Set(payouts.flatMap(({ movements }) => movements.map(({ kind }) => kind)));
  expect([...kinds].sort()).toEqual([
    "adjustment",
    "advance",
    "charge",
    "dispute",
    "dispute-won",
    "platform-fee",
    "refund",
    "reserve",
    "reserve-released",
    "unlisted",
  ]);
  expect([...new Set(payouts.map(({ state }) => state))].sort()).toEqual(["banked", "failed", "in-transit"]);
  expect(weeks.some(({ orders }) => orders.some(({ dispute }) => dispute?.lost))).toBe(true);
  expect(weeks.some(({ exchange }) => exchange > 0) && weeks.some(({ exchange }) => exchange < 0)).toBe(true);
});

test("a damaged report or statement is held whole and by name, or what it tells still adds up", async () => {
  let held = 0;
  for (const seed of [1, 2, 3, 4, 5]) {
    for (const { name, bytes } of payoutFiles(payoutWeek(seed), seed % 2 === 0 ? "camt" : "mt940")) {
      for (let round = 1; round <= 6; round += 1) {
        const world = new SettlementWorld();
        const problems = await world.takeIn(name, seededRandom(seed * 100 + round).damaged(bytes));
        if (problems.length > 0) {
          held += 1;
          expect(world.posted()).toEqual([]);
          expect(world.transactions().filter((each) => /^(?:settlement-row|payout|bank-line):/.test(each))).toEqual([]);
        }
        for (const event of world.transactions().flatMap((each) => world.factsOf(each)))
          if (event.name === "settlement.recorded")
            expect(event.row.gross - event.row.fees.reduce((total, { amount }) => total + amount, 0)).toBe(event.row.net);
      }
    }
  }
  expect(held).toBeGreaterThan(100);
});

test("the ledger of truth knows nothing of the product", () => {
  for (const file of ["payout-week.ts", "payout-files.ts"]) {
    const source = readFileSync(join(import.meta.dirname, "../payouts", file), "utf8");
    const imported = [...source.matchAll(/from "([^"]+)"/g)].map((match) => match[1]);
    expect(imported.filter((each) => each?.startsWith("#") || each?.includes("domain"))).toEqual([]);
  }
});
