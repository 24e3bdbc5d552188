import type { TransactionId } from "#domain/identity";
import type { LineageItem } from "#domain/lineage";

/** "unavailable": certainly not inserted. "unknown": perhaps inserted. */
export type InsertAnswer = "inserted" | "conflict" | "unavailable" | "unknown";

/**
 * The lineage of every transaction: items that are inserted under a condition and never changed (but for the removal of a raw body).
 * Reads are strongly consistent. A whole call that fails throws Unavailable (not applied) or UnknownOutcome (domain/failures).
 */
export interface LineageStore {
  /** Inserts each item if its (transaction, key) is absent; items stand alone, an answer per item in order. Durable when answered. */
  insert(items: readonly LineageItem[]): Promise<readonly InsertAnswer[]>;
  get(transaction: TransactionId, key: string): Promise<LineageItem | undefined>;
  /**
   * One page of a transaction in DESCENDING key order, strictly below `before` (absent: from the top). `next` is the `before` of the
   * next page, absent at the end. A page is not a snapshot across items.
   */
  page(transaction: TransactionId, before: string | undefined, limit: number): Promise<{ items: readonly LineageItem[]; next?: string }>;
  /** Removes the inline raw body of a document; the item keeps its hash. True if the item exists. */
  removeRawBody(transaction: TransactionId, key: string): Promise<boolean>;
  /** All transaction ids, a page at a time, in the store's own order: for verify, replay and reports; read by no decision. */
  transactions(after: string | undefined, limit: number): Promise<{ transactions: readonly TransactionId[]; next?: string }>;
}
