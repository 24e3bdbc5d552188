import type { ExceptionItem } from "#domain/lineage";
import type { EventBus } from "#ports/event-bus";
import type { PolicyStore } from "#ports/policy-store";
import type { WorkLists } from "#ports/work-lists";
import { publishAll, wakeEntries } from "./bus-entries.ts";
import { openExceptions } from "./open-exceptions.ts";

export interface WakeHeldDependencies {
  readonly workLists: WorkLists;
  readonly bus: EventBus;
  readonly policies: PolicyStore;
}

const entriesPerRead = 500;

/**
 * After a policy release: has every transaction with an open exception looked at again, so that what waited for a mapping posts by itself.
 * Waking one that still waits is harmless. Throws Unavailable when the bus did not take every entry: wake again.
 */
export function createHandler({ workLists, bus, policies }: WakeHeldDependencies) {
  return async function wakeHeld(): Promise<{ woken: number }> {
    const transactions = await held();
    await publishAll(bus, wakeEntries("policy.released", transactions, await policies.reload()), "wake again");
    return { woken: transactions.size };
  };

  async function held(): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    let after: string | undefined;
    do {
      const page = await workLists.read(openExceptions, after, entriesPerRead);
      for (const { body } of page.entries) found.add((body as ExceptionItem).transaction);
      after = page.next;
    } while (after !== undefined);
    return found;
  }
}
