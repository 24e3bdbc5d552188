import type { TransactionId } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

/** Streams that are read at once. */
const readsMax = 25;

/** Reads all of these streams, a batch after the other, and keeps what `keep` answers of each. */
export async function readInBatches<Kept>(
  lineage: Pick<LineageStore, "page">,
  transactions: readonly TransactionId[],
  keep: (view: TransactionView) => Kept | undefined,
): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (let start = 0; start < transactions.length; start += readsMax) {
    const views = await Promise.all(transactions.slice(start, start + readsMax).map((each) => readTransaction(lineage, each)));
    kept.push(...views.flatMap((view) => keep(view) ?? []));
  }
  return kept;
}
