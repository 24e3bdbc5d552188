import { expect, test } from "vitest";
import type { ApprovalItem, LineageItem } from "#domain/lineage";
import { createHandler } from "#functions/announce-events";
import type { BusEntry } from "#ports/event-bus";
import { policy, postingHouse } from "./posting-house.ts";

/** Ports that write down in which order they are called. */
function announcer(options: { readonly waiters?: readonly string[]; readonly failing?: number; readonly releasedAt?: string } = {}) {
  const calls: string[] = [];
  const published: BusEntry[] = [];
  const handler = createHandler({
    references: {
      put: async (entries) => void calls.push(`put ${entries.map(({ reference }) => reference.value).join(" ")}`),
      waiters: async () => {
        calls.push("waiters");
        return options.waiters ?? [];
      },
      find: async () => [],
      wait: async () => {},
    },
    workLists: {
      put: async (list, entries) => void calls.push(`list ${list} + ${entries.map(({ id }) => id).join(" ")}`),
      remove: async (list, ids) => void calls.push(`list ${list} - ${ids.join(" ")}`),
      read: async () => ({ entries: [] }),
    },
    bus: {
      publish: async (entries) => {
        calls.push("publish");
        published.push(...entries);
        return entries.map((_, index) => (index < (options.failing ?? 0) ? "failed" : "accepted"));
      },
    },
    policies: {
      current: async () => policy,
      reload: async () => policy,
      lastRelease: async () => {
        calls.push("released");
        const at = options.releasedAt ?? "2026-11-01T00:00:00.000Z";
        return { release: 1, at, everywhereAt: at };
      },
    },
    workflows: {
      runSynchronously: async () => ({ status: "failed", error: "none", cause: "none is run here" }),
      start: async (machine, name, input) => {
        calls.push(`start ${machine} ${name.slice(0, 6)} ${JSON.stringify(input)}`);
        return "started";
      },
    },
  });
  return { announce: (items: readonly LineageItem[]) => handler({ items }), calls, published };
}

const named = (item: LineageItem): LineageItem => ({ ...item, references: [{ type: "order-name", value: "#1" }] }) as LineageItem;

test("references are put before waiters are read, and the bus comes last", async () => {
  const { announce, calls, published } = announcer({ waiters: ["t9"] });
  await announce([named(postingHouse().fact("t1", "capture"))]);
  expect(calls).toEqual(["put #1", "waiters", "publish"]);
  expect(published).toEqual([
    { name: "order.cancelled", shop: "shop", connections: ["erp"], transactions: [{ id: "t1", connections: ["erp"] }] },
    { name: "reference.found", shop: "*", connections: ["erp"], transactions: [{ id: "t9", connections: ["erp"] }] },
  ]);
});

test("a quarantined document is announced as such, not by its events", async () => {
  const { announce, published } = announcer();
  await announce([postingHouse().fact("t1", "order", [{ class: "money.amount-mismatch", code: "x", cause: "x", message: "x" }])]);
  expect(published.map(({ name }) => name)).toEqual(["document.quarantined"]);
});

test("one entry per event name and shop, of at most 100 transactions, each transaction once", async () => {
  const house = postingHouse();
  const items = Array.from({ length: 230 }, (_, index) => house.fact(`t${index % 210}`, `fact-${index}`));
  const { announce, published } = announcer();
  expect(await announce(items)).toEqual({ announced: 3 });
  expect(published.map(({ transactions }) => transactions.length)).toEqual([100, 100, 10]);
});

test("an entry for each name of an event, and none twice", async () => {
  const { announce, published } = announcer();
  const order = postingHouse().fact("t1", "order");
  const [cancelled] = order.events;
  const voided = { ...cancelled, name: "payment.voided", key: "payment.voided:1" } as typeof cancelled;
  await announce([{ ...order, events: [cancelled!, voided!, { ...cancelled!, key: "again" }] }]);
  expect(published.map(({ name }) => name)).toEqual(["order.cancelled", "payment.voided"]);
});

