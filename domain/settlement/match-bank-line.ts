import { daysBetween } from "#domain/calendar";
import type { MinorUnits } from "#domain/money";
import { confidenceOf, type MatchReason, type MatchWay } from "./match-words.ts";

/** Money that a gateway says it sent to a bank account, or took back from it (negative). */
export interface PayoutMovement {
  /** The payout's stream. */
  readonly payout: string;
  readonly payoutId: string;
  readonly amount: MinorUnits;
  /** When it left clearing, YYYY-MM-DD: its rate in transit is that of this day. */
  readonly sentOn?: string;
  /** When it should be there, YYYY-MM-DD. */
  readonly expectedOn: string;
  /** What the bank statement may show of it: trace id, payout id; in upper case. */
  readonly names: readonly string[];
  /** By how many days it may be late. */
  readonly lagDays: number;
}

export interface LineToMatch {
  /** The line's stream. */
  readonly line: string;
  /** Signed minor units. */
  readonly amount: MinorUnits;
  readonly bookedOn: string;
  /** References and words of the line, in upper case. */
  readonly words: readonly string[];
  /** The stream of the payout that a person says it shows. */
  readonly identifiedAs?: string | undefined;
  /** It may show what another line shows already: the others choose first. */
  readonly isDoubtful?: boolean;
}

export interface BankLineMatch {
  readonly outcome: "matched" | "unmatched";
  readonly payouts: readonly {
    readonly payout: string;
    readonly payoutId: string;
    readonly amount: MinorUnits;
    readonly sentOn?: string | undefined;
  }[];
  readonly way?: MatchWay;
  readonly confidence?: number;
  /** Line less payouts. */
  readonly difference?: MinorUnits;
  readonly reason?: MatchReason;
  /** The line that shows the same movement and was on record before. */
  readonly sameAs?: string;
  /** A line that may show the same movement: nobody but a person can say. */
  readonly maybeSameAs?: string;
  /** How many payouts may be its, where they are too many to be compared. */
  readonly notCompared?: number;
}

/** A bank books a day before the gateway's calendar says so, over time zones. */
const daysEarly = 1;

/**
 * The payouts that bank lines show: the one that a person named first, then by their trace id or own id, several in one line too; else the one with its amount that should
 * arrive on these days, the nearest pair of line and payout first. A payout is shown once. `open` are the movements that no line beside
 * these shows. The answer does not depend on the order in which lines and movements are given, and a line that finds nothing among these
 * finds nothing when there are more lines.
 */
export function matchBankLines(lines: readonly LineToMatch[], open: readonly PayoutMovement[]): readonly BankLineMatch[] {
  const sorted = [...lines].sort(
    (a, b) =>
      Number(a.isDoubtful ?? false) - Number(b.isDoubtful ?? false) || compareText(a.bookedOn, b.bookedOn) || compareText(a.line, b.line),
  );
  let left = [...open].sort((a, b) => compareText(a.expectedOn, b.expectedOn) || compareText(a.payout, b.payout) || b.amount - a.amount);
  const found = new Map<string, BankLineMatch>();
  const take = (line: string, match: BankLineMatch) => {
    found.set(line, match);
    left = left.filter((movement) => !match.payouts.some((part) => isOf(part, movement)));
  };
  for (const each of sorted) {
    const meant = left.filter(({ payout, amount }) => payout === each.identifiedAs && Math.sign(amount) === Math.sign(each.amount));
    const sent = meant.find(({ amount }) => amount === each.amount) ?? meant[0];
    if (sent !== undefined) take(each.line, shows([sent], "person", each.amount - sent.amount));
  }
  for (const each of sorted) {
    if (found.has(each.line)) continue;
    const words = new Set(each.words);
    const traced = left.filter(({ names }) => names.some((name) => words.has(name)));
    if (traced.length > 0) take(each.line, byTrace(each, traced));
  }
  for (const { line, movement } of nearestFirst(sorted, left)) {
    if (!found.has(line) && left.includes(movement)) take(line, shows([movement], "amount-and-day", 0));
  }
  return lines.map((each) => found.get(each.line) ?? unmatched(each, left));
}

function isOf(part: { readonly payout: string; readonly amount: MinorUnits }, movement: PayoutMovement): boolean {
  return part.payout === movement.payout && Math.sign(part.amount) === Math.sign(movement.amount);
}

/** Whether a movement should be in the bank on this day. */
export function isInTime({ expectedOn, lagDays }: Pick<PayoutMovement, "expectedOn" | "lagDays">, bookedOn: string): boolean {
  const away = daysBetween(expectedOn, bookedOn);
  return away >= -daysEarly && away <= lagDays;
}

/** Each line with each movement of its amount that should be there on its day; pairs that are as near stay in the order of both. */
function nearestFirst(lines: readonly LineToMatch[], movements: readonly PayoutMovement[]) {
  return lines
    .flatMap((each) =>
      movements.flatMap((movement) => {
        const fits = movement.amount === each.amount && isInTime(movement, each.bookedOn);
        return fits ? [{ line: each.line, movement, days: Math.abs(daysBetween(movement.expectedOn, each.bookedOn)) }] : [];
      }),
    )
    .sort((a, b) => a.days - b.days);
}

function unmatched(line: LineToMatch, left: readonly PayoutMovement[]): BankLineMatch {
  const late = left.some(({ amount }) => amount === line.amount);
  return { outcome: "unmatched", payouts: [], reason: late ? "timing" : "missing" };
}

function byTrace(line: LineToMatch, traced: readonly PayoutMovement[]): BankLineMatch {
  const exact = traced.find(({ amount }) => amount === line.amount);
  if (exact !== undefined) return shows([exact], "trace", 0);
  // The bank takes back what it had booked: the same references, the other sign.
  const back = traced.find(({ amount }) => amount === -line.amount);
  if (back !== undefined) return shows([{ ...back, amount: line.amount }], "trace", 0);
  const sameWay = traced.filter(({ amount }) => Math.sign(amount) === Math.sign(line.amount));
  if (sameWay.length === 0) return { outcome: "unmatched", payouts: [], reason: "amount-mismatch" };
  return shows(sameWay, "trace", line.amount - sameWay.reduce((total, { amount }) => total + amount, 0));
}

function shows(movements: readonly PayoutMovement[], way: MatchWay, difference: MinorUnits): BankLineMatch {
  return {
    outcome: "matched",
    payouts: movements.map(({ payout, payoutId, amount, sentOn }) => ({
      payout,
      payoutId,
      amount,
      ...(sentOn === undefined ? {} : { sentOn }),
    })),
    way,
    confidence: confidenceOf[way],
    ...(difference === 0 ? {} : { difference, reason: "amount-mismatch" as const }),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
