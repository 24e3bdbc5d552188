import { describe, expect, test } from "vitest";
import { Invalid, Unavailable } from "#domain/failures";
import type { Policy } from "#domain/policy";
import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/audit-store-day";
import type { InsertAnswer } from "#ports/lineage-store";
import { memoryHouse } from "./memory-house.ts";
import { policy } from "./posting-house.ts";

const store = { entity: "E", location: "loop", name: "Loop", timeZone: "America/Chicago", currency: "USD" };
const known: Policy = { ...policy, stores: { "0001": store } };
const day = { store: "0001", businessDate: "2026-11-27", by: "Dana Reyes", reason: "counted" };
const transaction = "store-day:pos:0001:2026-11-27";

function house(options: { readonly now?: string; readonly answer?: InsertAnswer } = {}) {
  const { lineage, documents, items } = memoryHouse(options.answer);
  const clock = { now: () => current };
  let current = options.now ?? "2026-11-28T04:00:00.000Z";
  const policies = {
    current: async () => known,
    reload: async () => known,
    lastRelease: async () => ({ release: 1, at: current, everywhereAt: current }),
  };
  const at = (instant: string) => void (current = instant);
  return { state: createHandler({ lineage, documents, policies, clock, rules: postingRules }), items, at };
}

describe("a store day", () => {
  test("is audited by a named person, who goes on record with the reason", async () => {
    const { state, items } = house();
    expect(await state({ ...day, step: "audit" })).toEqual({ outcome: "audited", transaction, contributions: 0 });
    expect(items().map((item) => [item.transaction, (item as { events?: unknown }).events])).toEqual([
      [
        transaction,
        [
          {
            name: "store-day.audited",
            schema: 1,
            key: "store-day.audited:1",
            version: "2026-11-28T04:00:00.000Z",
            occurredAt: "2026-11-28T04:00:00.000Z",
            store: "0001",
            businessDate: "2026-11-27",
            by: "Dana Reyes",
            reason: "counted",
          },
        ],
      ],
    ]);
  });

  test("is audited once: a second audit names the first one, and changes nothing", async () => {
    const { state, items, at } = house();
    await state({ ...day, step: "audit" });
    at("2026-11-28T09:00:00.000Z");
    expect(await state({ ...day, by: "Rui Costa", step: "audit" })).toEqual({
      outcome: "already-audited",
      transaction,
      by: "Dana Reyes",
      at: "2026-11-28T04:00:00.000Z",
    });
    expect(items()).toHaveLength(1);
  });

  test("is reopened, and audited again under the next number", async () => {
    const { state, items, at } = house();
    await state({ ...day, step: "audit" });
    at("2026-11-28T09:00:00.000Z");
    expect(await state({ ...day, step: "reopen" })).toEqual({ outcome: "reopened", transaction, contributions: 0 });
    expect(await state({ ...day, step: "reopen" })).toEqual({ outcome: "not-audited", transaction });
    at("2026-11-28T10:00:00.000Z");
    expect(await state({ ...day, step: "audit" })).toEqual({ outcome: "audited", transaction, contributions: 0 });
    expect(items().flatMap((item) => (item.type === "document" ? item.events.map(({ key }) => key) : []))).toEqual([
      "store-day.audited:1",
      "store-day.reopened:1",
      "store-day.audited:2",
    ]);
  });

  test("that has not begun by the store's own calendar is not audited", async () => {
    // Ten in the evening of the 26th in Chicago.
    const { state, items, at } = house({ now: "2026-11-27T04:00:00.000Z" });
    expect(await state({ ...day, step: "audit" })).toEqual({ outcome: "not-begun" });
    expect(items()).toEqual([]);
    at("2026-11-27T06:00:00.000Z");
    expect(await state({ ...day, step: "audit" })).toEqual({ outcome: "audited", transaction, contributions: 0 });
  });

  test.each([
    ["that the policies do not know", { store: "9999" }, "unknown-store"],
    ["of a day that no calendar has", { businessDate: "2026-11-31" }, "no-day"],
  ])("%s is not audited", async (_, other, outcome) => {
    const { state, items } = house();
    expect(await state({ ...day, ...other, step: "audit" })).toEqual({ outcome });
    expect(items()).toEqual([]);
  });

  test("whose statement may not be on record is to be stated again", async () => {
    await expect(house({ answer: "unknown" }).state({ ...day, step: "audit" })).rejects.toThrow(Unavailable);
  });

  test("is not audited without a name and a reason", async () => {
    const { state } = house();
    await expect(state({ ...day, by: "", step: "audit" })).rejects.toThrow(Invalid);
    await expect(state({ ...day, reason: "", step: "audit" })).rejects.toThrow(Invalid);
  });
});
