import type { BusinessEvent } from "#domain/events";
import { eventKey } from "#domain/identity";
import type { Delivery } from "./delivery.ts";
import type { Facts } from "./facts.ts";
import { millionthsPerUnit } from "./fulfillment.ts";
import { toInstant } from "./instant.ts";
import { sourceChanged } from "./notice.ts";
import type { OrderEdit } from "./schemas.ts";

/**
 * The facts of a committed edit: which units were added and taken out. It states no amounts, and the order's own totals stand in its
 * newer version, so the order is read from the source: not older than the edit.
 */
export function readOrderEdit(edit: OrderEdit, orderId: string, shop: string, delivery: Delivery): Facts {
  const id = String(edit.id);
  const committedAt = toInstant(edit.committed_at ?? edit.created_at)!;
  const deltas = new Map<string, number>();
  const count = (rows: OrderEdit["line_items"]["additions"], sign: 1 | -1) => {
    for (const row of rows ?? []) deltas.set(String(row.id), (deltas.get(String(row.id)) ?? 0) + sign * row.delta * millionthsPerUnit);
  };
  count(edit.line_items.additions, 1);
  count(edit.line_items.removals, -1);
  const edited: BusinessEvent = {
    name: "order.edited",
    schema: 1,
    key: eventKey("order.edited", id),
    version: committedAt,
    occurredAt: committedAt,
    orderId,
    editId: id,
    lines: [...deltas].map(([lineId, deltaMillionths]) => ({ lineId, deltaMillionths })),
  };
  return {
    events: [edited, sourceChanged({ shop, resource: "order", id: orderId, notBefore: committedAt }, delivery)],
    references: [],
    problems: [],
  };
}
