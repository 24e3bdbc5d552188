import type { TransactionView } from "#domain/lineage";
import { foldPlans, isWindow } from "#domain/posting";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

/** The store days and windows that a transaction contributes to: usually one, two where it lived through an hour. */
export async function readWindows(lineage: LineageStore, view: TransactionView): Promise<readonly TransactionView[]> {
  const windows = new Set<string>();
  for (const { plans, outcomes } of view.chains.values())
    for (const { document } of foldPlans(plans, outcomes).told.values()) if (isWindow(document.to)) windows.add(document.to);
  return Promise.all([...windows].sort().map((window) => readTransaction(lineage, window)));
}
