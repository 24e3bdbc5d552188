import type { EventKey, TransactionId } from "#domain/identity";
import { type Currency, type MinorUnits, sum } from "#domain/money";

/** One line of a journal as the ERP holds it: what every report is made of, so that every report ties to the ledger. */
export interface LedgerLine {
  readonly entity: string;
  /** The entity's functional currency; `debit` and `credit` are its minor units. */
  readonly currency: Currency;
  readonly account: string;
  /** "" for a line that was entered in the ERP by hand. */
  readonly role: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly debit: MinorUnits;
  readonly credit: MinorUnits;
  /** Absent for what the hub did not post: opening balances, journals by hand. */
  readonly transaction?: TransactionId;
  /** The fact that the document is made of; absent like `transaction`. */
  readonly event?: EventKey;
  /** Of the document, such as "capture" or "lapsed"; absent like `transaction`. */
  readonly kind?: string;
  /** YYYY-MM-DD; absent where nobody asks for it. */
  readonly businessDate?: string;
  /** True in a journal that reverses another one: its debit takes a credit back. */
  readonly reversal: boolean;
}

export function debitBalance(lines: readonly LedgerLine[]): MinorUnits {
  return sum(lines.map(({ debit, credit }) => debit - credit));
}

export function creditBalance(lines: readonly LedgerLine[]): MinorUnits {
  return 0 - debitBalance(lines);
}

/** What was booked on the debit side and is not taken back by a reversal. */
export function debited(lines: readonly LedgerLine[]): MinorUnits {
  return sum(lines.map(({ debit, credit, reversal }) => (reversal ? -credit : debit)));
}

/** What was booked on the credit side and is not taken back by a reversal. */
export function credited(lines: readonly LedgerLine[]): MinorUnits {
  return sum(lines.map(({ debit, credit, reversal }) => (reversal ? -debit : credit)));
}

/** Groups in the order of their text, so that a report reads the same every time. */
export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly (readonly [string, readonly Item[]])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** How many transactions have a line here. */
export function transactionsIn(lines: readonly LedgerLine[]): number {
  return new Set(lines.flatMap(({ transaction }) => (transaction === undefined ? [] : [transaction]))).size;
}
