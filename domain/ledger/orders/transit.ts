import type { BusinessEvent, EventOf } from "#domain/events";
import type { IssuePart } from "#domain/inventory";
import type { TargetMovement } from "../documents.ts";
import { bookLegs, cogsOf, legKind } from "../intercompany.ts";
import { freightCancelledLedger, freightLedger } from "./freight.ts";
import { bookIntercompany, counterOf, inTransitTo, issueLedger, movementOf, stockFrame } from "./issue.ts";
import type { LineState } from "./order-value.ts";
import type { OrderWalk, TransitRecord } from "./order-walk.ts";

type TransitLine = TransitRecord["lines"][number];

/** c4 where control passes at delivery: goods leave the warehouse, stay their owner's, and nothing is earned yet. */
export function dispatchLedger(walk: OrderWalk, event: EventOf<"fulfillment.shipped">): void {
  const lines = issueLedger(walk, event).map((line) => ({ ...line, left: line.quantityMillionths }));
  for (const { state, left } of lines) state.inTransit += left;
  walk.transit.set(event.fulfillmentId, { event, lines, freight: freightLedger(walk, event) });
}

/** Everything of a fulfilment that is still on the way, taken off it: what its delivery hands over, or its cancellation brings back. */
export function takeAll(
  walk: OrderWalk,
  fulfillmentId: string,
): { readonly state: LineState; readonly quantityMillionths: number; readonly part: IssuePart | undefined }[] {
  const record = walk.transit.get(fulfillmentId);
  walk.transit.delete(fulfillmentId);
  return (record?.lines ?? [])
    .filter(({ left }) => left > 0)
    .map((line) => ({ state: line.state, quantityMillionths: line.left, part: takeOff(line, line.left) }));
}

/** Units of a line that are refunded while they are on the way, the oldest first. */
export function takeRefunded(
  walk: OrderWalk,
  state: LineState,
  units: number,
): { readonly state: LineState; readonly part: IssuePart | undefined }[] {
  const gone: { readonly state: LineState; readonly part: IssuePart | undefined }[] = [];
  let open = units;
  for (const line of [...walk.transit.values()].flatMap(({ lines }) => lines)) {
    if (line.state !== state) continue;
    const taken = Math.min(open, line.left);
    if (taken === 0) continue;
    open -= taken;
    gone.push({ state, part: takeOff(line, taken) });
  }
  return gone;
}

/**
 * What was on the way is a cost of goods, with what the seller owes its owner (c30): it was handed over, or it was refunded and is back, or
 * lost, as any refunded goods are (c19). From now on it can come back.
 */
export function leaveTransit(
  walk: OrderWalk,
  event: BusinessEvent,
  gone: readonly { readonly state: LineState; readonly part: IssuePart | undefined }[],
): void {
  const { draft } = walk;
  const parts: IssuePart[] = [];
  for (const { state, part } of gone) {
    if (part === undefined) continue;
    parts.push(part);
    if (!state.issues.issues.includes(part.issue)) state.issues.issues.push(part.issue);
  }
  const owners = new Set(parts.map(({ issue }) => issue.entity));
  const sisters = new Set([...owners].filter((owner) => owner !== walk.entity));
  for (const owner of owners) {
    const own = parts.filter(({ issue }) => issue.entity === owner);
    if (own.some(({ issue }) => issue.held)) {
      draft.hold(event);
      continue;
    }
    const frame = stockFrame(walk, event, owner);
    // In its owner's books goods move at their cost, whatever the seller owes for them.
    const atCost = own.map(({ issue: { price: _, ...issue }, ...part }) => ({ ...part, issue }));
    const leg = { frame, debit: ({ issue }: IssuePart) => cogsOf(issue), credit: ({ issue }: IssuePart) => inTransitTo(issue) };
    bookLegs(draft, "cost-of-goods", [leg], atCost);
    bookIntercompany(walk, event, frame, own, "intercompany", legKind(owner, sisters)("intercompany"));
  }
}

/** c6 before delivery: what is still on the way comes back to where it left. */
export function dispatchCancelledLedger(walk: OrderWalk, event: EventOf<"fulfillment.cancelled">): void {
  freightCancelledLedger(walk, event, walk.transit.get(event.fulfillmentId)?.freight);
  const parts = takeAll(walk, event.fulfillmentId).flatMap(({ part }) => (part === undefined ? [] : [part]));
  const [first] = parts;
  if (first === undefined) return;
  if (parts.some(({ issue }) => issue.held)) {
    walk.draft.hold(event);
    return;
  }
  const movements = parts.map(
    ({ issue, from, quantityMillionths }): TargetMovement => ({
      ...movementOf(issue),
      quantityMillionths,
      ...counterOf(inTransitTo(issue)),
      cost: {
        document: issue.document,
        movement: issue.movement,
        issuedMillionths: issue.quantityMillionths,
        from,
        quantityMillionths,
        markup: "0",
      },
    }),
  );
  walk.draft.stock(stockFrame(walk, event, first.issue.entity), "issue-cancelled", movements);
}

function takeOff(line: TransitLine, units: number): IssuePart | undefined {
  const from = line.quantityMillionths - line.left;
  line.left -= units;
  line.state.inTransit -= units;
  return line.issue === undefined ? undefined : { issue: line.issue, from, quantityMillionths: units };
}
