/**
 * The classes of settlement rows: each says how a row posts (c23–c26, c33, c47). A row whose type is in none of them is held, and after
 * the bank line or the period's end goes to settlement suspense with an owner: there is no class "other".
 */
export const rowClasses = [
  "sale_refund",
  "dispute",
  "reserve",
  "payout_movement",
  "platform_fee",
  "promo_funding",
  "channel_transfer",
  "financing",
  "tax_duty",
  "shipping_expense",
  "investigate",
] as const;

export type RowClass = (typeof rowClasses)[number];

/**
 * Tells apart what one class treats in two ways. `payout` is the row that is the payout itself: what it says posts with the payout's
 * stream, never twice. `payout-returned` is a payout that failed, was cancelled or sent back; `transfer` moves money between balances at
 * the gateway, or carries it from one batch to the next. `protection` is what a protection programme pays for a lost dispute.
 */
export const rowNatures = [
  "charge",
  "refund",
  "dispute",
  "dispute-fee",
  "protection",
  "payout",
  "payout-returned",
  "transfer",
  "conversion",
  "tax",
  "duty",
] as const;

export type RowNature = (typeof rowNatures)[number];

export interface RowTreatment {
  readonly class: RowClass;
  readonly nature?: RowNature;
}

/** Types as they compare: sources write one type as "Payment Refund", "payment_refund", "PAYMENT_REFUND" or "PaymentRefund". */
export function typeKey(type: string): string {
  return type.toLowerCase().replace(/[\s_-]+/g, "");
}

/** One line of a gateway's list: these types are treated alike. */
export function treated(rowClass: RowClass, nature: RowNature | undefined, types: readonly string[]): (readonly [string, RowTreatment])[] {
  const treatment: RowTreatment = { class: rowClass, ...(nature === undefined ? {} : { nature }) };
  return types.map((type) => [type, treatment] as const);
}
