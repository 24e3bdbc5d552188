import { describe, expect, it, onTestFinished } from "vitest";
import { createEventBus, createQueue, openDatabase } from "#adapters/embedded";
import type { BusEntry } from "#ports/event-bus";
import { type ContractSubscription, eventBusContract } from "./event-bus-contract.ts";
import { settableClock } from "./settable-clock.ts";

const everything: readonly ContractSubscription[] = [{ queue: "north", names: "*" }];

function openBus(subscriptions = everything) {
  const database = openDatabase(":memory:");
  onTestFinished(() => database.close());
  const clock = settableClock();
  const queues = Object.fromEntries(subscriptions.map(({ queue }) => [queue, { maxReceives: 3 }]));
  const queue = createQueue({ database, clock, queues });
  const bus = createEventBus({ database, clock, subscriptions: subscriptions.map((each) => ({ name: each.queue, ...each })) });
  const received = async (name: string) => (await queue.receive(name, 100, 30)).map(({ body }) => body);
  return { bus, queue, received, database };
}

eventBusContract("SQLite", async (subscriptions) => openBus(subscriptions));

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

describe("event bus in SQLite", () => {
  it("puts deliveries into the group of their shop", async () => {
    const { bus, queue } = openBus();
    await bus.publish([captured, captured, shipped]);
    expect((await queue.receive("north", 10, 30)).map(({ group }) => group)).toEqual(["birch.example", "maple.example", "maple.example"]);
  });

  it("answers failed for every entry when the deliveries could not be stored", async () => {
    const { bus, database } = openBus();
    database.close();
    expect(await bus.publish([captured, shipped])).toEqual(["failed", "failed"]);
  });
});
