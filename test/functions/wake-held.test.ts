import { expect, test } from "vitest";
import { createHandler } from "#functions/wake-held";
import type { BusEntry } from "#ports/event-bus";
import { policy } from "./posting-house.ts";

/** New connections count: what is in memory will not do. */
const notAsked = () => Promise.reject(new Error("the policy is read anew"));

function waker(transactions: readonly string[], answer: "accepted" | "failed" = "accepted") {
  const published: BusEntry[] = [];
  const entries = transactions.map((transaction, index) => ({ id: String(index), order: String(index), body: { transaction } }));
  const wake = createHandler({
    workLists: {
      put: async () => {},
      remove: async () => {},
      // Two entries a page.
      read: async (_, after, __) => {
        const start = after === undefined ? 0 : Number(after);
        return { entries: entries.slice(start, start + 2), ...(start + 2 < entries.length ? { next: String(start + 2) } : {}) };
      },
    },
    bus: {
      publish: async (given) => {
        published.push(...given);
        return given.map(() => answer);
      },
    },
    policies: { current: notAsked, reload: async () => policy, lastRelease: notAsked },
  });
  return { wake, published };
}

test("every transaction with an open exception is looked at again, once, by every connection", async () => {
  const { wake, published } = waker(["t1", "t2", "t1", "t3"]);
  expect(await wake()).toEqual({ woken: 3 });
  expect(published).toEqual([
    {
      name: "policy.released",
      shop: "*",
      connections: ["erp"],
      transactions: ["t1", "t2", "t3"].map((id) => ({ id, connections: ["erp"] })),
    },
  ]);
});

test("at most a hundred transactions an entry", async () => {
  const { wake, published } = waker(Array.from({ length: 201 }, (_, index) => `t${index}`));
  await wake();
  expect(published.map(({ transactions }) => transactions.length)).toEqual([100, 100, 1]);
});

test("nothing is held: nothing is published", async () => {
  const { wake, published } = waker([]);
  expect([await wake(), published]).toEqual([{ woken: 0 }, []]);
});

test("an entry that was not taken is thrown for another try", async () => {
  await expect(waker(["t1"], "failed").wake()).rejects.toMatchObject({ name: "Unavailable" });
});
