import * as z from "zod/mini";
import { currency, customer, day, discount, envelope, id, instant, minorUnits, quantityMillionths, tax, text } from "./amounts.ts";

/** A ticket as another one names it: whatever of it the till prints or sends. */
const ticketReference = z.object({
  store: z.optional(id),
  register: z.optional(id),
  sequence: z.optional(id),
  businessDate: z.optional(day),
  /** A receipt number, order name or barcode when that is all the till knows. */
  reference: z.optional(text),
});

const ticketLine = z.object({
  id,
  kind: z.enum(["sale", "return"]),
  /**
   * What the line takes money for that is no sale. Of a return: cashed out, given back, or (a deposit) used for what the ticket sells.
   * `item` may be "" then. A gift card or credit sold or recharged (c12), a tip (c11); a deposit or payment of a layaway (c43); `forfeit`:
   * the part of a deposit that the store keeps, which leaves the deposits by a return line of its own (c43); a payment on a customer's
   * account (c44); a donation, a bottle deposit (c49); a fee, which is other revenue by its `reason`; shipping, of a return that of the sale
   * which its original names.
   */
  collects: z.optional(
    z.enum(["gift-card", "store-credit", "tip", "deposit", "forfeit", "on-account", "donation", "bottle-deposit", "fee", "shipping"]),
  ),
  /** What a line without an item is for, in the till's own word: the code of a donation, the name of a fee. */
  reason: z.optional(text),
  /** The layaway, order, customer account, card or voucher that the line is about, by its id: no personal data. */
  account: z.optional(id),
  item: text,
  description: z.optional(text),
  quantityMillionths,
  /** Of the quantity, in the till's own word (EA, KGM); absent: the item's. */
  unit: z.optional(text),
  serialNumber: z.optional(text),
  /** Before discounts, not negative: `kind` carries the sign. Includes tax when the ticket's `taxesIncluded`. */
  gross: minorUnits.check(z.nonnegative()),
  /** Amounts not negative. */
  discounts: z.array(discount),
  /** Amounts not negative. */
  taxes: z.array(tax),
  /** Returns: do the goods go back to stock (Disposal@Method)? Always true for sales. */
  restock: z.boolean(),
  /** Of goods that came back, where the till states it; return rules say which conditions they take. */
  condition: z.optional(z.enum(["as-new", "opened", "used", "damaged"])),
  original: z.optional(ticketReference),
  /** What the till states of the line beside its parts, where it is not what they say: the gate compares. */
  stated: z.optional(z.object({ discount: z.optional(minorUnits), unitPriceMillionths: z.optional(z.int()) })),
});

const tender = z.object({
  id,
  /** The till's type: Cash, CreditDebit, GiftCard, Check, …: policy maps it to a role. */
  type: text,
  cardBrand: z.optional(text),
  /** Signed: money received is positive; change and money given back are negative. */
  amount: minorUnits,
  /** Where the tender was in another currency than the ticket: `amount` is in the ticket's. */
  foreign: z.optional(z.object({ currency, amount: minorUnits })),
  reference: z.optional(text),
  /** The layaway whose deposit is used (c43) or the customer account that is charged (c44), by its id: no personal data. */
  account: z.optional(id),
});

/**
 * ticket.completed: a finished sale or return at a till (c27). All amounts are minor units of `currency`.
 * Control: Σ tenders = total + cashRounding, where total = Σ sales − Σ returns (after discounts, with tax).
 */
export const ticketCompleted = z.object({
  name: z.literal("ticket.completed"),
  ...envelope,
  store: id,
  register: id,
  sequence: id,
  businessDate: day,
  /** What is printed on the receipt, where it differs from the sequence number. */
  receipt: z.optional(text),
  /** The ticket that this one takes the place of (c51): mirrored in full, as a post-void would. */
  replaces: z.optional(ticketReference),
  /** Rung up while the till was cut off. */
  offline: z.optional(z.boolean()),
  currency,
  /** Who bought, where the till knows: an id and the system that owns it, no personal data. */
  customer: z.optional(customer),
  taxesIncluded: z.boolean(),
  lines: z.array(ticketLine),
  /** Header discounts that the till did not allocate to lines, not negative. */
  discounts: z.array(discount),
  /** Taxes of the whole ticket as stated, signed (returns negative); equal to Σ line taxes where lines carry them. */
  taxes: z.array(tax),
  tenders: z.array(tender),
  /** What the customer paid more (+) or less (−) because cash is rounded (c28). */
  cashRounding: minorUnits,
  /** Left over from POS amounts with extra decimals, at most one minor unit per tax group (c29). Signed like sales. */
  rounding: minorUnits,
  /** As stated by the till; the gate compares. */
  stated: z.object({
    net: z.optional(minorUnits),
    tax: z.optional(minorUnits),
    total: z.optional(minorUnits),
    gross: z.optional(minorUnits),
    discount: z.optional(minorUnits),
    /** How many items the ticket has: tills count lines or pieces, returns with or against sales. */
    items: z.optional(z.int()),
  }),
});

/**
 * ticket.voided: a finished ticket was undone afterwards (c51). A fact of the stream of the original ticket, whose documents are mirrored in
 * full, on the original's register and day. Stated by the ticket of the till that undid it, or told by one that takes its place.
 */
export const ticketVoided = z.object({
  name: z.literal("ticket.voided"),
  ...envelope,
  /** Where it was undone, and the number and business day of the transaction that did it. */
  store: id,
  register: id,
  sequence: id,
  businessDate: day,
  /** As the till states it. Without a business day it is looked for: on the day of the voiding ticket, then in the seven days before. */
  original: ticketReference,
  currency,
  /** The original's total as the voiding ticket states it, signed like the original. Compared, never booked. */
  total: z.optional(minorUnits),
  reason: z.optional(text),
});

/** A file by the name that its sender gave and the SHA-256 of its bytes. */
const namedFile = z.object({ file: text, hash: id });

/** file.received: what one POS file held; its rows are facts of their own streams. */
export const fileReceived = z.object({
  name: z.literal("file.received"),
  ...envelope,
  file: text,
  format: text,
  bytes: z.int(),
  tickets: z.int(),
  /** Baskets that are no sales: training, suspended, cancelled; and control transactions. */
  ignored: z.int(),
  /** Tickets that could not be read or accepted. */
  held: z.int(),
  businessDates: z.array(day),
  receivedAt: instant,
  /** The archive that it came in. */
  within: z.optional(namedFile),
  /** Of an archive: the files that it held, each taken in as a file of its own. */
  parts: z.optional(z.array(namedFile)),
});
