import type { Problem } from "#domain/exceptions";
import { currencyExponent, formatMinorUnits, isCurrency, parseScaled } from "#domain/money";

interface Running {
  readonly transactions: number;
  /** Σ of what the tickets state, minor units of `currency`. */
  readonly amount: number;
  /** Absent until a ticket with a total is seen. */
  readonly currency?: string | undefined;
  /** Transactions whose total cannot be read, or is in another currency: they keep an amount from being compared. */
  readonly unreadable: number;
  /** Post-voids, and what the tickets that they undo came to. */
  readonly voids: number;
  readonly voided: number;
  /** Σ by the till's type of tender, lower-case, minor units of `currency`. */
  readonly tenders: Readonly<Record<string, number>>;
}

interface Stated {
  readonly transactionCount?: string;
  readonly transactionAmount?: string;
  /** What came in by each tender, less what was given back. */
  readonly tenders?: readonly { readonly type: string; readonly amount: string }[];
}

/** What was seen of a file so far against the control totals that it states: a fold that the reading of the file carries along. */
export interface ControlTotals {
  readonly seen: Running;
  readonly batches: number;
  /** Seen before the batch that is open. */
  readonly opened?: Running;
  /** A header batch without transactions of its own: it counts those that follow. */
  readonly header?: { readonly stated: Stated; readonly before: Running };
  /** At most `problemsMax`. */
  readonly problems: readonly Problem[];
}

const problemsMax = 20;
const tenderTypesMax = 200;

export function openControlTotals(): ControlTotals {
  return {
    seen: { transactions: 0, amount: 0, currency: undefined, unreadable: 0, voids: 0, voided: 0, tenders: {} },
    batches: 0,
    problems: [],
  };
}

/**
 * One more transaction. `total` is absent for baskets that are no sales; `unreadable` for tickets that state none. `tenders` are in the currency of
 * the total. `voided` is what the ticket that a post-void undoes came to.
 */
export function tallyTransaction(
  totals: ControlTotals,
  total: { readonly amount: number; readonly currency: string } | undefined,
  unreadable: boolean,
  tenders: readonly { readonly type: string; readonly amount: number }[] = [],
  voided?: { readonly amount: number; readonly currency: string },
): ControlTotals {
  const { seen } = totals;
  const money = total ?? voided;
  const foreign = money !== undefined && seen.currency !== undefined && seen.currency !== money.currency;
  return {
    ...totals,
    seen: {
      transactions: seen.transactions + 1,
      amount: seen.amount + (total === undefined || foreign ? 0 : total.amount),
      currency: seen.currency ?? money?.currency,
      unreadable: seen.unreadable + (unreadable || foreign ? 1 : 0),
      voids: seen.voids + (voided === undefined ? 0 : 1),
      voided: seen.voided + (voided === undefined || foreign ? 0 : voided.amount),
      tenders: foreign || tenders.length === 0 ? seen.tenders : withTenders(seen.tenders, tenders),
    },
  };
}

function withTenders(seen: Running["tenders"], tenders: readonly { readonly type: string; readonly amount: number }[]): Running["tenders"] {
  const totals: Record<string, number> = { ...seen };
  for (const { type, amount } of tenders) {
    const name = type.toLowerCase();
    // Types come from the file: names that objects are born with are none of them.
    const before = Object.hasOwn(totals, name) ? (totals[name] ?? 0) : 0;
    if (Object.hasOwn(totals, name) || Object.keys(totals).length < tenderTypesMax) totals[name] = before + amount;
  }
  return totals;
}

/** A batch opens (`stated` undefined) or closes with what it states. */
export function tallyBatch(totals: ControlTotals, stated: Stated | undefined): ControlTotals {
  if (stated === undefined) return { ...endHeader(totals), opened: totals.seen };
  const before = totals.opened ?? totals.seen;
  const { opened: _, ...rest } = totals;
  const closed = { ...rest, batches: totals.batches + 1 };
  if (before.transactions === totals.seen.transactions) return { ...closed, header: { stated, before } };
  return withProblems(closed, compare(stated, before, totals.seen, totals.batches));
}

