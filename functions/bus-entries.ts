import { Unavailable } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import type { Policy } from "#domain/policy";
import type { BusEntry, BusName, EventBus } from "#ports/event-bus";

const transactionsPerEntryMax = 100;

/** Entries of one name and shop, each pointing at up to 100 of the transactions. */
export function busEntries(name: BusName, shop: string, transactions: BusEntry["transactions"]): BusEntry[] {
  const entries: BusEntry[] = [];
  for (let start = 0; start < transactions.length; start += transactionsPerEntryMax) {
    const part = transactions.slice(start, start + transactionsPerEntryMax);
    entries.push({ name, shop, transactions: part, connections: [...new Set(part.flatMap((each) => each.connections))].sort() });
  }
  return entries;
}

/** Entries that have every connection look at these transactions again: a look costs little, and nobody is forgotten. */
export function wakeEntries(name: BusName, woken: Iterable<TransactionId>, policy: Policy): BusEntry[] {
  const connections = Object.keys(policy.connections).sort();
  return busEntries(
    name,
    "*",
    [...new Set(woken)].map((id) => ({ id, connections })),
  );
}

/** Throws Unavailable, with what to do `next`, when the bus did not take every entry. */
export async function publishAll(bus: EventBus, entries: readonly BusEntry[], next: string): Promise<void> {
  if (entries.length === 0) return;
  const answers = await bus.publish(entries);
  const failed = answers.filter((answer) => answer !== "accepted").length;
  if (failed > 0) throw new Unavailable(`the bus did not take ${failed} of ${entries.length} entries: ${next}`);
}
