import * as z from "zod/mini";
import { currency, day, envelope, id, minorUnits, text } from "./amounts.ts";

/** The ticket of a till that booked it: its own stream does, and no second entry is made here. */
const ticketNamed = z.object({ store: id, register: id, businessDate: day, sequence: id });

const cardFields = { ...envelope, cardId: id, currency };
const creditFields = { ...envelope, accountId: id, entryId: id, currency };
const amount = minorUnits.check(z.nonnegative());

/**
 * gift-card.issued: a card exists, at face value. Sold in an order or at a till its liability is booked by the sale (c12); without one it
 * is goodwill or promotion, which policy tells by its reason (c14).
 */
export const giftCardIssued = z.object({
  name: z.literal("gift-card.issued"),
  ...cardFields,
  amount,
  /** The order and line that sold it. */
  orderId: z.optional(id),
  lineId: z.optional(id),
  ticket: z.optional(ticketNamed),
  /**
   * What it was sold for: below its face, the rest is released as it is redeemed (c12). Without an order or a ticket it says that the card was
   * sold where no sale of ours took the money, and not given.
   */
  soldFor: z.optional(amount),
  /** Why it was given away, such as "goodwill" or "welcome-offer". */
  reason: z.optional(text),
  expiresOn: z.optional(day),
});

/**
 * gift-card.redeemed: paid with the card (c13). Where the payment is known its sale books it: no second entry. `takenBy` is the shop or
 * store that took it where no sale of ours names it.
 */
export const giftCardRedeemed = z.object({
  name: z.literal("gift-card.redeemed"),
  ...cardFields,
  entryId: id,
  amount,
  orderId: z.optional(id),
  paymentId: z.optional(id),
  ticket: z.optional(ticketNamed),
  takenBy: z.optional(id),
});

/**
 * gift-card.adjusted: the balance was changed by hand, or the card was recharged, cashed out, switched off or has expired. Signed: more is
 * positive. A recharge or a cash-out that an order or a ticket names is booked there.
 */
export const giftCardAdjusted = z.object({
  name: z.literal("gift-card.adjusted"),
  ...cardFields,
  entryId: id,
  amount: minorUnits,
  orderId: z.optional(id),
  ticket: z.optional(ticketNamed),
  /** Such as "expired", "disabled" or "correction": policy tells what it means (c15). */
  reason: z.optional(text),
});

/** store-credit.issued: a customer's credit grows. As the tender of a refund the sale books it (c16–18); else it is goodwill (c14). */
export const storeCreditIssued = z.object({
  name: z.literal("store-credit.issued"),
  ...creditFields,
  amount,
  orderId: z.optional(id),
  refundId: z.optional(id),
  ticket: z.optional(ticketNamed),
  reason: z.optional(text),
});

/** store-credit.redeemed: paid with the credit. Where the payment is known its sale books it: no second entry. */
export const storeCreditRedeemed = z.object({
  name: z.literal("store-credit.redeemed"),
  ...creditFields,
  amount,
  orderId: z.optional(id),
  paymentId: z.optional(id),
  ticket: z.optional(ticketNamed),
  takenBy: z.optional(id),
});

/** store-credit.adjusted: changed by hand, or expired. Signed: more is positive. */
export const storeCreditAdjusted = z.object({
  name: z.literal("store-credit.adjusted"),
  ...creditFields,
  amount: minorUnits,
  orderId: z.optional(id),
  ticket: z.optional(ticketNamed),
  reason: z.optional(text),
});

/**
 * stored-value.stated: what a channel says its holders may still claim at the end of a day, over all cards or credits. No entry: the
 * sub-ledger is compared with it.
 */
export const storedValueStated = z.object({
  name: z.literal("stored-value.stated"),
  ...envelope,
  kind: z.enum(["gift-card", "store-credit"]),
  date: day,
  currency,
  balance: minorUnits,
  /** How many cards or credits stand behind it. */
  holders: z.optional(z.int().check(z.nonnegative())),
});
