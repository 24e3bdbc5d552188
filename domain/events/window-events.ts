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

/** window.ended: the hour of a channel without a store day is over. Its summaries post from here on; what comes later is a supplement. */
export const windowEnded = z.object({ name: z.literal("window.ended"), ...envelope, endsAt: instant });
