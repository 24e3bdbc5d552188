import * as z from "zod/mini";
import { currency, envelope, id, minorUnits, quantityMillionths, text } from "./amounts.ts";

const returnLine = z.object({
  id,
  /** The order's line; absent for goods that no line of the order explains. */
  lineId: z.optional(id),
  item: text,
  quantityMillionths,
});

const returnFields = {
  ...envelope,
  orderId: id,
  returnId: id,
};

/** return.requested: the customer asks to send goods back. Nothing has moved: no entry. */
export const returnRequested = z.object({
  name: z.literal("return.requested"),
  ...returnFields,
  /** What people call it, such as "#1001-R1". */
  returnName: z.optional(text),
  lines: z.array(returnLine),
});

/**
 * return.authorized: the goods may come back, for these fees (c20). Nothing has moved; the cost of what was refunded before is a return asset
 * from now on (c19).
 */
export const returnAuthorized = z.object({
  name: z.literal("return.authorized"),
  ...returnFields,
  lines: z.array(returnLine),
  /** The currency of the fees; absent where there are none. */
  currency: z.optional(currency),
  /** What is kept of the refund (c20), not negative. */
  fees: z.array(z.object({ id, kind: z.enum(["restocking", "shipping"]), amount: minorUnits.check(z.nonnegative()) })),
});

/**
 * return.received: goods of one line were looked at and put somewhere (c19). A fact per decision of the warehouse, so that a return that
 * comes in parts is several. `missing` says that the goods never came.
 */
export const returnReceived = z.object({
  name: z.literal("return.received"),
  ...envelope,
  orderId: id,
  /** Where the source states it. */
  returnId: z.optional(id),
  receiptId: id,
  lineId: z.optional(id),
  item: text,
  quantityMillionths,
  disposition: z.enum(["restocked", "not-restocked", "processing", "missing"]),
  /** The hub's own id of the return that was authorised for it. */
  authorization: z.optional(id),
  /** The channel's id of the place where the goods are now. */
  location: z.optional(id),
});

/** return.rejected: the request was declined; the goods stay with the customer. No entry. */
export const returnRejected = z.object({ name: z.literal("return.rejected"), ...returnFields, reason: z.optional(text) });

/** return.cancelled: the return will not happen. The cost of what was refunded and expected back is a cost of goods again (c19). */
export const returnCancelled = z.object({ name: z.literal("return.cancelled"), ...returnFields });

/** return.closed: nothing more is expected of it. Refunded goods that are not back are shrink from now on (c19). */
export const returnClosed = z.object({ name: z.literal("return.closed"), ...returnFields });

/**
 * exchange.arranged: what the customer gets instead of the goods of a return (c22). No entry of its own: the replacement is a line of the
 * order's newer version, and the refund's money is already net of it.
 */
export const exchangeArranged = z.object({
  name: z.literal("exchange.arranged"),
  ...returnFields,
  lines: z.array(
    z.object({
      id,
      /** The order's line for the replacement, once there is one. */
      lineId: z.optional(id),
      item: text,
      quantityMillionths,
    }),
  ),
});
