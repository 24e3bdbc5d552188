/**
 * How a match was found, strongest first: by the word of a named person, by the channel's id of the transaction, by the gateway's id of the payment or payout, by an
 * order reference and the amount, by the amount less the fee that the contract gives, by several rows or payments together, or by a rule of tolerance and days.
 */
export const matchWays = [
  "person",
  "transaction",
  "payment",
  "trace",
  "order-and-amount",
  "net-of-fee",
  "sum",
  "tolerance",
  "amount-and-day",
] as const;
export type MatchWay = (typeof matchWays)[number];

/** Why something does not match, or not to the cent. */
export const matchReasons = ["missing", "amount-mismatch", "duplicate", "currency", "fee", "timing", "unknown"] as const;
export type MatchReason = (typeof matchReasons)[number];

/** How sure a way is, 0 to 100: references of both sides are sure, an amount on a day may be another one's. */
export const confidenceOf: Readonly<Record<MatchWay, number>> = {
  person: 100,
  transaction: 100,
  payment: 98,
  trace: 100,
  "order-and-amount": 90,
  "net-of-fee": 85,
  sum: 80,
  tolerance: 60,
  "amount-and-day": 70,
};
