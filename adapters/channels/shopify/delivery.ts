import { toInstant } from "./instant.ts";

/** What a delivery says beside its body: only notices, which have no version of their own, are told apart by it. */
export interface Delivery {
  /** Our own clock, an instant. */
  readonly receivedAt: string;
  /** When the change happened, by the source: X-Shopify-Triggered-At. */
  readonly triggeredAt?: string;
  /** The source's name of the change, the same on every delivery of it: X-Shopify-Event-Id, else X-Shopify-Webhook-Id. */
  readonly eventId?: string;
}

/** When a change happened, as well as it is known. */
export function instantOf({ triggeredAt, receivedAt }: Delivery): string {
  return (triggeredAt === undefined ? undefined : toInstant(triggeredAt)) ?? receivedAt;
}

const eventIdPattern = /^[A-Za-z0-9._-]{1,120}$/;

/** A version of a notice: later changes are greater, two deliveries of one change are equal. */
export function versionOf(delivery: Delivery): string {
  const { eventId } = delivery;
  return `${instantOf(delivery)}/${eventId !== undefined && eventIdPattern.test(eventId) ? eventId : ""}`;
}
