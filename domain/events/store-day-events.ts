import * as z from "zod/mini";
import { currency, day, envelope, id, minorUnits, text } from "./amounts.ts";

const sequenceRange = z.object({ from: z.int().check(z.nonnegative()), to: z.int().check(z.nonnegative()) });
/** Of one part of a file, which has at most a few hundred transactions. */
const ranges = z.array(sequenceRange).check(z.maxLength(2_000));

/**
 * sequences.seen: the transaction numbers of one register and day that a part of a file holds, of whatever kind: sales, control
 * transactions, and what books nothing. No entry: what is missing between them is looked for when the day closes.
 */
export const sequencesSeen = z.object({
  name: z.literal("sequences.seen"),
  ...envelope,
  store: id,
  register: id,
  businessDate: day,
  /** The hash of the file. */
  file: id,
  /** Both ends inclusive. */
  ranges,
  /** Those that are tickets: each is in the day once it is tallied, and is missing as long as something holds it. */
  tickets: z.optional(ranges),
  /** Numbers of a till that are no whole numbers. */
  other: z.optional(z.array(text).check(z.maxLength(2_000))),
});

/**
 * ticket.tallied: what one ticket left in the drawer and on every other tender, told to its store day. No entry: the ticket's own stream books
 * it. A ticket that was voided is tallied with nothing.
 */
export const ticketTallied = z.object({
  name: z.literal("ticket.tallied"),
  ...envelope,
  store: id,
  register: id,
  sequence: id,
  businessDate: day,
  currency,
  /** What the customer owed, returns negative, after the rounding of cash. */
  total: minorUnits,
  voided: z.optional(z.literal(true)),
  tenders: z.array(
    z.object({
      /** Where policy keeps the money: cash-drawer, acquirer-clearing, gift-card-liability, … */
      role: id,
      /** The till's type. */
      type: text,
      cardBrand: z.optional(text),
      /** Of the money itself. */
      currency,
      /** Change and money given back are negative. */
      amount: minorUnits,
      /** Of foreign money: what it was taken at, in the ticket's currency. */
      valued: z.optional(minorUnits),
    }),
  ),
});

const stated = { store: id, businessDate: day, by: id, reason: id };

/**
 * store-day.audited: a named person states that the day of a store is complete and right. Its summaries post from here on; what comes
 * later posts as a supplement (c35).
 */
export const storeDayAudited = z.object({ name: z.literal("store-day.audited"), ...envelope, ...stated });

/** store-day.reopened: a named person takes the audit back. What is posted stays; supplements wait for the next audit. */
export const storeDayReopened = z.object({ name: z.literal("store-day.reopened"), ...envelope, ...stated });

/** store-day.waived: a named person states that something will not come: transaction numbers, a count, or the agreement of card totals. */
export const storeDayWaived = z.object({
  name: z.literal("store-day.waived"),
  ...envelope,
  ...stated,
  what: z.enum(["sequence", "count", "cards"]),
  /** Absent: of the whole store, as card totals may be. */
  register: z.optional(id),
  /** Of "sequence": which numbers; absent: the register says nothing on this day. */
  range: z.optional(sequenceRange),
});

/** store-day.reconciled: a named person states that what the day left to be settled (deposits, card batches) was found where it went. */
export const storeDayReconciled = z.object({ name: z.literal("store-day.reconciled"), ...envelope, ...stated });
