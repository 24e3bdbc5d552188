import * as z from "zod/mini";
import {
  bookedLineSchema,
  matchReasons,
  matchWays,
  referenceWordsSchema,
  rowSumsSchema,
  settlementPayoutSchema,
  settlementRowSchema,
  unlistedSchema,
} from "#domain/settlement";
import { currency, day, envelope, id, instant, minorUnits, text } from "./amounts.ts";

/** A card terminal has hundreds of payments in a batch. */
const matchedPartsMax = 1_000;
/** The id of a stream; see domain/identity. */
const stream = z.string().check(z.minLength(1), z.maxLength(1_000));
const count = z.int().check(z.nonnegative());

/** settlement-file.received: what one settlement report or bank statement held; its rows are facts of their own streams. */
export const settlementFileReceived = z.object({
  name: z.literal("settlement-file.received"),
  ...envelope,
  file: text,
  format: text,
  bytes: count,
  rows: count,
  payouts: count,
  /** Of bank statements. */
  lines: count,
  receivedAt: instant,
});

/**
 * settlement.recorded: a row of a gateway's settlement, as first seen or as stated again (c23). It posts by its class, keyed by its own
 * id: fees, disputes, reserves and the like; charge and refund rows only match.
 */
export const settlementRecorded = z.object({
  name: z.literal("settlement.recorded"),
  ...envelope,
  row: settlementRowSchema,
});

const settledPayment = z.object({
  /** The sale, and the channel's id of its payment. */
  sale: stream,
  paymentId: id,
  /** How much of the row settles this payment, signed as the row. */
  amount: minorUnits,
  /** Of a payment in another currency than the row: what of it the gateway changed, and when it was made (c33). */
  sold: z.optional(z.object({ amount: minorUnits, currency, occurredAt: instant })),
});

/**
 * settlement.matched: what a row belongs to, as far as is known; a later look may find more. No entry of its own: it says in whose books
 * the row is (c32), and how a dispute ended (c26).
 */
export const settlementMatched = z.object({
  name: z.literal("settlement.matched"),
  ...envelope,
  outcome: z.enum(["matched", "unmatched"]),
  parts: z.array(settledPayment).check(z.maxLength(matchedPartsMax)),
  /** The entity in whose clearing account the payments wait. */
  entity: z.optional(id),
  way: z.optional(z.enum(matchWays)),
  /** 0 to 100. */
  confidence: z.optional(z.int().check(z.minimum(0), z.maximum(100))),
  /** What the gateway kept of the payments and does not state, as far as its contract says so (c24). */
  fee: z.optional(minorUnits),
  /** Row less payments and `fee`, minor units of the row's currency; absent: none. */
  difference: z.optional(minorUnits),
  /** Why it does not match, or not to the cent. */
  reason: z.optional(z.enum(matchReasons)),
  /** Of a balance that the gateway changed: the other leg, signed, minor units of its currency (c33). */
  conversion: z.optional(z.object({ settlement: stream, amount: minorUnits, currency })),
  /** How the dispute of the row ended, and when. */
  dispute: z.optional(z.object({ outcome: z.enum(["won", "lost", "accepted", "refunded"]), fraud: z.boolean(), closedAt: instant })),
});

/** settlement.released: a row of an unlisted type has waited long enough (its payout is in the bank, or its period has ended): it goes to settlement suspense. */
export const settlementReleased = z.object({
  name: z.literal("settlement.released"),
  ...envelope,
  because: z.enum(["bank-line", "period-end"]),
  /** The fiscal period of its entity that has ended. */
  period: z.optional(text),
  payoutId: z.optional(id),
});

/** payment.settled: a settlement row settled this payment of the sale. No entry; `amount` 0 takes an earlier statement back. */
export const paymentSettled = z.object({
  name: z.literal("payment.settled"),
  ...envelope,
  /** The row's stream. */
  settlement: stream,
  paymentId: id,
  /** Signed: a refund is negative. */
  amount: minorUnits,
  /** Of the whole row, positive when it costs the merchant. */
  fee: minorUnits,
  currency,
  payoutId: z.optional(id),
  way: z.enum(matchWays),
  confidence: z.int().check(z.minimum(0), z.maximum(100)),
});

