import * as z from "zod/mini";
import { envelope, id, quantityMillionths, text } from "./amounts.ts";

const transferFields = {
  ...envelope,
  transferId: id,
  shipmentId: id,
  /** The channel's ids of both places; absent where the place was deleted since. */
  origin: z.optional(id),
  destination: z.optional(id),
};

/** transfer.shipped: goods left one of our places for another (c39): from now on they are in transit. */
export const transferShipped = z.object({
  name: z.literal("transfer.shipped"),
  ...transferFields,
  lines: z.array(z.object({ id, item: text, quantityMillionths })),
});

/** transfer.received: what of a shipment has arrived up to now, all receipts of it together (c39). */
export const transferReceived = z.object({
  name: z.literal("transfer.received"),
  ...transferFields,
  lines: z.array(
    z.object({
      id,
      item: text,
      acceptedMillionths: quantityMillionths,
      /** Arrived and not fit for sale. */
      rejectedMillionths: quantityMillionths,
    }),
  ),
});

/** transfer.closed: nothing more of a shipment is expected. What of it has not arrived by then is lost (c39). */
export const transferClosed = z.object({ name: z.literal("transfer.closed"), ...transferFields, reason: z.optional(text) });
