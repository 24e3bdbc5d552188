import type { EventOf } from "#domain/events";

type Shipped = EventOf<"transfer.shipped">;
type Received = EventOf<"transfer.received">;

/*
 * What tills say of a transfer differs from what a shop's inventory says in three ways: either end numbers its own lines, so that the item is
 * what both have in common; each receipt says what it holds itself, and not all that has arrived up to now; and the sender's till may not
 * name where the goods go.
 */

/** The same shipment with one line per item, and with its destination where only a receipt names it. */
export function tillShipment(event: Shipped, receipts: readonly Received[]): Shipped {
  const destination = event.destination ?? receipts.find((receipt) => receipt.destination !== undefined)?.destination;
  const origin = event.origin ?? receipts.find((receipt) => receipt.origin !== undefined)?.origin;
  return {
    ...event,
    ...(origin === undefined ? {} : { origin }),
    ...(destination === undefined ? {} : { destination }),
    lines: byItem(event.lines, (a, b) => ({ ...a, quantityMillionths: a.quantityMillionths + b.quantityMillionths })),
  };
}

/** The same receipt with one line per item. */
export function tillReceipt(event: Received): Received {
  const lines = byItem(event.lines, (a, b) => ({
    ...a,
    acceptedMillionths: a.acceptedMillionths + b.acceptedMillionths,
    rejectedMillionths: a.rejectedMillionths + b.rejectedMillionths,
  }));
  return { ...event, lines };
}

function byItem<Line extends { readonly id: string; readonly item: string }>(
  lines: readonly Line[],
  add: (a: Line, b: Line) => Line,
): Line[] {
  const items = new Map<string, Line>();
  for (const line of lines) {
    // A line without an item is named by its number: it holds the shipment, and is not taken for another one.
    const id = line.item === "" ? line.id : line.item;
    const known = items.get(id);
    items.set(id, known === undefined ? { ...line, id } : add(known, line));
  }
  return [...items.values()];
}
