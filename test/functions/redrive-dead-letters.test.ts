import { expect, test } from "vitest";
import type { ClosureItem, ExceptionItem, LineageItem } from "#domain/lineage";
import { createHandler } from "#functions/redrive-dead-letters";
import type { DeadLetter } from "#ports/dead-letters";
import type { BusEntry } from "#ports/event-bus";
import type { LastRelease } from "#ports/policy-store";
import { memoryHouse } from "./memory-house.ts";
import { policy, postingHouse } from "./posting-house.ts";

const sentAt = "2026-11-27T12:00:00.000Z";
const message = (...transactions: string[]) => ({
  shop: "shop",
  transactions: transactions.map((id) => ({ id, connections: ["erp"] })),
});
const wrapped = (detail: unknown) => JSON.stringify({ source: "throughline", "detail-type": "order.placed", detail });

/** Letters by their queue; `removes` says how many removals are answered before the process dies. */
function house(
  letters: Readonly<Record<string, readonly string[]>>,
  items: readonly LineageItem[] = [],
  bus: "accepted" | "failed" = "accepted",
  { released = { release: 1, at: "2026-11-01T00:00:00.000Z" }, held = [] as readonly string[] } = {} as {
    readonly released?: Pick<LastRelease, "release" | "at" | "wasPending">;
    readonly held?: readonly string[];
  },
) {
  const { lineage, items: all } = memoryHouse();
  void lineage.insert(items);
  const left = new Map(
    Object.entries(letters).map(([queue, texts]) => [
      queue,
      texts.map((text, index): DeadLetter => ({ id: `${queue} ${index}`, text, sentAt })),
    ]),
  );
  let hidden = new Set<string>();
  const published: BusEntry[] = [];
  const measured: string[] = [];
  const redrive = createHandler({
    deadLetters: {
      receive: async (queue) => {
        const found = (left.get(queue) ?? []).filter(({ id }) => !hidden.has(id)).slice(0, 2);
        for (const { id } of found) hidden.add(id);
        return found;
      },
      remove: async (queue, { id }) =>
        void left.set(
          queue,
          (left.get(queue) ?? []).filter((letter) => letter.id !== id),
        ),
    },
    lineage: { ...lineage, transactions: async () => ({ transactions: [...new Set(items.map(({ transaction }) => transaction))] }) },
    references: { put: async () => {}, waiters: async () => [], find: async () => [], wait: async () => {} },
    workLists: {
      put: async () => {},
      remove: async () => {},
      read: async () => ({ entries: held.map((transaction) => ({ id: transaction, order: transaction, body: { transaction } })) }),
    },
    bus: {
      publish: async (entries) => {
        published.push(...entries);
        return entries.map(() => bus);
      },
    },
    policies: {
      current: async () => policy,
      reload: async () => policy,
      lastRelease: async () => ({ ...released, everywhereAt: released.at }),
    },
    workflows: { runSynchronously: () => Promise.reject(new Error("nothing runs")), start: async () => "already-started" },
    clock: { now: () => "2026-11-27T14:00:00.000Z" },
    metrics: { record: (name, _value, _unit, dimensions) => void measured.push(`${name} ${Object.values(dimensions).join(" ")}`) },
    queues: async () => [
      { name: "posting-erp", connection: "erp", waitsFor: "erp", receivesMax: 5 },
      { name: "fetch-back", waitsFor: "source", receivesMax: 5 },
    ],
    deadLettersOf: (queue) => `${queue}-dead-letters`,
    streamLetters: ["lineage-stream-dead-letters"],
    busLetters: "undelivered-events",
  });
  const later = () => {
    hidden = new Set();
    return redrive();
  };
  return {
    redrive,
    later,
    published,
    measured,
    letters: () => [...left.values()].flat().map(({ id }) => id),
    exceptions: () => all().filter((item): item is ExceptionItem => item.type === "exception"),
  };
}

test("what a dead message pointed at is at the desk, with the connection and what to do; then its letter goes", async () => {
  const { redrive, exceptions, letters } = house({
    "posting-erp-dead-letters": [JSON.stringify(message("t1", "t2")), wrapped(message("t3"))],
  });
  expect(await redrive()).toEqual({ atDesk: 3, published: 0, replayed: 0, left: 0 });
  expect(exceptions().map(({ transaction }) => transaction)).toEqual(["t1", "t2", "t3"]);
  expect(exceptions()[0]).toMatchObject({
    class: "erp.unavailable",
    code: "dead-letter",
    cause: "posting-erp",
    connection: "erp",
    message: "posting was tried 5 times and failed: mend the cause, then exceptions retry ID, or exceptions retry --class for all of them",
  });
  expect(letters()).toEqual([]);
});

test("one exception per cause: a second letter of the same transaction opens none", async () => {
  const { redrive, exceptions } = house({ "posting-erp-dead-letters": [JSON.stringify(message("t1")), JSON.stringify(message("t1"))] });
  await redrive();
  expect(exceptions()).toHaveLength(1);
});

