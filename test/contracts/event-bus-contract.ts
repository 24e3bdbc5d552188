import { describe, expect, it } from "vitest";
import type { BusEntry, EventBus } from "#ports/event-bus";

/** Which entries go to which queue; every host reads it from the wiring. */
export interface ContractSubscription {
  readonly queue: string;
  readonly names: readonly BusEntry["name"][] | "*";
  readonly connection?: string;
}

export interface OpenBus {
  readonly bus: EventBus;
  /** The bodies that came to a queue, in any order, once there are `count` of them or none has come for a while. */
  received(queue: string, count: number): Promise<readonly unknown[]>;
}

const subscriptions: readonly ContractSubscription[] = [
  { queue: "north", names: "*", connection: "north" },
  { queue: "south", names: "*", connection: "south" },
  { queue: "stock", names: ["fulfillment.shipped", "ticket.completed"] },
];

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

const byText = (bodies: readonly unknown[]) => bodies.map((body) => JSON.stringify(body)).sort();

/** What every adapter of ports/event-bus keeps. `open` gives a bus whose queues are empty. */
export function eventBusContract(name: string, open: (subscriptions: readonly ContractSubscription[]) => Promise<OpenBus>): void {
  describe(`event bus contract: ${name}`, () => {
    it("delivers an entry whole to every subscription whose names and connection match, and to no other", async () => {
      const { bus, received } = await open(subscriptions);
      expect(await bus.publish([captured, shipped])).toEqual(["accepted", "accepted"]);
      expect(byText(await received("north", 2))).toEqual(byText([captured, shipped]));
      expect(await received("south", 2)).toEqual([captured]);
      expect(await received("stock", 2)).toEqual([shipped]);
    });

    it("accepts an entry that nobody subscribed to, and no entries at all", async () => {
      const { bus, received } = await open(subscriptions);
      expect(await bus.publish([{ ...captured, connections: ["west"] }])).toEqual(["accepted"]);
      expect(await bus.publish([])).toEqual([]);
      expect(await received("north", 1)).toEqual([]);
    });

    it("takes more entries than the host takes in a call, and answers each", async () => {
      const { bus, received } = await open(subscriptions);
      const entries = Array.from(
        { length: 23 },
        (_, index): BusEntry => ({ ...shipped, transactions: [{ id: `sale:${index}`, connections: ["north"] }] }),
      );
      expect(await bus.publish(entries)).toEqual(entries.map(() => "accepted"));
      expect(byText(await received("stock", 23))).toEqual(byText(entries));
    });

    it("refuses an entry that points at more than a hundred transactions, and delivers nothing of the call", async () => {
      const { bus, received } = await open(subscriptions);
      const transactions = Array.from({ length: 101 }, (_, index) => ({ id: `sale:${index}`, connections: ["north"] }));
      await expect(bus.publish([shipped, { ...captured, transactions }])).rejects.toThrow(
        "points at 101 transactions: split it, the limit is 100",
      );
      expect(await received("stock", 1)).toEqual([]);
    });
  });
}
