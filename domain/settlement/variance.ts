import type { MinorUnits } from "#domain/money";
import type { MatchReason } from "./match-words.ts";

/** What is open of a settlement row or bank line: it less what it settles, in minor units of its currency. */
export interface Variance {
  readonly amount: MinorUnits;
  readonly reason: MatchReason;
}

interface Match {
  readonly outcome: "matched" | "unmatched";
  readonly difference?: MinorUnits | undefined;
  readonly reason?: MatchReason | undefined;
}

/** Of a charge or refund row over `gross`; undefined: it agrees, or nobody has looked yet. */
export function rowVariance({ gross }: { readonly gross: MinorUnits }, match: Match | undefined): Variance | undefined {
  if (match?.reason === undefined) return undefined;
  return { amount: match.difference ?? gross, reason: match.reason };
}

/** Of a bank line over `amount` that shows payouts of these amounts; what shows none is an unidentified receipt and no variance. */
export function bankLineVariance(
  { amount }: { readonly amount: MinorUnits },
  match: (Match & { readonly payouts: readonly { readonly amount: MinorUnits }[] }) | undefined,
): Variance | undefined {
  if (match?.outcome !== "matched") return undefined;
  const difference = match.payouts.reduce((rest, payout) => rest - payout.amount, amount);
  return difference === 0 ? undefined : { amount: difference, reason: match.reason ?? "amount-mismatch" };
}
