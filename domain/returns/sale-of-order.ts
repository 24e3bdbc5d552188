import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import { type Currency, sum } from "#domain/money";
import { itemFor, type Policy, policyOn, sellingEntity } from "#domain/policy";
import { keptIn, shippingGivenBackIn, valueGivenBackIn } from "./given-back.ts";
import { lineUnits } from "./line-units.ts";
import { orderPayments } from "./payments.ts";
import { addTaxes, type LineValue, type Sale, type SaleShipping, type SaleTrouble, type SoldLine } from "./sale.ts";

type Order = EventOf<"order.placed">;

/** A web order as a return looks at it. `facts` are its folded facts in order. */
export function saleOfOrder(
  order: Order,
  facts: readonly BusinessEvent[],
  { policy: anyDay, channel, place }: { readonly policy: Policy; readonly channel: string; readonly place: string },
): Sale | SaleTrouble {
  const seller = sellingEntity(anyDay, channel, place, order);
  if (seller.kind === "unknown") return { reason: "sale-unclear", message: `${seller.what} of the policies, then ask again` };
  const { timeZone } = seller.shop;
  const day = businessDateIn(timeZone, order.occurredAt);
  const policy = policyOn(anyDay, day);
  const { currency, taxesIncluded } = order;
  const foreign = facts.find((event) => isElsewhere(event, currency));
  if (foreign !== undefined) {
    const message = `${foreign.key} is not in ${currency}, the currency of the order, and nobody says what it counts for: return it by hand`;
    return { reason: "sale-unclear", message };
  }
  const dayOf = (instant: string) => businessDateIn(timeZone, instant);
  const units = lineUnits(order.lines, facts, { taxesIncluded, dayOf });
  const payments = orderPayments(facts, policy, channel);
  const value = sum(facts.map((event) => valueGivenBackIn(event, order)));
  const fees = sum(facts.map((event) => keptIn(event, taxesIncluded)));
  const captured = sum(payments.map((payment) => payment.captured));
  // Money beyond the value is goodwill: it makes nothing unpaid.
  const money = Math.min(sum(payments.map((payment) => payment.refunded)), value - fees);
  return {
    channel,
    place,
    entity: seller.entity,
    currency,
    day,
    lines: order.lines.map((line): SoldLine => {
      const known = units.get(line.id)!;
      return {
        lineId: line.id,
        item: line.item,
        itemClass: line.item === "" ? policy.items.defaultClass : itemFor(policy, line.item)?.class,
        isGoods: line.kind !== "gift-card",
        promotions: promotionsOf(line.discounts),
        sold: line.quantityMillionths,
        ...known,
        value: lineValue(line, taxesIncluded),
      };
    }),
    shipping: shippingOf(order, facts),
    payments,
    unpaid: Math.max(order.totals.total - value - (captured - money - fees), 0),
  };
}

/** Money whose worth in the currency of the order is not known (see `inOrderCurrency`). */
function isElsewhere(event: BusinessEvent, currency: Currency): boolean {
  switch (event.name) {
    case "payment.captured":
      return event.currency !== currency;
    case "payment.refunded":
      return event.currency !== currency && event.status !== "failed";
    case "refund.issued":
      return [event.currency, ...event.payments.flatMap((payment) => (payment.status === "failed" ? [] : [payment.currency]))].some(
        (each) => each !== undefined && each !== currency,
      );
    default:
      return false;
  }
}

export function promotionsOf(discounts: readonly { readonly promotion?: string | undefined }[]): readonly string[] {
  return [...new Set(discounts.flatMap(({ promotion }) => (promotion === undefined ? [] : [promotion])))];
}

function shippingOf({ shipping, taxesIncluded }: Order, facts: readonly BusinessEvent[]): SaleShipping {
  const values = shipping.map((row) => lineValue(row, taxesIncluded));
  const given = facts.map((event) => shippingGivenBackIn(event, taxesIncluded));
  return {
    value: { net: sum(values.map(({ net }) => net)), taxes: addTaxes(values) },
    givenBack: { net: sum(given.map(({ net }) => net)), tax: sum(given.map(({ tax }) => tax)) },
  };
}

function lineValue(line: Pick<Order["lines"][number], "gross" | "discounts" | "taxes">, taxesIncluded: boolean): LineValue {
  const tax = sum(line.taxes.map(({ amount }) => amount));
  const net = line.gross - sum(line.discounts.map(({ amount }) => amount)) - (taxesIncluded ? tax : 0);
  return {
    net,
    taxes: line.taxes.flatMap(({ code, amount, channelLiable }) =>
      amount === 0 ? [] : [{ code, amount, ...(channelLiable === true ? { channelLiable } : {}) }],
    ),
  };
}
