import * as z from "zod/mini";
import { toInstant } from "./instant.ts";

// Only what the facts need is read: everything else, all personal data with it, is left in the raw body.
// Shopify writes null for "not stated" nearly everywhere, so optional fields are nullish.

/** Rows of one list: an order has at most some hundreds of lines; above this a body is no honest order. */
const rowsMax = 5_000;
const idPattern = /^[A-Za-z0-9._-]{1,120}$/;

/** A native id as a number that is exact, or as the string that the body parser kept. */
export function isNativeId(value: unknown): value is string | number {
  return typeof value === "number" ? Number.isSafeInteger(value) && value > 0 : typeof value === "string" && idPattern.test(value);
}

const nativeId = z.custom<string | number>(isNativeId);
const decimal = z.custom<string | number>((value) =>
  typeof value === "number" ? Number.isFinite(value) : typeof value === "string" && value.length > 0 && value.length <= 40,
);
const timestamp = z.custom<string>((value) => typeof value === "string" && toInstant(value) !== undefined);
const quantity = z.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 1_000_000_000);
/** A name that something is looked up by: too long is an error. */
const name = z.string().check(z.maxLength(255));
/** A label for people: too long is cut. */
const label = z.string();
const rows = <Row extends z.ZodMiniType>(row: Row) => z.array(row).check(z.maxLength(rowsMax));

const money = z.object({ amount: decimal, currency_code: z.nullish(name), currency: z.nullish(name) });
/** Amounts in the shop's currency and in the customer's: the shop's is read, and of payments and the total the customer's too. */
const moneySet = z.nullish(z.object({ shop_money: z.nullish(money), presentment_money: z.nullish(money) }));

const taxLine = z.object({
  title: z.nullish(name),
  rate: z.nullish(decimal),
  price: z.nullish(decimal),
  price_set: moneySet,
  channel_liable: z.nullish(z.boolean()),
});

const allocation = z.object({
  amount: z.nullish(decimal),
  amount_set: moneySet,
  discount_application_index: z.nullish(z.number()),
});

const duty = z.object({ tax_lines: z.nullish(rows(taxLine)) });

/** Present on the line that repeats total_tip_received, and on what is refunded of it. */
const tipMarks = {
  tip: z.optional(z.unknown()),
  tip_payment_gateway: z.optional(z.unknown()),
  tip_payment_method: z.optional(z.unknown()),
};

export function isTip(line: { readonly [mark in keyof typeof tipMarks]?: unknown }): boolean {
  return (line.tip ?? line.tip_payment_gateway ?? line.tip_payment_method ?? undefined) !== undefined;
}

const orderLine = z.object({
  id: nativeId,
  sku: z.nullish(name),
  product_id: z.nullish(nativeId),
  gift_card: z.nullish(z.boolean()),
  quantity,
  /** What is left after refunds and edits. */
  current_quantity: z.nullish(quantity),
  price: z.nullish(decimal),
  price_set: moneySet,
  discount_allocations: z.nullish(rows(allocation)),
  tax_lines: z.nullish(rows(taxLine)),
  duties: z.nullish(rows(duty)),
  ...tipMarks,
});

const shippingLine = z.object({
  id: nativeId,
  title: z.nullish(label),
  price: z.nullish(decimal),
  price_set: moneySet,
  discount_allocations: z.nullish(rows(allocation)),
  tax_lines: z.nullish(rows(taxLine)),
});

export const transactionSchema = z.object({
  id: nativeId,
  order_id: z.nullish(nativeId),
  parent_id: z.nullish(nativeId),
  kind: name,
  status: name,
  gateway: name,
  amount: z.nullish(decimal),
  amount_set: moneySet,
  amount_rounding: z.nullish(decimal),
  currency: z.nullish(name),
  manual_payment_gateway: z.nullish(z.boolean()),
  payment_details: z.nullish(z.object({ credit_card_company: z.nullish(name) })),
  /** The gateway's own answer, of any shape: only the name of a gift card in it is read. */
  receipt: z.optional(z.unknown()),
  created_at: timestamp,
  processed_at: z.nullish(timestamp),
});

export const fulfillmentSchema = z.object({
  id: nativeId,
  order_id: z.nullish(nativeId),
  status: name,
  location_id: z.nullish(nativeId),
  tracking_company: z.nullish(name),
  created_at: timestamp,
  updated_at: timestamp,
  line_items: rows(z.object({ id: nativeId, sku: z.nullish(name), quantity })),
});

const refundLine = z.object({
  id: nativeId,
  line_item_id: nativeId,
  location_id: z.nullish(nativeId),
  quantity,
  restock_type: z.nullish(name),
  subtotal: z.nullish(decimal),
  subtotal_set: moneySet,
  total_tax: z.nullish(decimal),
  total_tax_set: moneySet,
  line_item: z.nullish(z.object({ sku: z.nullish(name), tax_lines: z.nullish(rows(taxLine)), ...tipMarks })),
});

