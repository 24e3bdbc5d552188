import * as z from "zod/mini";
import { currency, day, envelope, id, minorUnits, text } from "./amounts.ts";

const loyaltyFields = {
  ...envelope,
  /** As the policies name the programme. */
  program: id,
  /** One member's points of the programme: an id, no personal data. */
  memberId: id,
  entryId: id,
  /** Of the sale. */
  currency,
  points: z.int().check(z.minimum(1), z.maximum(10_000_000)),
  /** The sale, where the programme knows it. */
  orderId: z.optional(id),
  ticket: z.optional(z.object({ store: id, register: id, businessDate: day, sequence: id })),
};

/** loyalty.earned: points that came with a purchase (c42): a part of what was paid for it is deferred until they are used. */
export const loyaltyEarned = z.object({
  name: z.literal("loyalty.earned"),
  ...loyaltyFields,
  /** What the goods were sold for, after discounts and without tax; 0 for points that were given without a purchase. */
  spent: minorUnits.check(z.nonnegative()),
});

/** loyalty.redeemed: points were used, as the discount or the goods that they stand for (c42): what was deferred for them is earned. */
export const loyaltyRedeemed = z.object({ name: z.literal("loyalty.redeemed"), ...loyaltyFields });

/** loyalty.expired: points that nobody can use any more; beyond what was expected to be lost it is breakage (c42). */
export const loyaltyExpired = z.object({ name: z.literal("loyalty.expired"), ...loyaltyFields, reason: z.optional(text) });
