import type { EventOf } from "#domain/events";
import { formatQuantity } from "#domain/inventory";
import { sum } from "#domain/money";
import { JournalLines } from "../journal-lines.ts";
import { freightCancelledLedger, freightLedger } from "./freight.ts";
import { issueCancelledLedger, issueLedger, unmappedItem } from "./issue.ts";
import { addTo } from "./order-balance.ts";
import { netOf, type Recognition, recogniseUpTo } from "./order-portions.ts";
import type { ChargeGroup, LineState } from "./order-value.ts";
import type { FulfilmentRecord, OrderWalk } from "./order-walk.ts";
import { dispatchCancelledLedger, dispatchLedger, leaveTransit, takeAll } from "./transit.ts";

type Shipped = EventOf<"fulfillment.shipped">;

/** c4: goods leave, and where control passes with that, they are handed over. */
export function fulfilmentLedger(walk: OrderWalk, event: Shipped): void {
  if (!isSound(walk, event)) return;
  if (walk.controlPasses === "delivered") {
    dispatchLedger(walk, event);
    return;
  }
  const units = event.lines.map(({ lineId, quantityMillionths }) => ({ state: walk.lines.get(lineId)!, quantityMillionths }));
  const recognised = handOver(walk, event, units);
  walk.fulfilments.set(event.fulfillmentId, { ...recognised, lines: issueLedger(walk, event), freight: freightLedger(walk, event) });
}

/** c4 where control passes at delivery: what is still on the way of the fulfilment is handed over. */
export function deliveredLedger(walk: OrderWalk, event: EventOf<"fulfillment.delivered">): void {
  const freight = walk.transit.get(event.fulfillmentId)?.freight;
  const units = takeAll(walk, event.fulfillmentId);
  if (units.length === 0) return;
  const recognised = handOver(walk, event, units);
  leaveTransit(walk, event, units);
  const lines = units.map(({ state, quantityMillionths, part }) => ({ state, quantityMillionths, issue: part?.issue }));
  walk.fulfilments.set(event.fulfillmentId, { ...recognised, lines, freight });
}

/** c4: revenue, discounts, shipping and tax of units that pass into the customer's control. */
function handOver(
  walk: OrderWalk,
  event: Shipped | EventOf<"fulfillment.delivered">,
  units: readonly { readonly state: LineState; readonly quantityMillionths: number }[],
): Pick<FulfilmentRecord, "goods" | "charges"> {
  const lines = new JournalLines();
  const goods: Recognition[] = [];
  let classKnown = true;
  for (const { state, quantityMillionths } of units) {
    state.shipped += quantityMillionths;
    walk.open -= quantityMillionths;
    for (const recognition of recogniseLine(walk, state, lines)) goods.push(recognition);
    if (state.itemClass === undefined) {
      classKnown = false;
      walk.draft.problem(unmappedItem(state.line.item, event, state.line.id));
    }
  }
  const charges = recogniseCharges(walk, lines);
  walk.accounts.bookChange(lines);
  if (!classKnown) walk.draft.hold(event);
  // c50: what replaces something is no sale, neither gross nor at a discount.
  else if (walk.replaces === undefined) walk.draft.journal(walk.frame(event), "revenue", lines);
  return { goods, charges };
}

/** Recognises a line up to what has been handed over of it. */
export function recogniseLine(walk: OrderWalk, state: LineState, lines: JournalLines): Recognition[] {
  return state.portions.map((portion) => {
    const recognition = recogniseUpTo(portion, state.shipped, state.remaining);
    walk.bookLine(recognition, lines);
    return recognition;
  });
}

/** Recognises shipping, fees and duties up to the share of the lines handed over. What was given back before is not recognised twice. */
export function recogniseCharges(walk: OrderWalk, lines: JournalLines): Recognition[] {
  const { part, whole } = walk.chargeShare();
  const recognitions: Recognition[] = [];
  for (const portion of walk.charges.flatMap((group) => group.portions)) {
    const recognition = recogniseUpTo(portion, part, whole);
    if (part < whole && recognition.amount < 0) continue;
    walk.book(recognition, lines);
    recognitions.push(recognition);
  }
  return recognitions;
}

