import type { TransactionId } from "#domain/identity";
import type { AwaitedReference, Reference } from "#domain/lineage";

/**
 * Other names of transactions, and who waits for them. Projections: overwritable, rebuildable, read by no decision. A waiter writes its
 * wait and then reads the reference, an announcer writes the reference and then reads the waiters: one of the two always sees the other.
 */
export interface References {
  put(entries: readonly { readonly reference: Reference; readonly transaction: TransactionId }[]): Promise<void>;
  /** Transactions with this name, in no order; of any type when `type` is undefined. */
  find(type: Reference["type"] | undefined, value: string): Promise<readonly TransactionId[]>;
  /** Only names of some types can be waited for: see domain/lineage. */
  wait(reference: AwaitedReference, waiter: TransactionId): Promise<void>;
  waiters(references: readonly Reference[]): Promise<readonly TransactionId[]>;
}
