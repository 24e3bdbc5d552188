import type { EventOf } from "#domain/events";
import { returnableUnits } from "./judge-return.ts";
import { type HeldUnits, hold } from "./reservations.ts";
import type { LineValue, Sale } from "./sale.ts";
import { unitsValue } from "./units-value.ts";

type TakenBack = EventOf<"return.taken-back">;
type TakenBackLine = TakenBack["lines"][number];

/** Units of one line of the sale that a store took back, and what the sale had them for. */
export interface TakenBackUnits {
  readonly line: TakenBackLine;
  readonly lineId: string;
  readonly quantityMillionths: number;
  readonly value: LineValue;
}

export interface TakenBackGoods {
  readonly placed: readonly TakenBackUnits[];
  /** Units that no line of the sale has out; `lineId` is a line that sold the item, undefined when none did. */
  readonly excess: readonly { readonly line: TakenBackLine; readonly lineId: string | undefined; readonly quantityMillionths: number }[];
}

/**
 * A till knows the items that it takes back, and not the lines of the sale: they count against the lines of their item, the first one first.
 * `sale` is the sale before it happened. What the channel expects back by another way is out all the same: the goods are here.
 */
export function placeTakenBack(sale: Sale, event: TakenBack): TakenBackGoods {
  const taken = new Map<string, HeldUnits>();
  const placed: TakenBackUnits[] = [];
  const excess: TakenBackGoods["excess"][number][] = [];
  for (const line of event.lines) {
    const sold = sale.lines.filter(({ item, isGoods }) => isGoods && item === line.item);
    let open = line.quantityMillionths;
    for (const candidate of sold) {
      const { lineId } = candidate;
      const at = { ...candidate, expected: 0 };
      const quantityMillionths = Math.min(open, returnableUnits(at, [taken.get(lineId)]));
      if (quantityMillionths === 0) continue;
      const value = unitsValue(at, quantityMillionths, [taken.get(lineId)]);
      placed.push({ line, lineId, quantityMillionths, value });
      hold(taken, lineId, { quantityMillionths, value });
      open -= quantityMillionths;
    }
    if (open > 0) excess.push({ line, lineId: sold[0]?.lineId, quantityMillionths: open });
  }
  return { placed, excess };
}
