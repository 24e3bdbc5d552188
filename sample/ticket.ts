import { catalogueItem } from "./catalogue.ts";
import { percentageOf } from "./percentage.ts";
import { type SampleStore, stores } from "./retailer.ts";

export interface TicketLine {
  readonly kind: "sale" | "return";
  readonly sku: string;
  readonly pieces: number;
  /** Cents off this line. */
  readonly discount?: { readonly amount: number; readonly promotion: string };
  /** Returns: do the goods go back on the shelf? */
  readonly restock?: boolean;
  /** Cents that the till gives back as tax, as the original's receipt says; absent: by the store's own rate. */
  readonly originalTax?: number;
}

export interface TicketTender {
  readonly type: "Cash" | "CreditDebit" | "GiftCard" | "Check";
  readonly brand?: "Visa" | "Mastercard" | "American Express" | "Interac";
  /** Cents; absent = what is still open. Negative when money is given back. */
  readonly amount?: number;
  /** Cash only: the note that the customer gave, when it was more. */
  readonly given?: number;
}

export interface Ticket {
  readonly store: string;
  readonly register: string;
  readonly sequence: number;
  /** Wall-clock time of the store. */
  readonly time: string;
  readonly lines: readonly TicketLine[];
  readonly tenders: readonly TicketTender[];
  /** A cashier practises: no sale. */
  readonly training?: boolean;
  /** Cents that the tenders fall short, for the ticket that does not add up. */
  readonly shortCents?: number;
  /** What a return refers to: an earlier ticket of the same store and day, or whatever the customer showed (order name, receipt, barcode). */
  readonly returnOf?: { readonly register: string; readonly sequence: number } | { readonly name: string };
  readonly story?: string;
}

export interface PricedTicketLine extends TicketLine {
  readonly name: string;
  readonly unitPrice: number;
  readonly gross: number;
  readonly net: number;
  /** Not negative. */
  readonly tax: number;
}

export interface PricedTender {
  readonly type: TicketTender["type"];
  readonly brand?: string;
  /** Signed: what the till kept. */
  readonly amount: number;
  /** Cash: what was handed over before change; equal to amount when there is none. */
  readonly given: number;
}

export interface PricedTicket {
  readonly store: SampleStore;
  readonly lines: readonly PricedTicketLine[];
  readonly tenders: readonly PricedTender[];
  /** Signed: sales less returns after discounts. */
  readonly net: number;
  readonly tax: number;
  readonly total: number;
  /** What the customer paid more (+) or less (−) because cash is rounded to five cents. */
  readonly cashRounding: number;
}

/** Prices a ticket as the till does: tax per line, Canadian cash rounded to five cents. */
export function priceTicket(ticket: Ticket): PricedTicket {
  const store = stores[ticket.store];
  if (store === undefined) throw new RangeError(`${ticket.store} is no store of the sample`);
  const lines = ticket.lines.map((line): PricedTicketLine => {
    const item = catalogueItem(line.sku);
    const unitPrice = store.currency === "CAD" ? item.cad : item.usd;
    const gross = unitPrice * line.pieces;
    const net = gross - (line.discount?.amount ?? 0);
    return { ...line, name: item.name, unitPrice, gross, net, tax: line.originalTax ?? percentageOf(net, store.tax.per100000) };
  });
  const signed = (of: (line: PricedTicketLine) => number) =>
    lines.reduce((sum, line) => sum + (line.kind === "sale" ? of(line) : -of(line)), 0);
  const net = signed((line) => line.net);
  const tax = signed((line) => line.tax);
  const total = net + tax;
  // Only what cash settles is rounded, so a ticket with another tender beside cash is not in the day.
  const inCash = store.currency === "CAD" && ticket.tenders.every((tender) => tender.type === "Cash");
  const cashRounding = inCash ? nearestFive(total) - total : 0;
  let open = total + cashRounding - (ticket.shortCents ?? 0);
  const tenders = ticket.tenders.map((tender): PricedTender => {
    const amount = tender.amount ?? open;
    open -= amount;
    return { type: tender.type, ...(tender.brand === undefined ? {} : { brand: tender.brand }), amount, given: tender.given ?? amount };
  });
  if (open !== 0) throw new RangeError(`ticket ${ticket.store}/${ticket.register}/${ticket.sequence}: ${open} cents are not tendered`);
  return { store, lines, tenders, net, tax, total, cashRounding };
}

function nearestFive(cents: number): number {
  const rounded = Math.floor((Math.abs(cents) + 2) / 5) * 5;
  return cents < 0 ? -rounded : rounded;
}

/** What is printed on the receipt: "0101-1-0002-20261127". */
export function receiptNumber({ store, register, sequence }: Pick<Ticket, "store" | "register" | "sequence">, date: string): string {
  return [store, register, String(sequence).padStart(4, "0"), date.replaceAll("-", "")].join("-");
}