test("a letter that comes again after its exception has ended opens it no more", async () => {
  const opened: ExceptionItem = {
    ...{
      type: "exception",
      transaction: "t1",
      key: "X#erp.unavailable#abc#0001",
      at: "2026-11-27T13:00:00.000Z",
      class: "erp.unavailable",
    },
    ...{ code: "dead-letter", cause: "posting-erp", message: "m", occurrence: 1, dueAt: sentAt, connection: "erp" },
  };
  const closed: ClosureItem = { type: "closure", transaction: "t1", key: `${opened.key}#C`, at: opened.at, by: "hub", reason: "gone" };
  const { redrive, exceptions, letters } = house({ "posting-erp-dead-letters": [JSON.stringify(message("t1"))] }, [opened, closed]);
  await redrive();
  expect([exceptions(), letters()]).toEqual([[opened], []]);
});

test("what a rule of the bus could not deliver is published once more", async () => {
  const { redrive, published, letters } = house({
    "undelivered-events": [wrapped({ ...message("t1"), connections: ["erp"], group: "shop" })],
  });
  expect(await redrive()).toMatchObject({ published: 1 });
  expect(published).toEqual([
    { name: "order.placed", shop: "shop", connections: ["erp"], transactions: [{ id: "t1", connections: ["erp"] }] },
  ]);
  expect(letters()).toEqual([]);
});

test("its letter stays when the bus does not take it", async () => {
  const { redrive, letters } = house({ "undelivered-events": [wrapped({ ...message("t1"), connections: ["erp"] })] }, [], "failed");
  await expect(redrive()).rejects.toMatchObject({ name: "Unavailable" });
  expect(letters()).toEqual(["undelivered-events 0"]);
});

test("a batch that the stream gave up is announced out of the record, around the time that it arrived", async () => {
  const fact = (transaction: string, at: string) => ({ ...postingHouse().fact(transaction, "capture"), at });
  const { redrive, published, letters } = house(
    {
      "lineage-stream-dead-letters": [
        JSON.stringify({
          DDBStreamBatchInfo: {
            shardId: "shardId-1",
            approximateArrivalOfFirstRecord: "2026-11-27T12:00:00Z",
            approximateArrivalOfLastRecord: "2026-11-27T12:00:05Z",
          },
        }),
      ],
    },
    [
      fact("lost", "2026-11-27T12:00:02.000Z"),
      fact("begun-earlier", "2026-11-27T11:50:00.000Z"),
      fact("other", "2026-11-27T10:00:00.000Z"),
    ],
  );
  expect(await redrive()).toEqual({ atDesk: 0, published: 0, replayed: 1, left: 0 });
  expect(published.flatMap(({ transactions }) => transactions.map(({ id }) => id))).toEqual(["lost", "begun-earlier"]);
  expect(letters()).toEqual([]);
});

test("what says nothing to look at stays with its alarm, does not hold its neighbours, and is met again by the next run", async () => {
  const { redrive, later, letters, exceptions, measured } = house({
    "posting-erp-dead-letters": ["no json", JSON.stringify({ transactions: [null, 7] }), JSON.stringify(message("t1"))],
    "undelivered-events": [JSON.stringify({ source: "aws.s3", detail: {} })],
    "lineage-stream-dead-letters": [
      JSON.stringify({ DDBStreamBatchInfo: { approximateArrivalOfFirstRecord: "x", approximateArrivalOfLastRecord: "y" } }),
    ],
  });
  expect(await redrive()).toEqual({ atDesk: 1, published: 0, replayed: 0, left: 4 });
  expect(exceptions().map(({ transaction }) => transaction)).toEqual(["t1"]);
  expect(await later()).toEqual({ atDesk: 0, published: 0, replayed: 0, left: 4 });
  expect(letters()).toHaveLength(4);
  expect(measured.filter((line) => line === "DeadLetters desk redriven")).toHaveLength(1);
});

// The run is at 14:00; four runs of every five minutes are left to it.
test.each([
  ["came into force a moment ago", { at: "2026-11-27T13:59:59.000Z", wasPending: true }, ["t1", "t2"]],
  ["came into force twenty minutes ago", { at: "2026-11-27T13:40:00.000Z", wasPending: true }, ["t1", "t2"]],
  ["came into force before that", { at: "2026-11-27T13:39:59.999Z", wasPending: true }, []],
  ["was in force at once, and woke by itself", { at: "2026-11-27T13:59:59.000Z" }, []],
] as const)("what is held is looked at again when a pending release came into force: one that %s", async (_when, released, woken) => {
  const { redrive, published } = house({}, [], "accepted", { released: { release: 2, ...released }, held: ["t1", "t2"] });
  await redrive();
  expect(published.flatMap(({ name, transactions }) => transactions.map(({ id }) => `${name} ${id}`))).toEqual(
    woken.map((id) => `policy.released ${id}`),
  );
});

test("what is held is looked at again by the next run when the bus did not take it", async () => {
  const released = { release: 2, at: "2026-11-27T13:59:59.000Z", wasPending: true } as const;
  const { redrive, later, published } = house({}, [], "failed", { released, held: ["t1"] });
  await expect(redrive()).rejects.toThrow("wake again");
  await expect(later()).rejects.toThrow("wake again");
  expect(published).toHaveLength(2);
});
