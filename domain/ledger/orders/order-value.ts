import type { EventOf } from "#domain/events";
import type { IssueQueue } from "#domain/inventory";
import { type MinorUnits, sum } from "#domain/money";
import { itemFor, jurisdictionFor, type Policy, type ShopPolicy } from "#domain/policy";
import {
  type Collected,
  type CollectedAmounts,
  type CollectedKind,
  cardDiscountCollected,
  depositCollected,
  dutiesCollected,
  giftCardCollected,
  type Seller,
  taxCollected,
  tipCollected,
} from "../collected.ts";
import { couponIssuer } from "../coupons.ts";
import { dimensionsOf } from "../dimensions.ts";
import { addTo } from "./order-balance.ts";
import type { CollectedPortion, Portion, RevenuePortion } from "./order-portions.ts";

type Order = EventOf<"order.placed">;
type Line = Order["lines"][number];
type Shipping = Order["shipping"][number];
type StatedTax = Line["taxes"][number];

/** One line of the order while it is walked. Quantities in millionths. */
export interface LineState {
  readonly line: Line;
  /** Undefined when policy does not know the item: its sales have no place yet. A line that is no sale needs none: "". */
  readonly itemClass: string | undefined;
  readonly portions: readonly Portion[];
  /** False for a gift card or a deposit: what is paid for it is collected, and nothing of it is revenue (c12, c49). */
  readonly isSale: boolean;
  readonly issues: IssueQueue;
  /** Ordered less refunded before it was handed over. */
  remaining: number;
  /** Handed over, less cancelled fulfilments. */
  shipped: number;
  /** On the way, where control passes at delivery: left the warehouse and not handed over yet. */
  inTransit: number;
  /** Of the shipped: given back. */
  returned: number;
  /** Of a line that is no sale: what it was sold for, after discounts and without tax, by what is collected; and what was refunded of that. */
  readonly unsold: CollectedAmounts;
  refundedValue: MinorUnits;
}

/** What an order charges beside its lines: earned pro rata with them (c4), given back by its own rows of a refund. */
export interface ChargeGroup {
  readonly name: "shipping" | "fees" | "duties";
  readonly portions: readonly Portion[];
  /** Charged and not given back, whatever of it is earned: after discounts, with what is collected with it. */
  left: MinorUnits;
  /** The same told apart: its net, and what is collected with it by name. */
  leftNet: MinorUnits;
  readonly leftCollected: Map<string, MinorUnits>;
  /** Given back after it was earned, net and of what was collected with it: a cancelled fulfilment cannot give it back again. */
  returnedNet: MinorUnits;
  readonly returnedCollected: Map<string, MinorUnits>;
}

export interface OrderValue {
  readonly lines: ReadonlyMap<string, LineState>;
  readonly charges: readonly ChargeGroup[];
  readonly collected: Map<string, Collected>;
  /** What the customer owes by the stated parts, tax included. */
  readonly total: MinorUnits;
  /** True where tax is split out of the lines so unevenly that their net is no weight: gross less discounts is used instead. */
  readonly weighWithTax: boolean;
}

/** Whose order it is: what its amounts are booked under. */
export interface OrderSeller extends Seller {
  readonly shop: ShopPolicy;
  /** The shop domain. */
  readonly place: string;
  /** Our location, for an order taken in a shop. */
  readonly location: string | undefined;
}

