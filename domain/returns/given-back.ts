import type { BusinessEvent, EventOf } from "#domain/events";
import { type MinorUnits, sum } from "#domain/money";
import type { Restock } from "./units.ts";

/** Units of one line that an event says were given back with their value. `restock` tells what happened to the goods. */
export interface GivenBackUnits {
  readonly lineId: string;
  readonly quantityMillionths: number;
  readonly restock: Restock;
  /** After discounts, without tax. */
  readonly net: MinorUnits;
  readonly tax: MinorUnits;
}

/**
 * The units that an event gives back, in whatever channel it happened: the one place that knows which events do. A refund speaks for the
 * goods that come back with it; goods that are received are counted against it (see LineUnits). What a store took back names items and no
 * lines: see takenBackUnits.
 */
export function givenBackIn(event: BusinessEvent, taxesIncluded: boolean): readonly GivenBackUnits[] {
  if (event.name !== "refund.issued") return [];
  return event.lines.map(({ lineId, quantityMillionths, restock, subtotal, tax }) => ({
    lineId,
    quantityMillionths,
    restock,
    net: subtotal - (taxesIncluded ? tax : 0),
    tax,
  }));
}

/** What an event gives back in all, tax included: goods, shipping, duties, fees and tip of the sale. */
export function valueGivenBackIn(
  event: BusinessEvent,
  { taxesIncluded, dutiesIncluded }: Pick<EventOf<"order.placed">, "taxesIncluded" | "dutiesIncluded">,
): MinorUnits {
  if (event.name === "return.taken-back") return givenByTill(event);
  const goods = givenBackIn(event, taxesIncluded).map(({ net, tax }) => net + tax);
  if (event.name !== "refund.issued") return sum(goods);
  const shipping = event.shipping.map(({ amount, tax }) => amount + (taxesIncluded ? 0 : tax));
  return sum([...goods, ...shipping, dutiesIncluded === true ? 0 : event.duties, event.fees, event.tips ?? 0]);
}

/** c20: what an event says is kept of what is given back. */
export function keptIn(event: BusinessEvent, taxesIncluded: boolean): MinorUnits {
  if (event.name !== "refund.issued") return 0;
  return sum((event.returnFees ?? []).map(({ amount, taxes }) => amount + (taxesIncluded ? 0 : sum(taxes.map((each) => each.amount)))));
}

/** What an event gives back of the sale's shipping, without tax and in tax. */
export function shippingGivenBackIn(event: BusinessEvent, taxesIncluded: boolean): { readonly net: MinorUnits; readonly tax: MinorUnits } {
  if (event.name === "return.taken-back") {
    const { net, taxes } = event.shipping ?? { net: 0, taxes: [] };
    return { net, tax: sum(taxes.map(({ amount }) => amount)) };
  }
  const rows = event.name === "refund.issued" ? event.shipping : [];
  return { net: sum(rows.map(({ amount, tax }) => amount - (taxesIncluded ? tax : 0))), tax: sum(rows.map(({ tax }) => tax)) };
}

/** What a till gave back in all, tax included: goods and shipping. */
export function givenByTill({ lines, shipping }: EventOf<"return.taken-back">): MinorUnits {
  return sum([...lines, ...(shipping === undefined ? [] : [shipping])].map(givenFor));
}

/** What the till gave back for a line, tax included. */
export function givenFor({ net, taxes }: Pick<EventOf<"return.taken-back">["lines"][number], "net" | "taxes">): MinorUnits {
  return net + sum(taxes.map(({ amount }) => amount));
}
