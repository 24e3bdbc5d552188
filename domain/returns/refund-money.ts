import type { MinorUnits } from "#domain/money";

/**
 * - settled: the money answers the value; `concession` of it is given beyond the value, as goodwill.
 * - mismatch: `difference` (value − money, beyond what was never paid) has no stated reason.
 */
export type RefundMoney =
  | { readonly kind: "settled"; readonly concession: MinorUnits }
  | { readonly kind: "mismatch"; readonly difference: MinorUnits };

/**
 * Compares the money of a refund with the value of its lines and shipping (c16–18). Value without money is explained only by what the
 * customer had not paid; money without value only by the channel's stated discrepancy, or by a refund that names no lines.
 */
export function weighRefund(refund: {
  readonly value: MinorUnits;
  readonly money: MinorUnits;
  /** Of the order as it stands, what has not been captured; not negative. */
  readonly unpaid: MinorUnits;
  readonly amountOnly: boolean;
  readonly discrepancyStated: boolean;
}): RefundMoney {
  const short = refund.value - refund.money;
  if (short < 0) {
    return refund.amountOnly || refund.discrepancyStated
      ? { kind: "settled", concession: -short }
      : { kind: "mismatch", difference: short };
  }
  return short <= refund.unpaid ? { kind: "settled", concession: 0 } : { kind: "mismatch", difference: short - refund.unpaid };
}
