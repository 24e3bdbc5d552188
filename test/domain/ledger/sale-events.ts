import type { BusinessEvent, EventOf } from "#domain/events";

/** Short ways to write events down. Amounts are cents, quantities pieces; times are of 27 November 2026, UTC. */

type Order = EventOf<"order.placed">;
type Tax = Order["lines"][number]["taxes"][number];
type Discount = Order["lines"][number]["discounts"][number];

export const transaction = "sale:shopify:demo.example:1";

const pieces = (count: number) => Math.round(count * 1_000_000);
const at = (time: string) => `2026-11-27T${time}:00.000Z`;
const head = (key: string, time: string) => ({ schema: 1, key, version: "1", occurredAt: at(time) }) as const;

export interface LineGiven {
  readonly item?: string;
  readonly kind?: Order["lines"][number]["kind"];
  readonly quantity?: number;
  readonly gross: number;
  readonly discounts?: Discount[];
  /** By code; a number is tax of "IL". */
  readonly tax?: number | Record<string, number>;
}

function taxes(given: number | Record<string, number> | undefined): Tax[] {
  if (given === undefined) return [];
  return Object.entries(typeof given === "number" ? { IL: given } : given).map(([code, amount]) => ({ code, amount }));
}

export function order(
  lines: Record<string, LineGiven>,
  more: {
    shipping?: Omit<LineGiven, "item" | "quantity" | "kind">;
    total?: number;
    tip?: number;
    duties?: number;
    fees?: number;
  } & Partial<Pick<Order, "currency" | "taxesIncluded" | "test" | "paymentTerms" | "gateways" | "version">> = {},
): Order {
  const { shipping, total, tip = 0, duties = 0, fees = 0, ...fields } = more;
  const rows = Object.entries(lines).map(([id, line]) => ({
    id,
    item: line.item ?? "SHIRT",
    kind: line.kind ?? ("goods" as const),
    quantityMillionths: pieces(line.quantity ?? 1),
    gross: line.gross,
    discounts: line.discounts ?? [],
    taxes: taxes(line.tax),
  }));
  const shippingRows =
    shipping === undefined
      ? []
      : [{ id: "S", title: "Standard", gross: shipping.gross, discounts: shipping.discounts ?? [], taxes: taxes(shipping.tax) }];
  const all = [...rows, ...shippingRows];
  const add = (amounts: number[]) => amounts.reduce((a, b) => a + b, 0);
  const gross = add(all.map((row) => row.gross));
  const discounts = add(all.flatMap((row) => row.discounts.map((each) => each.amount)));
  const tax = add(all.flatMap((row) => row.taxes.map((each) => each.amount)));
  return {
    name: "order.placed",
    ...head("order.placed:1", "09:00"),
    orderId: "1",
    orderName: "#1001",
    currency: "USD",
    presentmentCurrency: "USD",
    taxesIncluded: false,
    test: false,
    gateways: ["shopify_payments"],
    paymentTerms: false,
    lines: rows,
    shipping: shippingRows,
    totals: {
      lines: add(rows.map((row) => row.gross)),
      discounts,
      tax,
      tip,
      duties,
      fees,
      cashRounding: 0,
      total: total ?? gross - discounts + (fields.taxesIncluded === true ? 0 : tax) + tip + duties + fees,
    },
    ...fields,
  };
}

type Payment = Partial<Pick<EventOf<"payment.captured">, "gateway" | "manual" | "currency" | "version">>;

export function captured(id: string, time: string, amount: number, more: Payment = {}): BusinessEvent {
  return { name: "payment.captured", ...head(`payment.captured:${id}`, time), ...payment(id, amount, more) };
}

export function authorized(id: string, time: string, amount: number, more: Payment = {}): BusinessEvent {
  return { name: "payment.authorized", ...head(`payment.authorized:${id}`, time), ...payment(id, amount, more) };
}

/** `parent` is the payment that is given back. */
export function refunded(
  id: string,
  time: string,
  amount: number,
  more: Payment & { parent?: string; status?: "pending" | "success" | "failed" } = {},
): BusinessEvent {
  const { parent, status = "success", ...fields } = more;
  return {
    name: "payment.refunded",
    ...head(`payment.refunded:${id}`, time),
    ...payment(id, amount, fields),
    ...(parent === undefined ? {} : { parentPaymentId: parent }),
    status,
  };
}

function payment(paymentId: string, amount: number, more: Payment) {
  return { orderId: "1", paymentId, gateway: "shopify_payments", manual: false, amount, currency: "USD", ...more };
}

/** `lines`: pieces by line id. `location` null: none stated. */
export function shipped(
  id: string,
  time: string,
  lines: Record<string, number>,
  location: string | null = "100",
  item = "SHIRT",
): BusinessEvent {
  return {
    name: "fulfillment.shipped",
    ...head(`fulfillment.shipped:${id}`, time),
    orderId: "1",
    fulfillmentId: id,
    ...(location === null ? {} : { location }),
    lines: Object.entries(lines).map(([lineId, count]) => ({ lineId, item, quantityMillionths: pieces(count) })),
  };
}

export function unshipped(id: string, time: string): BusinessEvent {
  return { name: "fulfillment.cancelled", ...head(`fulfillment.cancelled:${id}`, time), orderId: "1", fulfillmentId: id };
}

export interface RefundLineGiven {
  readonly quantity?: number;
  readonly subtotal: number;
  readonly tax?: number | Record<string, number>;
  readonly restock: "return" | "cancel" | "none" | "legacy";
  readonly location?: string;
}

export function refund(
  id: string,
  time: string,
  given: {
    readonly lines?: Record<string, RefundLineGiven>;
    readonly shipping?: { readonly amount: number; readonly tax?: number };
    readonly discrepancy?: { readonly amount: number; readonly tax?: number };
    /** By payment id. */
    readonly money?: Record<string, { amount: number; gateway?: string; status?: "pending" | "success" | "failed" } | number>;
    readonly version?: string;
  },
): EventOf<"refund.issued"> {
  return {
    name: "refund.issued",
    ...head(`refund.issued:${id}`, time),
    ...(given.version === undefined ? {} : { version: given.version }),
    orderId: "1",
    refundId: id,
    currency: "USD",
    lines: Object.entries(given.lines ?? {}).map(([lineId, line]) => {
      const stated = taxes(line.tax);
      return {
        id: `${id}-${lineId}`,
        lineId,
        item: "SHIRT",
        quantityMillionths: pieces(line.quantity ?? 1),
        subtotal: line.subtotal,
        tax: stated.reduce((total, each) => total + each.amount, 0),
        taxes: stated,
        restock: line.restock,
        ...(line.location === undefined ? {} : { location: line.location }),
      };
    }),
    shipping:
      given.shipping === undefined
        ? []
        : [{ id: `${id}-S`, amount: given.shipping.amount, tax: given.shipping.tax ?? 0, taxes: taxes(given.shipping.tax) }],
    adjustments:
      given.discrepancy === undefined
        ? []
        : [{ id: `${id}-A`, kind: "refund_discrepancy", amount: given.discrepancy.amount, tax: given.discrepancy.tax ?? 0 }],
    duties: 0,
    fees: 0,
    payments: Object.entries(given.money ?? {}).map(([paymentId, money]) => ({
      paymentId,
      gateway: "shopify_payments",
      status: "success",
      ...(typeof money === "number" ? { amount: money } : money),
    })),
    processedAt: at(time),
  };
}
