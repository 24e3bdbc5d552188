import { daysBetween } from "#domain/calendar";
import type { MinorUnits } from "#domain/money";
import { confidenceOf, type MatchReason, type MatchWay } from "./match-words.ts";

/** Money that a gateway says it sent to a bank account, or took back from it (negative). */
export interface PayoutMovement {
  /** The payout's stream. */
  readonly payout: string;
  readonly payoutId: string;
  readonly amount: MinorUnits;
  /** When it should be there, YYYY-MM-DD. */
  readonly expectedOn: string;
  /** What the bank statement may show of it: trace id, payout id; in upper case. */
  readonly names: readonly string[];
  /** By how many days it may be late. */
  readonly lagDays: number;
}

export interface LineToMatch {
  /** Signed minor units. */
  readonly amount: MinorUnits;
  readonly bookedOn: string;
  /** References and words of the line, in upper case. */
  readonly words: readonly string[];
}

export interface BankLineMatch {
  readonly outcome: "matched" | "unmatched";
  readonly payouts: readonly { readonly payout: string; readonly payoutId: string; readonly amount: MinorUnits }[];
  readonly way?: MatchWay;
  readonly confidence?: number;
  /** Line less payouts. */
  readonly difference?: MinorUnits;
  readonly reason?: MatchReason;
}

/** A bank books a day before the gateway's calendar says so, over time zones. */
const daysEarly = 1;

/**
 * The payouts that a bank line shows: by their trace id or own id first, several in one line too; else the one with its amount that should
 * arrive on these days, the nearest of them. `open` are the movements that no other line shows, in any order.
 */
export function matchBankLine(line: LineToMatch, open: readonly PayoutMovement[]): BankLineMatch {
  const sorted = [...open].sort(
    (a, b) => compareText(a.expectedOn, b.expectedOn) || compareText(a.payout, b.payout) || b.amount - a.amount,
  );
  const words = new Set(line.words);
  const traced = sorted.filter(({ names }) => names.some((name) => words.has(name)));
  if (traced.length > 0) return byTrace(line, traced);
  let best: PayoutMovement | undefined;
  const away = ({ expectedOn }: PayoutMovement) => daysBetween(expectedOn, line.bookedOn);
  for (const movement of sorted) {
    if (movement.amount !== line.amount || away(movement) < -daysEarly || away(movement) > movement.lagDays) continue;
    if (best === undefined || Math.abs(away(movement)) < Math.abs(away(best))) best = movement;
  }
  if (best !== undefined) return shows([best], "amount-and-day", 0);
  const late = sorted.some(({ amount }) => amount === line.amount);
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
    payouts: movements.map(({ payout, payoutId, amount }) => ({ payout, payoutId, amount })),
    way,
    confidence: confidenceOf[way],
    ...(difference === 0 ? {} : { difference, reason: "amount-mismatch" as const }),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
