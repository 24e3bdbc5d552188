import { catalogueItem } from "./catalogue.ts";
import { percentageOf } from "./percentage.ts";
import { type DestinationId, destinations } from "./retailer.ts";

export type Gateway = "shopify_payments" | "paypal" | "Cash on Delivery (COD)" | "gift_card";

/** What happens to an order, in order of time. Times are wall-clock times of the shop. */
export type WebStep =
  | { readonly kind: "authorize"; readonly at: string }
  /** `amount` in cents; absent = what is still open. */
  | { readonly kind: "capture"; readonly at: string; readonly amount?: number; readonly gateway?: Gateway }
  /** `lines`: [index of the line, pieces]; absent = everything. */
  | { readonly kind: "ship"; readonly at: string; readonly from: string; readonly lines?: readonly (readonly [number, number])[] }
  /** Undoes the `shipment`-th shipment, counted from 0. */
  | { readonly kind: "cancel-shipment"; readonly at: string; readonly shipment: number }
  | {
      readonly kind: "refund";
      readonly at: string;
      readonly lines: readonly { readonly line: number; readonly pieces: number; readonly restock: Restock; readonly to?: string }[];
      /** Gives the shipping back, with its tax. */
      readonly shipping?: boolean;
      /** Money without goods. */
      readonly goodwill?: number;
      readonly status: "success" | "pending";
      /** The gateway that pays it back; absent = the order's. */
      readonly gateway?: Gateway;
      readonly note: string;
    }
  | { readonly kind: "cancel"; readonly at: string; readonly reason: string };

export type Restock = "return" | "cancel" | "no_restock";

export interface WebOrder {
  /** The order's number as people say it: 1001 is "#1001". */
  readonly number: number;
  readonly at: string;
  readonly to: DestinationId;
  readonly lines: readonly {
    /** "" for a gift card. */
    readonly sku: string;
    readonly pieces: number;
    readonly unitPrice?: number;
    readonly giftCard?: boolean;
  }[];
  /** Cents for the staff, on top. */
  readonly tip?: number;
  /** Cents; the shop charges nothing from 100.00. */
  readonly shipping: number;
  readonly gateway: Gateway;
  readonly discount?: {
    readonly type: "discount_code" | "automatic";
    readonly title: string;
    readonly value: string;
    readonly valueType: "fixed_amount" | "percentage";
    /** Cents per line as the shop allocates them: stated, never derived. */
    readonly allocations: readonly number[];
  };
  readonly steps: readonly WebStep[];
  /** A native id above 2^53. */
  readonly longId?: string;
  /** What this order is in the day for; absent for the plain ones. */
  readonly story?: string;
}

export interface PricedLine {
  readonly sku: string;
  readonly name: string;
  readonly pieces: number;
  readonly unitPrice: number;
  readonly gross: number;
  readonly discount: number;
  readonly net: number;
  readonly taxes: readonly PricedTax[];
  readonly tax: number;
}

export interface PricedTax {
  readonly title: string;
  readonly rate: number;
  readonly amount: number;
}

export interface PricedOrder {
  readonly lines: readonly PricedLine[];
  readonly shippingTaxes: readonly PricedTax[];
  readonly shippingTax: number;
  readonly gross: number;
  readonly discount: number;
  /** Lines after discounts. */
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
}

/** Prices an order as the checkout does: tax per line on the discounted amount, each tax rounded by itself. */
export function priceOrder(order: WebOrder): PricedOrder {
  const destination = destinations[order.to];
  const taxesOn = (amount: number): PricedTax[] =>
    destination.taxes.map(({ title, rate, per100000 }) => ({ title, rate, amount: percentageOf(amount, per100000) }));
  const lines = order.lines.map((line, index): PricedLine => {
    const known =
      line.unitPrice === undefined
        ? catalogueItem(line.sku)
        : { usd: line.unitPrice, name: line.giftCard === true ? "Gift card" : "Glazed bird bath" };
    const gross = known.usd * line.pieces;
    const discount = order.discount?.allocations[index] ?? 0;
    const taxes = taxesOn(gross - discount);
    return {
      sku: line.sku,
      name: known.name,
      pieces: line.pieces,
      unitPrice: known.usd,
      gross,
      discount,
      net: gross - discount,
      taxes,
      tax: total(taxes.map((tax) => tax.amount)),
    };
  });
  const shippingTaxes = destination.shippingTaxed && order.shipping > 0 ? taxesOn(order.shipping) : [];
  const shippingTax = total(shippingTaxes.map((tax) => tax.amount));
  const gross = total(lines.map((line) => line.gross));
  const discount = total(lines.map((line) => line.discount));
  const tax = total(lines.map((line) => line.tax)) + shippingTax;
  return {
    lines,
    shippingTaxes,
    shippingTax,
    gross,
    discount,
    subtotal: gross - discount,
    tax,
    total: gross - discount + order.shipping + tax + (order.tip ?? 0),
  };
}

/** The lines of a shipment: those it names, or all of them. */
export function shippedLines(order: WebOrder, step: Extract<WebStep, { kind: "ship" }>): readonly (readonly [number, number])[] {
  return step.lines ?? order.lines.map((line, index) => [index, line.pieces] as const);
}

export function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
