import * as z from "zod/mini";
import { currency, customer, discount, envelope, id, instant, minorUnits, quantityMillionths, tax, text } from "./amounts.ts";

const orderLine = z.object({
  id,
  /** The stock-keeping unit; "" when the channel states none (a custom line). */
  item: text,
  /** A gift card sold is a liability and not a sale (c12); "custom" is a line without a product. */
  kind: z.enum(["goods", "gift-card", "custom"]),
  quantityMillionths,
  /** price × quantity, before discounts; includes tax when `taxesIncluded`. */
  gross: minorUnits,
  discounts: z.array(discount),
  taxes: z.array(tax),
  /** Customs duties within `gross`, where the order has `dutiesIncluded`. */
  duties: z.optional(minorUnits),
});

const shippingLine = z.object({ id, title: text, gross: minorUnits, discounts: z.array(discount), taxes: z.array(tax) });

/**
 * order.placed: the order as the channel states it, at its version. A later version (paid, edited) is the same key with other content.
 * All amounts are minor units of `currency` (the shop's). c1: no entry of its own.
 */
export const orderPlaced = z.object({
  name: z.literal("order.placed"),
  ...envelope,
  orderId: id,
  /** What people call it, such as "#1001". */
  orderName: text,
  currency,
  /** The currency that the customer saw. */
  presentmentCurrency: currency,
  /**
   * Where that is another one: what the customer owes in it, and what the channel says that is in `currency`. So a payment that is stated in the
   * customer's currency alone can be told in the order's.
   */
  presentment: z.optional(z.object({ total: minorUnits.check(z.positive()), inOrderCurrency: minorUnits.check(z.nonnegative()) })),
  taxesIncluded: z.boolean(),
  /** The prices of the lines include their duties: `totals.duties` is the sum of those, and no part of the total beside them. */
  dutiesIncluded: z.optional(z.literal(true)),
  test: z.boolean(),
  businessEntity: z.optional(text),
  /** Who bought, where a channel says so: an id and the system that owns it, no personal data. */
  customer: z.optional(customer),
  /** The channel's location for an order taken in a shop. */
  location: z.optional(id),
  gateways: z.array(text),
  /** True when the customer pays later on agreed terms: the order is settled through the receivable (c5). */
  paymentTerms: z.boolean(),
  lines: z.array(orderLine),
  shipping: z.array(shippingLine),
  totals: z.object({
    /** Σ gross of lines. */
    lines: minorUnits,
    /** All discounts, lines and shipping. */
    discounts: minorUnits,
    tax: minorUnits,
    tip: minorUnits,
    duties: minorUnits,
    fees: minorUnits,
    cashRounding: minorUnits,
    /** What the customer owes. */
    total: minorUnits,
  }),
});

/** order.cancelled: the order will not be (further) fulfilled. Money comes back only through refunds. */
export const orderCancelled = z.object({ name: z.literal("order.cancelled"), ...envelope, orderId: id, reason: z.optional(text) });

const paymentFields = {
  ...envelope,
  orderId: id,
  paymentId: id,
  /** The authorisation or capture that this transaction belongs to. */
  parentPaymentId: z.optional(id),
  gateway: text,
  /** True for manual gateways (COD, bank transfer), which never appear in a payout; absent where the channel does not state it. */
  manual: z.optional(z.boolean()),
  amount: minorUnits.check(z.nonnegative()),
  currency,
  /** What moved, where that was in another currency than `amount` is stated in. */
  foreign: z.optional(z.object({ currency, amount: minorUnits.check(z.nonnegative()) })),
  /** Cash rounding of this payment, signed as the channel states it. */
  rounding: z.optional(minorUnits),
  cardBrand: z.optional(text),
};

/** payment.authorized: the money is reserved and not taken (c2): no entry. */
export const paymentAuthorized = z.object({ name: z.literal("payment.authorized"), ...paymentFields });
/** payment.captured: money has moved (c3). A channel's "sale" (authorise and capture at once) is a capture. */
export const paymentCaptured = z.object({ name: z.literal("payment.captured"), ...paymentFields });
/** payment.voided: what was reserved is free again (c2): no entry. */
export const paymentVoided = z.object({ name: z.literal("payment.voided"), ...paymentFields });
/** payment.failed: no entry; a transaction that was pending before is superseded by version. */
export const paymentFailed = z.object({ name: z.literal("payment.failed"), ...paymentFields });
/** payment.refunded: a refund transaction; pending is not money yet (c16–18). `refundId` where the source states it. */
export const paymentRefunded = z.object({
  name: z.literal("payment.refunded"),
  ...paymentFields,
  refundId: z.optional(id),
  status: z.enum(["pending", "success", "failed"]),
});