test("who waits for two of the references is woken once", async () => {
  const { announce, published } = announcer({ waiters: ["t9", "t9"] });
  await announce([named(postingHouse().fact("t1", "capture"))]);
  expect(published.at(-1)).toMatchObject({ name: "reference.found", transactions: [{ id: "t9" }] });
});

test("an entry that the bus did not take makes the stream deliver the batch again", async () => {
  const { announce } = announcer({ failing: 1 });
  await expect(announce([postingHouse().fact("t1", "capture")])).rejects.toMatchObject({
    name: "Unavailable",
    message: "the bus did not take 1 of 1 entries: the batch is announced again",
  });
});

test("exceptions come into the open list and go when they are closed; the ERP's numbers become references", async () => {
  const { announce, calls } = announcer();
  const base = { transaction: "t1", at: "2026-11-27T10:00:00.000Z" } as const;
  const key = "X#data.unmapped#00#0001";
  await announce([
    {
      ...base,
      type: "exception",
      key,
      class: "data.unmapped",
      code: "item",
      cause: "c",
      message: "m",
      occurrence: 1,
      dueAt: base.at,
    },
    { ...base, type: "closure", key: `${key}#C`, by: "hub", reason: "its cause is gone" },
    {
      ...base,
      type: "outcome",
      key: "P#erp#000001#R",
      connection: "erp",
      number: 1,
      results: [{ kind: "done", number: "J-7" }, { kind: "skipped" }],
    },
  ]);
  expect(calls).toEqual(["put J-7", "waiters", `list open-exceptions + t1/${key}`, `list open-exceptions - t1/${key}`, "released"]);
});

test("a transaction whose exception came onto the list after a release may have been missed by it, and is woken", async () => {
  const opened = (transaction: string, at: string): LineageItem => ({
    type: "exception",
    transaction,
    at,
    key: "X#data.unmapped#00#0001",
    class: "data.unmapped",
    code: "item",
    cause: "c",
    message: "m",
    occurrence: 1,
    dueAt: at,
  });
  const { announce, published, calls } = announcer({ releasedAt: "2026-11-27T10:00:00.000Z" });
  await announce([
    opened("before", "2026-11-27T09:58:00.000Z"),
    opened("by-a-fast-clock", "2026-11-27T10:00:59.999Z"),
    opened("after", "2026-11-27T10:01:00.000Z"),
  ]);
  expect(published).toEqual([
    {
      name: "policy.released",
      shop: "*",
      connections: ["erp"],
      transactions: [
        { id: "before", connections: ["erp"] },
        { id: "by-a-fast-clock", connections: ["erp"] },
      ],
    },
  ]);
  // The entry is on the list before the release is asked for.
  expect(calls.indexOf("released")).toBeGreaterThan(calls.findIndex((call) => call.startsWith("list ")));
});

test("nothing to announce calls nobody", async () => {
  const { announce, calls } = announcer();
  expect(await announce([])).toEqual({ announced: 0 });
  expect(calls).toEqual([]);
});

const approval: ApprovalItem = {
  type: "approval",
  transaction: "sale:shopify:shop.example:1",
  key: "A#abc#0001",
  at: "2026-11-27T12:00:00.000Z",
  connection: "erp",
  hash: "abc",
  occurrence: 1,
  kind: "concession",
  role: "group-controller",
  document: "sale:shopify:shop.example:1/a",
  entity: "us",
  currency: "USD",
  message: "m",
  requestedBy: "hub",
  expiresAt: "2026-11-27T13:00:00.500Z",
};

test("an approval that is asked is listed and starts its wait under one name, which lasts until it expires", async () => {
  const { announce, calls, published } = announcer();
  await announce([approval]);
  await announce([approval]);
  const wait = JSON.stringify({ transaction: approval.transaction, approval: approval.key, secondsToDecide: 3601 });
  const listed = "list open-approvals + sale:shopify:shop.example:1/A#abc#0001";
  const started = calls.filter((call) => call.startsWith("start"));
  expect(new Set(started).size).toBe(1);
  expect(started[0]?.endsWith(wait)).toBe(true);
  expect(calls.filter((call) => !call.startsWith("start"))).toEqual([listed, listed]);
  expect(published).toEqual([]);
});

