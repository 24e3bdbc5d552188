import { describe, expect, test } from "vitest";
import { balancesOf, balanceTexts, clearingOf, functionalTexts, openTexts, waitTexts } from "./settlement-ledger.ts";
import { documentsOf, readSettlementScenarios, type SettlementScenario } from "./settlement-scenario.ts";
import { SettlementWorld } from "./settlement-world.ts";

const scenarios = readSettlementScenarios();

test("there are at least forty of them", () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(40);
});

async function play(documents: ReturnType<typeof documentsOf>): Promise<SettlementWorld> {
  const world = new SettlementWorld();
  for (const document of documents) await world.arrive(document);
  return world;
}

function outcomeOf(world: SettlementWorld, { currency, functional }: SettlementScenario) {
  const inBooks = functional === undefined ? {} : { functional: functionalTexts(world) };
  return { balances: balanceTexts(world, currency), ...inBooks, open: openTexts(world), waits: waitTexts(world) };
}

function expected({ balances, functional, open, waits }: SettlementScenario) {
  const written = Object.fromEntries(Object.entries(balances).sort());
  const inBooks = functional === undefined ? {} : { functional: Object.fromEntries(Object.entries(functional).sort()) };
  return { balances: written, ...inBooks, open: [...open].sort(), waits: [...waits].sort() };
}

describe.each(scenarios)("$name ($rows)", (scenario) => {
  test(scenario.story, async () => {
    expect(outcomeOf(await play(documentsOf(scenario)), scenario)).toEqual(expected(scenario));
  });

  test("comes to the same when everything arrives backwards, or twice", async () => {
    const documents = documentsOf(scenario);
    expect(outcomeOf(await play([...documents].reverse()), scenario)).toEqual(expected(scenario));
    expect(outcomeOf(await play([...documents, ...documents]), scenario)).toEqual(expected(scenario));
  });

  test("balances, and its clearing accounts are explained to the cent", async () => {
    const world = await play(documentsOf(scenario));
    const byBooks = new Map<string, number>();
    for (const document of world.posted()) {
      if (document.type !== "journal") continue;
      const books = `${document.entity} ${document.currency}`;
      for (const { amount } of document.lines) byBooks.set(books, (byBooks.get(books) ?? 0) + amount);
    }
    expect([...byBooks].filter(([, amount]) => amount !== 0)).toEqual([]);
    for (const { entity, gateway, currency, balance, items } of clearingOf(world)) {
      const of = (role: string) => balancesOf(world).get(`${currency} ${entity} ${role} ${gateway}`) ?? 0;
      const stands = of("payment-clearing") + of("acquirer-clearing");
      expect([gateway, balance]).toEqual([gateway, stands]);
      expect([gateway, items.reduce((total, { amount }) => total + amount, 0)]).toEqual([gateway, stands]);
    }
  });
});
