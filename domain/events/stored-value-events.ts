import * as z from "zod/mini";
import { currency, day, envelope, id, minorUnits, text } from "./amounts.ts";

const cardFields = { ...envelope, cardId: id, currency };
const creditFields = { ...envelope, accountId: id, entryId: id, currency };
const amount = minorUnits.check(z.nonnegative());

/**
 * gift-card.issued: a card exists, at face value. Sold in an order its liability is booked by the sale (c12); without an order it is
 * goodwill or promotion (c14).
 */
export const giftCardIssued = z.object({
  name: z.literal("gift-card.issued"),
  ...cardFields,
  amount,
  /** The order and line that sold it. */
  orderId: z.optional(id),
  lineId: z.optional(id),
  expiresOn: z.optional(day),
});

/** gift-card.redeemed: paid with the card (c13). Where the payment is known its sale books it: no second entry. */
export const giftCardRedeemed = z.object({
  name: z.literal("gift-card.redeemed"),
  ...cardFields,
  entryId: id,
  amount,
  orderId: z.optional(id),
  paymentId: z.optional(id),
});

/** gift-card.adjusted: the balance was changed by hand, or the card was switched off. Signed: more is positive. */
export const giftCardAdjusted = z.object({
  name: z.literal("gift-card.adjusted"),
  ...cardFields,
  entryId: id,
  amount: minorUnits,
  reason: z.optional(text),
});

/** store-credit.issued: a customer's credit grows. As the tender of a refund the sale books it (c16–18); else it is goodwill (c14). */
export const storeCreditIssued = z.object({
  name: z.literal("store-credit.issued"),
  ...creditFields,
  amount,
  orderId: z.optional(id),
  refundId: z.optional(id),
});

/** store-credit.redeemed: paid with the credit. Where the payment is known its sale books it: no second entry. */
export const storeCreditRedeemed = z.object({
  name: z.literal("store-credit.redeemed"),
  ...creditFields,
  amount,
  orderId: z.optional(id),
  paymentId: z.optional(id),
});

/** store-credit.adjusted: changed by hand, or expired. Signed: more is positive. */
export const storeCreditAdjusted = z.object({
  name: z.literal("store-credit.adjusted"),
  ...creditFields,
  amount: minorUnits,
  reason: z.optional(text),
});