test("what a person closed has every connection look at the transaction; what the hub closed, or a decision, does not", async () => {
  const { announce, published } = announcer();
  const closed = (transaction: string, by: string) =>
    ({ type: "closure", transaction, key: "X#erp.rejected#00#0001#C", at: "2026-11-27T10:00:00.000Z", by, reason: "r" }) as const;
  await announce([closed("t1", "ana"), closed("t2", "hub"), { ...closed("t3", "ana"), approval: "A#abc#0001" }]);
  expect(published).toEqual([
    { name: "exception.resolved", shop: "*", connections: ["erp"], transactions: [{ id: "t1", connections: ["erp"] }] },
  ]);
});

test("a decision leaves the list and has its connection look at the transaction, and no other", async () => {
  const { announce, calls, published } = announcer();
  const { transaction, connection } = approval;
  const decision = { type: "approval-decision", transaction, connection, key: `${approval.key}#D`, at: approval.at } as const;
  await announce([{ ...decision, answer: "granted", by: "ana", reason: "r" }]);
  expect(calls).toEqual(["list open-approvals - sale:shopify:shop.example:1/A#abc#0001", "publish"]);
  expect(published).toEqual([
    { name: "approval.decided", shop: "*", connections: ["erp"], transactions: [{ id: transaction, connections: ["erp"] }] },
  ]);
});

test("facts that another stream takes back wake the stream that was told, on the connection that carried them", async () => {
  const { announce, published } = announcer();
  const told = { from: "t1", document: "t1/return", entity: "E", connection: "erp", plan: 2 };
  await announce([{ ...postingHouse().fact("t2", "return"), events: [], told }]);
  expect(published).toEqual([
    { name: "fact.withdrawn", shop: "shop", connections: ["erp"], transactions: [{ id: "t2", connections: ["erp"] }] },
  ]);
});

test("what no ERP numbered is no reference", async () => {
  const { announce, calls } = announcer();
  const results = ["told", "opening", "FVC-1"].map((number) => ({ kind: "done" as const, number }));
  await announce([{ type: "outcome", transaction: "t1", key: "P#erp#000001#R", at: "", connection: "erp", number: 1, results }]);
  expect(calls).toEqual(["put FVC-1", "waiters"]);
});

test("a return that was authorised is followed under one name, however often it is announced; its end starts nothing", async () => {
  const { announce, calls } = announcer();
  const transaction = "sale:shopify:us.example:1";
  const granted = { type: "reservation", transaction, key: "V#000001", at: "", authorization: "RA-000000000001" };
  const end = { type: "reservation-end", transaction, key: "V#000001#E", at: "", how: "cancelled", by: "till" };
  await announce([granted as unknown as LineageItem]);
  await announce([granted as unknown as LineageItem, end as LineageItem]);
  const started = calls.filter((call) => call.startsWith("start"));
  expect(started.map((call) => call.replace(/refund \w+/, "refund"))).toEqual([
    `start return-to-refund {"transaction":"${transaction}","reservation":"V#000001"}`,
    `start return-to-refund {"transaction":"${transaction}","reservation":"V#000001"}`,
  ]);
  expect(new Set(started).size).toBe(1);
});

test("news of a payout are followed under one name, however often they are announced; what the follower says starts nothing", async () => {
  const { announce, calls } = announcer();
  const transaction = "payout:stripe:stripe-us:po_1";
  const news = (key: string, name: string, at: string) =>
    ({ ...postingHouse().fact(transaction, key), kind: "payout", at, events: [{ name, key }] }) as unknown as LineageItem;
  await announce([news("a", "payout.stated", "2026-12-01T10:00:00.000Z"), news("b", "payout.banked", "2026-12-01T10:00:01.000Z")]);
  await announce([news("b", "payout.banked", "2026-12-01T10:00:01.000Z"), news("c", "payout.reconciled", "2026-12-01T10:00:02.000Z")]);
  const started = calls.filter((call) => call.startsWith("start"));
  expect(started.map((call) => call.replace(/payout \w+/, "payout"))).toEqual([
    `start reconcile-payout {"transaction":"${transaction}","at":"2026-12-01T10:00:01.000Z"}`,
    `start reconcile-payout {"transaction":"${transaction}","at":"2026-12-01T10:00:01.000Z"}`,
  ]);
  expect(new Set(started).size).toBe(1);
});

