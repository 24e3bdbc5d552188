import type { EventOf } from "#domain/events";
import { cumulativeShare } from "#domain/money";
import type { Facts } from "./facts.ts";
import { millionthsPerUnit } from "./fulfillment.ts";
import { isTip, type Order } from "./schemas.ts";

type Line = EventOf<"order.placed">["lines"][number];

/**
 * Units that an edit took out of the order, in millionths by line: the lines keep the quantity that was ordered, `current_quantity` is what is
 * left, and no refund explains the rest.
 */
export function removedUnits(order: Order, refunds: readonly Facts[]): ReadonlyMap<string, number> {
  const refunded = new Map<string, number>();
  for (const event of refunds.flatMap(({ events }) => events)) {
    if (event.name !== "refund.issued") continue;
    for (const { lineId, quantityMillionths } of event.lines) refunded.set(lineId, (refunded.get(lineId) ?? 0) + quantityMillionths);
  }
  const removed = new Map<string, number>();
  for (const { id, quantity, current_quantity: current, ...line } of order.line_items) {
    if (current === null || current === undefined || isTip(line)) continue;
    const gone = (quantity - current) * millionthsPerUnit - (refunded.get(String(id)) ?? 0);
    if (gone > 0) removed.set(String(id), gone);
  }
  return removed;
}

/**
 * The lines without those units, in the two ways in which a channel may mean their discounts and taxes: of what was ordered, so that a share
 * of them goes, or of what is left. Which of them it is, only the order's own current totals can say. Duties in the prices are those of what was
 * ordered: they come to the original total.
 */
export function withoutRemoved(lines: readonly Line[], removed: ReadonlyMap<string, number>): readonly Line[][] {
  const reduced = (line: Line, share: (amount: number) => number, asStated: (amount: number) => number): Line => ({
    ...line,
    quantityMillionths: line.quantityMillionths - (removed.get(line.id) ?? 0),
    gross: share(line.gross),
    discounts: line.discounts.map((discount) => ({ ...discount, amount: asStated(discount.amount) })),
    taxes: line.taxes.map((tax) => ({ ...tax, amount: asStated(tax.amount) })),
    ...(line.duties === undefined ? {} : { duties: share(line.duties) }),
  });
  const each = (shared: boolean) =>
    lines.flatMap((line) => {
      const gone = removed.get(line.id) ?? 0;
      if (gone === 0) return [line];
      const left = Math.max(line.quantityMillionths - gone, 0);
      if (left === 0) return [];
      const share = (amount: number) => cumulativeShare(amount, left, line.quantityMillionths);
      return [reduced(line, share, shared ? share : (amount) => amount)];
    });
  return [each(true), each(false)];
}
