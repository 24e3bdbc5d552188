import type { EventOf } from "#domain/events";
import { formatQuantity, type Issue } from "#domain/inventory";
import { sum } from "#domain/money";
import { itemFor } from "#domain/policy";
import type { TargetMovement } from "./documents.ts";
import { JournalLines } from "./journal-lines.ts";
import { addTo } from "./order-balance.ts";
import { netOf, type Recognition, recogniseUpTo } from "./order-portions.ts";
import type { LineState } from "./order-value.ts";
import type { FulfilmentRecord, OrderWalk } from "./order-walk.ts";
import { placeOf } from "./place.ts";

type Shipped = EventOf<"fulfillment.shipped">;

/** c4: revenue, discounts, shipping and tax of the lines handed over, and their issue from stock. */
export function fulfilmentLedger(walk: OrderWalk, event: Shipped): void {
  if (!isSound(walk, event)) {
    walk.draft.hold(event);
    walk.uncertain = true;
    return;
  }
  const lines = new JournalLines();
  const goods: Recognition[] = [];
  let classKnown = true;
  for (const { lineId, quantityMillionths } of event.lines) {
    const state = walk.lines.get(lineId)!;
    state.shipped += quantityMillionths;
    walk.open -= quantityMillionths;
    for (const recognition of recogniseLine(walk, state, lines)) goods.push(recognition);
    if (state.itemClass === undefined) {
      classKnown = false;
      walk.draft.problem(unmappedItem(state.line.item, event, state.line.id));
    }
  }
  const shipping = recogniseShipping(walk, lines);
  walk.accounts.bookChange(lines);
  if (classKnown) walk.draft.journal(walk.frame(event), "revenue", lines);
  else walk.draft.hold(event);
  walk.fulfilments.set(event.fulfillmentId, { goods, shipping, lines: issueLedger(walk, event) });
}

/** Recognises a line up to what has been handed over of it. */
export function recogniseLine(walk: OrderWalk, state: LineState, lines: JournalLines): Recognition[] {
  return state.portions.map((portion) => {
    const recognition = recogniseUpTo(portion, state.shipped, state.remaining);
    walk.bookLine(recognition, lines);
    return recognition;
  });
}

/** Recognises shipping up to the share of the lines handed over. What was given back before is not recognised twice. */
export function recogniseShipping(walk: OrderWalk, lines: JournalLines): Recognition[] {
  const { part, whole } = walk.shippingShare();
  const recognitions: Recognition[] = [];
  for (const portion of walk.shipping) {
    const recognition = recogniseUpTo(portion, part, whole);
    if (part < whole && recognition.amount < 0) continue;
    walk.book(recognition, lines);
    recognitions.push(recognition);
  }
  return recognitions;
}

/** Its lines are those of the order, and no more units leave than are still to be handed over. */
function isSound(walk: OrderWalk, event: Shipped): boolean {
  const leaving = new Map<string, number>();
  for (const { lineId, quantityMillionths } of event.lines) {
    const state = walk.lines.get(lineId);
    const units = (leaving.get(lineId) ?? 0) + quantityMillionths;
    leaving.set(lineId, units);
    const open = state === undefined ? 0 : state.remaining - state.shipped;
    if (units <= open && state !== undefined) continue;
    walk.draft.problem({
      class: "sequence.parent-missing",
      code: state === undefined ? "order-line" : "over-fulfilment",
      cause: event.key,
      event: event.key,
      message:
        state === undefined
          ? `${event.key} ships line ${lineId}, which order ${walk.order.orderName} does not have. It heals when the order's newer version arrives; if overdue, fetch it from the source.`
          : `${event.key} ships ${formatQuantity(units)} of line ${lineId}, order ${walk.order.orderName} has ${formatQuantity(open)} left to ship. It heals when the order's newer version arrives; if overdue, fetch it from the source.`,
    });
    return false;
  }
  return true;
}

function unmappedItem(item: string, event: Shipped, lineId: string) {
  return {
    class: "data.unmapped",
    code: "item",
    cause: item === "" ? `item:line ${lineId}` : `item:${item}`,
    event: event.key,
    message:
      item === ""
        ? `line ${lineId} names no item. Give the product a stock-keeping unit at the source; a new version replaces it.`
        : `item ${item} is not in the item policy. Add it; the document posts by itself.`,
  } as const;
}

