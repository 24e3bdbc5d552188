import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { EventKey } from "#domain/identity";
import { formatQuantity, type IssuePart } from "#domain/inventory";

type Received = EventOf<"transfer.received">;

export function neverShipped(event: Received | EventOf<"transfer.closed">): Problem {
  return {
    class: "sequence.parent-missing",
    code: "transfer.shipped",
    cause: event.key,
    event: event.key,
    message: `${event.key} waits for transfer.shipped of shipment ${event.shipmentId}, which has not arrived or is quarantined. It heals when it does; if overdue, fetch it from the source.`,
  };
}

export function notShipped(event: Received, line: string): Problem {
  return {
    class: "sequence.parent-missing",
    code: "transfer-line",
    cause: event.key,
    event: event.key,
    message: `${event.key} receives line ${line}, which its shipment does not have. It heals when the shipment's newer version arrives; if overdue, fetch it from the source.`,
  };
}

const itemsNamedMax = 10;

/** It stays in transit until a later receipt brings it, or somebody states that it will not come. */
export function shortReceipt(event: Received, missing: readonly IssuePart[], waitDays: number): Problem {
  const named = missing
    .slice(0, itemsNamedMax)
    .map(({ issue, quantityMillionths }) => `${formatQuantity(quantityMillionths)} ${issue.item}`);
  const more = missing.length > itemsNamedMax ? ` and ${missing.length - itemsNamedMax} more items` : "";
  return {
    class: "inventory.short-receipt",
    code: "transfer",
    cause: event.key,
    event: event.key,
    dueHours: waitDays * 24,
    message: `of shipment ${event.shipmentId} of transfer ${event.transferId}, ${named.join(", ")}${more} have not arrived and stay in transit`,
  };
}

export function unknownItem(item: string, event: EventKey, line: string): Problem {
  return {
    class: "data.unmapped",
    code: "item",
    cause: item === "" ? `item:line ${line}` : `item:${item}`,
    event,
    message:
      item === ""
        ? `line ${line} of ${event} names no item. Give the product a stock-keeping unit at the source; a new version replaces it.`
        : `item ${item} is not in the item policy. Add it; the document posts by itself.`,
  };
}
