import * as z from "zod/mini";
import { currency, day, envelope, id, minorUnits, quantityMillionths, tax, text } from "./amounts.ts";

/**
 * original.found: the sale that a return line of a ticket names (by ticket, order name, receipt or barcode), as the hub found it when it
 * was asked. A fact of the ticket's stream: the ledger looks nothing up. No entry of its own.
 */
export const originalFound = z.object({
  name: z.literal("original.found"),
  ...envelope,
  /** As the ticket states it, or the parts of the original ticket's own number. */
  reference: text,
  /** Every sale that answers to the reference, with the entity that sold: one is the original, several are an exception. */
  sales: z.array(z.object({ transaction: text, seller: id })).check(z.minLength(1), z.maxLength(20)),
});

const takenBackLine = z.object({
  /** Of the ticket's line. */
  id,
  item: text,
  quantityMillionths,
  /** What the till gave back for it, not negative: after discounts and without tax, and the taxes that it stated. */
  net: minorUnits.check(z.nonnegative()),
  taxes: z.array(tax),
  /** Whether the goods went back to stock. */
  restock: z.boolean(),
  /** Of goods that came back, where the till states it; return rules say which conditions they take. */
  condition: z.optional(z.enum(["as-new", "opened", "used", "damaged"])),
});

/**
 * return.taken-back: a store took goods of this sale back and gave their value back (c16–c19, c31). Told by the ticket's stream to the
 * sale's: revenue and tax reverse there, in the jurisdiction of the sale, and the goods enter the store's stock at the cost they left with.
 */
export const returnTakenBack = z.object({
  name: z.literal("return.taken-back"),
  ...envelope,
  /** The transaction of the ticket. */
  ticket: text,
  /** Under which the return was authorised before it happened: the ticket names the sale by it. */
  authorization: z.optional(id),
  store: id,
  /** Policy's location of the store: where the goods are now. */
  location: id,
  /** Whose till gave the value back. */
  entity: id,
  /** Whom the ticket takes for the seller: who owes it to the customer, or to `entity`. */
  seller: id,
  /** The ticket's business day. */
  businessDate: day,
  currency,
  /** Empty where nothing but the shipping is given back. */
  lines: z.array(takenBackLine),
  /** What the till gave back of the sale's shipping, not negative: without tax, and the taxes that it stated. */
  shipping: z.optional(z.object({ net: minorUnits.check(z.nonnegative()), taxes: z.array(tax) })),
  /** What the till gave back in all on the ticket, by its own tender types; amounts not negative. Empty: nothing but an exchange. */
  tenders: z.array(z.object({ type: text, cardBrand: z.optional(text), amount: minorUnits.check(z.nonnegative()) })),
});
