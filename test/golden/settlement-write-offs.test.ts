import { expect, test } from "vitest";
import type { DocumentItem } from "#domain/lineage";
import { writeOffVariance } from "#functions/write-off-variance";
import { documentsOf, readSettlementScenarios } from "./settlement-scenario.ts";
import { SettlementWorld } from "./settlement-world.ts";

const word = { by: "Ana Ruiz", reason: "too small to claim", at: "2026-12-03T08:00:00.000Z" };
const scenarios = readSettlementScenarios();

/** Every open exception of a scenario is given up: what the answer was, and which of them are open still. */
async function giveUp(name: string): Promise<Record<string, readonly [answer: string, isOpen: boolean]>> {
  const world = new SettlementWorld();
  for (const document of documentsOf(scenarios.find((each) => each.name === name)!)) await world.arrive(document);
  const openIn = (transaction: string) =>
    world.view(transaction).exceptions.flatMap(({ opened, closed }) => (closed === undefined ? [opened] : []));
  const given: Record<string, readonly [string, boolean]> = {};
  for (const exception of world.transactions().flatMap(openIn)) {
    const written: DocumentItem[] = [];
    const lineage = {
      insert: async (items: readonly DocumentItem[]) => {
        written.push(...items);
        return items.map(() => "inserted" as const);
      },
    };
    const answer = await writeOffVariance(lineage as never, world.view(exception.transaction), exception, word);
    for (const item of written) await world.arrive({ ...item, issues: [] });
    const { transaction, key, class: className, code } = exception;
    given[`${className}/${code}`] = [answer, openIn(transaction).some((each) => each.key === key)];
  }
  return given;
}

test("what stands in suspense is given up like a difference: a claim, a type that nobody knows, and one that says nothing", async () => {
  expect(await giveUp("fee-beyond-its-contract")).toEqual({ "money.tolerance-exceeded/fee": ["written-off", false] });
  expect(await giveUp("unlisted-type-at-the-end-of-its-period")).toEqual({
    "money.unclassified-balance-type/suspense": ["written-off", false],
  });
  expect(await giveUp("adjustment-to-investigate")).toEqual({ "money.tolerance-exceeded/investigate": ["written-off", false] });
});

test("what was never measured, and a row that is only held, is not said to be written off", async () => {
  expect(await giveUp("unlisted-type-held")).toEqual({ "money.unclassified-balance-type/held": ["no-variance", true] });
  expect(await giveUp("changed-less-than-was-paid")).toEqual({ "money.tolerance-exceeded/amount-mismatch": ["no-variance", true] });
});

test.each(scenarios.filter(({ open }) => open.length > 0).map(({ name }) => name))("%s: what is written off is booked", async (name) => {
  for (const [answer, isOpen] of Object.values(await giveUp(name))) expect([answer, isOpen]).toEqual([answer, answer !== "written-off"]);
});

test("all kinds of variances can be written off", async () => {
  const answers = await Promise.all(scenarios.filter(({ open }) => open.length > 0).map(({ name }) => giveUp(name)));
  const written = answers.flatMap((each) => Object.entries(each).flatMap(([open, [answer]]) => (answer === "written-off" ? [open] : [])));
  expect([...new Set(written)].sort()).toEqual([
    "money.missing-transaction/amount-mismatch",
    "money.missing-transaction/duplicate",
    "money.missing-transaction/fee",
    "money.missing-transaction/missing",
    "money.missing-transaction/unknown",
    "money.tolerance-exceeded/amount-mismatch",
    "money.tolerance-exceeded/fee",
    "money.tolerance-exceeded/investigate",
    "money.unclassified-balance-type/suspense",
  ]);
});
