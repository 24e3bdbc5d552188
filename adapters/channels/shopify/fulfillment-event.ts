import { eventKey } from "#domain/identity";
import type { Facts } from "./facts.ts";
import { toInstant } from "./instant.ts";
import type { FulfillmentEvent } from "./schemas.ts";

/** What a carrier reports: only the delivery is a fact for the ledger. Every other status is kept without events. */
export function readFulfillmentEvent(event: FulfillmentEvent, orderId: string): Facts {
  const fulfillmentId = String(event.fulfillment_id);
  const references = [{ type: "fulfillment" as const, value: fulfillmentId }];
  if (event.status !== "delivered") return { events: [], references, problems: [] };
  const at = toInstant(event.happened_at)!;
  return {
    events: [
      {
        name: "fulfillment.delivered",
        schema: 1,
        key: eventKey("fulfillment.delivered", fulfillmentId),
        version: at,
        occurredAt: at,
        orderId,
        fulfillmentId,
      },
    ],
    references,
    problems: [],
  };
}
