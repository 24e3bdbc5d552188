import * as z from "zod/mini";
import { currency, day, envelope, text } from "./amounts.ts";

/**
 * rate.fixed: the exchange rate at which this transaction's documents of one business date are kept in the books of an entity (c33). The hub
 * records it when it first needs it, so that a table of rates that changes later changes nothing. No entry.
 */
export const rateFixed = z.object({
  name: z.literal("rate.fixed"),
  ...envelope,
  from: currency,
  to: currency,
  /** The business date that it is for. */
  day,
  /** Units of `to` for one unit of `from`, a decimal string such as "1.0873". */
  rate: text,
  /** The day of the rate itself: that day, or the last one before it that has a rate. */
  publishedOn: day,
  /** Who published it. */
  source: text,
});
