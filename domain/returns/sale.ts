import type { MinorUnits } from "#domain/money";

/** A tax by the channel's own name for it. */
export interface TaxAmount {
  readonly code: string;
  readonly amount: MinorUnits;
  /** True when the channel remits this tax itself (c9). */
  readonly channelLiable?: boolean;
}

/** What goods are worth, as the channel allocated it: after discounts, without tax, and each tax. */
export interface LineValue {
  readonly net: MinorUnits;
  readonly taxes: readonly TaxAmount[];
}

/**
 * One line of a sale as it stands, whoever took goods of it back. Quantities are millionths, amounts minor units of the sale's currency.
 * `returned` ≤ `handedOver` ≤ `sold` − `neverLeft` in a sound sale.
 */
export interface SoldLine {
  readonly lineId: string;
  readonly item: string;
  /** Undefined where policy does not know the item. */
  readonly itemClass: string | undefined;
  /** False for a gift card: what is paid for it is no sale, and its balance is not told here. */
  readonly isGoods: boolean;
  readonly promotions: readonly string[];
  readonly sold: number;
  /** Refunded before it was handed over. */
  readonly neverLeft: number;
  readonly handedOver: number;
  /** Of the handed over: given back, in whatever channel. */
  readonly returned: number;
  /** Of the handed over: a return that the channel itself agreed to and that has not come back yet. */
  readonly expected: number;
  /** The day, YYYY-MM-DD, on which units of the line were last shipped or delivered. */
  readonly handedOverOn: string | undefined;
  /** Of all units that were sold. */
  readonly value: LineValue;
  /** Stated for what never left or came back: net, and all taxes together. */
  readonly givenBack: { readonly net: MinorUnits; readonly tax: MinorUnits };
}

/** What was charged for bringing the goods, as it stands, and what of it was given back by now. */
export interface SaleShipping {
  readonly value: LineValue;
  readonly givenBack: { readonly net: MinorUnits; readonly tax: MinorUnits };
}

/** One payment of a sale, and how much of it can still be given back. */
export interface SalePayment {
  readonly paymentId: string;
  /** The gateway, or the till's tender type. */
  readonly tender: string;
  readonly cardBrand?: string;
  /** Where policy keeps its money; undefined where it does not say. */
  readonly role: string | undefined;
  readonly captured: MinorUnits;
  readonly refunded: MinorUnits;
}

/** A web order or a till's ticket, as a return looks at it. */
export interface Sale {
  readonly channel: string;
  /** The shop or store that sold. */
  readonly place: string;
  readonly entity: string;
  readonly currency: string;
  /** The business day of the sale, YYYY-MM-DD. */
  readonly day: string;
  readonly lines: readonly SoldLine[];
  readonly shipping: SaleShipping;
  /** In the order in which they were made. */
  readonly payments: readonly SalePayment[];
  /** What of the sale as it stands has not been paid: goods that come back settle it first. Not negative. */
  readonly unpaid: MinorUnits;
}

/** Why nothing can be said about the returns of a transaction. */
export interface SaleTrouble {
  readonly reason: "no-sale" | "sale-unclear";
  readonly message: string;
}

/** The taxes of values by code, and by who remits them. */
export function addTaxes(values: readonly LineValue[]): readonly TaxAmount[] {
  const found = new Map<string, TaxAmount>();
  for (const tax of values.flatMap(({ taxes }) => taxes)) {
    const name = `${tax.channelLiable === true} ${tax.code}`;
    found.set(name, { ...tax, amount: (found.get(name)?.amount ?? 0) + tax.amount });
  }
  return [...found.values()];
}
