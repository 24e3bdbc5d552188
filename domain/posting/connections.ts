import { type DocumentItem, readEvents } from "#domain/lineage";
import { locationByChannelId, type Policy } from "#domain/policy";

/**
 * The ERP connections that a document may concern: that of the entity that sells, and those of the entities whose locations it names.
 * A document that policy cannot place goes to the first connection, so that its exception is found.
 */
export function connectionsOf(document: DocumentItem, policy: Policy): string[] {
  const entities = new Set<string | undefined>();
  if (Object.hasOwn(policy.shops, document.shop)) entities.add(policy.shops[document.shop]?.entity);
  if (Object.hasOwn(policy.stores, document.shop)) entities.add(policy.stores[document.shop]?.entity);
  for (const event of readEvents(document).events) {
    const locations =
      event.name === "fulfillment.shipped"
        ? [event.location]
        : event.name === "refund.issued"
          ? event.lines.map((line) => line.location)
          : [];
    for (const location of locations) {
      const ours = location === undefined ? undefined : locationByChannelId(policy, document.channel, location);
      if (ours !== undefined) entities.add(policy.locations[ours]?.entity);
    }
  }
  const connections = new Set<string>();
  for (const entity of entities) {
    const connection = entity === undefined ? undefined : policy.entities[entity]?.connection;
    if (connection !== undefined) connections.add(connection);
  }
  return connections.size > 0 ? [...connections].sort() : Object.keys(policy.connections).sort().slice(0, 1);
}
