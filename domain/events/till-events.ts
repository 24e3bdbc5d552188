import * as z from "zod/mini";
import { currency, day, envelope, id, minorUnits, text } from "./amounts.ts";

const tillTransaction = { store: id, register: id, businessDate: day, sequence: id };

/**
 * till.moved: money went into or out of a drawer or the safe without a sale (c27, c11). A fact of the store day; it posts from *audited*.
 * loan: safe to drawer; pickup and safe-drop: drawer to safe; paid-in and paid-out: by reason; bank-deposit: safe to the bank, in transit
 * until the bank line; tip-out: tips paid to the staff.
 */
export const tillMoved = z.object({
  name: z.literal("till.moved"),
  ...envelope,
  ...tillTransaction,
  kind: z.enum(["loan", "pickup", "safe-drop", "paid-in", "paid-out", "bank-deposit", "tip-out"]),
  /** The till's type; "Cash" where the till does not say. */
  tender: text,
  /** Of the money itself. */
  currency,
  amount: minorUnits.check(z.positive()),
  /** What foreign money stands at in the books: in the store's own currency, at the rate at which the tills took it. */
  valued: z.optional(z.object({ currency, amount: minorUnits.check(z.positive()) })),
  /** Of a paid-in or paid-out, in the till's own word: policy maps it to a role. */
  reason: z.optional(text),
  /** Of a deposit or drop: the number of the bag, under which the bank may book it. */
  bag: z.optional(text),
});

/** A tender of a count. `expected` is what the till itself computes, where it says so: compared, never booked. */
const countedTender = z.object({
  tender: text,
  currency,
  counted: minorUnits,
  expected: z.optional(minorUnits),
});

/** till.counted: what was in a drawer, or in the safe (no register), when it was counted. No entry: till.balanced judges it. */
export const tillCounted = z.object({
  name: z.literal("till.counted"),
  ...envelope,
  store: id,
  register: z.optional(id),
  businessDate: day,
  sequence: id,
  tenders: z.array(countedTender),
});

/**
 * till.balanced: a count set against what the hub's own facts expect to be there, per register (absent: the safe), tender and currency. Stated
 * when the day is totalled; it posts the difference from *audited* (c27): over Cr, short Dr cash over/short.
 */
export const tillBalanced = z.object({
  name: z.literal("till.balanced"),
  ...envelope,
  store: id,
  register: z.optional(id),
  businessDate: day,
  tender: text,
  currency,
  counted: minorUnits,
  expected: minorUnits,
  /** The count that opened the day, against what the drawer was left with when it was last closed. */
  opening: z.optional(z.literal(true)),
  /** What the difference of foreign money is worth in the store's own currency, signed like it. */
  valued: z.optional(z.object({ currency, amount: minorUnits })),
});

/** card-batch.stated: what a terminal says it sent to the acquirer. No entry: the acquirer's settlement is compared with it. */
export const cardBatchStated = z.object({
  name: z.literal("card-batch.stated"),
  ...envelope,
  store: id,
  register: z.optional(id),
  businessDate: day,
  terminal: id,
  batch: id,
  currency,
  amount: minorUnits,
  /** Transactions in it. */
  count: z.optional(z.int().check(z.nonnegative())),
});

/**
 * bank-deposit.sent: money that a store or a courier brought to a bank account of ours (c27, c46). Told by whoever booked it as in transit, into a
 * stream of its own, where bank lines look for it by the number of its bag, or by its amount and day. No entry: the bank line clears it.
 */
export const bankDepositSent = z.object({
  name: z.literal("bank-deposit.sent"),
  ...envelope,
  depositId: id,
  /** Our id of the bank account. */
  bankAccount: id,
  currency,
  amount: minorUnits.check(z.positive()),
  /** Day on which it went. */
  sentOn: day,
  /** What the bank's statement may show of it: the number of the bag, the courier's payment. */
  names: z.array(text).check(z.maxLength(5)),
  /** By how many days it may be late. */
  lagDays: z.int().check(z.nonnegative()),
});