const refundShippingLine = z.object({
  subtotal_amount_set: moneySet,
  shipping_line: z.nullish(z.object({ tax_lines: z.nullish(rows(taxLine)) })),
});

const orderAdjustment = z.object({
  id: nativeId,
  kind: z.nullish(name),
  reason: z.nullish(name),
  amount: z.nullish(decimal),
  amount_set: moneySet,
  tax_amount: z.nullish(decimal),
  tax_amount_set: moneySet,
});

export const refundSchema = z.object({
  id: nativeId,
  order_id: z.nullish(nativeId),
  /** The return that it pays for; null for a refund of its own. */
  return: z.nullish(z.object({ id: z.optional(nativeId) })),
  created_at: timestamp,
  processed_at: z.nullish(timestamp),
  restock: z.nullish(z.boolean()),
  total_duties_set: moneySet,
  total_additional_fees_set: moneySet,
  refund_line_items: rows(refundLine),
  refund_shipping_lines: z.nullish(rows(refundShippingLine)),
  order_adjustments: z.nullish(rows(orderAdjustment)),
  transactions: rows(transactionSchema),
});

export const orderSchema = z.object({
  id: nativeId,
  name: label,
  currency: name,
  presentment_currency: z.nullish(name),
  taxes_included: z.boolean(),
  duties_included: z.nullish(z.boolean()),
  test: z.nullish(z.boolean()),
  merchant_business_entity_id: z.nullish(name),
  location_id: z.nullish(nativeId),
  gateway: z.nullish(name),
  payment_gateway_names: z.nullish(rows(name)),
  /** Only whether there are any counts. */
  payment_terms: z.optional(z.unknown()),
  created_at: timestamp,
  processed_at: z.nullish(timestamp),
  updated_at: timestamp,
  cancelled_at: z.nullish(timestamp),
  cancel_reason: z.nullish(label),
  discount_applications: z.nullish(rows(z.object({ code: z.nullish(label), title: z.nullish(label) }))),
  line_items: rows(orderLine),
  shipping_lines: z.nullish(rows(shippingLine)),
  fulfillments: z.nullish(rows(fulfillmentSchema)),
  refunds: z.nullish(rows(refundSchema)),
  total_line_items_price: z.nullish(decimal),
  total_line_items_price_set: moneySet,
  total_discounts: z.nullish(decimal),
  total_discounts_set: moneySet,
  subtotal_price: z.nullish(decimal),
  subtotal_price_set: moneySet,
  total_tax: z.nullish(decimal),
  total_tax_set: moneySet,
  total_tip_received: z.nullish(decimal),
  original_total_duties_set: moneySet,
  original_total_additional_fees_set: moneySet,
  total_cash_rounding_payment_adjustment_set: moneySet,
  total_price: z.nullish(decimal),
  total_price_set: moneySet,
  current_subtotal_price: z.nullish(decimal),
  current_subtotal_price_set: moneySet,
  current_total_tax: z.nullish(decimal),
  current_total_tax_set: moneySet,
  current_total_price: z.nullish(decimal),
  current_total_price_set: moneySet,
});

const editedLine = z.object({ id: nativeId, delta: quantity });

export const orderEditSchema = z.object({
  id: nativeId,
  order_id: nativeId,
  created_at: timestamp,
  committed_at: z.nullish(timestamp),
  line_items: z.object({ additions: z.nullish(rows(editedLine)), removals: z.nullish(rows(editedLine)) }),
});

export const disputeSchema = z.object({
  id: nativeId,
  order_id: z.nullish(nativeId),
  type: name,
  amount: decimal,
  currency: name,
  reason: z.nullish(name),
  network_reason_code: z.nullish(name),
  status: name,
  evidence_due_by: z.nullish(timestamp),
  evidence_sent_on: z.nullish(timestamp),
  finalized_on: z.nullish(timestamp),
  initiated_at: timestamp,
});

export const tenderTransactionSchema = z.object({
  id: nativeId,
  order_id: nativeId,
  remote_reference: z.nullish(label),
  processed_at: timestamp,
});

export const fulfillmentEventSchema = z.object({
  id: nativeId,
  order_id: nativeId,
  fulfillment_id: nativeId,
  status: name,
  happened_at: timestamp,
});

export type Order = z.infer<typeof orderSchema>;
export type OrderEdit = z.infer<typeof orderEditSchema>;
export type Dispute = z.infer<typeof disputeSchema>;
export type TenderTransaction = z.infer<typeof tenderTransactionSchema>;
export type FulfillmentEvent = z.infer<typeof fulfillmentEventSchema>;
export type OrderLine = z.infer<typeof orderLine>;
export type Refund = z.infer<typeof refundSchema>;
export type Fulfillment = z.infer<typeof fulfillmentSchema>;
export type Transaction = z.infer<typeof transactionSchema>;
export type TaxLine = z.infer<typeof taxLine>;
export type Allocation = z.infer<typeof allocation>;
export type MoneySet = z.infer<typeof moneySet>;
export type Decimal = z.infer<typeof decimal>;