/** payout.stated: what a gateway pays out, and how far it is (c23). Sent or paid it posts: Dr bank in transit, Cr clearing. */
export const payoutStated = z.object({
  name: z.literal("payout.stated"),
  ...envelope,
  payout: settlementPayoutSchema,
  /** What the rows that came with it come to; absent where the file has none. */
  rows: z.optional(rowSumsSchema),
  /** Ids of its rows of types that are not listed: they are held until the money is in the bank or the period ends. */
  unlisted: unlistedSchema,
});

/** payout.returned: a payout came back to the gateway: it failed, or the bank sent it back (c25): Dr clearing, Cr bank in transit. */
export const payoutReturned = z.object({
  name: z.literal("payout.returned"),
  ...envelope,
  payoutId: id,
  /** What came back, positive. */
  amount: minorUnits,
  currency,
  /** The stream of the row that says so. */
  settlement: stream,
});

/** payout.banked: a bank line shows the payout. No entry here: the line's own stream books the bank. */
export const payoutBanked = z.object({
  name: z.literal("payout.banked"),
  ...envelope,
  payoutId: id,
  /** The stream of the bank line. */
  bankLine: stream,
  /** How much of the line is this payout's; 0 takes an earlier statement back. */
  amount: minorUnits,
  currency,
  bookedOn: day,
});

/**
 * payout.reconciled: whether a payout agrees with its rows, the ledger and the bank: "reconciled", or "open" when something became known
 * that is not as it should be. No entry.
 */
export const payoutReconciled = z.object({
  name: z.literal("payout.reconciled"),
  ...envelope,
  payoutId: id,
  outcome: z.enum(["reconciled", "open"]),
  /** Rows on record. */
  rows: count,
  /** Of "open": what is amiss, and over how much; absent when it is only under way again. */
  reason: z.optional(z.enum(matchReasons)),
  amount: z.optional(minorUnits),
  currency,
});

/**
 * variance.written-off: a named person gives up what a settlement row or bank line differs by from what it settles. It posts while the
 * variance has just this amount, and where policy wants it, once another person has approved it.
 */
export const varianceWrittenOff = z.object({
  name: z.literal("variance.written-off"),
  ...envelope,
  /** Signed as the exception that it answers. */
  amount: minorUnits,
  currency,
  /** Of what stands in settlement suspense; absent: of what the row or line differs by. */
  of: z.optional(z.literal("suspense")),
  by: id,
  /** Why, in that person's words. */
  why: z.string().check(z.minLength(1), z.maxLength(2_000)),
});

/** bank-line.booked: a movement of our account at the bank. Names of people stay in the raw file. */
export const bankLineBooked = z.object({
  name: z.literal("bank-line.booked"),
  ...envelope,
  line: bookedLineSchema,
  /** Words of the remittance text that look like references: letters and digits with a digit among them, in upper case. */
  words: referenceWordsSchema,
});

/**
 * bank-line.identified: a named person says which payout a bank line shows, or takes back what was said of it. No entry: by this the line
 * is matched, and posts by that.
 */
export const bankLineIdentified = z.object({
  name: z.literal("bank-line.identified"),
  ...envelope,
  /** The payout's stream; absent: none is named any more. */
  payout: z.optional(stream),
  payoutId: z.optional(id),
  by: id,
  /** Why, in that person's words. */
  why: z.string().check(z.minLength(1), z.maxLength(2_000)),
});

/** bank-line.matched: the payouts that a bank line shows, or that none is known. Says how the line posts (c23). */
export const bankLineMatched = z.object({
  name: z.literal("bank-line.matched"),
  ...envelope,
  outcome: z.enum(["matched", "unmatched"]),
  /** `sentOn`: the day on which it left clearing, and whose rate it has in transit. */
  payouts: z
    .array(z.object({ payout: stream, payoutId: id, amount: minorUnits, sentOn: z.optional(day) }))
    .check(z.maxLength(matchedPartsMax)),
  way: z.optional(z.enum(matchWays)),
  confidence: z.optional(z.int().check(z.minimum(0), z.maximum(100))),
  /** Line less payouts; absent: none. */
  difference: z.optional(minorUnits),
  reason: z.optional(z.enum(matchReasons)),
  /** The line, on record before, that shows the same movement: this one books nothing. */
  sameAs: z.optional(stream),
  /** A line that may show the same movement: this one is held until a person says. */
  maybeSameAs: z.optional(stream),
  /** How many payouts may be its, where they are too many to be compared. */
  notCompared: z.optional(count),
});