const fulfillmentLine = z.object({ lineId: id, item: text, quantityMillionths });

/** fulfillment.shipped: these lines left `location` (the channel's id). Control passes (c4), unless policy elects the delivery. */
export const fulfillmentShipped = z.object({
  name: z.literal("fulfillment.shipped"),
  ...envelope,
  orderId: id,
  fulfillmentId: id,
  location: z.optional(id),
  /** As the channel calls it; absent where nobody carries the goods, or it is not stated. */
  carrier: z.optional(text),
  lines: z.array(fulfillmentLine),
});

/** fulfillment.cancelled: the whole fulfilment with this id is undone (c6); its lines are those of fulfillment.shipped with the same id. */
export const fulfillmentCancelled = z.object({
  name: z.literal("fulfillment.cancelled"),
  ...envelope,
  orderId: id,
  fulfillmentId: id,
  /** It travelled, was not taken, and travelled back (c46): the carrier is owed both ways. */
  refused: z.optional(z.literal(true)),
});

const refundLine = z.object({
  id,
  lineId: id,
  item: text,
  quantityMillionths,
  /** After discounts, as stated; includes tax when the order's `taxesIncluded`. */
  subtotal: minorUnits,
  tax: minorUnits,
  /** Taxes of the refunded quantity by code where they can be told; they add up to `tax`. */
  taxes: z.array(tax),
  /** What happens to the goods; "legacy" says no more than that they were put back. */
  restock: z.enum(["return", "cancel", "none", "legacy"]),
  location: z.optional(id),
});

/** refund.issued: a refund as the channel states it (c16–c19). Its money is in payment.refunded, by transaction id. */
export const refundIssued = z.object({
  name: z.literal("refund.issued"),
  ...envelope,
  orderId: id,
  refundId: id,
  /** The return that it pays for, where the source states it. */
  returnId: z.optional(id),
  /** The hub's own id of the return that was authorised for it. */
  authorization: z.optional(id),
  currency,
  lines: z.array(refundLine),
  /** Shipping given back, booked once whichever way it is stated. */
  shipping: z.array(z.object({ id, amount: minorUnits, tax: minorUnits, taxes: z.array(tax) })),
  /** Explains a difference between stated lines and money; does not define it. Signed as the channel states it. */
  adjustments: z.array(z.object({ id, kind: text, amount: minorUnits, tax: minorUnits })),
  /** What the shop keeps of the refund as a fee (c20), by reason such as "restocking"; `amount` includes tax when the order's `taxesIncluded`. */
  returnFees: z.optional(z.array(z.object({ id, reason: text, amount: minorUnits.check(z.nonnegative()), taxes: z.array(tax) }))),
  /** Stated duties and fees given back; duties are within the subtotals of the lines where the order has `dutiesIncluded`. */
  duties: minorUnits,
  fees: minorUnits,
  /** c11: of the tip that was paid with the order; absent where none of it is given back. */
  tips: z.optional(minorUnits),
  payments: z.array(
    z.object({
      paymentId: id,
      amount: minorUnits,
      /** Where it is another one than the refund's. */
      currency: z.optional(currency),
      gateway: text,
      status: z.enum(["pending", "success", "failed"]),
    }),
  ),
  processedAt: instant,
});

/**
 * order.edited: units that somebody added to the order or took out of it. No entry: what they cost stands in the order's newer version,
 * which is read from the source.
 */
export const orderEdited = z.object({
  name: z.literal("order.edited"),
  ...envelope,
  orderId: id,
  editId: id,
  /** Signed: added units are positive. */
  lines: z.array(z.object({ lineId: id, deltaMillionths: z.int() })),
});

/** fulfillment.delivered: the carrier handed the parcel over. Control passes here where policy elects it (c4); otherwise no entry. */
export const fulfillmentDelivered = z.object({
  name: z.literal("fulfillment.delivered"),
  ...envelope,
  orderId: id,
  fulfillmentId: id,
});
