import { expect, test } from "vitest";
import { Invalid, Unavailable } from "#domain/failures";
import { documentItem, type LineageItem, rawBodyOf } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { SettlementRow } from "#domain/settlement";
import { createHandler } from "#functions/release-settlement-row";
import { settlementDocument } from "#functions/settlement-document";
import type { InsertAnswer } from "#ports/lineage-store";
import { memoryHouse } from "./memory-house.ts";
import { housePolicy } from "./settlement-house.ts";

const transaction = "settlement-row:shopify-payments:us-shop:R1";
const unlisted: SettlementRow = {
  source: "shopify-payments",
  account: "us-shop",
  id: "R1",
  idFrom: "stated",
  type: "loyalty_boost",
  gross: -300,
  fees: [],
  net: -300,
  currency: "USD",
  references: {},
  // Still 30 November in New York.
  occurredAt: "2026-12-01T03:00:00.000Z",
};

async function house(now: string, { row = unlisted, policy = housePolicy as Policy, answer = undefined as InsertAnswer | undefined } = {}) {
  const { lineage, items } = memoryHouse();
  const known = settlementDocument({ kind: "row", row }, "2026-12-01T04:00:00.000Z", policy);
  await lineage.insert([documentItem(known, rawBodyOf(new TextEncoder().encode("row")), "2026-12-01T04:00:00.000Z")]);
  const answering =
    answer === undefined ? lineage : { ...lineage, insert: async (inserted: readonly LineageItem[]) => inserted.map(() => answer) };
  const policies = {
    current: async () => policy,
    reload: async () => policy,
    lastRelease: async () => ({ release: 1, at: "", everywhereAt: "" }),
  };
  const at = (clock: string) => createHandler({ lineage: answering, policies, clock: { now: () => clock } });
  const released = () =>
    items().flatMap((item) => (item.type === "document" ? item.events.filter(({ name }) => name === "settlement.released") : []));
  return { release: at(now), at, released };
}

test("a row of an unlisted type is released when the month of its own day ends where its entity is", async () => {
  const early = await house("2026-12-01T04:59:59.999Z");
  expect(await early.release({ transaction })).toEqual({ outcome: "too-early", endsAt: "2026-12-01T05:00:00.000Z" });
  expect(early.released()).toEqual([]);

  const { release, released } = await house("2026-12-01T05:00:00.000Z");
  expect(await release({ transaction })).toEqual({ outcome: "released" });
  expect(released()).toEqual([
    {
      name: "settlement.released",
      schema: 1,
      key: "settlement.released:R1",
      version: "2026-12-01T05:00:00.000Z",
      occurredAt: "2026-12-01T05:00:00.000Z",
      because: "period-end",
      period: "2026-11",
    },
  ]);
});

test("a retail calendar ends its period with a week, and not with the month", async () => {
  const weeks = { kind: "weeks", pattern: "4-5-4", why: "retail", years: [{ name: "FY2026", from: "2026-02-01" }] };
  const policy = { ...housePolicy, entities: { US1: { timeZone: "America/New_York", calendar: weeks } } } as unknown as Policy;
  const row = { ...unlisted, occurredAt: "2026-11-20T15:00:00.000Z" };
  const { release } = await house("2026-11-28T05:00:00.000Z", { policy, row });
  // The tenth period of the year has four weeks from 1 November.
  expect(await release({ transaction })).toEqual({ outcome: "too-early", endsAt: "2026-11-29T05:00:00.000Z" });
});

test("released again, and later, it is one fact", async () => {
  const { at, released } = await house("2026-12-01T05:00:00.000Z");
  await at("2026-12-01T05:00:00.000Z")({ transaction });
  expect(await at("2026-12-24T05:00:00.000Z")({ transaction })).toEqual({ outcome: "not-needed" });
  expect(released()).toHaveLength(1);
});

test("a row that has a class by now needs no release", async () => {
  const balanceTypes = [{ source: "shopify-payments", type: "Loyalty_Boost", class: "promo_funding", why: "test" }];
  const { release, released } = await house("2026-12-24T05:00:00.000Z", { policy: { ...housePolicy, balanceTypes } as Policy });
  expect(await release({ transaction })).toEqual({ outcome: "not-needed" });
  expect(released()).toEqual([]);
});

test("of an account that the policies do not know, nobody can tell when its period ends: it is looked at again in a day", async () => {
  const { release } = await house("2026-12-24T05:00:00.000Z", { policy: { ...housePolicy, gatewayAccounts: {} } as Policy });
  expect(await release({ transaction })).toEqual({ outcome: "too-early", endsAt: "2026-12-25T05:00:00.000Z" });
});

test("what may not be on record is to be released again", async () => {
  const { release } = await house("2026-12-24T05:00:00.000Z", { answer: "unknown" });
  await expect(release({ transaction })).rejects.toThrow(Unavailable);
});

test.each([
  ["a payout", { transaction: "payout:shopify-payments:us-shop:104" }],
  ["a row that is not on record", { transaction: "settlement-row:shopify-payments:us-shop:R9" }],
  ["nothing", {}],
])("%s has nothing to release", async (_, input) => {
  await expect((await house("2026-12-24T05:00:00.000Z")).release(input)).rejects.toThrow(Invalid);
});
