import type { EventOf } from "#domain/events";
import { formatMinorUnits } from "#domain/money";
import { JournalLines } from "../journal-lines.ts";
import { addTenderLines } from "./order-tender.ts";
import type { OrderWalk } from "./order-walk.ts";
import { bookCaptureAbroad } from "./paid-abroad.ts";

/** c3, first half: the money of a capture arrives at its tender and waits as deferred revenue and tax in advance. */
export function captureLedger(walk: OrderWalk, event: EventOf<"payment.captured">): void {
  const { draft, accounts, order } = walk;
  const { balance } = accounts;
  const excess = balance.kept + event.amount - balance.worth;
  // It is explained by what the order came to before an edit made it less, or by refunds without lines that give it back.
  if (excess > Math.max(walk.versions.moreAt(event.occurredAt), walk.givenBack)) {
    walk.leaveOut(event.key, {
      class: "money.amount-mismatch",
      code: "over-capture",
      cause: event.key,
      amount: excess,
      currency: order.currency,
      message: `payment ${event.paymentId} captures ${formatMinorUnits(excess, order.currency)} ${order.currency} more than order ${order.orderName} still owes. Refund it, or let the source state the order's new total.`,
    });
    return;
  }
  const lines = new JournalLines();
  balance.kept += event.amount;
  walk.moneyLeft += event.amount;
  accounts.bookChange(lines);
  const moved = walk.abroad.get(event.paymentId);
  if (moved !== undefined) {
    if (bookCaptureAbroad(walk, event, moved, lines) === "held") draft.hold(event);
    return;
  }
  walk.cashRounding += event.rounding ?? 0;
  const tender = addTenderLines(walk, event, event, lines);
  if (tender.kind === "held" || !roundingAgrees(walk, event)) draft.hold(event);
  else draft.journal(walk.frame(event), "capture", lines, tender.pair);
}

/** c28: once an order is paid, what the payments say was rounded is what the order says, where it says so. */
function roundingAgrees({ draft, order, accounts, cashRounding }: OrderWalk, event: EventOf<"payment.captured">): boolean {
  const stated = order.totals.cashRounding;
  const difference = stated - cashRounding;
  if (stated === 0 || difference === 0 || accounts.unpaid > 0) return true;
  draft.problem({
    class: "money.amount-mismatch",
    code: "cash-rounding",
    cause: event.key,
    event: event.key,
    amount: difference,
    currency: order.currency,
    message: `order ${order.orderName} states cash rounding that differs from its payments' by ${formatMinorUnits(difference, order.currency)} ${order.currency}. Correct it at the source.`,
  });
  return false;
}