/** At the end of the file: everything that does not tie, source.control-total with the difference; empty when all ties or none is stated. */
export function checkControlTotals(totals: ControlTotals): readonly Problem[] {
  return endHeader(totals).problems;
}

function endHeader(totals: ControlTotals): ControlTotals {
  const { header, ...rest } = totals;
  if (header === undefined) return totals;
  return withProblems(rest, compare(header.stated, header.before, totals.seen, totals.batches - 1));
}

function withProblems(totals: ControlTotals, problems: readonly Problem[]): ControlTotals {
  return problems.length === 0 ? totals : { ...totals, problems: [...totals.problems, ...problems].slice(0, problemsMax) };
}

function compare(stated: Stated, before: Running, after: Running, batch: number): readonly Problem[] {
  const problems: Problem[] = [];
  const count = after.transactions - before.transactions;
  if (stated.transactionCount !== undefined && Number(stated.transactionCount) !== count) {
    problems.push(
      mismatch(
        "transaction-count",
        batch,
        `states ${shown(stated.transactionCount)} transactions and holds ${count}`,
        undefined,
        undefined,
      ),
    );
  }
  const { currency } = after;
  if (stated.transactionAmount !== undefined && currency !== undefined && isCurrency(currency) && after.unreadable === before.unreadable) {
    const amount = after.amount - before.amount;
    // Tills differ in what a post-void counts for in its batch: nothing, what it takes back, or what it repeats.
    const voided = after.voided - before.voided;
    const difference = differenceOf(stated.transactionAmount, amount, currency);
    if (difference === undefined) {
      problems.push(
        mismatch(
          "transaction-amount",
          batch,
          `states the amount ${shown(stated.transactionAmount)}, which cannot be read`,
          undefined,
          undefined,
        ),
      );
    } else if (difference !== 0 && Math.abs(difference) !== Math.abs(voided)) {
      const text = `states ${shown(stated.transactionAmount)} ${currency} and its tickets come to ${formatMinorUnits(amount, currency)}`;
      problems.push(mismatch("transaction-amount", batch, text, difference, currency));
    }
  }
  return [...problems, ...compareTenders(stated, before, after, batch)];
}

/** Per type of tender that the batch states; one that it does not is not compared, and none of a batch with a post-void, which states no tenders. */
function compareTenders({ tenders = [] }: Stated, before: Running, after: Running, batch: number): readonly Problem[] {
  const { currency } = after;
  if (currency === undefined || !isCurrency(currency) || after.unreadable !== before.unreadable || after.voids !== before.voids) return [];
  const of = (running: Running, type: string) => (Object.hasOwn(running.tenders, type) ? (running.tenders[type] ?? 0) : 0);
  return tenders.flatMap(({ type, amount: text }): Problem[] => {
    const name = type.toLowerCase();
    const amount = of(after, name) - of(before, name);
    const difference = differenceOf(text, amount, currency);
    if (difference === 0) return [];
    const says =
      difference === undefined
        ? `states ${shown(text)} in ${shown(type)}, which cannot be read`
        : `states ${shown(text)} ${currency} in ${shown(type)} and its tickets come to ${formatMinorUnits(amount, currency)}`;
    return [mismatch("tender-amount", `${batch}:${shown(name)}`, says, difference, difference === undefined ? undefined : currency, batch)];
  });
}

/** Tickets less stated, minor units. */
function differenceOf(stated: string, amount: number, currency: string): number | undefined {
  try {
    return amount - parseScaled(stated, currencyExponent(currency));
  } catch {
    // What is no decimal amount is reported by the caller as unreadable, with its text.
    return undefined;
  }
}

function shown(text: string): string {
  return text.slice(0, 40);
}

function mismatch(
  code: string,
  which: number | string,
  text: string,
  amount: number | undefined,
  currency: string | undefined,
  batch = Number(which),
): Problem {
  return {
    class: "source.control-total",
    code,
    cause: `${code}:batch-${which}`,
    message: `Batch ${batch + 1} of the file ${text}. No ticket of the file is taken in; ask the store system for the file again.`,
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
  };
}
