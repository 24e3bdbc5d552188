import { contentHash } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import type { TransactionId } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import type { BankLineMatch, LineToMatch } from "#domain/settlement";
import { factNamed, factsOf } from "./record-match.ts";

/** Words of a line that are looked up and waited for. */
const wordsMax = 20;

export type Booked = EventOf<"bank-line.booked">;
export type Matched = EventOf<"bank-line.matched">;

/** A bank line as its own facts say it. */
export interface KnownLine {
  readonly transaction: TransactionId;
  readonly booked: Booked;
  readonly before: Matched | undefined;
  /** Which payout a person says it shows. */
  readonly identified: EventOf<"bank-line.identified"> | undefined;
}

export function lineIn(view: TransactionView): KnownLine | undefined {
  const facts = factsOf(view);
  const booked = factNamed(facts, "bank-line.booked");
  if (booked === undefined) return undefined;
  const before = factNamed(facts, "bank-line.matched");
  return { transaction: view.transaction, booked, before, identified: factNamed(facts, "bank-line.identified") };
}

export function wordsOf({ line, words }: Booked): string[] {
  return [...new Set([...Object.values(line.references).filter((word) => word !== undefined), ...words])].slice(0, wordsMax);
}

export function toMatch({ transaction, booked, before, identified }: KnownLine): LineToMatch {
  const { amount, bookedOn } = booked.line;
  return {
    line: transaction,
    amount,
    bookedOn,
    words: wordsOf(booked).map((word) => word.toUpperCase()),
    identifiedAs: identified?.payout,
    isDoubtful: before?.maybeSameAs !== undefined,
  };
}

/** What bank lines say now that they show of a payout. */
export function claimsOn(payout: TransactionView): readonly EventOf<"payout.banked">[] {
  return factsOf(payout).filter((event): event is EventOf<"payout.banked"> => event.name === "payout.banked" && event.amount !== 0);
}

export function payoutIdOf(payout: TransactionView): string {
  return claimsOn(payout)[0]!.payoutId;
}

export function sayingOf(match: BankLineMatch | Matched): string {
  const { outcome, payouts, way, difference, reason, sameAs, maybeSameAs, notCompared } = match;
  return contentHash({ outcome, payouts, way, difference, reason, sameAs, maybeSameAs, notCompared });
}
