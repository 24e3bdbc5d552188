import type { TransactionId } from "#domain/identity";
import { type LineageItem, type TransactionView, viewTransaction } from "#domain/lineage";
import type { LineageStore } from "#ports/lineage-store";

const itemsPerPage = 200;
/** A transaction with more items than this is not a sale but a fault: reading it stops with an error that names it. */
const itemsMax = 50_000;

/** All items of one transaction, plans before facts (descending keys): step 4 of the posting protocol. */
export async function readTransaction(lineage: Pick<LineageStore, "page">, transaction: TransactionId): Promise<TransactionView> {
  const items: LineageItem[] = [];
  let before: string | undefined;
  do {
    const page = await lineage.page(transaction, before, itemsPerPage);
    items.push(...page.items);
    if (items.length > itemsMax) throw new RangeError(`${transaction} has more than ${itemsMax} lineage items`);
    before = page.next;
  } while (before !== undefined);
  return viewTransaction(transaction, items);
}
