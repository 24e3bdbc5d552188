import type { BusinessEvent } from "#domain/events";
import type { DocumentItem } from "#domain/lineage";
import { type Policy, tenderFor } from "#domain/policy";

/**
 * The ERP connections that a document may concern: those of every entity in whose books its facts can move something. What moves goods
 * (an order's newer version, a fulfilment, its cancellation, a refund) may do so in the books of any entity that ships for the channel,
 * whether or not this document names a place: a cancellation does not, and an order may come after its fulfilment. A look that finds
 * nothing to do costs one read. A document that policy cannot place goes to the first connection, so that its exception is found.
 */
export function connectionsOf(document: DocumentItem, policy: Policy): string[] {
  const entities = new Set<string | undefined>();
  const shop = Object.hasOwn(policy.shops, document.shop) ? policy.shops[document.shop] : undefined;
  entities.add(shop?.entity);
  for (const entity of Object.values(shop?.businessEntities ?? {})) entities.add(entity);
  if (Object.hasOwn(policy.stores, document.shop)) entities.add(policy.stores[document.shop]?.entity);
  if (document.events.some(movesGoods)) for (const entity of shippers(policy, document.channel)) entities.add(entity);
  for (const issuer of issuers(document, policy)) entities.add(issuer);
  const connections = new Set<string>();
  for (const entity of entities) {
    const connection = entity === undefined ? undefined : policy.entities[entity]?.connection;
    if (connection !== undefined) connections.add(connection);
  }
  return connections.size > 0 ? [...connections].sort() : Object.keys(policy.connections).sort().slice(0, 1);
}

function movesGoods({ name }: BusinessEvent): boolean {
  return name === "order.placed" || name === "fulfillment.shipped" || name === "fulfillment.cancelled" || name === "refund.issued";
}

/** Entities with a place that the channel knows; the seller of an order taken on a shop floor is one of them. */
function shippers(policy: Policy, channel: string): string[] {
  return Object.values(policy.locations)
    .filter(({ ids }) => (ids[channel] ?? []).length > 0)
    .map(({ entity }) => entity);
}

/** c13: the entities whose gift cards or credits are taken as money here. */
function issuers(document: DocumentItem, policy: Policy): (string | undefined)[] {
  return document.events.flatMap((event) => {
    if (event.name === "payment.captured" || event.name === "payment.refunded") {
      return [tenderFor(policy, "shopify", event.gateway, event.cardBrand)?.dimensions.issuer];
    }
    if (event.name !== "ticket.completed") return [];
    return event.tenders.map(({ type, cardBrand }) => tenderFor(policy, "pos", type, cardBrand)?.dimensions.issuer);
  });
}
