import * as z from "zod/mini";
import { currency, customer, day, discount, envelope, id, instant, minorUnits, quantityMillionths, tax, text } from "./amounts.ts";

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
   * What the line takes money for that is no sale (c11, c12): a gift card or credit sold or recharged, a tip. Of a return: cashed out,
   * given back. `item` may be "" then.
   */
  collects: z.optional(z.enum(["gift-card", "store-credit", "tip"])),
  item: text,
  description: z.optional(text),
  quantityMillionths,
  /** Before discounts, not negative: `kind` carries the sign. Includes tax when the ticket's `taxesIncluded`. */
  gross: minorUnits.check(z.nonnegative()),
  /** Amounts not negative. */
  discounts: z.array(discount),
  /** Amounts not negative. */
  taxes: z.array(tax),
  /** Returns: do the goods go back to stock (Disposal@Method)? Always true for sales. */
  restock: z.boolean(),
  original: z.optional(ticketReference),
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
  stated: z.object({ net: z.optional(minorUnits), tax: z.optional(minorUnits), total: z.optional(minorUnits) }),
});

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
});
