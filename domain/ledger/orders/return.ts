import type { EventOf } from "#domain/events";
import { formatQuantity, takeBack } from "#domain/inventory";
import { cumulativeShare } from "#domain/money";
import { electionFor } from "#domain/policy";
import { JournalLines } from "../journal-lines.ts";
import { addTo } from "./order-balance.ts";
import { netOf } from "./order-portions.ts";
import type { LineState } from "./order-value.ts";
import type { OrderWalk } from "./order-walk.ts";
import { grossOf, type RefundedAmount } from "./refund-value.ts";
import { takeIn } from "./restock.ts";
import { moveCost } from "./return-cost.ts";
import { bookCouponsBack, bookReturn } from "./return-value.ts";
import type { HeldPart } from "./returned-goods.ts";

export type ReturnEvent = EventOf<"return.authorized" | "return.received" | "return.rejected" | "return.cancelled" | "return.closed">;

/** c19: what a return says about goods. Nothing here asks what arrived first, only what happened first. */
export function returnLedger(walk: OrderWalk, event: ReturnEvent): void {
  switch (event.name) {
    case "return.authorized":
      returnAuthorised(walk, event);
      break;
    case "return.received":
      returnReceived(walk, event);
      break;
    case "return.rejected":
    case "return.cancelled": {
      // The refund stands and the goods stay with the customer: their cost is a cost of goods again.
      const unexpected = walk.returns.lines().flatMap((goods) => goods.cancel(event.returnId));
      walk.returns.endFees(event.returnId);
      moveCost(walk, event, "return-asset-released", unexpected, "cogs");
      break;
    }
    case "return.closed": {
      const lost = walk.returns.lines().flatMap((goods) => goods.close(event.returnId));
      moveCost(walk, event, "return-missing", lost, "shrink");
      break;
    }
  }
}

/** Goods may come back: of those refunded already the cost is a return asset from now on, and the fees are what a refund may keep (c20). */
function returnAuthorised(walk: OrderWalk, event: EventOf<"return.authorized">): void {
  const expected: HeldPart[] = [];
  const lineIds: string[] = [];
  for (const { lineId, quantityMillionths } of event.lines) {
    const state = lineId === undefined ? undefined : walk.lines.get(lineId);
    if (lineId === undefined || state === undefined) continue;
    lineIds.push(lineId);
    expected.push(...walk.returns.line(lineId).authorise(event.returnId, quantityMillionths, state.shipped - state.returned));
  }
  walk.returns.agree(event.returnId, { lineIds, fees: event.fees.map(({ kind, amount }) => ({ reason: kind, amount })) });
  moveCost(walk, event, "return-asset", expected, "return-asset");
}

/**
 * Goods of one line are back. Where their refund has not been created, they reverse revenue and tax at what the line earned for them, and
 * the customer is owed it; the refund settles that at what it states. `processing` decides nothing yet: the decision is a receipt of its own.
 */
function returnReceived(walk: OrderWalk, event: EventOf<"return.received">): void {
  const { disposition, quantityMillionths, returnId, lineId } = event;
  if (disposition === "processing") return;
  const state = lineId === undefined ? undefined : walk.lines.get(lineId);
  if (lineId === undefined || state === undefined) {
    holdReceipt(walk, event, "order-line", 0);
    return;
  }
  const goods = walk.returns.line(lineId);
  if (disposition === "missing") {
    moveCost(walk, event, "return-missing", goods.lose(quantityMillionths, returnId), "shrink");
    return;
  }
  const expected = Math.min(quantityMillionths, goods.expectedUnits);
  const unrefunded = Math.min(quantityMillionths - expected, state.shipped - state.returned);
  const kept = quantityMillionths - expected - unrefunded;
  const excess = kept - (goods.awayUnits - goods.expectedUnits);
  if (excess > 0) {
    goods.skipReceipt(quantityMillionths, returnId);
    holdReceipt(walk, event, excess <= state.remaining - state.shipped ? "fulfillment.shipped" : "quantity", excess);
    return;
  }
  const parts = [
    ...goods.receive(expected, "expected", returnId),
    ...accept(walk, event, state, unrefunded),
    ...goods.receive(kept, "kept", returnId),
  ];
  if (disposition === "restocked") {
    takeIn(walk, event, [{ id: event.receiptId, location: event.location, parts }]);
    return;
  }
  const { policy, entity, shop } = walk;
  const elected = electionFor(policy, "unsaleableReturns", {
    entity,
    day: walk.frame(event).businessDate,
    about: { channel: shop.channelDimension },
  });
  moveCost(walk, event, "return-not-restocked", parts, elected === "cost-of-goods" ? "cogs" : elected);
}

/** Goods that are back before their refund: Dr sales returns and tax, Cr refund payable, or receivable where it was not paid. */
function accept(walk: OrderWalk, event: EventOf<"return.received">, state: LineState, units: number): HeldPart[] {
  if (units === 0) return [];
  const amount = earnedBy(state, units);
  const { accounts } = walk;
  const lines = new JournalLines();
  accounts.balance.worth -= grossOf(amount);
  accounts.takeWorth(amount.collected);
  bookReturn(walk, amount, lines, state);
  bookCouponsBack(walk, state, units, lines);
  state.returned += units;
  accounts.bookChange(lines);
  walk.draft.journal(walk.frame(event), "return", lines);
  walk.returns.line(state.line.id).accept(units, amount, event.returnId);
  return takeBack(state.issues, units).map((part) => ({ ...part, holding: "cogs" as const }));
}

/** What the next units that come back of a line had earned, and what was collected with them. */
function earnedBy(state: LineState, units: number): RefundedAmount {
  const { returned, shipped } = state;
  const collected = new Map<string, number>();
  let net = 0;
  for (const portion of state.portions) {
    const upTo = (quantity: number) => cumulativeShare(portion.recognised, quantity, shipped);
    const amount = upTo(returned + units) - upTo(returned);
    if (portion.kind === "collected") addTo(collected, portion.name, amount);
    else net += netOf({ portion, amount });
  }
  return { net, collected };
}

/**
 * A receipt that nothing explains is left out alone: `excess` units more than were handed over and have not come back. Which of several receipts
 * that is, only the order of events says: a receipt that was booked before an earlier one arrived is taken back, so it is not held as it stands.
 */
function holdReceipt(
  walk: OrderWalk,
  event: EventOf<"return.received">,
  code: "order-line" | "fulfillment.shipped" | "quantity",
  excess: number,
): void {
  const { orderName } = walk.order;
  const line = event.lineId === undefined ? "of no line" : `of line ${event.lineId}`;
  const more = `${event.key}: ${formatQuantity(excess)} more ${line} came back than order ${orderName} had handed over`;
  const message = {
    "order-line": `${event.key}: goods ${line} came back, which order ${orderName} does not have. It heals when the order's newer version arrives; if overdue, fetch it from the source, or book the goods by hand.`,
    "fulfillment.shipped": `${more} by then. It heals when the fulfilment arrives; if overdue, fetch it from the source.`,
    quantity: `${more} and not taken back. Check its earlier returns.`,
  }[code];
  walk.draft.problem({
    class: code === "quantity" ? "policy.over-return" : "sequence.parent-missing",
    code,
    cause: event.key,
    message,
    ...(code === "order-line" ? { event: event.key } : {}),
  });
  if (code === "order-line") walk.draft.hold(event);
}
