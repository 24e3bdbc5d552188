import * as z from "zod/mini";
import { envelope, id, instant, text } from "./amounts.ts";

/**
 * source.changed: a message said only that something changed there (a stub, or a delta): look at the source. No entry; the function
 * fetch-source-document reads the whole object, and what it finds is a document of its own.
 */
export const sourceChanged = z.object({
  name: z.literal("source.changed"),
  ...envelope,
  channel: text,
  shop: text,
  /** What to read, in the words of the channel source: order, return, reverse-fulfillment-order, inventory-transfer. */
  resource: text,
  id,
  /** The source's own version must not be older than this; an older answer is a stale read and is asked again. */
  notBefore: z.optional(instant),
});

/**
 * privacy.requested: a person's data is asked for, or must be erased. No entry: a task for a person. Who it is about stands in the raw
 * body alone, which can be removed.
 */
export const privacyRequested = z.object({
  name: z.literal("privacy.requested"),
  ...envelope,
  request: z.enum(["customer-data", "erase-customer", "erase-shop"]),
  /** Orders whose raw bodies hold the data; empty for a whole shop. */
  orderIds: z.array(id),
});
