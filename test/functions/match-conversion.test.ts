import { expect, test } from "vitest";
import { documentItem, rawBodyOf } from "#domain/lineage";
import type { SettlementRow } from "#domain/settlement";
import { matchConversion } from "#functions/match-conversion";
import { readTransaction } from "#functions/read-transaction";
import { settlementDocument } from "../../functions/settlement-document.ts";
import { goldenPolicy } from "../golden/golden-policy.ts";
import { memoryHouse } from "./memory-house.ts";

const at = "2026-11-28T05:00:00.000Z";

function leg(id: string, gross: number, currency: string, relatedRowId?: string): SettlementRow {
  const references = relatedRowId === undefined ? {} : { relatedRowId };
  return {
    ...{ id, source: "paypal", account: "main", type: "T0200", nature: "conversion", occurredAt: "2026-11-27T00:00:00.000Z" },
    ...{ gross, fee: 0, net: gross, currency, references },
  } as unknown as SettlementRow;
}

/** What is said of the first of these legs. */
async function saidOfFirst(legs: readonly SettlementRow[]) {
  const { lineage, items } = memoryHouse();
  const parsed = legs.map((row) => settlementDocument({ kind: "row", row }, at, goldenPolicy));
  await lineage.insert(parsed.map((each) => documentItem(each, rawBodyOf(new TextEncoder().encode("{}")), at)));
  const references = {
    find: async (type: string | undefined, value: string) =>
      parsed
        .filter((each) => each.references.some((name) => name.type === type && name.value === value))
        .map(({ transaction }) => transaction),
    put: async () => {},
    wait: async () => {},
    waiters: async () => [],
  };
  const { transaction } = parsed[0]!;
  const ports = { lineage, references, clock: { now: () => at }, policy: goldenPolicy };
  await matchConversion(ports, await readTransaction(lineage, transaction), legs[0]!, at);
  const events = items().flatMap((item) => (item.type === "document" ? item.events : []));
  return events.flatMap((event) => (event.name === "settlement.matched" ? [event.conversion] : []));
}

const manyOfOneDay = Array.from({ length: 60 }, (_, index) => [
  leg(`A${index}`, -100, "EUR", `P${index}`),
  leg(`B${index}`, 110 + index, "USD", `P${index}`),
]).flat();

test("a leg finds the one for the same row among a hundred of its instant", async () => {
  const others = manyOfOneDay.filter(({ id }) => id !== "A57");
  expect(await saidOfFirst([leg("A57", -100, "EUR", "P57"), ...others])).toEqual([
    { settlement: "settlement-row:paypal:main:B57", amount: 167, currency: "USD" },
  ]);
});

test("of more legs of one instant than can be looked at, the instant tells no pair", async () => {
  const strange = Array.from({ length: 60 }, (_, index) => leg(`C${index}`, 5, "EUR"));
  expect(await saidOfFirst([leg("A", -100, "EUR"), leg("B", 110, "USD"), ...strange])).toEqual([]);
  expect(await saidOfFirst([leg("A", -100, "EUR"), leg("B", 110, "USD")])).toHaveLength(1);
});
