import { describe, expect, it, onTestFinished } from "vitest";
import { createEventBus, createQueue, openDatabase } from "#adapters/embedded";
import type { BusEntry } from "#ports/event-bus";
import { settableClock } from "./settable-clock.ts";

function openBus() {
  const database = openDatabase(":memory:");
  onTestFinished(() => database.close());
  const clock = settableClock();
  const settings = { maxReceives: 3 };
  const queue = createQueue({ database, clock, queues: { north: settings, south: settings, stock: settings } });
  const bus = createEventBus({
    database,
    clock,
    subscriptions: [
      { name: "finance-north", queue: "north", names: "*", connection: "north" },
      { name: "finance-south", queue: "south", names: "*", connection: "south" },
      { name: "stock", queue: "stock", names: ["fulfillment.shipped", "ticket.completed"] },
    ],
  });
  const bodies = async (name: string) => (await queue.receive(name, 100, 30)).map((message) => message.body);
  return { bus, queue, bodies, database };
}

const captured: BusEntry = {
  name: "payment.captured",
  shop: "maple.example",
  connections: ["north", "south"],
  transactions: [
    { id: "sale:1", connections: ["north"] },
    { id: "sale:2", connections: ["south"] },
  ],
};
const shipped: BusEntry = {
  name: "fulfillment.shipped",
  shop: "birch.example",
  connections: ["north"],
  transactions: [{ id: "sale:3", connections: ["north"] }],
};

describe("event bus", () => {
  it("delivers an entry whole to every subscription whose names and connection match, and to no other", async () => {
    const { bus, bodies } = openBus();
    expect(await bus.publish([captured, shipped])).toEqual(["accepted", "accepted"]);
    expect(await bodies("north")).toEqual([shipped, captured]);
    expect(await bodies("south")).toEqual([captured]);
    expect(await bodies("stock")).toEqual([shipped]);
  });

  it("puts deliveries into the group of their shop", async () => {
    const { bus, queue } = openBus();
    await bus.publish([captured, captured, shipped]);
    expect((await queue.receive("north", 10, 30)).map(({ group }) => group)).toEqual(["birch.example", "maple.example", "maple.example"]);
  });

  it("accepts an entry that nobody subscribed to", async () => {
    const { bus, queue } = openBus();
    expect(await bus.publish([{ ...captured, connections: ["west"] }])).toEqual(["accepted"]);
    expect((await queue.depth("north")).visible).toBe(0);
  });

  it("refuses an entry that points at more than a hundred transactions, and delivers nothing of the call", async () => {
    const { bus, queue } = openBus();
    const transactions = Array.from({ length: 101 }, (_, index) => ({ id: `sale:${index}`, connections: ["north"] }));
    await expect(bus.publish([shipped, { ...captured, transactions }])).rejects.toThrow(
      "points at 101 transactions: split it, the limit is 100",
    );
    expect((await queue.depth("north")).visible).toBe(0);
  });

  it("answers failed for every entry when the deliveries could not be stored", async () => {
    const { bus, database } = openBus();
    database.close();
    expect(await bus.publish([captured, shipped])).toEqual(["failed", "failed"]);
  });
});