/** Its lines are those of the order, and no more units leave than are still to be handed over: it is left out where they are not. */
function isSound(walk: OrderWalk, event: Shipped): boolean {
  const leaving = new Map<string, number>();
  for (const { lineId, quantityMillionths } of event.lines) {
    const state = walk.lines.get(lineId);
    const units = (leaving.get(lineId) ?? 0) + quantityMillionths;
    leaving.set(lineId, units);
    const open = state === undefined ? 0 : state.remaining - state.shipped - state.inTransit;
    if (units <= open && state !== undefined) continue;
    walk.leaveOut(event.fulfillmentId, {
      class: "sequence.parent-missing",
      code: state === undefined ? "order-line" : "over-fulfilment",
      cause: event.key,
      message:
        state === undefined
          ? `${event.key} ships line ${lineId}, which order ${walk.order.orderName} does not have. It heals when the order's newer version arrives; if overdue, fetch it from the source.`
          : `${event.key} ships ${formatQuantity(units)} of line ${lineId}, order ${walk.order.orderName} has ${formatQuantity(open)} left to ship. It heals when the order's newer version arrives; if overdue, fetch it from the source.`,
    });
    return false;
  }
  return true;
}

/** c6: the mirror of what the fulfilment recognised, back to deferred or receivable as they now stand; the goods return at their cost. */
export function fulfilmentCancelledLedger(walk: OrderWalk, event: EventOf<"fulfillment.cancelled">): void {
  const { draft } = walk;
  if (walk.transit.has(event.fulfillmentId) && !walk.uncertain) {
    dispatchCancelledLedger(walk, event);
    return;
  }
  const record = walk.fulfilments.get(event.fulfillmentId);
  // Its fulfilment is held and left no state: nothing was recognised that could be reversed.
  if (record === undefined || walk.uncertain) {
    draft.hold(event);
    return;
  }
  const returned = record.lines.find(
    ({ state, quantityMillionths, issue }) =>
      state.shipped - quantityMillionths < state.returned || (issue !== undefined && issue.outMillionths < issue.quantityMillionths),
  );
  if (returned !== undefined) {
    walk.leaveOut(event.key, {
      class: "policy.over-return",
      code: "cancelled-after-return",
      cause: event.key,
      message: `${event.key} undoes a fulfilment of which line ${returned.state.line.id} was already returned. Check the returns of order ${walk.order.orderName}.`,
    });
    return;
  }
  walk.fulfilments.delete(event.fulfillmentId);
  const lines = new JournalLines();
  for (const { portion, amount } of record.goods) walk.bookLine({ portion, amount: -amount }, lines);
  for (const group of walk.charges) {
    const earned = record.charges.filter(({ portion }) => group.portions.includes(portion));
    for (const { portion, amount } of earnedStill(group, earned)) walk.book({ portion, amount: -amount }, lines);
  }
  walk.accounts.bookChange(lines);
  for (const { state, quantityMillionths } of record.lines) {
    state.shipped -= quantityMillionths;
    walk.open += quantityMillionths;
  }
  const classKnown = record.lines.every(({ state }) => state.itemClass !== undefined);
  if (!classKnown) draft.hold(event);
  else if (walk.replaces === undefined) draft.journal(walk.frame(event), "revenue-cancelled", lines);
  issueCancelledLedger(walk, event, record);
  freightCancelledLedger(walk, event, record.freight);
}

/** Of the charges that a fulfilment earned, what was not given back since: a refund of shipping is a return and stays one. */
function earnedStill(group: ChargeGroup, recognitions: readonly Recognition[]): Recognition[] {
  let open = -group.returnedNet;
  const openCollected = new Map([...group.returnedCollected].map(([name, amount]) => [name, -amount]));
  for (const portion of group.portions) {
    const earned = { portion, amount: portion.recognised };
    open += netOf(earned);
    if (portion.kind === "collected") addTo(openCollected, portion.name, earned.amount);
  }
  let excess = Math.max(sum(recognitions.map(netOf)) - open, 0);
  return recognitions.map(({ portion, amount }) => {
    if (portion.kind === "collected") {
      const given = Math.min(amount, openCollected.get(portion.name) ?? 0);
      addTo(openCollected, portion.name, -given);
      return { portion, amount: given };
    }
    if (portion.kind === "discount") return { portion, amount };
    const kept = Math.min(excess, amount);
    excess -= kept;
    return { portion, amount: amount - kept };
  });
}
