import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { BusEntry, BusName, EventBus } from "#ports/event-bus";
import type { HubDatabase } from "./database.ts";
import { prepareEnqueue, type QueuedMessage } from "./enqueue.ts";
import { nowMilliseconds } from "./instant.ts";

/** A rule of the bus as data: which entries go to which queue. */
export interface Subscription {
  readonly name: string;
  readonly queue: string;
  /** Names of the bus, or "*" for all of them. */
  readonly names: readonly BusName[] | "*";
  /** Only entries that concern this ERP connection. */
  readonly connection?: string;
}

const transactionsPerEntryMax = 100;

/**
 * ports/event-bus: an entry is written to the queue of every subscription that it matches, whole (as an EventBridge rule delivers it:
 * the subscriber picks the transactions of its connection) and in the shop's group. One transaction per publish call.
 */
export function createEventBus(options: {
  readonly database: HubDatabase;
  readonly clock: Clock;
  readonly subscriptions: readonly Subscription[];
}): EventBus {
  const { database, clock, subscriptions } = options;
  const enqueue = prepareEnqueue(database);
  return {
    async publish(entries) {
      const messages = entries.flatMap((entry) => deliveries(entry, subscriptions));
      try {
        await database.write(() => enqueue(messages, nowMilliseconds(clock)));
        return entries.map(() => "accepted" as const);
      } catch (error) {
        if (error instanceof Unavailable || error instanceof UnknownOutcome) return entries.map(() => "failed" as const);
        throw error;
      }
    },
  };
}

function deliveries(entry: BusEntry, subscriptions: readonly Subscription[]): readonly QueuedMessage[] {
  if (entry.transactions.length > transactionsPerEntryMax) {
    throw new Invalid(
      `a bus entry ${entry.name} points at ${entry.transactions.length} transactions: split it, the limit is ${transactionsPerEntryMax}`,
    );
  }
  const body = JSON.stringify(entry);
  return subscriptions
    .filter((subscription) => matches(entry, subscription))
    .map((subscription) => ({ queue: subscription.queue, group: entry.shop, body, delaySeconds: 0 }));
}

function matches(entry: BusEntry, subscription: Subscription): boolean {
  return (
    (subscription.names === "*" || subscription.names.includes(entry.name)) &&
    (subscription.connection === undefined || entry.connections.includes(subscription.connection))
  );
}
