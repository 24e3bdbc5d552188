import type { EventOf } from "#domain/events";
import { formatMinorUnits } from "#domain/money";
import { JournalLines } from "./journal-lines.ts";
import type { OrderWalk } from "./order-walk.ts";
import { tenderLine } from "./tender.ts";

/** c3, first half: the money of a capture arrives at its tender and waits as deferred revenue and tax in advance. */
export function captureLedger(walk: OrderWalk, event: EventOf<"payment.captured">): void {
  const { draft, accounts, order } = walk;
  const { balance } = accounts;
  const excess = balance.kept + event.amount - balance.worth;
  if (excess > 0) {
    draft.problem({
      class: "money.amount-mismatch",
      code: "over-capture",
      cause: event.key,
      event: event.key,
      amount: excess,
      currency: order.currency,
      message: `payment ${event.paymentId} captures ${formatMinorUnits(excess, order.currency)} ${order.currency} more than order ${order.orderName} still owes. Refund it, or let the source state the order's new total.`,
    });
    draft.hold(event);
    // An order that was paid in full before keeps its state; otherwise nobody knows how much of this capture belongs to it.
    if (balance.kept < balance.worth) walk.uncertain = true;
    return;
  }
  const lines = new JournalLines();
  const tender = tenderLine(walk.policy, "shopify", event.gateway, event.cardBrand, {
    gateway: event.gateway,
    currency: order.currency,
  });
  balance.kept += event.amount;
  walk.moneyLeft += event.amount;
  accounts.bookChange(lines);
  if (tender.kind === "unmapped") {
    draft.problem({ ...tender.problem, event: event.key });
    draft.hold(event);
    return;
  }
  lines.add(tender.role, tender.dimensions, event.amount);
  draft.journal(walk.frame(event), "capture", lines);
}
