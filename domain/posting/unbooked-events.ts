import type { BusinessEvent, EventOf } from "#domain/events";
import { formatQuantity } from "#domain/inventory";
import type { TargetDraft } from "./draft.ts";

/**
 * An order of a shop that no policy describes: nothing of it is guessed, and all of it is held under one name. `shop` is the channel and
 * its place.
 */
export function otherChannel(events: readonly BusinessEvent[], shop: string, draft: TargetDraft): void {
  if (events.length === 0) return;
  draft.problem({
    class: "data.unmapped",
    code: "channel",
    cause: `channel:${shop}`,
    message: `orders of ${shop} are recorded and held: the policies describe no such shop. Add it to the shops of its brand, with its tenders, taxes and locations; they post by themselves.`,
  });
  for (const event of events) draft.hold(event);
}

/**
 * c19: goods that came back before their refund. Today the refund books the return and its goods together, so the receipt waits for it
 * by name; refunded units of the same line explain received ones, whichever came first.
 */
export function goodsBeforeRefund(events: readonly BusinessEvent[], draft: TargetDraft): void {
  if (events.some((event) => event.name === "order.placed" && event.test)) return;
  const refunded = new Map<string, number>();
  for (const event of events) {
    if (event.name !== "refund.issued") continue;
    for (const line of event.lines) refunded.set(line.lineId, (refunded.get(line.lineId) ?? 0) + line.quantityMillionths);
  }
  const received = new Map<string, number>();
  for (const event of events) {
    if (event.name !== "return.received" || event.disposition === "missing") continue;
    const line = event.lineId ?? "";
    const before = received.get(line) ?? 0;
    received.set(line, before + event.quantityMillionths);
    const open = before + event.quantityMillionths - (refunded.get(line) ?? 0);
    if (open > 0) holdReceipt(event, Math.min(open, event.quantityMillionths), draft);
  }
}

function holdReceipt(event: EventOf<"return.received">, quantity: number, draft: TargetDraft): void {
  const line = event.lineId === undefined ? "goods of no line" : `line ${event.lineId}`;
  draft.problem({
    class: "sequence.parent-missing",
    code: "refund",
    cause: event.key,
    event: event.key,
    message: `${event.key}: ${formatQuantity(quantity)} of ${line} came back and is not refunded yet. The refund books the return and its goods; refund it, or book the goods by hand.`,
  });
  draft.hold(event);
}

/** A request about personal data is a task with a due time. It never holds a posting. */
export function privacyTasks(events: readonly BusinessEvent[], draft: TargetDraft): void {
  for (const event of events) {
    if (event.name !== "privacy.requested") continue;
    draft.problem({ class: "privacy.request", code: event.request, cause: event.key, event: event.key, message: privacyMessage(event) });
  }
}

const ordersNamedMax = 20;

function privacyMessage({ request, orderIds }: EventOf<"privacy.requested">): string {
  const named = orderIds.slice(0, ordersNamedMax).join(", ");
  const more = orderIds.length > ordersNamedMax ? ` and ${orderIds.length - ordersNamedMax} more` : "";
  const orders = orderIds.length === 0 ? "no order is named" : `orders ${named}${more}`;
  switch (request) {
    case "customer-data":
      return `a customer asks what is stored about them: ${orders}. The request itself, in the raw body of this transaction, says who.`;
    case "erase-customer":
      return `the data of a customer must be erased: ${orders}. The request itself, in the raw body of this transaction, says who.`;
    case "erase-shop":
      return "the shop has left: the personal data of all its customers must be erased. Its bookings stay.";
  }
}
