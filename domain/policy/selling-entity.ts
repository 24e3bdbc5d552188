import { locationByChannelId } from "./lookup.ts";
import type { Policy, ShopPolicy } from "./policy-types.ts";

/** Whose sale an order is; `what` says what the policies lack, to be followed by "of the policies". */
export type SellingEntity =
  | {
      readonly kind: "known";
      readonly entity: string;
      readonly shop: ShopPolicy /** Ours, of an order taken in a shop. */;
      readonly location?: string;
    }
  | { readonly kind: "unknown"; readonly code: "entity" | "location"; readonly cause: string; readonly what: string };

/**
 * Which of our entities sells: the legal entity that the channel names, else the owner of the shop floor where the order was taken, else
 * the shop's own. What policy cannot tell is unknown: a sale is never booked in the books of somebody else.
 */
export function sellingEntity(
  policy: Policy,
  channel: string,
  place: string,
  order: { readonly orderName: string; readonly businessEntity?: string | undefined; readonly location?: string | undefined },
): SellingEntity {
  const shop = Object.hasOwn(policy.shops, place) ? policy.shops[place] : undefined;
  if (shop === undefined || shop.channel !== channel)
    return { kind: "unknown", code: "entity", cause: `shop:${place}`, what: `shop ${place} belongs to no entity. Add it to the shops` };
  const location = order.location === undefined ? undefined : locationByChannelId(policy, channel, order.location);
  const common = { kind: "known" as const, shop, ...(location === undefined ? {} : { location }) };
  const named = order.businessEntity;
  if (named !== undefined && shop.businessEntities !== undefined) {
    const entity = Object.hasOwn(shop.businessEntities, named) ? shop.businessEntities[named] : undefined;
    if (entity !== undefined) return { ...common, entity };
    const what = `business entity ${named} is none of shop ${place}'s. Add it there`;
    return { kind: "unknown", code: "entity", cause: `business-entity:${named}`, what };
  }
  // With one entity there is no question of whose a floor is.
  if (order.location !== undefined && location === undefined && Object.keys(policy.entities).length > 1) {
    const where = channel === "shopify" ? "Shopify" : channel;
    const what = `order ${order.orderName} was taken at ${where} location ${order.location}, which is not mapped. Add it to the locations`;
    return { kind: "unknown", code: "location", cause: `location:${order.location}`, what };
  }
  const owner = location === undefined ? undefined : policy.locations[location]?.entity;
  return { ...common, entity: owner ?? shop.entity };
}
