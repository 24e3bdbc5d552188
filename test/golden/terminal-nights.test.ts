import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ParsedDocument } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { seededRandom } from "../fixtures/seeded-random.ts";
import { type TerminalNights, terminalNights } from "../payouts/terminal-nights.ts";
import { balancesOf, openTexts } from "./settlement-ledger.ts";
import { documentsOf, type SettlementFact } from "./settlement-scenario.ts";
import { SettlementWorld } from "./settlement-world.ts";

type Arrival = ParsedDocument | { readonly report: string };

function arrivalsOf({ tickets, payouts, report }: TerminalNights): Arrival[] {
  const text = (cents: number) => formatMinorUnits(cents, "USD");
  const facts = [
    ...tickets.map(({ number, on, at, cents }) => ({ ticket: number, cards: [{ amount: text(cents) }], voided: false, on, at })),
    ...payouts.map(({ id, cents }) => ({ bank: `L${id}`, number: "100", amount: text(cents), words: [id], on: "12-01" })),
  ] as SettlementFact[];
  const documents = documentsOf({ name: "", rows: [], story: "", currency: "USD", facts, balances: {}, open: [], waits: [] });
  return [...documents, { report }];
}

async function play(arrivals: readonly Arrival[]): Promise<SettlementWorld> {
  const world = new SettlementWorld();
  for (const arrival of arrivals) {
    if ("report" in arrival) expect(await world.takeIn("worldpay_week.csv", new TextEncoder().encode(arrival.report))).toEqual([]);
    else await world.arrive(arrival);
  }
  return world;
}

function standing(world: SettlementWorld) {
  const balance = (name: string) => balancesOf(world).get(`USD us ${name}`) ?? 0;
  return { clearing: balance("acquirer-clearing worldpay"), fees: balance("card-fees worldpay"), bank: balance("bank us-bank") };
}

/** Which tickets each batch settles, as the facts of its row say it last. */
function settledBy(world: SettlementWorld): Record<string, string[]> {
  const rows = world.transactions().filter((each) => each.startsWith("settlement-row:"));
  return Object.fromEntries(
    rows.map((row) => {
      const said = world.factsOf(row).flatMap((event) => (event.name === "settlement.matched" ? [event] : []));
      const [last] = said.sort((a, b) => (a.version < b.version ? 1 : -1));
      const tickets = (last?.parts ?? []).map(({ sale }) => sale.split(":").at(-1) ?? "");
      return [row.split(":").at(-1) ?? "", tickets.sort((a, b) => Number(a) - Number(b))];
    }),
  );
}

const seeds = Array.from({ length: 15 }, (_, index) => index + 1);

describe.each(["times", "days"] as const)("a terminal closed into the night, whose report states %s", (states) => {
  test.each(seeds)("settles each card by the batch that it was in, in any order of arrival, seed %i", async (seed) => {
    const nights = terminalNights(seed, states);
    const arrivals = arrivalsOf(nights);
    const inBatches = Object.fromEntries(nights.batches.map(({ id, tickets }) => [id, tickets]));
    for (const order of [arrivals, [...arrivals].reverse(), seededRandom(seed).shuffled([...arrivals, ...arrivals])]) {
      const world = await play(order);
      expect(standing(world)).toEqual(nights.truth);
      expect(settledBy(world)).toEqual(inBatches);
      expect(openTexts(world)).toEqual([]);
    }
  });
});

test("the nights know nothing of the product", () => {
  const source = readFileSync(join(import.meta.dirname, "../payouts/terminal-nights.ts"), "utf8");
  expect([...source.matchAll(/from "([^"]+)"/g)].map((match) => match[1])).toEqual(["../fixtures/seeded-random.ts"]);
});
