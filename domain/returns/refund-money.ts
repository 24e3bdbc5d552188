import type { MinorUnits } from "#domain/money";

/**
 * - settled: the money answers the value; `concession` of it is given beyond the value, as goodwill.
 * - mismatch: `difference` (value − money, beyond what was never paid) has no stated reason.
 */
export type RefundMoney =
  | { readonly kind: "settled"; readonly concession: MinorUnits }
  | { readonly kind: "mismatch"; readonly difference: MinorUnits };

/**
 * Compares the money of a refund with the value of its lines and charges less the fees that the shop keeps of it (c16–18, c20). Value
 * without money is explained by what the customer had not paid, or by a refund that names no money at all: that is owed from then on (c19).
 * Money without value gives back what the order holds beyond its worth; more than that is a concession, and only by the channel's stated
 * discrepancy or in a refund that names no lines.
 */
export function weighRefund(refund: {
  readonly value: MinorUnits;
  readonly money: MinorUnits;
  readonly fees: MinorUnits;
  /** Of the order as it stands, what has not been captured; not negative. */
  readonly unpaid: MinorUnits;
  /** What was captured beyond the worth of the order as it stands; not negative. */
  readonly overpaid: MinorUnits;
  readonly amountOnly: boolean;
  /** The refund names no payment: its money, if any, comes with another one. */
  readonly moneyLater: boolean;
  readonly discrepancyStated: boolean;
}): RefundMoney {
  const short = refund.value - refund.fees - refund.money;
  if (short < 0) {
    const beyond = Math.max(-short - refund.overpaid, 0);
    return beyond === 0 || refund.amountOnly || refund.discrepancyStated
      ? { kind: "settled", concession: beyond }
      : { kind: "mismatch", difference: -beyond };
  }
  if (short <= refund.unpaid || refund.moneyLater) return { kind: "settled", concession: 0 };
  return { kind: "mismatch", difference: short - refund.unpaid };
}
