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

// Built once and shared: to build these is a third of what a cold start spends in our own code.
const optionalId = z.nullish(nativeId);
const optionalDecimal = z.nullish(decimal);
const optionalTimestamp = z.nullish(timestamp);
const optionalName = z.nullish(name);
const optionalLabel = z.nullish(label);
const optionalFlag = z.nullish(z.boolean());
const ofAnyShape = z.optional(z.unknown());

const money = z.object({ amount: decimal, currency_code: optionalName, currency: optionalName });
/** Amounts in the shop's currency and in the customer's: the shop's is read, and of payments and the total the customer's too. */
const inBothCurrencies = { shop_money: z.nullish(money), presentment_money: z.nullish(money) };
const moneySet = z.nullish(z.object(inBothCurrencies));

const taxLine = z.object({
  title: optionalName,
  rate: optionalDecimal,
  price: optionalDecimal,
  price_set: moneySet,
  channel_liable: optionalFlag,
});

const taxLines = z.nullish(rows(taxLine));

const allocation = z.object({
  amount: optionalDecimal,
  amount_set: moneySet,
  discount_application_index: z.nullish(z.number()),
});

const allocations = z.nullish(rows(allocation));
const duty = z.object({ ...inBothCurrencies, tax_lines: taxLines });

/** Present on the line that repeats total_tip_received, and on what is refunded of it. */
const tipMarks = {
  tip: ofAnyShape,
  tip_payment_gateway: ofAnyShape,
  tip_payment_method: ofAnyShape,
};

export function isTip(line: { readonly [mark in keyof typeof tipMarks]?: unknown }): boolean {
  return (line.tip ?? line.tip_payment_gateway ?? line.tip_payment_method ?? undefined) !== undefined;
}

const orderLine = z.object({
  id: nativeId,
  sku: optionalName,
  product_id: optionalId,
  gift_card: optionalFlag,
  quantity,
  /** What is left after refunds and edits. */
  current_quantity: z.nullish(quantity),
  price: optionalDecimal,
  price_set: moneySet,
  discount_allocations: allocations,
  tax_lines: taxLines,
  duties: z.nullish(rows(duty)),
  ...tipMarks,
});

const shippingLine = z.object({
  id: nativeId,
  title: optionalLabel,
  price: optionalDecimal,
  price_set: moneySet,
  discount_allocations: allocations,
  tax_lines: taxLines,
});

export const transactionSchema = z.object({
  id: nativeId,
  order_id: optionalId,
  parent_id: optionalId,
  kind: name,
  status: name,
  gateway: name,
  amount: optionalDecimal,
  amount_set: moneySet,
  amount_rounding: optionalDecimal,
  currency: optionalName,
  manual_payment_gateway: optionalFlag,
  payment_details: z.nullish(z.object({ credit_card_company: optionalName })),
  /** The gateway's own answer, of any shape: only the name of a gift card in it is read. */
  receipt: ofAnyShape,
  created_at: timestamp,
  processed_at: optionalTimestamp,
});

export const fulfillmentSchema = z.object({
  id: nativeId,
  order_id: optionalId,
  status: name,
  location_id: optionalId,
  tracking_company: optionalName,
  created_at: timestamp,
  updated_at: timestamp,
  line_items: rows(z.object({ id: nativeId, sku: optionalName, quantity })),
});

const refundLine = z.object({
  id: nativeId,
  line_item_id: nativeId,
  location_id: optionalId,
  quantity,
  restock_type: optionalName,
  subtotal: optionalDecimal,
  subtotal_set: moneySet,
  total_tax: optionalDecimal,
  total_tax_set: moneySet,
  line_item: z.nullish(z.object({ sku: optionalName, tax_lines: taxLines, ...tipMarks })),
});

const refundShippingLine = z.object({
  subtotal_amount_set: moneySet,
  shipping_line: z.nullish(z.object({ tax_lines: taxLines })),
});

const orderAdjustment = z.object({
  id: nativeId,
  kind: optionalName,
  reason: optionalName,
  amount: optionalDecimal,
  amount_set: moneySet,
  tax_amount: optionalDecimal,
  tax_amount_set: moneySet,
});

export const refundSchema = z.object({
  id: nativeId,
  order_id: optionalId,
  /** The return that it pays for; null for a refund of its own. */
  return: z.nullish(z.object({ id: z.optional(nativeId) })),
  created_at: timestamp,
  processed_at: optionalTimestamp,
  restock: optionalFlag,
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
  presentment_currency: optionalName,
  taxes_included: z.boolean(),
  duties_included: optionalFlag,
  test: optionalFlag,
  merchant_business_entity_id: optionalName,
  location_id: optionalId,
  gateway: optionalName,
  payment_gateway_names: z.nullish(rows(name)),
  /** Only whether there are any counts. */
  payment_terms: ofAnyShape,
  created_at: timestamp,
  processed_at: optionalTimestamp,
  updated_at: timestamp,
  cancelled_at: optionalTimestamp,
  cancel_reason: optionalLabel,
  discount_applications: z.nullish(rows(z.object({ code: optionalLabel, title: optionalLabel }))),
  line_items: rows(orderLine),
  shipping_lines: z.nullish(rows(shippingLine)),
  fulfillments: z.nullish(rows(fulfillmentSchema)),
  refunds: z.nullish(rows(refundSchema)),
  total_line_items_price: optionalDecimal,
  total_line_items_price_set: moneySet,
  total_discounts: optionalDecimal,
  total_discounts_set: moneySet,
  subtotal_price: optionalDecimal,
  subtotal_price_set: moneySet,
  total_tax: optionalDecimal,
  total_tax_set: moneySet,
  total_tip_received: optionalDecimal,
  original_total_duties_set: moneySet,
  original_total_additional_fees_set: moneySet,
  total_cash_rounding_payment_adjustment_set: moneySet,
  total_price: optionalDecimal,
  total_price_set: moneySet,
  current_subtotal_price: optionalDecimal,
  current_subtotal_price_set: moneySet,
  current_total_tax: optionalDecimal,
  current_total_tax_set: moneySet,
  current_total_price: optionalDecimal,
  current_total_price_set: moneySet,
});

const editedLine = z.object({ id: nativeId, delta: quantity });
const editedLines = z.nullish(rows(editedLine));

export const orderEditSchema = z.object({
  id: nativeId,
  order_id: nativeId,
  created_at: timestamp,
  committed_at: optionalTimestamp,
  line_items: z.object({ additions: editedLines, removals: editedLines }),
});

export const disputeSchema = z.object({
  id: nativeId,
  order_id: optionalId,
  type: name,
  amount: decimal,
  currency: name,
  reason: optionalName,
  network_reason_code: optionalName,
  status: name,
  evidence_due_by: optionalTimestamp,
  evidence_sent_on: optionalTimestamp,
  finalized_on: optionalTimestamp,
  initiated_at: timestamp,
});

export const tenderTransactionSchema = z.object({
  id: nativeId,
  order_id: nativeId,
  remote_reference: optionalLabel,
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
