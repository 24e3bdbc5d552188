import * as z from "zod/mini";
import {
  fulfillmentCancelled,
  fulfillmentShipped,
  orderCancelled,
  orderPlaced,
  paymentAuthorized,
  paymentCaptured,
  paymentFailed,
  paymentRefunded,
  paymentVoided,
  refundIssued,
} from "./order-events.ts";
import { fileReceived, ticketCompleted } from "./ticket-events.ts";

/** Every business event of the bus, versioned by `schema`. */
export const eventSchema = z.discriminatedUnion("name", [
  orderPlaced,
  orderCancelled,
  paymentAuthorized,
  paymentCaptured,
  paymentVoided,
  paymentFailed,
  paymentRefunded,
  fulfillmentShipped,
  fulfillmentCancelled,
  refundIssued,
  ticketCompleted,
  fileReceived,
]);

export type BusinessEvent = z.infer<typeof eventSchema>;
export type EventName = BusinessEvent["name"];
export type EventOf<Name extends EventName> = Extract<BusinessEvent, { name: Name }>;

/** Order in time is occurredAt, then this rank, then key (architecture: "Facts are a set"). */
const rank: Record<EventName, number> = {
  "file.received": 0,
  "order.placed": 1,
  "payment.authorized": 3,
  "payment.failed": 3,
  "payment.voided": 3,
  "payment.captured": 4,
  "ticket.completed": 5,
  "fulfillment.shipped": 5,
  "fulfillment.cancelled": 6,
  "order.cancelled": 7,
  "refund.issued": 9,
  "payment.refunded": 10,
};

export const eventNames = Object.keys(rank) as readonly EventName[];

export function compareEvents(a: BusinessEvent, b: BusinessEvent): number {
  return compareText(a.occurredAt, b.occurredAt) || rank[a.name] - rank[b.name] || compareText(a.key, b.key);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
