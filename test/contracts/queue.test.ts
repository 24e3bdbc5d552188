import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createQueue, type EmbeddedQueue, openDatabase } from "#adapters/embedded";
import type { QueueMessage } from "#ports/queue";
import { queueContract } from "./queue-contract.ts";
import { settableClock } from "./settable-clock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function openQueue(file = ":memory:") {
  const database = openDatabase(file, { busyTimeoutMilliseconds: 20 });
  onTestFinished(() => database.close());
  const clock = settableClock();
  const queue = createQueue({ database, clock, queues: { postings: { maxReceives: 3 }, stock: { maxReceives: 1 } } });
  return { queue, clock, database };
}

function message(body: unknown, group = "shop-a", delaySeconds = 0): QueueMessage {
  return { body, group, delaySeconds };
}

async function receivedBodies(queue: EmbeddedQueue, max: number): Promise<unknown[]> {
  return (await queue.receive("postings", max, 30)).map((one) => one.body);
}

queueContract("SQLite", async () => {
  const { queue } = openQueue();
  return { queue, received: async (name) => (await queue.receive(name, 100, 30)).map(({ body }) => body) };
});

describe("queue in SQLite", () => {
  it("delivers a message as it was sent, and hides it while it is worked on", async () => {
    const { queue } = openQueue();
    expect(await queue.send("postings", [message({ transactions: ["sale:1"] })])).toEqual(["accepted"]);
    const [first] = await queue.receive("postings", 10, 30);
    expect(first).toMatchObject({ body: { transactions: ["sale:1"] }, group: "shop-a", receives: 1 });
    expect(await queue.receive("postings", 10, 30)).toEqual([]);
  });

  it("delivers again when nobody acknowledged in time, and never after an acknowledgement", async () => {
    const { queue, clock } = openQueue();
    await queue.send("postings", [message("kept"), message("done")]);
    const [, done] = await queue.receive("postings", 10, 30);
    await queue.acknowledge([done!.id]);
    clock.advance(29);
    expect(await queue.receive("postings", 10, 30)).toEqual([]);
    clock.advance(1);
    expect(await queue.receive("postings", 10, 30)).toMatchObject([{ body: "kept", receives: 2 }]);
    clock.advance(1_000);
    await queue.acknowledge([done!.id]);
    expect(await queue.receive("postings", 10, 30)).toMatchObject([{ body: "kept", receives: 3 }]);
  });

  it("keeps a delayed message back to the second, and a released one", async () => {
    const { queue, clock } = openQueue();
    await queue.send("postings", [message("late", "shop-a", 900), message("soon")]);
    const [soon] = await queue.receive("postings", 10, 30);
    expect(soon?.body).toBe("soon");
    await queue.release([soon!.id], 5);
    clock.advance(4);
    expect(await receivedBodies(queue, 10)).toEqual([]);
    clock.advance(1);
    expect(await receivedBodies(queue, 10)).toEqual(["soon"]);
    clock.advance(894);
    expect(await receivedBodies(queue, 10)).toEqual(["soon"]);
    clock.advance(1);
    expect(await receivedBodies(queue, 10)).toEqual(["late"]);
  });

  it.each([-1, 901, 1.5, Number.NaN])("refuses a delay of %s seconds", async (delay) => {
    const { queue } = openQueue();
    await expect(queue.send("postings", [message("x", "shop-a", delay)])).rejects.toThrow(
      "a delay is a whole number of seconds from 0 to 900",
    );
    await expect(queue.release([1], delay)).rejects.toThrow("a delay is a whole number of seconds from 0 to 900");
  });

  it("refuses a queue that nobody declared, naming the declared ones", async () => {
    const { queue } = openQueue();
    await expect(queue.send("posting", [message("x")])).rejects.toThrow('there is no queue "posting": the known ones are postings, stock');
    await expect(queue.receive("posting", 1, 30)).rejects.toThrow('there is no queue "posting"');
  });

  it("lets a quiet group through at once, however long another group's backlog is", async () => {
    const { queue } = openQueue();
    await queue.send(
      "postings",
      Array.from({ length: 500 }, (_, index) => message(`loud ${index}`, "loud")),
    );
    await queue.send("postings", [message("quiet 0", "quiet"), message("quiet 1", "quiet"), message("third 0", "third")]);
    expect(await receivedBodies(queue, 6)).toEqual(["loud 0", "quiet 0", "third 0", "loud 1", "quiet 1", "loud 2"]);
  });

  it("serves the group next that has waited longest, when there are more groups than a receive takes", async () => {
    const { queue } = openQueue();
    for (const group of ["a", "b", "c"]) await queue.send("postings", [message(`${group}0`, group), message(`${group}1`, group)]);
    expect(await receivedBodies(queue, 1)).toEqual(["a0"]);
    expect(await receivedBodies(queue, 1)).toEqual(["b0"]);
    expect(await receivedBodies(queue, 1)).toEqual(["c0"]);
    expect(await receivedBodies(queue, 2)).toEqual(["a1", "b1"]);
    await queue.send("postings", [message("a2", "a")]);
    expect(await receivedBodies(queue, 1)).toEqual(["c1"]);
  });

  it("makes a dead letter of a message received three times in vain, keeps the others flowing, and takes it back on redrive", async () => {
    const { queue, clock } = openQueue();
    await queue.send("postings", [message("poison")]);
    for (const attempt of [1, 2, 3]) {
      expect(await queue.receive("postings", 10, 30)).toMatchObject([{ body: "poison", receives: attempt }]);
      clock.advance(30);
    }
    await queue.send("postings", [message("healthy")]);
    expect(await receivedBodies(queue, 10)).toEqual(["healthy"]);
    const [dead] = await queue.deadLetters("postings", 10);
    expect(dead).toMatchObject({
      body: "poison",
      receives: 3,
      group: "shop-a",
      sentAt: Date.parse("2026-03-02T10:00:00.000Z"),
      deadAt: Date.parse("2026-03-02T10:01:30.000Z"),
    });
    await queue.acknowledge([dead!.id]);
    expect(await queue.redrive("postings", [dead!.id + 1_000])).toBe(0);
    expect(await queue.redrive("stock")).toBe(0);
    expect(await queue.redrive("postings")).toBe(1);
    expect(await queue.deadLetters("postings", 10)).toEqual([]);
    expect(await queue.receive("postings", 10, 30)).toMatchObject([{ body: "poison", receives: 1 }]);
  });

  it("does not let a group full of dead letters hide the live message behind them", async () => {
    const { queue, clock } = openQueue();
    await queue.send(
      "stock",
      Array.from({ length: 4 }, (_, index) => message(`poison ${index}`)),
    );
    await queue.receive("stock", 10, 30);
    clock.advance(30);
    await queue.send("stock", [message("alive")]);
    expect((await queue.receive("stock", 2, 30)).map(({ body }) => body)).toEqual(["alive"]);
    expect((await queue.deadLetters("stock", 10)).map(({ body }) => body)).toEqual(["poison 0", "poison 1", "poison 2", "poison 3"]);
  });

  it("redrives one dead letter by its id", async () => {
    const { queue, clock } = openQueue();
    await queue.send("stock", [message("one"), message("two")]);
    await queue.receive("stock", 10, 30);
    clock.advance(30);
    await queue.receive("stock", 10, 30);
    const [one] = await queue.deadLetters("stock", 10);
    expect(await queue.redrive("stock", [one!.id])).toBe(1);
    expect((await queue.receive("stock", 10, 30)).map(({ body }) => body)).toEqual(["one"]);
    expect((await queue.deadLetters("stock", 10)).map(({ body }) => body)).toEqual(["two"]);
  });

  it("counts what waits, what is hidden and what is dead, and how old the oldest is", async () => {
    const { queue, clock } = openQueue();
    expect(await queue.depth("stock")).toEqual({ visible: 0, hidden: 0, dead: 0, oldestAgeSeconds: 0 });
    expect(await queue.nextVisibleAt("stock")).toBeUndefined();
    await queue.send("stock", [message("one")]);
    await queue.receive("stock", 1, 10);
    clock.advance(12);
    await queue.receive("stock", 1, 10);
    await queue.send("stock", [message("two"), message("three", "shop-a", 60)]);
    clock.advance(7);
    expect(await queue.depth("stock")).toEqual({ visible: 1, hidden: 1, dead: 1, oldestAgeSeconds: 7 });
    const [two] = await queue.receive("stock", 1, 10);
    await queue.acknowledge([two!.id]);
    expect(await queue.nextVisibleAt("stock")).toBe(Date.parse("2026-03-02T10:01:12.000Z"));
  });

  it("gives a new worker what its predecessor had in hand, and leaves delayed messages delayed", async () => {
    const { queue } = openQueue();
    await queue.send("postings", [message("in hand"), message("delayed", "shop-a", 60)]);
    expect((await queue.receive("postings", 10, 300)).map(({ body }) => body)).toEqual(["in hand"]);
    expect(await queue.receive("postings", 10, 300)).toEqual([]);
    expect(await queue.releaseReceived()).toBe(1);
    expect((await queue.receive("postings", 10, 300)).map(({ body, receives }) => [body, receives])).toEqual([["in hand", 1]]);
  });

  it("does not hold the deaths of its workers against a message, until there were twenty of them", async () => {
    const { queue } = openQueue();
    await queue.send("postings", [message("deadly")]);
    for (let death = 0; death < 20; death += 1) {
      expect((await queue.receive("postings", 10, 300)).map(({ receives }) => receives)).toEqual([1]);
      await queue.releaseReceived();
    }
    for (const receives of [1, 2, 3]) {
      expect((await queue.receive("postings", 10, 300)).map((each) => each.receives)).toEqual([receives]);
      await queue.releaseReceived();
    }
    expect(await queue.receive("postings", 10, 300)).toEqual([]);
    expect((await queue.deadLetters("postings", 10)).map(({ body }) => body)).toEqual(["deadly"]);
  });

  it("leaves a message that failed alone until its delay is over, also for a new worker", async () => {
    const { queue } = openQueue();
    await queue.send("postings", [message("failed")]);
    const [received] = await queue.receive("postings", 10, 300);
    await queue.release([received!.id], 60);
    expect(await queue.releaseReceived()).toBe(0);
    expect(await queue.receive("postings", 10, 300)).toEqual([]);
  });

  it("keeps its messages in the file, for any process that opens it", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const writer = openQueue(file);
    const worker = openQueue(file);
    await writer.queue.send("postings", [message("from another process")]);
    expect(await receivedBodies(worker.queue, 10)).toEqual(["from another process"]);
    expect(await receivedBodies(writer.queue, 10)).toEqual([]);
  });

  it("answers failed when the message could not be stored", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const { queue } = openQueue(file);
    const other = openQueue(file);
    other.database.connection.exec("BEGIN IMMEDIATE");
    expect(await queue.send("postings", [message("one"), message("two")])).toEqual(["failed", "failed"]);
    other.database.connection.exec("ROLLBACK");
    expect((await queue.depth("postings")).visible).toBe(0);
  });

  it("never gives one message to two receivers at the same time", async () => {
    const { queue } = openQueue();
    await queue.send(
      "postings",
      Array.from({ length: 50 }, (_, index) => message(index, `group ${index % 7}`)),
    );
    const received = (await Promise.all(Array.from({ length: 12 }, () => queue.receive("postings", 5, 30)))).flat();
    expect(received.map(({ body }) => Number(body)).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });
});
