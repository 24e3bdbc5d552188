import type { DocumentItem } from "#domain/lineage";
import { bankAccountByNumber, type Policy } from "#domain/policy";

/**
 * The ERP connections that a document may concern: those of every entity in whose books a sale of its shop or store can move something.
 * These are the entities that may sell, ship or take back for it (any store may), and those whose gift cards it takes. What a document itself names is not
 * enough: a cancelled fulfilment names no place, and a payment can release a return that waits in the books of another entity. A look that
 * finds nothing to do costs one read, and a retailer with one ERP has none of them. A document that policy cannot place goes to the first
 * connection, so that its exception is found. What another stream told concerns the books that it speaks for as well.
 */
export function connectionsOf(document: DocumentItem, policy: Policy): string[] {
  // A card pays, a deposit is used, and goods travel, wherever we are.
  if (document.kind === "stored-value" || document.kind === "account" || document.kind === "transfer")
    return Object.keys(policy.connections).sort();
  const connections = new Set<string>();
  for (const entity of [...concernedEntities(document, policy), document.told?.entity]) {
    const connection = entity === undefined ? undefined : policy.entities[entity]?.connection;
    if (connection !== undefined) connections.add(connection);
  }
  return connections.size > 0 ? [...connections].sort() : Object.keys(policy.connections).sort().slice(0, 1);
}

function concerned(place: string, policy: Policy): (string | undefined)[] {
  if (Object.hasOwn(policy.shops, place)) {
    const shop = policy.shops[place]!;
    const owners = Object.values(policy.locations).flatMap(({ ids, entity }) => ((ids[shop.channel] ?? []).length > 0 ? [entity] : []));
    return [shop.entity, ...Object.values(shop.businessEntities ?? {}), ...owners, ...tills(policy), ...issuers(policy, shop.channel)];
  }
  if (Object.hasOwn(policy.stores, place)) return [policy.stores[place]?.entity, ...issuers(policy, "pos")];
  return [];
}

/**
 * c32: the entity that a gateway settles with, the one whose bank account it pays into, and, once a row is matched, whoever sold: an
 * earlier match may have named another seller, so that everybody looks.
 */
function concernedEntities(document: DocumentItem, policy: Policy): (string | undefined)[] {
  const gateway = policy.gatewayAccounts?.[document.shop];
  switch (document.kind) {
    case "settlement-row":
      return document.events.some(({ name }) => name === "settlement.matched") ? Object.keys(policy.entities) : [gateway?.entity];
    case "payout":
      return [gateway?.entity, policy.bankAccounts?.[gateway?.bankAccount ?? ""]?.entity];
    case "window":
      // The window of a payout belongs to a gateway's account, and has the sales of every entity that it was paid for.
      return gateway === undefined ? concerned(document.shop, policy) : Object.keys(policy.entities);
    case "period":
      return [document.shop];
    case "bank-line":
      return [bankAccountByNumber(policy, document.shop)?.account.entity];
    case "store-day": {
      const account = policy.stores[document.shop]?.bankAccount;
      const bank = account === undefined ? undefined : policy.bankAccounts?.[account]?.entity;
      return [...concerned(document.shop, policy), bank];
    }
    default:
      return [...concerned(document.shop, policy), ...(isRevisedTicket(document) ? tills(policy) : [])];
  }
}

/** c31: whoever has a till may have goods of the sale by now, and its leg waits for what of the sale comes late. */
function tills(policy: Policy): string[] {
  return Object.values(policy.stores).map(({ entity }) => entity);
}

/** Goods are taken back of a ticket that is known: only what changes it later can change the legs of others. */
function isRevisedTicket({ events }: DocumentItem): boolean {
  return events.some((event) => event.name === "ticket.voided" || (event.name === "ticket.completed" && event.version !== "0"));
}

/** c13: the entities whose gift cards or credits are taken as money. */
function issuers(policy: Policy, channel: string): (string | undefined)[] {
  return policy.tenders.flatMap((rule) => (rule.channel === channel ? [rule.dimensions.issuer] : []));
}
