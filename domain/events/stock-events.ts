import * as z from "zod/mini";
import { currency, day, envelope, id, minorUnits, quantityMillionths, text } from "./amounts.ts";

const stockTransaction = { store: id, register: id, businessDate: day, sequence: id };

/** Of a purchase: what one unit costs, in minor units of the document's `currency`, before landed cost. */
const purchasedLine = z.object({ id, item: text, quantityMillionths, unitCost: z.optional(minorUnits.check(z.nonnegative())) });

const purchase = {
  vendor: z.optional(id),
  purchaseOrder: z.optional(text),
  currency: z.optional(currency),
  lines: z.array(purchasedLine).check(z.minLength(1)),
};

/** stock.received: goods from a vendor (c41): Dr inventory, Cr goods received not invoiced. */
export const stockReceived = z.object({
  name: z.literal("stock.received"),
  ...envelope,
  ...stockTransaction,
  ...purchase,
  /** Freight, duty and handling of the whole receipt, in minor units of `currency`: a part of what the goods cost (landed cost). */
  landedCost: z.optional(minorUnits.check(z.nonnegative())),
});

/** stock.returned-to-vendor: goods go back to whom they came from (c41): Dr vendor claims, Cr inventory. */
export const stockReturnedToVendor = z.object({
  name: z.literal("stock.returned-to-vendor"),
  ...envelope,
  ...stockTransaction,
  ...purchase,
});

/** stock.counted: what lay in the store (c40). The difference to what the till's own books say moves, against shrink. */
export const stockCounted = z.object({
  name: z.literal("stock.counted"),
  ...envelope,
  ...stockTransaction,
  lines: z
    .array(z.object({ id, item: text, countedMillionths: quantityMillionths, expectedMillionths: z.optional(z.int()) }))
    .check(z.minLength(1)),
});

/** stock.adjusted: goods were written off, found or used up (c40): policy says by the reason which account bears it. */
export const stockAdjusted = z.object({
  name: z.literal("stock.adjusted"),
  ...envelope,
  ...stockTransaction,
  lines: z
    .array(
      z.object({
        id,
        item: text,
        /** Signed: more is positive. */
        deltaMillionths: z.int(),
        reason: text,
      }),
    )
    .check(z.minLength(1)),
});
