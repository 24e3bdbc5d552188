import type { MinorUnits } from "#domain/money";
import type { MatchReason } from "./match-words.ts";

/** What is open of a settlement row or bank line: it less what it settles, in minor units of its currency. */
export interface Variance {
  readonly amount: MinorUnits;
  readonly reason: MatchReason;
  /** Whether it may be written off: only what is measured can be booked, and what another currency is worth is for its rate to say. */
  readonly isBookable: boolean;
}

interface Match {
  readonly outcome: "matched" | "unmatched";
  readonly difference?: MinorUnits | undefined;
  readonly reason?: MatchReason | undefined;
}

/** Of a charge or refund row over `gross`; undefined: it agrees, or nobody has looked yet. */
export function rowVariance({ gross }: { readonly gross: MinorUnits }, match: Match | undefined): Variance | undefined {
  if (match?.reason === undefined) return undefined;
  const isMeasured = match.outcome === "unmatched" || match.difference !== undefined;
  return { amount: match.difference ?? gross, reason: match.reason, isBookable: isMeasured && match.reason !== "currency" };
}

/** Of a bank line over `amount` that shows payouts of these amounts; what shows none is an unidentified receipt and no variance. */
export function bankLineVariance(
  { amount }: { readonly amount: MinorUnits },
  match: (Match & { readonly payouts: readonly { readonly amount: MinorUnits }[] }) | undefined,
): Variance | undefined {
  if (match?.outcome !== "matched") return undefined;
  const difference = match.payouts.reduce((rest, payout) => rest - payout.amount, amount);
  if (difference === 0) return undefined;
  const reason = match.reason ?? "amount-mismatch";
  return { amount: difference, reason, isBookable: reason !== "currency" };
}
