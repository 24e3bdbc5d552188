import type { EventOf } from "#domain/events";
import { takeBack } from "#domain/inventory";
import type { TargetMovement } from "./documents.ts";
import type { OrderWalk } from "./order-walk.ts";
import { placeOf } from "./place.ts";
import type { RefundedLine } from "./refund-value.ts";

/**
 * c19: goods that had left and are put back, at the location that takes them and at the cost of their own issue. "cancel" never left;
 * "none" stays out, but its units count as come back all the same, so that a later return takes the next issue's cost.
 */
export function restockLedger(walk: OrderWalk, event: EventOf<"refund.issued">, lines: readonly RefundedLine[]): void {
  const { draft, policy, shop, order } = walk;
  const document = draft.keyOf(event.key, "restock", shop.entity, order.currency);
  const movements: TargetMovement[] = [];
  let held = false;
  for (const { row, state, fulfilledUnits } of lines) {
    const parts = takeBack(state.issues, fulfilledUnits);
    if ((row.restock !== "return" && row.restock !== "legacy") || parts.length === 0) continue;
    // Older refunds name no location: the goods go back to where they left.
    const place = row.location === undefined ? undefined : placeOf(policy, "shopify", row.location, undefined, shop.entity);
    if (place?.kind === "held") {
      draft.problem({ ...place.problem, event: event.key, document });
      held = true;
    }
    for (const [index, { issue, quantityMillionths }] of parts.entries()) {
      if (issue.held) held = true;
      movements.push({
        id: parts.length === 1 ? row.id : `${row.id}.${index + 1}`,
        item: issue.item,
        itemClass: issue.itemClass,
        location: place?.kind === "known" ? place.location : issue.location,
        quantityMillionths,
        counterRole: "cogs",
        cost: { document: issue.document, movement: issue.movement },
      });
    }
  }
  if (held) draft.hold(event);
  else draft.stock(walk.frame(event), "restock", movements);
}
