import type { EventOf } from "#domain/events";
import { type MinorUnits, sum } from "#domain/money";
import { givenFor } from "./given-back.ts";
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

/**
 * What a till gave back of the shipping, at the value and in the taxes that the sale had it for; "excess" where the sale charged less, or has
 * given it back.
 */
export function placeShipping({ shipping: { value, givenBack } }: Sale, { shipping }: TakenBack): LineValue | "excess" {
  if (shipping === undefined) return { net: 0, taxes: [] };
  const given = givenFor(shipping);
  const sold = givenFor({ net: value.net, taxes: [...value.taxes] });
  const returned = givenBack.net + givenBack.tax;
  if (given > sold - returned) return "excess";
  const { taxes } = unitsValue({ sold, neverLeft: 0, returned, expected: 0, value, givenBack }, given, []);
  return { net: given - sum(taxes.map(({ amount }) => amount)), taxes };
}

/** What the sale had for units, tax included. */
export function valueWithTax({ value }: Pick<TakenBackUnits, "value">): MinorUnits {
  return value.net + sum(value.taxes.map(({ amount }) => amount));
}

/**
 * c29: a till that reckons the tax of single pieces may round otherwise than the sale did. Where it is off by no more than the tolerance for
 * each tax of a line, what it gave back is what came back: the last units of the line take the difference, in their tax.
 */
export function roundedAsGiven(placed: readonly TakenBackUnits[], toleranceMinorUnits: MinorUnits): readonly TakenBackUnits[] {
  return placed.map((units, index) => {
    if (placed.slice(index + 1).some(({ line }) => line.id === units.line.id)) return units;
    const ofLine = placed.filter(({ line }) => line.id === units.line.id);
    const difference = givenFor(units.line) - sum(ofLine.map(valueWithTax));
    const { net, taxes } = units.value;
    if (difference === 0 || Math.abs(difference) > toleranceMinorUnits * Math.max(taxes.length, 1)) return units;
    const [last] = taxes.slice(-1);
    if (last === undefined || last.amount + difference < 0) return { ...units, value: { net: net + difference, taxes } };
    return { ...units, value: { net, taxes: [...taxes.slice(0, -1), { ...last, amount: last.amount + difference }] } };
  });
}
