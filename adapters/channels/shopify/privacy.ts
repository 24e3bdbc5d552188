import { sha256Hex } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import { eventKey, privacyTransaction, sourceKey } from "#domain/identity";
import type { ParsedDocument } from "#domain/lineage";
import type { JsonObject } from "./body.ts";
import { type Delivery, instantOf, versionOf } from "./delivery.ts";
import { isNativeId } from "./schemas.ts";

type Request = EventOf<"privacy.requested">["request"];

const requests: ReadonlyMap<string, Request> = new Map([
  ["customers/data_request", "customer-data"],
  ["customers/redact", "erase-customer"],
  ["shop/redact", "erase-shop"],
]);

/** The topics that Shopify requires every app to take, whatever it stores. */
export const complianceTopics: readonly string[] = [...requests.keys()];

const ordersMax = 5_000;

/** Compliance requests name everything by numbers; anything else here might say who somebody is. */
function isNumericId(value: unknown): value is string | number {
  return isNativeId(value) && /^\d+$/.test(String(value));
}

/**
 * A compliance request as a task of its own stream. The customer may be absent, and is never made a fact: who it is about stays in the
 * raw body, which can be removed.
 */
export function readPrivacyRequest(topic: string, json: JsonObject, shop: string, bytes: Uint8Array, delivery: Delivery): ParsedDocument {
  const request = requests.get(topic)!;
  const own = (json.data_request as { id?: unknown } | null | undefined)?.id;
  // A request to erase has no id: the same request again has the same body.
  const requestId = isNumericId(own) ? String(own) : sha256Hex(bytes).slice(0, 32);
  const orders = request === "customer-data" ? json.orders_requested : json.orders_to_redact;
  const orderIds = (Array.isArray(orders) ? orders.slice(0, ordersMax) : []).filter(isNumericId).map(String);
  const event: EventOf<"privacy.requested"> = {
    name: "privacy.requested",
    schema: 1,
    key: eventKey("privacy.requested", requestId),
    version: versionOf(delivery),
    occurredAt: instantOf(delivery),
    request,
    orderIds,
  };
  return {
    transaction: privacyTransaction("shopify", shop, requestId),
    kind: "privacy",
    source: sourceKey("shopify", shop, "privacy-request", requestId),
    channel: "shopify",
    shop,
    events: [event],
    references: [],
    issues: [],
  };
}
