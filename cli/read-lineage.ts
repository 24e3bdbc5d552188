import type { TransactionView } from "#domain/lineage";
import { readTransaction } from "#functions/read-transaction";
import { readWindows } from "#functions/read-windows";
import { type Story, storyOf } from "#functions/transaction-story";
import type { Hub } from "#hub";

export { findTransactions } from "#functions/find-transactions";
export { type ExceptionRow, exceptionRow, rowOf, stateOf } from "#functions/transaction-story";

/** The story of a transaction, with the summaries that say what it contributes. */
export async function tellableStory(hub: Hub, view: TransactionView): Promise<Story> {
  return storyOf(view, await readWindows(hub.lineage, view));
}

/** Every transaction of the data folder that is wanted, one at a time. */
export async function* allTransactions(
  hub: { readonly lineage: Pick<Hub["lineage"], "page" | "transactions"> },
  wanted: (transaction: string) => boolean = () => true,
): AsyncGenerator<TransactionView> {
  let after: string | undefined;
  do {
    const page = await hub.lineage.transactions(after, 500);
    for (const transaction of page.transactions.filter(wanted)) yield await readTransaction(hub.lineage, transaction);
    after = page.next;
  } while (after !== undefined);
}
