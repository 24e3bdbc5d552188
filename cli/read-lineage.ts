import type { TransactionId } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import { readTransaction } from "#functions/read-transaction";
import { readWindows } from "#functions/read-windows";
import { storyOf } from "#functions/transaction-story";
import type { Hub } from "#hub";
import { deskRow } from "./exception-desk.ts";

export { findTransactions } from "#functions/find-transactions";
export { type ExceptionRow, rowOf, stateOf } from "#functions/transaction-story";

/** The story of a transaction, with the summaries that say what it contributes. */
export async function tellableStory(hub: Hub, view: TransactionView) {
  return {
    ...storyOf(view, await readWindows(hub.lineage, view)),
    exceptions: view.exceptions.map((state) => deskRow(state, view.approvals)),
  };
}

export type TellableStory = Awaited<ReturnType<typeof tellableStory>>;

/** Ids that begin with a prefix: the embedded store lists them in their order, so that others are not even listed. */
export async function* transactionsUnder(lineage: Pick<Hub["lineage"], "transactions">, prefix: string): AsyncGenerator<TransactionId> {
  let after: string | undefined = prefix;
  while (after !== undefined) {
    const page: Awaited<ReturnType<typeof lineage.transactions>> = await lineage.transactions(after, 1_000);
    for (const transaction of page.transactions) {
      if (!transaction.startsWith(prefix)) return;
      yield transaction;
    }
    after = page.next;
  }
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