/** c38: what leaves stock, and where its cost can be found again. */
function issueLedger(walk: OrderWalk, event: Shipped): FulfilmentRecord["lines"] {
  const { draft, policy, shop, order } = walk;
  const document = draft.keyOf(event.key, "issue", shop.entity, order.currency);
  const seen = new Set<string>();
  const stocked = event.lines.map((row, index) => {
    const state = walk.lines.get(row.lineId)!;
    const item = row.item === "" ? state.line.item : row.item;
    const known = itemFor(policy, item);
    // A custom line without a product of ours never was in stock.
    const moves =
      row.quantityMillionths > 0 && (known?.stocked ?? state.line.kind !== "custom") && !(item === "" && state.line.kind === "custom");
    const id = seen.has(row.lineId) ? `${row.lineId}.${index}` : row.lineId;
    seen.add(row.lineId);
    return { state, row, item, id, itemClass: known?.class, moves };
  });
  const moving = stocked.filter((each) => each.moves);
  const place = moving.length === 0 ? undefined : placeOf(policy, "shopify", event.location, shop.defaultLocation, shop.entity);
  let held = false;
  if (place?.kind === "held") {
    draft.problem({ ...place.problem, event: event.key, document });
    held = true;
  }
  for (const each of moving) {
    if (each.item !== "" && each.itemClass !== undefined) continue;
    draft.problem({ ...unmappedItem(each.item, event, each.row.lineId), document });
    held = true;
  }
  const movements: TargetMovement[] = [];
  const records = stocked.map(({ state, row, item, id, itemClass, moves }) => {
    let issue: Issue | undefined;
    if (moves) {
      const { quantityMillionths } = row;
      const location = place?.kind === "known" ? place.location : "";
      issue = {
        document,
        movement: id,
        item,
        itemClass: itemClass ?? "",
        location,
        quantityMillionths,
        outMillionths: quantityMillionths,
        held,
      };
      state.issues.issues.push(issue);
      movements.push({
        id,
        item,
        itemClass: issue.itemClass,
        location,
        quantityMillionths: -quantityMillionths,
        counterRole: "cogs",
        cost: "average",
      });
    }
    return { state, quantityMillionths: row.quantityMillionths, issue };
  });
  if (held) draft.hold(event);
  else draft.stock(walk.frame(event), "issue", movements);
  return records;
}

/** c6: the mirror of what the fulfilment recognised, back to deferred or receivable as they now stand; the goods return at their cost. */
export function fulfilmentCancelledLedger(walk: OrderWalk, event: EventOf<"fulfillment.cancelled">): void {
  const { draft } = walk;
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
    draft.problem({
      class: "policy.over-return",
      code: "cancelled-after-return",
      cause: event.key,
      event: event.key,
      message: `${event.key} undoes a fulfilment of which line ${returned.state.line.id} was already returned. Check the returns of order ${walk.order.orderName}.`,
    });
    draft.hold(event);
    walk.uncertain = true;
    return;
  }
  walk.fulfilments.delete(event.fulfillmentId);
  const lines = new JournalLines();
  for (const { portion, amount } of record.goods) walk.bookLine({ portion, amount: -amount }, lines);
  for (const { portion, amount } of earnedStill(walk, record.shipping)) walk.book({ portion, amount: -amount }, lines);
  walk.accounts.bookChange(lines);
  const movements: TargetMovement[] = [];
  let held = false;
  let classKnown = true;
  for (const { state, quantityMillionths, issue } of record.lines) {
    state.shipped -= quantityMillionths;
    walk.open += quantityMillionths;
    if (state.itemClass === undefined) classKnown = false;
    if (issue === undefined) continue;
    issue.outMillionths = 0;
    if (issue.held) held = true;
    movements.push({
      id: issue.movement,
      item: issue.item,
      itemClass: issue.itemClass,
      location: issue.location,
      quantityMillionths,
      counterRole: "cogs",
      cost: { document: issue.document, movement: issue.movement },
    });
  }
  const frame = walk.frame(event);
  if (classKnown) draft.journal(frame, "revenue-cancelled", lines);
  if (!held) draft.stock(frame, "issue-cancelled", movements);
  if (held || !classKnown) draft.hold(event);
}

/** Of the shipping that a fulfilment earned, what was not given back since: a refund of shipping is a return and stays one. */
function earnedStill(walk: OrderWalk, recognitions: readonly Recognition[]): Recognition[] {
  let open = -walk.returnedShipping;
  const openTax = new Map([...walk.returnedShippingTax].map(([jurisdiction, tax]) => [jurisdiction, -tax]));
  for (const portion of walk.shipping) {
    const earned = { portion, amount: portion.recognised };
    open += netOf(earned);
    if (portion.kind === "tax") addTo(openTax, portion.jurisdiction, earned.amount);
  }
  let excess = Math.max(sum(recognitions.map(netOf)) - open, 0);
  return recognitions.map(({ portion, amount }) => {
    if (portion.kind === "tax") {
      const given = Math.min(amount, openTax.get(portion.jurisdiction) ?? 0);
      addTo(openTax, portion.jurisdiction, -given);
      return { portion, amount: given };
    }
    if (portion.kind === "discount") return { portion, amount };
    const kept = Math.min(excess, amount);
    excess -= kept;
    return { portion, amount: amount - kept };
  });
}
