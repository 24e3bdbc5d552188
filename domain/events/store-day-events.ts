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
  /** Those of them that are tickets, as `tickets` are. */
  named: z.optional(z.array(text).check(z.maxLength(2_000))),
  /** Numbers that were read as something else than a ticket: money or goods that moved, a post-void. One that was held before is held no more. */
  control: z.optional(ranges),
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

/**
 * store-day.waived: a named person states that something will not come: transaction numbers, a count, the agreement of card totals, or a count
 * of what was sold after the last one. It covers what was open when it was stated, and nothing that comes to be missing later.
 */
export const storeDayWaived = z.object({
  name: z.literal("store-day.waived"),
  ...envelope,
  ...stated,
  what: z.enum(["sequence", "count", "cards", "after-count"]),
  /** Absent: of the whole store, as card totals may be. */
  register: z.optional(id),
  /** Of "sequence": the numbers that the person named; absent: whatever was missing of the register. */
  range: z.optional(sequenceRange),
  /** Of "sequence": the numbers that were missing or held then; none of both: the register said nothing on this day. */
  ranges: z.optional(ranges),
  /** Of "sequence": tickets that were held, of tills whose numbers are no whole numbers. */
  names: z.optional(z.array(text).check(z.maxLength(2_000))),
  /** Of the others: what was expected in a drawer, by how much card totals differed, what was sold after the last count. Minor units. */
  amounts: z.optional(z.array(z.object({ tender: z.optional(text), currency, amount: minorUnits })).check(z.maxLength(200))),
});

/** store-day.reconciled: a named person states that what the day left to be settled (deposits, card batches) was found where it went. */
export const storeDayReconciled = z.object({ name: z.literal("store-day.reconciled"), ...envelope, ...stated });
