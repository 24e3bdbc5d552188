import { expect, test } from "vitest";
import type { ApprovalItem, ClosureItem, DocumentItem, ExceptionItem, LineageItem } from "#domain/lineage";
import { createHandler } from "#functions/replay-lineage";
import type { BusEntry } from "#ports/event-bus";
import { memoryHouse } from "./memory-house.ts";
import { policy, postingHouse } from "./posting-house.ts";

const document = (transaction: string, at: string): DocumentItem => ({
  ...(postingHouse().fact(transaction, "capture") as DocumentItem),
  at,
});
const opened: ExceptionItem = {
  type: "exception",
  transaction: "t1",
  key: "X#data.unmapped#abc#0001",
  at: "2026-11-27T12:00:00.000Z",
  class: "data.unmapped",
  code: "item",
  cause: "item:MUG",
  message: "item MUG is not in the item policy",
  occurrence: 1,
  dueAt: "2026-11-27T16:00:00.000Z",
};
const ended: ExceptionItem = { ...opened, key: "X#data.unmapped#def#0001" };
const closure: ClosureItem = { type: "closure", transaction: "t1", key: `${ended.key}#C`, at: opened.at, by: "hub", reason: "gone" };

/** A record that gives two transactions a page, and a clock that moves so many seconds with each look. */
function house(items: readonly LineageItem[], secondsPerLook = 0) {
  const { lineage, items: all } = memoryHouse();
  void lineage.insert(items);
  const names = [...new Set(items.map(({ transaction }) => transaction))].sort();
  const published: BusEntry[] = [];
  const listed: string[] = [];
  let looks = 0;
  const replay = createHandler({
    lineage: {
      ...lineage,
      transactions: async (after) => {
        const rest = names.filter((name) => after === undefined || name > after);
        const [, last] = rest;
        return { transactions: rest.slice(0, 2), ...(rest.length > 2 && last !== undefined ? { next: last } : {}) };
      },
    },
    references: { put: async () => {}, waiters: async () => [], find: async () => [], wait: async () => {} },
    workLists: {
      put: async (list, entries) => void listed.push(...entries.map(({ id }) => `${list} + ${id}`)),
      remove: async (list, ids) => void listed.push(...ids.map((id) => `${list} - ${id}`)),
      read: async () => ({ entries: [] }),
    },
    bus: {
      publish: async (entries) => {
        published.push(...entries);
        return entries.map(() => "accepted");
      },
    },
    policies: {
      current: async () => policy,
      reload: async () => policy,
      lastRelease: async () => ({ release: 1, at: "2026-11-01T00:00:00.000Z", everywhereAt: "2026-11-01T00:00:00.000Z" }),
    },
    workflows: { runSynchronously: () => Promise.reject(new Error("nothing runs")), start: async () => "already-started" },
    clock: { now: () => new Date(Date.UTC(2026, 10, 28) + looks++ * secondsPerLook * 1000).toISOString() },
  });
  const looked = () => published.flatMap(({ transactions }) => transactions.map(({ id }) => id)).sort();
  return { replay, looked, listed, all };
}

const days = ["t1 2026-11-26", "t2 2026-11-27", "t3 2026-11-28"].map((each) => {
  const [transaction = "", day = ""] = each.split(" ");
  return document(transaction, `${day}T23:59:59.999Z`);
});

test("everything that was recorded is looked at once more, and nothing is written", async () => {
  const { replay, looked, all } = house(days);
  expect(await replay({})).toEqual({ announced: 3, transactions: 3 });
  expect([looked(), all()]).toEqual([["t1", "t2", "t3"], days]);
});

test.each([
  [{ from: "2026-11-27" }, ["t2", "t3"]],
  [{ to: "2026-11-27" }, ["t1", "t2"]],
  [{ from: "2026-11-27", to: "2026-11-27" }, ["t2"]],
  [{ from: "2026-11-27T23:59:59.999Z", to: "2026-11-28T00:00:00.000Z" }, ["t2"]],
])("a window %j is a window of the record: a day counts whole, an instant to the millisecond", async (window, transactions) => {
  const { replay, looked } = house(days);
  await replay(window);
  expect(looked()).toEqual(transactions);
});

test("a list gets back what is open and lost, and nothing that has ended since", async () => {
  const { replay, listed } = house([days[0] as DocumentItem, opened, ended, closure]);
  await replay({});
  expect(listed).toEqual([`open-exceptions + t1/${opened.key}`, `open-exceptions - t1/${ended.key}`]);
});

test("an approval that nobody was asked for is asked for", async () => {
  const asked: ApprovalItem = {
    ...{ type: "approval", transaction: "t1", key: "A#h#0001", at: opened.at, connection: "erp", hash: "h", occurrence: 1 },
    ...{ kind: "restatement", role: "controller", document: "t1/placed", entity: "E", currency: "USD", message: "m" },
    ...{ requestedBy: "hub", expiresAt: "2026-11-30T12:00:00.000Z" },
  };
  const { replay, listed } = house([asked]);
  await replay({});
  expect(listed).toEqual([`open-approvals + t1/${asked.key}`]);
});

test("when the time of one call is over the next one goes on where it stopped", async () => {
  const { replay, looked } = house(days, 601);
  expect(await replay({})).toEqual({ announced: 2, transactions: 2, next: "t2" });
  expect(await replay({ after: "t2" })).toEqual({ announced: 1, transactions: 1 });
  expect(looked()).toEqual(["t1", "t2", "t3"]);
});

test("a bound that is no day and no instant is refused", async () => {
  await expect(house([]).replay({ from: "yesterday" })).rejects.toThrow("days such as 2026-11-27");
});
