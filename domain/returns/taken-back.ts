import type { EventOf } from "#domain/events";
import { cumulativeShare } from "#domain/money";
import { type GivenBackUnits, givenFor } from "./given-back.ts";

/**
 * Units given back by a store, which names items and no lines: they count against the lines of their item, the first one first. `out` is
 * what was handed over of a line and is not given back yet, in millionths; what none of them has out counts against none.
 */
export function takenBackUnits(
  event: EventOf<"return.taken-back">,
  lines: readonly { readonly lineId: string; readonly item: string; readonly out: number }[],
): readonly GivenBackUnits[] {
  const out = new Map(lines.map(({ lineId, out: units }) => [lineId, units]));
  return event.lines.flatMap((line) => {
    let open = line.quantityMillionths;
    const rows: GivenBackUnits[] = [];
    for (const { lineId } of lines.filter(({ item }) => item === line.item)) {
      const quantityMillionths = Math.min(open, out.get(lineId) ?? 0);
      if (quantityMillionths === 0) continue;
      out.set(lineId, (out.get(lineId) ?? 0) - quantityMillionths);
      const [from, whole] = [line.quantityMillionths - open, line.quantityMillionths];
      open -= quantityMillionths;
      const share = (amount: number) => cumulativeShare(amount, from + quantityMillionths, whole) - cumulativeShare(amount, from, whole);
      const restock = line.restock ? "return" : "none";
      rows.push({ lineId, quantityMillionths, restock, net: share(line.net), tax: share(givenFor(line) - line.net) });
    }
    return rows;
  });
}
