import type { BusinessEvent } from "#domain/events";
import { eventKey } from "#domain/identity";
import type { Facts } from "./facts.ts";
import { toInstant } from "./instant.ts";
import type { Fulfillment } from "./schemas.ts";

/** Quantities are stated in whole units. */
export const millionthsPerUnit = 1_000_000;

/**
 * The facts of a fulfilment, the same wherever it is stated. Only "success" and "cancelled" say that goods left; every other status
 * is kept without events.
 */
export function readFulfillment(fulfillment: Fulfillment, orderId: string): Facts {
  const id = String(fulfillment.id);
  const references = [{ type: "fulfillment" as const, value: id }];
  if (fulfillment.status !== "success" && fulfillment.status !== "cancelled") return { events: [], references, problems: [] };

  const updatedAt = toInstant(fulfillment.updated_at)!;
  // A tracking number changes updated_at and not these facts: it is a later version with equal content. Its carrier may be news.
  const common = { schema: 1 as const, version: updatedAt, orderId, fulfillmentId: id };
  const events: BusinessEvent[] = [
    {
      name: "fulfillment.shipped",
      key: eventKey("fulfillment.shipped", id),
      ...common,
      occurredAt: toInstant(fulfillment.created_at)!,
      ...(fulfillment.location_id === null || fulfillment.location_id === undefined ? {} : { location: String(fulfillment.location_id) }),
      ...(fulfillment.tracking_company ? { carrier: fulfillment.tracking_company } : {}),
      lines: fulfillment.line_items.map((line) => ({
        lineId: String(line.id),
        item: line.sku ?? "",
        quantityMillionths: line.quantity * millionthsPerUnit,
      })),
    },
  ];
  if (fulfillment.status === "cancelled") {
    events.push({ name: "fulfillment.cancelled", key: eventKey("fulfillment.cancelled", id), ...common, occurredAt: updatedAt });
  }
  return { events, references, problems: [] };
}
