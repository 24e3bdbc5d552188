import { isTransactionId, type TransactionId } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import type { LineageStore } from "#ports/lineage-store";
import type { References } from "#ports/references";
import { readTransaction } from "./read-transaction.ts";

export interface FindTransactionsPorts {
  readonly lineage: LineageStore;
  readonly references: References;
}

/**
 * The streams behind a reference that are `wanted`, at most `limit`: a transaction id itself, or any other name of it; in the order of their
 * ids.
 */
export async function findTransactions(
  { lineage, references }: FindTransactionsPorts,
  reference: string,
  limit = Number.POSITIVE_INFINITY,
  wanted: (transaction: TransactionId) => boolean = () => true,
): Promise<readonly TransactionView[]> {
  if (isTransactionId(reference) && wanted(reference)) {
    const direct = await readTransaction(lineage, reference);
    if (direct.documents.length > 0) return [direct];
  }
  const named = (await references.find(undefined, reference)).filter(wanted).sort();
  // A settlement row names what it settled: by that name the sale is meant, whose story tells the row.
  const own = named.filter((transaction) => !transaction.startsWith("settlement-row:"));
  const found = (own.length > 0 ? own : named).slice(0, limit);
  return Promise.all(found.map((transaction) => readTransaction(lineage, transaction)));
}