/** Splits the stated amounts of an order into portions. Nothing is re-derived: included taxes are taken out as they are stated (c8). */
export function orderValue(order: Order, seller: OrderSeller): OrderValue {
  const { policy, shop } = seller;
  const channel = shop.channelDimension;
  const collected = new Map<string, Collected>();
  const collect = (kind: CollectedKind, amount: MinorUnits): CollectedPortion => {
    const known = collected.get(kind.name);
    if (known === undefined) collected.set(kind.name, { ...kind, worth: amount, fulfilled: 0 });
    else known.worth += amount;
    return { kind: "collected", name: kind.name, total: amount, recognised: 0 };
  };
  const revenue = (role: string, dimensions: Record<string, string | undefined>, total: MinorUnits): RevenuePortion => {
    return { kind: "revenue", role, dimensions: dimensionsOf(role, { channel, ...dimensions }), total, recognised: 0 };
  };
  // c7; c45: what a third party pays for its coupon is a claim on it, and does not lower revenue.
  const discountLine = ({ employee, promotion }: Line["discounts"][number]) => {
    const issuer = couponIssuer(policy, { code: promotion, entity: seller.entity, day: seller.placedOn });
    const role = issuer === undefined ? "discounts" : "coupon-receivable";
    return { role, dimensions: dimensionsOf(role, { channel, issuer, promotion: employee === true ? "employee" : promotion }) };
  };
  const taxPortions = (row: Line | Shipping) =>
    row.taxes.filter((tax) => tax.amount !== 0).map((tax) => collect(taxKind(seller, tax), tax.amount));
  const salePortions = (row: Line | Shipping, gross: RevenuePortion): Portion[] => [
    gross,
    ...row.discounts.map(
      (discount): RevenuePortion => ({
        kind: "discount",
        ...discountLine(discount),
        total: discount.amount,
        recognised: 0,
      }),
    ),
    ...taxPortions(row),
  ];
  const linePortions = (line: Line, itemClass: string | undefined): Portion[] => {
    const net = line.gross - includedTax(order, line) - includedDuties(order, line);
    const discount = discountOf(line);
    if (line.kind === "gift-card") {
      const face = collect(giftCardCollected(seller.entity), net);
      return [face, ...(discount === 0 ? [] : [collect(cardDiscountCollected(seller), -discount)]), ...taxPortions(line)];
    }
    const deposit = depositCode(policy, line);
    if (deposit !== undefined) return [collect(depositCollected(deposit), net - discount), ...taxPortions(line)];
    const consignor = itemFor(policy, line.item)?.consignor;
    if (consignor === undefined) return salePortions(line, revenue("sales", { "item-class": itemClass }, net));
    // c48: as at a till, what it was sold for after all discounts is what is shared.
    return [{ ...revenue("sales", {}, net - discount), consigned: { consignor, itemClass: itemClass ?? "" } }, ...taxPortions(line)];
  };

  const lines = new Map<string, LineState>();
  for (const line of order.lines) {
    const isSale = line.kind !== "gift-card" && depositCode(policy, line) === undefined;
    const itemClass = itemFor(policy, line.item)?.class ?? (line.kind === "custom" ? policy.items.defaultClass : isSale ? undefined : "");
    const portions = linePortions(line, itemClass);
    const unsold = portions.flatMap((portion) => (isSale || portion.kind !== "collected" || isTax(portion) ? [] : [portion]));
    lines.set(line.id, {
      line,
      itemClass,
      portions,
      isSale,
      unsold: new Map(unsold.map(({ name, total }) => [name, total])),
      issues: { issues: [], first: 0 },
      remaining: line.quantityMillionths,
      shipped: 0,
      inTransit: 0,
      returned: 0,
      refundedValue: 0,
    });
  }
  const { fees, tip } = order.totals;
  const duties = dutiesOf(order);
  const shipping = order.shipping.flatMap((row) => salePortions(row, revenue("shipping-revenue", {}, row.gross - includedTax(order, row))));
  const charges: ChargeGroup[] = [
    group("shipping", shipping),
    // The channel names no purpose, so an additional fee is a price of the sale like shipping, and never a payable (c49 wants a code).
    group("fees", fees === 0 ? [] : [revenue("other-revenue", { reason: "additional-fee" }, fees)]),
    group("duties", duties === 0 ? [] : [collect(dutiesCollected, duties)]),
  ];
  if (tip !== 0) collect(tipCollected(seller, seller.location), tip);
  return {
    lines,
    charges: charges.filter((each) => each.portions.length > 0),
    collected,
    total: statedTotal(order),
    weighWithTax: order.taxesIncluded && order.lines.some((line) => discountedValue(line) < sum(line.taxes.map((stated) => stated.amount))),
  };
}

/** What the order's rows and totals come to. */
export function statedTotal(order: Order): MinorUnits {
  const rows = [...order.lines, ...order.shipping];
  const tax = order.taxesIncluded ? 0 : sum(rows.flatMap((row) => row.taxes.map((stated) => stated.amount)));
  const { tip, duties, fees } = order.totals;
  return sum(rows.map(discountedValue)) + tax + tip + (order.dutiesIncluded === true ? 0 : duties) + fees;
}

/** The kind of a stated tax. One that policy does not know holds the whole order before a portion of it is ever booked. */
export function taxKind(seller: OrderSeller, tax: StatedTax): CollectedKind {
  const jurisdiction = jurisdictionFor(seller.policy, seller.shop.channel, seller.place, tax.code) ?? "";
  return taxCollected(seller, jurisdiction, tax.channelLiable === true);
}

function group(name: ChargeGroup["name"], portions: readonly Portion[]): ChargeGroup {
  const leftNet = sum(portions.map(({ kind, total }) => (kind === "collected" ? 0 : kind === "discount" ? -total : total)));
  const leftCollected = withMore(
    new Map<string, MinorUnits>(),
    portions.flatMap((portion) => (portion.kind === "collected" ? [[portion.name, portion.total] as const] : [])),
  );
  const left = leftNet + sum([...leftCollected.values()]);
  return { name, portions, left, leftNet, leftCollected, returnedNet: 0, returnedCollected: new Map() };
}

export function isTax({ name }: CollectedPortion): boolean {
  return name.startsWith("tax ") || name.startsWith("channel tax ");
}

/** Adds two sets of collected amounts. */
export function withMore(amounts: Map<string, MinorUnits>, more: Iterable<readonly [string, MinorUnits]>): Map<string, MinorUnits> {
  for (const [name, amount] of more) addTo(amounts, name, amount);
  return amounts;
}

function depositCode(policy: Policy, line: Line): string | undefined {
  return line.item === "" ? undefined : itemFor(policy, line.item)?.deposit;
}

/** c49: what of a line's price is owed to customs. */
export function includedDuties({ dutiesIncluded }: Pick<Order, "dutiesIncluded">, { duties = 0 }: Pick<Line, "duties">): MinorUnits {
  return dutiesIncluded === true ? duties : 0;
}

function dutiesOf(order: Order): MinorUnits {
  return order.dutiesIncluded === true ? sum(order.lines.map((line) => includedDuties(order, line))) : order.totals.duties;
}

function includedTax(order: Order, row: Line | Shipping): MinorUnits {
  return order.taxesIncluded ? sum(row.taxes.map((tax) => tax.amount)) : 0;
}

/** After discounts; with tax where prices include it. */
function discountedValue(row: Line | Shipping): MinorUnits {
  return row.gross - discountOf(row);
}

function discountOf(row: Line | Shipping): MinorUnits {
  return sum(row.discounts.map((discount) => discount.amount));
}