test("what contributes to an hour starts its closing, once for each hour; the time of a store day is kept from its first fact on, once more when it is reopened", async () => {
  const { announce, calls } = announcer();
  const telling = { from: "sale:shopify:us.example:1", document: "d", entity: "E", connection: "erp", plan: 1 };
  const told = (transaction: string, key: string): LineageItem =>
    ({ ...postingHouse().fact(transaction, key), told: telling }) as LineageItem;
  const hour = "window:shopify:us.example:2026-11-27T14";
  await announce([told(hour, "a"), told(hour, "b"), told("store-day:pos:0101:2026-11-27", "c"), told("sale:shopify:us.example:2", "d")]);
  const started = () => calls.filter((call) => call.startsWith("start"));
  const day = "store-day:pos:0101:2026-11-27";
  expect(started().map((call) => call.replace(/(close-[a-z-]+) \w+/, "$1"))).toEqual([
    `start close-window {"transaction":"${hour}","endsAt":"2026-11-27T15:05:00.000Z"}`,
    `start close-store-day {"transaction":"${day}"}`,
  ]);
  const statement = { store: "0101", businessDate: "2026-11-27", by: "Dana", reason: "again", schema: 1, version: "1" } as const;
  const at = "2026-11-28T10:00:00.000Z";
  const reopened = {
    ...told(day, "r"),
    events: [{ ...statement, name: "store-day.reopened", key: "store-day.reopened:1", occurredAt: at }],
  };
  await announce([reopened as LineageItem]);
  const names = started().flatMap((call) => /close-store-day (\w+)/.exec(call)?.[1] ?? []);
  // The first name is begun again, and is the same execution; the other one is of the reopened day.
  expect(names).toEqual([names[0], names[0], names[2]]);
  expect(names[2]).not.toBe(names[0]);
});

test("a settlement row of an unlisted type waits for the end of its period, begun once for each; a row of a class does not", async () => {
  const { announce, calls } = announcer();
  const row = (transaction: string, more: object): LineageItem =>
    ({ ...postingHouse().fact(transaction, "a"), events: [{ name: "settlement.recorded", row: more }] }) as unknown as LineageItem;
  await announce([row("settlement-row:s:a:1", {}), row("settlement-row:s:a:2", { class: "reserve" })]);
  await announce([row("settlement-row:s:a:1", {})]);
  const started = calls.filter((call) => call.startsWith("start"));
  expect(new Set(started).size).toBe(1);
  expect(started.map((call) => call.replace(/suspense \w+ /, "suspense "))).toEqual([
    'start settlement-row-to-suspense {"transaction":"settlement-row:s:a:1"}',
    'start settlement-row-to-suspense {"transaction":"settlement-row:s:a:1"}',
  ]);
});

test("the window of a payout closes an hour after something was told to it first", async () => {
  const { announce, calls } = announcer();
  const telling = { from: "sale:shopify:us.example:1", document: "d", entity: "E", connection: "erp", plan: 1 };
  const told = (key: string, at: string): LineageItem =>
    ({ ...postingHouse().fact("window:shopify-payments:sp:payout-PO1", key), at, told: telling }) as LineageItem;
  await announce([told("a", "2026-11-29T06:00:02.000Z"), told("b", "2026-11-29T06:00:01.000Z")]);
  expect(calls.filter((call) => call.startsWith("start")).map((call) => call.replace(/close-window \w+/, "close-window"))).toEqual([
    'start close-window {"transaction":"window:shopify-payments:sp:payout-PO1","endsAt":"2026-11-29T07:00:01.000Z"}',
  ]);
});
