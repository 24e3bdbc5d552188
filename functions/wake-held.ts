import { Unavailable } from "#domain/failures";
import type { ExceptionItem } from "#domain/lineage";
import type { BusEntry, EventBus } from "#ports/event-bus";
import type { PolicyStore } from "#ports/policy-store";
import type { WorkLists } from "#ports/work-lists";
import { openExceptions } from "./announce-events.ts";

export interface WakeHeldDependencies {
  readonly workLists: WorkLists;
  readonly bus: EventBus;
  readonly policies: PolicyStore;
}

const entriesPerRead = 500;
const transactionsPerEntryMax = 100;

/**
 * After a policy release: has every transaction with an open exception looked at again, so that what waited for a mapping posts by itself.
 * Waking one that still waits is harmless. Throws Unavailable when the bus did not take every entry: wake again.
 */
export function createHandler({ workLists, bus, policies }: WakeHeldDependencies) {
  return async function wakeHeld(): Promise<{ woken: number }> {
    const connections = Object.keys((await policies.current()).connections).sort();
    const transactions = await held();
    const entries: BusEntry[] = [];
    for (let start = 0; start < transactions.length; start += transactionsPerEntryMax) {
      const part = transactions.slice(start, start + transactionsPerEntryMax).map((id) => ({ id, connections }));
      entries.push({ name: "policy.released", shop: "*", connections, transactions: part });
    }
    const answers = entries.length === 0 ? [] : await bus.publish(entries);
    const failed = answers.filter((answer) => answer !== "accepted").length;
    if (failed > 0) throw new Unavailable(`the bus did not take ${failed} of ${entries.length} entries: wake again`);
    return { woken: transactions.length };
  };

  async function held(): Promise<string[]> {
    const found = new Set<string>();
    let after: string | undefined;
    do {
      const page = await workLists.read(openExceptions, after, entriesPerRead);
      for (const { body } of page.entries) found.add((body as ExceptionItem).transaction);
      after = page.next;
    } while (after !== undefined);
    return [...found];
  }
}
