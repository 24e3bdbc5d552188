import { cumulativeShare, type MinorUnits, sum } from "#domain/money";
import type { HeldUnits } from "./reservations.ts";
import type { LineValue, SoldLine } from "./sale.ts";

const piece = 1_000_000;

type ValuedLine = Pick<SoldLine, "sold" | "neverLeft" | "returned" | "expected" | "value" | "givenBack">;

/**
 * What the next `quantity` units of a line are worth: the difference of two cumulative shares, so that over all returns of the line every
 * cent is given back once. Earlier refunds are stated by their channel and may round otherwise: the last unit takes what that left, and no
 * unit ever gives back more than is left of the line.
 */
export function unitsValue(line: ValuedLine, quantity: number, held: readonly (HeldUnits | undefined)[]): LineValue {
  const promised = held.flatMap((units) => units ?? []);
  const before = line.neverLeft + line.returned + line.expected + sum(promised.map(({ quantityMillionths }) => quantityMillionths));
  const upTo = Math.min(before + quantity, line.sold);
  const from = Math.min(before, upTo);
  const part = (total: MinorUnits, given: MinorUnits): MinorUnits => {
    if (line.sold === 0) return 0;
    const share = cumulativeShare(total, upTo, line.sold) - cumulativeShare(total, from, line.sold);
    const left = Math.max(total - given, 0);
    const isRounding = Math.abs(left - share) <= Math.ceil(from / piece);
    return upTo === line.sold && isRounding ? left : Math.min(share, left);
  };
  const { net, taxes } = line.value;
  const tax = sum(taxes.map(({ amount }) => amount));
  return {
    net: part(net, line.givenBack.net + sum(promised.map((units) => units.net))),
    taxes: taxes.flatMap(({ code, amount, ...rest }) => {
      // Refunds state their tax as one figure: what was given back of one code is its share of that.
      const stated = tax > 0 && amount >= 0 ? cumulativeShare(line.givenBack.tax, Math.min(amount, tax), tax) : 0;
      const given = part(amount, stated + sum(promised.map((units) => units.tax.get(code) ?? 0)));
      return given === 0 ? [] : [{ code, amount: given, ...rest }];
    }),
  };
}
