import type { BusinessEvent } from "#domain/events";
import type { ParsedDocument, Reference } from "#domain/lineage";

/** What people and other systems call the transaction, by the ids that its events state. */
export function referencesOf(events: readonly BusinessEvent[]): readonly Reference[] {
  const found = new Map<string, Reference>();
  const add = (type: Reference["type"], value: string | undefined) => {
    if (value !== undefined && value !== "") found.set(`${type} ${value}`, { type, value });
  };
  for (const event of events) {
    // A card is found by its own name. The sale that it names is found by the sale's.
    if ("cardId" in event || "accountId" in event) {
      if ("cardId" in event) add("gift-card", event.cardId);
      continue;
    }
    if ("transferId" in event) add("transfer", event.transferId);
    if (event.name === "ticket.completed") {
      add("ticket", `${event.store}.${event.register}.${event.businessDate}.${event.sequence}`);
      add("receipt", event.receipt);
      for (const { type, value } of tenderReferences([event])) add(type, value);
    }
    if ("orderId" in event) add("order", event.orderId);
    if (event.name === "order.placed") add("order-name", event.orderName);
    if ("paymentId" in event) add("payment", event.paymentId);
    if ("fulfillmentId" in event) add("fulfillment", event.fulfillmentId);
    if (event.name === "refund.issued") add("refund", event.refundId);
    if ("returnId" in event) add("return", event.returnId);
  }
  return [...found.values()];
}

/**
 * What an acquirer's settlement can find a ticket by, beside its number and receipt: the day of its till, as terminals settle by the batch,
 * and what the acquirer calls its tenders.
 */
function tenderReferences(events: readonly BusinessEvent[]): readonly Reference[] {
  return events.flatMap((event): Reference[] => {
    if (event.name !== "ticket.completed" || event.tenders.length === 0) return [];
    const stated = event.tenders.flatMap(({ reference }) => (reference === undefined ? [] : [reference]));
    return [
      { type: "till-day", value: `${event.store}.${event.register}.${event.businessDate}` },
      ...[...new Set(stated)].map((value) => ({ type: "gateway-reference", value }) as const),
    ];
  });
}

/** A till's document with the names by which an acquirer's settlement finds it: whoever reads a file gives its tickets the same ones. */
export function findableByTender(document: ParsedDocument): ParsedDocument {
  return { ...document, references: [...document.references, ...tenderReferences(document.events)] };
}
