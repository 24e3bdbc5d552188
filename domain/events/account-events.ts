import * as z from "zod/mini";
import { currency, day, envelope, id, minorUnits, text } from "./amounts.ts";

/**
 * account.moved: a ticket moved the deposit of a layaway (c43) or what a customer owes on account (c44). Told by the ticket's stream to the
 * account's, so that a pickup finds the deposit that another register took. The ticket books the money; the account's stream moves the
 * balance where another store, or another entity's, uses it.
 */
export const accountMoved = z.object({
  name: z.literal("account.moved"),
  ...envelope,
  account: id,
  kind: z.enum(["deposit", "receivable"]),
  /** The transaction of the ticket. */
  ticket: text,
  store: id,
  /** Whose till it was. */
  entity: id,
  businessDate: day,
  currency,
  /** Signed: a deposit taken and a charge on account are positive; a deposit used, given back or kept and a payment are negative. */
  amount: minorUnits,
});

/**
 * receivable.written-off: a named person gives up what a customer owes (c44): Dr credit loss, Cr receivable. A fact of the sale's stream or
 * of the customer account's.
 */
export const receivableWrittenOff = z.object({
  name: z.literal("receivable.written-off"),
  ...envelope,
  /** The write-off's own id. */
  writeOffId: id,
  /** Of an order that was not paid. */
  orderId: z.optional(id),
  /** Of a customer's account, with the store that keeps it. */
  account: z.optional(id),
  store: z.optional(id),
  businessDate: day,
  currency,
  amount: minorUnits.check(z.positive()),
  by: id,
  reason: id,
});

/**
 * cod.remitted: a courier paid over what it collected for an order, less its fee (c46): Dr bank in transit, Dr COD fees, Cr receivable. The
 * bank line that shows the remittance clears bank in transit.
 */
export const codRemitted = z.object({
  name: z.literal("cod.remitted"),
  ...envelope,
  orderId: id,
  /** The courier's own id of the row; `remittance` is the payment that it is a part of. */
  rowId: id,
  carrier: id,
  remittance: z.optional(text),
  currency,
  /** What the courier collected, and what of it the courier kept. */
  amount: minorUnits.check(z.positive()),
  fee: minorUnits.check(z.nonnegative()),
});
