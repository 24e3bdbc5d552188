import type { BusinessEvent, EventOf } from "#domain/events";
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

/** At a till the ticket is the return, its goods included: a receipt beside it would book them twice, so it is held by name. */
export function receiptsOfTickets(events: readonly BusinessEvent[], draft: TargetDraft): void {
  for (const event of events) {
    if (event.name !== "return.received") continue;
    draft.problem({
      class: "data.unmapped",
      code: event.name,
      cause: event.key,
      event: event.key,
      message: `${event.key} says that goods of a ticket came back, and the ticket of the return says so itself. It is held; book it by hand if there is no such ticket.`,
    });
    draft.hold(event);
  }
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
