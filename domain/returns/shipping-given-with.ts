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
  switch (strictest(rules)) {
    case "never":
      return nothing;
    case "whole-order":
      // What is only promised to another return, or expected by the channel, has not come back: the sale is not given back as a whole yet.
      return goods.every((line) => line.sold === line.neverLeft + line.returned + unitsOf(granted, line)) ? share(1, 0, 1) : nothing;
    case "proportionate": {
      const held = heldBy(reservations);
      const worth = ({ value, sold }: SoldLine, units: number) => (sold === 0 ? 0 : cumulativeShare(value.net, units, sold));
      const before = (line: SoldLine) => Math.min(line.neverLeft + line.returned + line.expected + unitsOf(held, line), line.sold);
      const from = sum(goods.map((line) => worth(line, before(line))));
      const upTo = sum(goods.map((line) => worth(line, before(line) + unitsOf(granted, line))));
      return share(sum(goods.map(({ value }) => value.net)), from, upTo);
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
