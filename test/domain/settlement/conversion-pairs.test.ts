import { expect, test } from "vitest";
import { conversionPairs, type SettlementRow } from "#domain/settlement";

const leg = (id: string, gross: number, currency: string, more: { relatedRowId?: string; at?: string } = {}) => {
  const { at = "2026-11-28T10:00:00.000Z", ...references } = more;
  return { settlement: id, row: { id, gross, currency, occurredAt: at, references } as unknown as SettlementRow };
};
const pairs = (...legs: ReturnType<typeof leg>[]) => [...conversionPairs(legs)].map(([id, other]) => `${id}-${other.settlement}`).sort();

test("what goes in one currency and comes in another at one instant is one conversion", () => {
  expect(pairs(leg("a", -100, "EUR"), leg("b", 112, "USD"))).toEqual(["a-b", "b-a"]);
  expect(pairs(leg("a", -100, "EUR"), leg("b", 112, "USD", { at: "2026-11-28T10:00:01.000Z" }))).toEqual([]);
  expect(pairs(leg("a", 100, "EUR"), leg("b", 112, "USD"))).toEqual([]);
  expect(pairs(leg("a", -100, "USD"), leg("b", 100, "USD"))).toEqual([]);
});

test("legs that name a row belong together by it, whenever they were booked; one may name the other itself", () => {
  const later = "2026-11-28T11:00:00.000Z";
  expect(pairs(leg("a", -100, "EUR", { relatedRowId: "T" }), leg("b", 112, "USD", { relatedRowId: "T", at: later }))).toEqual([
    "a-b",
    "b-a",
  ]);
  expect(pairs(leg("a", -100, "EUR"), leg("b", 112, "USD", { relatedRowId: "a", at: later }))).toEqual(["a-b", "b-a"]);
  expect(pairs(leg("a", -100, "EUR", { relatedRowId: "T" }), leg("b", 112, "USD", { relatedRowId: "U" }))).toEqual([]);
});

test("what could belong to several belongs to none", () => {
  expect(pairs(leg("a", -100, "EUR"), leg("b", 112, "USD"), leg("c", 90, "GBP"))).toEqual([]);
});
