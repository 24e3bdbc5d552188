import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { type Policy, sellingEntity, tenderFor } from "#domain/policy";
import type { OrderSeller } from "./order-value.ts";

type Order = EventOf<"order.placed">;

/** Whose order it is, and on what terms it was sold; or what of the policies cannot tell that. */
export function sellerOf(order: Order, events: readonly BusinessEvent[], policy: Policy, place: string): OrderSeller | Problem {
  const channel = Object.hasOwn(policy.shops, place) ? policy.shops[place]!.channel : "shopify";
  const found = sellingEntity(policy, channel, place, order);
  if (found.kind === "unknown") return unmapped(order, found.code, found.cause, found.what);
  const { shop, entity, location } = found;
  return {
    policy,
    shop,
    place,
    location,
    entity,
    channel: shop.channelDimension,
    placedOn: businessDateIn(shop.timeZone, order.occurredAt),
    onTerms: isOnTerms(order, events, policy, channel),
  };
}

/** COD, bank transfer and agreed terms: the customer pays after delivery (c5, c8). */
function isOnTerms(order: Order, events: readonly BusinessEvent[], policy: Policy, channel: string): boolean {
  return (
    order.paymentTerms ||
    order.gateways.some((gateway) => tenderFor(policy, channel, gateway, undefined)?.role === "accounts-receivable") ||
    events.some((event) => "manual" in event && event.manual)
  );
}

function unmapped(order: Order, code: string, cause: string, what: string): Problem {
  return {
    class: "data.unmapped",
    code,
    cause,
    event: order.key,
    message: `${what} of the policies; the order posts by itself.`,
  };
}
