import type { BusinessEvent } from "#domain/events";
import { eventKey } from "#domain/identity";
import { type Delivery, instantOf, versionOf } from "./delivery.ts";

/** Objects that are read from the source when a notice names them. */
export type SourceResource = "order" | "return" | "reverse-fulfillment-order" | "inventory-transfer";

/** The fact that one object changed at the source, which says no more than that. */
export function sourceChanged(
  change: { readonly shop: string; readonly resource: SourceResource; readonly id: string; readonly notBefore?: string },
  delivery: Delivery,
): Extract<BusinessEvent, { name: "source.changed" }> {
  const { shop, resource, id, notBefore } = change;
  return {
    name: "source.changed",
    schema: 1,
    key: eventKey("source.changed", `${resource}-${id}`),
    version: versionOf(delivery),
    occurredAt: instantOf(delivery),
    channel: "shopify",
    shop,
    resource,
    id,
    ...(notBefore === undefined ? {} : { notBefore }),
  };
}
