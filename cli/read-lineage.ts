import type { TransactionView } from "#domain/lineage";
import { readTransaction } from "#functions/read-transaction";
import type { Hub } from "#hub";

export { findTransactions } from "#functions/find-transactions";
export { type ExceptionRow, exceptionRow, rowOf, stateOf } from "#functions/transaction-story";

/** Every transaction of the data folder, one at a time. */
export async function* allTransactions(hub: {
  readonly lineage: Pick<Hub["lineage"], "page" | "transactions">;
}): AsyncGenerator<TransactionView> {
  let after: string | undefined;
  do {
    const page = await hub.lineage.transactions(after, 500);
    for (const transaction of page.transactions) yield await readTransaction(hub.lineage, transaction);
    after = page.next;
  } while (after !== undefined);
}
