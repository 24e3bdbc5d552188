import { cumulativeShare, type MinorUnits, sum } from "#domain/money";
import type { ShippingRefund, TakenBackRule } from "#domain/policy";
import { type HeldUnits, heldBy, type Reservation } from "./reservations.ts";
import type { LineValue, Sale, SoldLine } from "./sale.ts";
import { unitsValue } from "./units-value.ts";

const nothing: LineValue = { net: 0, taxes: [] };

/**
 * What of the shipping is given back with a return: by the strictest of its rules, and never what was given back before or is promised to
 * another return. `granted` are the units of this return, by line.
 */
export function shippingGivenWith({
  sale,
  reservations,
  granted,
  rules,
}: {
  readonly sale: Sale;
  readonly reservations: readonly Reservation[];
  readonly granted: ReadonlyMap<string, HeldUnits>;
  readonly rules: readonly TakenBackRule[];
}): LineValue {
  const goods = sale.lines.filter(({ isGoods }) => isGoods);
  const held = heldBy(reservations);
  switch (strictest(rules)) {
    case "never":
      return nothing;
    case "whole-order": {
      // Of several returns that are promised at once, the last one completes the order. What the channel alone expects has not come back.
      const back = (line: SoldLine) => line.neverLeft + line.returned + unitsOf(held, line) + unitsOf(granted, line);
      return goods.every((line) => line.sold <= back(line)) ? share(1, 0, 1) : nothing;
    }
    case "proportionate": {
      const isPriced = goods.some(({ value }) => value.net !== 0);
      // Where all goods cost nothing, by their quantity.
      const whole = ({ value, sold }: SoldLine) => (isPriced ? value.net : sold);
      const worth = (line: SoldLine, units: number) => (line.sold === 0 ? 0 : cumulativeShare(whole(line), units, line.sold));
      const before = (line: SoldLine) => Math.min(line.neverLeft + line.returned + line.expected + unitsOf(held, line), line.sold);
      const from = sum(goods.map((line) => worth(line, before(line))));
      const upTo = sum(goods.map((line) => worth(line, before(line) + unitsOf(granted, line))));
      return share(sum(goods.map(whole)), from, upTo);
    }
  }

  /** The part of the shipping between two points of the goods' value, as one line of which so much came back before. */
  function share(whole: MinorUnits, from: MinorUnits, upTo: MinorUnits): LineValue {
    const { value, givenBack } = sale.shipping;
    const line = { sold: whole, neverLeft: 0, returned: from, expected: 0, value, givenBack };
    return unitsValue(line, upTo - from, reservations.map(promised));
  }
}

function strictest(rules: readonly TakenBackRule[]): ShippingRefund {
  const said = rules.map(({ refundsShipping = "never" }) => refundsShipping);
  if (said.length === 0 || said.includes("never")) return "never";
  return said.includes("whole-order") ? "whole-order" : "proportionate";
}

/** Of the shipping, what another return was promised: money and no units. */
function promised({ refund: { shipping = nothing } }: Reservation): HeldUnits {
  return { quantityMillionths: 0, net: shipping.net, tax: new Map(shipping.taxes.map(({ code, amount }) => [code, amount])) };
}

function unitsOf(held: ReadonlyMap<string, HeldUnits>, { lineId }: SoldLine): number {
  return held.get(lineId)?.quantityMillionths ?? 0;
}
