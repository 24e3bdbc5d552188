import { expect, test } from "vitest";
import { type ExceptionItem, type LineageItem, type RetryItem, retryKey } from "#domain/lineage";
import { createHandler as createAnnounce } from "#functions/announce-events";
import { createHandler } from "#functions/retry-exception";
import type { BusEntry } from "#ports/event-bus";
import { memoryHouse } from "./memory-house.ts";
import { policy } from "./posting-house.ts";

const dead: ExceptionItem = {
  type: "exception",
  transaction: "sale:1",
  key: "X#erp.unavailable#abc#0001",
  at: "2026-11-27T08:00:00.000Z",
  class: "erp.unavailable",
  code: "dead-letter",
  cause: "posting-erp",
  message: "posting was tried 5 times and failed",
  occurrence: 1,
  dueAt: "2026-11-27T09:00:00.000Z",
};
const refused: ExceptionItem = { ...dead, key: "X#erp.rejected#abc#0001", class: "erp.rejected", code: "period" };
const waiting: ExceptionItem = { ...dead, key: "X#policy.approval-needed#abc#0001", class: "policy.approval-needed", code: "concession" };

function desk(items: readonly LineageItem[], answer?: "unavailable" | "unknown") {
  const house = memoryHouse();
  void house.lineage.insert(items);
  const lineage = answer === undefined ? house.lineage : { ...house.lineage, insert: async () => [answer] };
  const retry = createHandler({ lineage, clock: { now: () => "2026-11-27T13:00:00.000Z" } });
  const press = (exception: ExceptionItem, by = "Ana Ruiz") =>
    retry({ transaction: "sale:1", exception: exception.key, by, reason: "mended" });
  return { retry, press, house, added: () => house.items().slice(items.length) };
}

const pressed: RetryItem = {
  type: "retry",
  transaction: "sale:1",
  key: "X#erp.unavailable#abc#0001#T0001",
  at: "2026-11-27T13:00:00.000Z",
  by: "Ana Ruiz",
  reason: "mended",
};

test("a retry is one item of the lineage, with who and why; pressed again it is another one", async () => {
  const { press, added } = desk([dead]);
  expect(await press(dead)).toEqual({ outcome: "retried", number: 1 });
  expect(await press(dead)).toEqual({ outcome: "retried", number: 2 });
  expect(added()).toEqual([pressed, { ...pressed, key: "X#erp.unavailable#abc#0001#T0002" }]);
});

test("what is recorded is announced: every connection looks at the transaction once more", async () => {
  const published: BusEntry[] = [];
  const nothing = async () => {};
  const announce = createAnnounce({
    references: { put: nothing, waiters: async () => [], find: async () => [], wait: nothing },
    workLists: { put: nothing, remove: nothing, read: async () => ({ entries: [] }) },
    bus: {
      publish: async (entries) => {
        published.push(...entries);
        return entries.map(() => "accepted");
      },
    },
    policies: {
      current: async () => policy,
      reload: async () => policy,
      lastRelease: async () => ({ release: 1, at: dead.at, everywhereAt: dead.at }),
    },
    workflows: { runSynchronously: () => Promise.reject(new Error("nothing runs")), start: async () => "started" },
  });
  await announce({ items: [pressed] });
  expect(published).toEqual([
    { name: "exception.retried", shop: "*", connections: ["erp"], transactions: [{ id: "sale:1", connections: ["erp"] }] },
  ]);
});

test("of two people at the same moment the first one counts, and the other is told", async () => {
  const { house, press } = desk([dead]);
  const page = house.lineage.page;
  // The second one has read before the first one wrote.
  const stale = {
    ...house.lineage,
    page: async (...asked: Parameters<typeof page>) => ({ items: (await page(...asked)).items.slice(-1) }),
  };
  await press(dead);
  const second = createHandler({ lineage: stale, clock: { now: () => "2026-11-27T13:00:00.001Z" } });
  expect(await second({ transaction: "sale:1", exception: dead.key, by: "Rui Costa", reason: "mended" })).toEqual({
    outcome: "retried-just-now",
    by: "Ana Ruiz",
    at: "2026-11-27T13:00:00.000Z",
  });
  expect(house.items().filter(({ key }) => key === retryKey(dead.key, 1))).toHaveLength(1);
});

test("what the ERP refused is let go, so that it is sent again: closed under the person's name", async () => {
  const { press, added } = desk([refused]);
  expect(await press(refused)).toEqual({ outcome: "retried", number: 1 });
  expect(added()).toMatchObject([
    { type: "retry", by: "Ana Ruiz" },
    { type: "closure", key: "X#erp.rejected#abc#0001#C", by: "Ana Ruiz", reason: "mended" },
  ]);
  expect(await press(refused)).toEqual({ outcome: "closed", by: "Ana Ruiz", at: "2026-11-27T13:00:00.000Z" });
});

test("what waits for an approval is not sent by pressing, and what is unknown is said to be", async () => {
  const { press, added, retry } = desk([waiting]);
  expect(await press(waiting)).toEqual({ outcome: "needs-approval" });
  expect(await press(dead)).toEqual({ outcome: "unknown" });
  await expect(retry({ transaction: "sale:1", exception: dead.key, by: " HUB", reason: "x" })).rejects.toMatchObject({ name: "Invalid" });
  expect(added()).toEqual([]);
});

test.each(["unavailable", "unknown"] as const)("a store that answers %s is told: retry again", async (answer) => {
  await expect(desk([dead], answer).press(dead)).rejects.toMatchObject({ name: "Unavailable" });
});
