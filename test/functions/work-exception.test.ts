import { expect, test } from "vitest";
import type { ExceptionItem } from "#domain/lineage";
import { listedException, openExceptions } from "#functions/open-exceptions";
import { createHandler } from "#functions/work-exception";
import { memoryHouse } from "./memory-house.ts";
import { policy } from "./posting-house.ts";

const late: ExceptionItem = {
  type: "exception",
  transaction: "sale:1",
  key: "X#period.late-event#abc#0001",
  at: "2026-11-27T12:00:00.000Z",
  class: "period.late-event",
  code: "post",
  cause: "sale:1/placed@1",
  message: "posted in December",
  occurrence: 1,
  dueAt: "2026-11-30T12:00:00.000Z",
};

function desk() {
  const { lineage, documents, items } = memoryHouse();
  void lineage.insert([late]);
  const asked: unknown[] = [];
  const work = createHandler({
    ...{ channels: [], sources: [], formats: [], lineage, documents, references: {} as never },
    workLists: {
      put: async () => {},
      remove: async () => {},
      read: async (...page) => {
        asked.push(page);
        return { entries: [listedException({ opened: late })], ...(page[1] === undefined ? { next: "behind it" } : {}) };
      },
    },
    policies: { current: async () => policy, reload: async () => policy, lastRelease: () => Promise.reject(new Error("not asked")) },
    clock: { now: () => "2026-11-27T13:00:00.000Z" },
  });
  const word = { transaction: "sale:1", exception: late.key, by: "Ana Ruiz", reason: "seen" };
  return { work, word, asked, added: () => items().slice(1) };
}

test("a page of what is open, and the page behind it", async () => {
  const { work, asked } = desk();
  expect(await work({ action: "list" })).toEqual({ exceptions: [{ ...late, severity: "info" }], next: "behind it" });
  await work({ action: "list", after: "behind it" });
  expect(asked).toEqual([
    [openExceptions, undefined, 100],
    [openExceptions, "behind it", 100],
  ]);
});

test("a person's word is passed on to whoever records it", async () => {
  const { work, word, added } = desk();
  expect(await work({ action: "edit", ...word, body: "{}" })).toEqual({ outcome: "not-a-document" });
  expect(await work({ action: "retry", ...word })).toEqual({ outcome: "retried", number: 1 });
  expect(await work({ action: "resolve", ...word })).toEqual({ outcome: "resolved" });
  expect(added().map(({ type }) => type)).toEqual(["retry", "closure"]);
});

test("all of a kind are retried by one call, which answers how many there were", async () => {
  const { work, added } = desk();
  const all = { action: "retry-all", connection: "erp-us", by: "Ana Ruiz", reason: "the ERP is back" };
  expect(await work(all)).toEqual({
    ...{ outcome: "retried-all", matching: 0, retried: 0, inHand: 0, notSent: 0, left: 0 },
    transactions: [],
  });
  expect(added()).toEqual([]);
});

test("an action that there is none of is named with those that there are", async () => {
  await expect(desk().work({ action: "shred" })).rejects.toThrow('"list", "retry", "retry-all", "resolve" or "edit"');
});
