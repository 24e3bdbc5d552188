import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { Issue, IssueQueue } from "#domain/inventory";
import { roundScaled } from "#domain/money";
import { dropShipFor } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import { JournalLines } from "../journal-lines.ts";
import type { OrderWalk } from "./order-walk.ts";

/** Units that a vendor sends to the customer itself. */
export interface DropShippedRow {
  /** Among the rows of the shipment. */
  readonly id: string;
  /** What left of the order's line: units that come back are taken off it. */
  readonly queue: IssueQueue;
  readonly item: string;
  readonly itemClass: string;
  readonly quantityMillionths: number;
}

/**
 * c48: goods of a vendor that the vendor sends itself: Dr cost of goods, Cr accrued vendor, at the agreed price. They were never our stock, so that
 * none moves. Without a price the shipment's cost waits by name, and its revenue does not.
 */
export function dropShipLedger(
  walk: OrderWalk,
  event: EventOf<"fulfillment.shipped">,
  { location, vendor }: { readonly location: string; readonly vendor: string },
  rows: readonly DropShippedRow[],
): void {
  const { policy, draft, entity } = walk;
  const currency = policy.entities[entity]?.functionalCurrency ?? walk.order.currency;
  const frame = walk.frame(event, { entity, currency });
  const lines = new JournalLines();
  const issues: { readonly queue: IssueQueue; readonly issue: Issue }[] = [];
  const document = draft.keyOf(event.key, "drop-ship", entity, currency);
  for (const { id, queue, item, itemClass, quantityMillionths } of rows) {
    const about = { item, "item-class": itemClass };
    const unitCost = dropShipFor(policy, vendor, { entity, day: frame.businessDate, about })?.unitCost[currency];
    if (unitCost === undefined) {
      draft.problem({ ...noPrice(vendor, item), event: event.key });
      draft.hold(event);
      return;
    }
    const cost = roundScaled(unitCost * quantityMillionths, 6, 0);
    lines.add("cogs", dimensionsOf("cogs", { location, "item-class": itemClass }), cost);
    lines.add("accrued-vendor", dimensionsOf("accrued-vendor", { vendor }), -cost);
    const issue: Issue = {
      ...{ document, movement: id, item, itemClass, location, entity, vendor },
      price: { kind: "unit-price", total: cost },
      quantityMillionths,
      outMillionths: quantityMillionths,
      held: false,
    };
    issues.push({ queue, issue });
  }
  for (const { queue, issue } of issues) queue.issues.push(issue);
  walk.dropShipped.set(event.fulfillmentId, { lines: lines.list(), currency, issues: issues.map(({ issue }) => issue) });
  draft.journal(frame, "drop-ship", lines);
}

/** c6: nothing is owed for goods that did not leave. */
export function dropShipCancelledLedger(walk: OrderWalk, event: EventOf<"fulfillment.cancelled">): void {
  const record = walk.dropShipped.get(event.fulfillmentId);
  if (record === undefined) return;
  walk.dropShipped.delete(event.fulfillmentId);
  for (const issue of record.issues) issue.outMillionths = 0;
  const lines = new JournalLines();
  for (const { role, dimensions, amount } of record.lines) lines.add(role, dimensions, -amount);
  walk.draft.journal(walk.frame(event, { entity: walk.entity, currency: record.currency }), "drop-ship-cancelled", lines);
}

function noPrice(vendor: string, item: string): Problem {
  return {
    class: "data.unmapped",
    code: "drop-ship",
    cause: `drop-ship:${vendor}:${item}`,
    message: `vendor ${vendor} sent ${item} to a customer, and no price is agreed for it. Add it to dropShip; the cost posts by itself.`,
  };
}
