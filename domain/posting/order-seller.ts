import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { locationByChannelId, type Policy, tenderFor } from "#domain/policy";
import type { OrderSeller } from "./order-value.ts";

type Order = EventOf<"order.placed">;

/**
 * Whose order it is: the legal entity that the channel names, else the owner of the shop floor where it was taken, else the shop's own.
 * An entity or a floor that policy cannot tell is a problem: a sale is never booked in the books of somebody else.
 */
export function sellerOf(order: Order, events: readonly BusinessEvent[], policy: Policy, place: string): OrderSeller | Problem {
  const shop = Object.hasOwn(policy.shops, place) ? policy.shops[place] : undefined;
  if (shop === undefined) return unmapped(order, "entity", `shop:${place}`, `shop ${place} belongs to no entity. Add it to the shops`);
  const location = order.location === undefined ? undefined : locationByChannelId(policy, "shopify", order.location);
  const common = {
    policy,
    shop,
    place,
    location,
    channel: shop.channelDimension,
    placedOn: businessDateIn(shop.timeZone, order.occurredAt),
    onTerms: isOnTerms(order, events, policy),
  };
  const named = order.businessEntity;
  if (named !== undefined && shop.businessEntities !== undefined) {
    const entity = Object.hasOwn(shop.businessEntities, named) ? shop.businessEntities[named] : undefined;
    if (entity !== undefined) return { ...common, entity };
    return unmapped(order, "entity", `business-entity:${named}`, `business entity ${named} is none of shop ${place}'s. Add it there`);
  }
  if (order.location !== undefined && location === undefined && severalEntities(policy)) {
    const what = `order ${order.orderName} was taken at Shopify location ${order.location}, which is not mapped. Add it to the locations`;
    return unmapped(order, "location", `location:${order.location}`, what);
  }
  const owner = location === undefined ? undefined : policy.locations[location]?.entity;
  return { ...common, entity: owner ?? shop.entity };
}

/** True when a shop floor may be another entity's: with one entity there is no question. */
function severalEntities(policy: Policy): boolean {
  return Object.keys(policy.entities).length > 1;
}

/** COD, bank transfer and agreed terms: the customer pays after delivery (c5, c8). */
function isOnTerms(order: Order, events: readonly BusinessEvent[], policy: Policy): boolean {
  return (
    order.paymentTerms ||
    order.gateways.some((gateway) => tenderFor(policy, "shopify", gateway, undefined)?.role === "accounts-receivable") ||
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
