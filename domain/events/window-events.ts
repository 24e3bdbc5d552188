import * as z from "zod/mini";
import { currency, day, envelope, id, instant, minorUnits, text } from "./amounts.ts";

/**
 * posting.contributed: a journal of another transaction that is posted as a part of a summary, told to the store day or the window whose
 * summary that is (c35). No entry of its own: the summary sums it up.
 */
export const postingContributed = z.object({
  name: z.literal("posting.contributed"),
  ...envelope,
  /** The key that the journal has in its own transaction. */
  document: text.check(z.minLength(1)),
  /** Its content hash: another content is another contribution. */
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  entity: id,
  currency,
  businessDate: day,
  /** Balanced; debit positive, credit negative, never 0. */
  lines: z.array(
    z.object({
      role: id,
      dimensions: z.record(z.string(), text),
      amount: minorUnits,
      /** In which the contributing transaction keeps the balance: what releases it later uses the same one. */
      account: z.optional(id),
    }),
  ),
});

const storeDay = { store: id, businessDate: day, by: id, reason: id };

/**
 * store-day.audited: a named person states that the day of a store is complete and right. Its summaries post from here on; what comes
 * later posts as a supplement (c35).
 */
export const storeDayAudited = z.object({ name: z.literal("store-day.audited"), ...envelope, ...storeDay });

/** store-day.reopened: a named person takes the audit back. What is posted stays; supplements wait for the next audit. */
export const storeDayReopened = z.object({ name: z.literal("store-day.reopened"), ...envelope, ...storeDay });

/** window.ended: the hour of a channel without a store day is over. Its summaries post from here on; what comes later is a supplement. */
export const windowEnded = z.object({ name: z.literal("window.ended"), ...envelope, endsAt: instant });
