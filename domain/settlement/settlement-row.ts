import * as z from "zod/mini";
import { rowClasses, rowNatures } from "./row-classes.ts";

const minorUnits = z.int();
const currency = z.string().check(z.regex(/^[A-Z]{3}$/));
const instant = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/));
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const text = z.string().check(z.minLength(1), z.maxLength(255));
/** A part of a stream's id, so short: sources whose own ids are longer give their hash. */
const id = z.string().check(z.minLength(1), z.maxLength(120));

const feesPerRowMax = 20;
const summaryPartsMax = 50;

/** What a row says about other documents, as it says it. All are optional: no source states all of them, and some rows state none. */
const rowReferencesSchema = z.object({
  /** As the customer sees it: "#1001", or whatever the shop's own format makes of it. */
  orderName: z.optional(text),
  /** The channel's id of the order. */
  orderId: z.optional(text),
  /** What the merchant gave the gateway to know the payment by: often an order name or number, sometimes a checkout or cart id. */
  merchantReference: z.optional(text),
  checkoutId: z.optional(text),
  /** The channel's id of the order transaction (a capture, a refund). */
  transactionId: z.optional(text),
  /** The gateway's id of the payment: a PSP reference, ch_…, a PayPal transaction id. Refund and dispute rows name the payment they belong to. */
  paymentId: z.optional(text),
  /** The gateway's id of what this row is about, when it is not the payment itself: a refund, a modification, a transfer. */
  pspReference: z.optional(text),
  refundId: z.optional(text),
  disputeId: z.optional(text),
  /** Of payments at tills: the card terminal, and the batch in which it was closed. */
  terminalId: z.optional(text),
  batchId: z.optional(text),
  /** Another row of the same source that belongs to this one: a reversal's original, the other leg of a currency conversion. */
  relatedRowId: z.optional(text),
});

/** A part of what the gateway keeps. `amount` is in minor units of the row's currency, positive when it costs the merchant. */
const feePartSchema = z.object({
  /** In the source's words: "fee", "commission", "markup", "scheme fees", "interchange". */
  name: text,
  amount: minorUnits,
});

/**
 * One row of a settlement: money that a gateway added to, or took from, what it owes the merchant. All amounts are signed as the merchant
 * sees them (a charge is positive, a refund or a payout negative), whole minor units of `currency`, the currency that is settled.
 * Always: gross − Σ fees = net.
 */
export const settlementRowSchema = z.object({
  /** The gateway: "shopify-payments", "adyen", "stripe", "paypal", or the name of a CSV mapping. The same for all its formats. */
  source: id,
  /** The merchant account that is settled, as the hub's settings name it. */
  account: id,
  /** The source's own id of the row, or a key derived from what never changes in it; unique within (source, account). */
  id,
  /** A derived id and a stated one of the same row differ: the rows of one account must all come by one of the two. */
  idFrom: z.enum(["stated", "derived"]),
  /** Absent while the row waits for its payout, and in sources that keep a running balance instead. */
  payoutId: z.optional(id),
  /** As the source states it. */
  type: text,
  /** Absent for a type that is not listed: the row is held, and nothing falls into "other". */
  class: z.optional(z.enum(rowClasses)),
  /** Where one class covers two treatments. */
  nature: z.optional(z.enum(rowNatures)),
  gross: minorUnits,
  fees: z.array(feePartSchema).check(z.maxLength(feesPerRowMax)),
  net: minorUnits,
  currency,
  /** What the customer paid or got back, when that is stated apart; signed like `gross`. */
  presentment: z.optional(z.object({ amount: minorUnits, currency })),
  /** Settled units for one unit of the presentment currency, as stated: a decimal string. */
  exchangeRate: z.optional(text),
  references: rowReferencesSchema,
  /** When it happened at the gateway. */
  occurredAt: instant,
  /** The brand of the card and the way of paying, where they are stated: contracts name fees by them. */
  cardBrand: z.optional(text),
  method: z.optional(text),
  /** From when the money counts towards a payout, where that is stated apart. */
  availableOn: z.optional(day),
});

export type SettlementRow = z.infer<typeof settlementRowSchema>;
export type RowReferences = z.infer<typeof rowReferencesSchema>;
export type FeePart = z.infer<typeof feePartSchema>;

/** How far a payout has come; a source's own words are mapped to these. */
const payoutStatuses = ["scheduled", "in-transit", "paid", "failed", "cancelled"] as const;
export type PayoutStatus = (typeof payoutStatuses)[number];

/** Money that a gateway sends to the merchant's bank account, as the gateway states it. */
export const settlementPayoutSchema = z.object({
  source: id,
  account: id,
  /** The source's own id; for a batch, which pays out each currency apart, `<batch number>-<currency>`. */
  id,
  status: z.enum(payoutStatuses),
  /** The day on which the gateway sent it or will; a calendar day of the gateway. */
  issuedOn: day,
  /** The day on which it should reach the bank, where that is stated. */
  arrivesOn: z.optional(day),
  /** What is paid out, in minor units of `currency`; negative when the gateway collects from the merchant; 0 for a batch that closes without payout. */
  net: minorUnits,
  /**
   * "rows": the source states no total, so `net` is the sum of the rows of this file. Nothing but the bank line then proves that the file
   * held all of them.
   */
  netFrom: z.enum(["stated", "rows"]),
  /**
   * False: the source does not say which rows are in the payout (a manual payout, a withdrawal from a running balance), so there is nothing
   * that must add up to it.
   */
  itemized: z.boolean(),
  currency,
  /** What the bank statement shows: an external trace id, a statement reference. */
  traceId: z.optional(text),
  /** The source's own id of the row that is this payout, when it is a row too. */
  rowId: z.optional(id),
  /** Sums that the source states by kind of row. */
  summary: z.optional(z.array(z.object({ name: text, gross: minorUnits, fee: minorUnits })).check(z.maxLength(summaryPartsMax))),
});

export type SettlementPayout = z.infer<typeof settlementPayoutSchema>;
