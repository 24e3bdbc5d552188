import { isBatch, type Open, type PaymentBook, type RowToMatch } from "./payment-book.ts";

/** A batch row, and what its terminal took on the day before and on its own, in the order of time. */
interface Batch {
  readonly each: RowToMatch;
  readonly opens: readonly Open[];
  /** The till's own day, and the one before it. */
  readonly days: readonly [own: string, before: string];
}

/** From (included) and to (not included), in `opens`. */
type Run = readonly [from: number, to: number];

/**
 * What the batches of card terminals settle. A terminal is closed at one moment, so that a batch is a run of payments in time, which comes
 * to the row to the cent; anything else would be a guess. Where several runs do, the batch is looked for
 * in this order: what was taken until it was closed, the whole of its day or of the day before, its day from where the batch before
 * ended, and last a run over midnight, when there is one alone or one alone begins where another batch ended. What is settled
 * by another row is in no run.
 *
 * A batch takes nothing but payments of its day and the one before, by the clock or the till: with the rows of the days around it and the payments of those, the answer
 * for it is whole. Linear in rows times the payments of two days.
 */
export function terminalBatches(rows: readonly RowToMatch[], book: PaymentBook): ReadonlyMap<RowToMatch, readonly Open[]> {
  const found = new Map<RowToMatch, readonly Open[]>();
  const taken = new Set<Open>();
  const batches = rows.flatMap((each): Batch[] => {
    if (each.tills === undefined || !isBatch(each.row)) return [];
    const [own, before] = each.tills;
    const opens = [book.afterMidnight(each.row, before), book.ofTill(each.row, before), book.ofTill(each.row, own)].flat();
    return [{ each, opens: opens.filter(isOf(each)).sort(byTime), days: [own, before] }];
  });
  for (const runOf of [untilClosed, wholeDay, fromWhereTheDayIsOpen, overMidnight]) {
    for (const batch of batches) {
      if (found.has(batch.each)) continue;
      const run = runOf(batch, isFree);
      if (run === undefined) continue;
      const opens = batch.opens.slice(...run);
      for (const open of opens) taken.add(open);
      found.set(batch.each, opens);
    }
  }
  return found;

  function isFree(open: Open): boolean {
    return open.left === open.payment.amount && !taken.has(open);
  }
}

function byTime({ payment: a }: Open, { payment: b }: Open): number {
  return a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : a.paymentId < b.paymentId ? -1 : 1;
}

function isOf({ row }: RowToMatch): (open: Open) => boolean {
  return ({ payment }) => payment.currency === row.currency;
}

type IsFree = (open: Open) => boolean;

/** The longest run that ends with the last payment before the terminal was closed. */
function untilClosed({ each, opens }: Batch, isFree: IsFree): Run | undefined {
  const { closedAt, row } = each;
  if (closedAt === undefined) return undefined;
  const later = opens.findIndex(({ payment }) => payment.occurredAt > closedAt);
  const to = later < 0 ? opens.length : later;
  let from: number | undefined;
  let total = 0;
  for (let index = to - 1; index >= 0 && isFree(opens[index]!); index -= 1) {
    total += opens[index]!.left;
    if (total === row.gross) from = index;
  }
  return from === undefined ? undefined : [from, to];
}

function wholeDay({ each, opens, days }: Batch, isFree: IsFree): Run | undefined {
  for (const day of days) {
    const from = opens.findIndex(({ payment }) => payment.till === day);
    const to = opens.findLastIndex(({ payment }) => payment.till === day) + 1;
    const run = from < 0 ? [] : opens.slice(from, to);
    const isWhole = run.length > 0 && run.every((open) => open.payment.till === day && isFree(open));
    if (isWhole && run.reduce((total, { left }) => total + left, 0) === each.row.gross) return [from, to];
  }
  return undefined;
}

/** The longest run from the first payment of its day that no batch has. */
function fromWhereTheDayIsOpen({ each, opens, days: [own] }: Batch, isFree: IsFree): Run | undefined {
  let from = opens.findIndex(({ payment }) => payment.till === own);
  if (from < 0) return undefined;
  while (from < opens.length && !isFree(opens[from]!)) from += 1;
  let to: number | undefined;
  let total = 0;
  for (let index = from; index < opens.length && isFree(opens[index]!); index += 1) {
    total += opens[index]!.left;
    if (total === each.row.gross) to = index + 1;
  }
  return to === undefined ? undefined : [from, to];
}

/** The only run that comes to the row; of several the only one that begins where another batch ended. */
function overMidnight({ each, opens }: Batch, isFree: IsFree): Run | undefined {
  const runs: Run[] = [];
  // By what came before it: where the runs begin that could end at a payment.
  let begun = new Map<number, number[]>();
  let total = 0;
  for (const [index, open] of opens.entries()) {
    if (!isFree(open)) {
      begun = new Map();
      total = 0;
      continue;
    }
    const alike = begun.get(total);
    if (alike === undefined) begun.set(total, [index]);
    else alike.push(index);
    total += open.left;
    for (const from of begun.get(total - each.row.gross) ?? []) runs.push([from, index + 1]);
    if (runs.length > runsMax) return undefined;
  }
  if (runs.length < 2) return runs[0];
  const following = runs.filter(([from]) => from > 0 && !isFree(opens[from - 1]!));
  return following.length === 1 ? following[0] : undefined;
}

/** Where more runs than these come to a row, nobody can say which one it is. */
const runsMax = 1_000;
