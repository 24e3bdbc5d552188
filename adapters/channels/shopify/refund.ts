import type { BusinessEvent } from "#domain/events";
import { eventKey } from "#domain/identity";
import { isCurrency, type MinorUnits } from "#domain/money";
import { type Facts, joinFacts } from "./facts.ts";
import { millionthsPerUnit } from "./fulfillment.ts";
import { toInstant } from "./instant.ts";
import { Reading } from "./reading.ts";
import { isTip, type MoneySet, type Refund, type TaxLine } from "./schemas.ts";
import { splitTax } from "./taxes.ts";
import { readTransaction, stated, stateRank, type TransactionFacts } from "./transaction.ts";

type RefundIssued = Extract<BusinessEvent, { name: "refund.issued" }>;
type Restock = RefundIssued["lines"][number]["restock"];

const restocks: Readonly<Record<string, Restock>> = {
  return: "return",
  cancel: "cancel",
  no_restock: "none",
  legacy_restock: "legacy",
};

const shippingRefund = "shipping_refund";

/**
 * The facts of a refund and of its transactions, the same wherever it is stated. `orderShippingTaxes` are the taxes of the order's
 * shipping, where an order embeds the refund: there it does not repeat them.
 */
export function readRefund(refund: Refund, orderId: string, orderShippingTaxes: readonly TaxLine[]): Facts {
  const id = String(refund.id);
  const payments = refund.transactions.map((transaction) => readTransaction(transaction, orderId, id));
  const currency = currencyOf(refund, payments);
  const reading = new Reading("refund", id, currency ?? "");
  const references = [{ type: "refund" as const, value: id }];
  const facts = (events: BusinessEvent[]): Facts => joinFacts({ events, references, problems: reading.problems }, payments);
  if (currency === undefined || !isCurrency(currency)) {
    if (currency === undefined) reading.fail("data.missing", "currency", [], "is stated by none of its amounts");
    else reading.fail("data.value", "currency", [], "is no ISO 4217 code");
    return facts([]);
  }

  const createdAt = toInstant(refund.created_at)!;
  const processedAt = toInstant(refund.processed_at ?? refund.created_at)!;
  const issued: RefundIssued = {
    name: "refund.issued",
    schema: 1,
    key: eventKey("refund.issued", id),
    version: `${processedAt}/${progress(payments)}`,
    occurredAt: createdAt,
    orderId,
    refundId: id,
    ...(refund.return?.id === undefined ? {} : { returnId: String(refund.return.id) }),
    currency,
    lines: readLines(refund, reading),
    shipping: readShipping(refund, orderShippingTaxes, reading),
    adjustments: readAdjustments(refund, reading),
    duties: reading.optionalAmount(refund.total_duties_set, undefined, "total_duties_set") ?? 0,
    fees: reading.optionalAmount(refund.total_additional_fees_set, undefined, "total_additional_fees_set") ?? 0,
    ...stated("tips", readTips(refund, reading)),
    payments: readPayments(payments, currency),
    processedAt,
  };
  return facts(reading.broken ? [] : [issued]);
}

/**
 * The refund's own times stay when its transactions move on, so its version counts their progress too (it never falls): else the
 * refund with a pending payment and the same refund with a settled one would be two contents of one version.
 */
function progress(payments: readonly TransactionFacts[]): string {
  let steps = 0;
  for (const { payment } of payments) if (payment !== undefined) steps += 1 + stateRank[payment.status];
  return String(steps).padStart(5, "0");
}

function currencyOf(refund: Refund, payments: readonly TransactionFacts[]): string | undefined {
  const sets: MoneySet[] = [
    refund.refund_line_items[0]?.subtotal_set,
    refund.refund_shipping_lines?.[0]?.subtotal_amount_set,
    refund.order_adjustments?.[0]?.amount_set,
    refund.total_duties_set,
  ];
  for (const set of sets) {
    const code = set?.shop_money?.currency_code ?? set?.shop_money?.currency;
    if (code !== undefined && code !== null) return code;
  }
  return payments.find(({ payment }) => payment !== undefined)?.payment?.currency;
}

function readLines(refund: Refund, reading: Reading): RefundIssued["lines"] {
  return refund.refund_line_items.flatMap((line, index) => {
    // The order has its tip as a total and not as a line.
    if (isTip(line.line_item ?? {})) return [];
    const tax = reading.amount(line.total_tax_set, line.total_tax, "refund_line_items[].total_tax", index);
    return {
      id: String(line.id),
      lineId: String(line.line_item_id),
      item: line.line_item?.sku ?? "",
      quantityMillionths: line.quantity * millionthsPerUnit,
      subtotal: reading.amount(line.subtotal_set, line.subtotal, "refund_line_items[].subtotal", index),
      tax,
      taxes: splitTax(tax, line.line_item?.tax_lines ?? [], reading, "refund_line_items[].line_item.tax_lines[].price", index),
      restock: restockOf(line.restock_type, refund.restock, reading, index),
      ...(line.location_id === null || line.location_id === undefined ? {} : { location: String(line.location_id) }),
    };
  });
}

/** What is given back of the tip, which carries no tax; undefined: nothing. */
function readTips(refund: Refund, reading: Reading): MinorUnits | undefined {
  const tips = refund.refund_line_items.flatMap((line, index) =>
    isTip(line.line_item ?? {}) ? [reading.amount(line.subtotal_set, line.subtotal, "refund_line_items[].subtotal", index)] : [],
  );
  return tips.length === 0 ? undefined : reading.sum(tips, "refund_line_items[].subtotal");
}

/** Old payloads have no restock_type, only the refund's flag. */
function restockOf(type: string | null | undefined, flag: boolean | null | undefined, reading: Reading, index: number): Restock {
  const field = "refund_line_items[].restock_type";
  if (type === null || type === undefined) {
    if (flag === null || flag === undefined) reading.fail("data.missing", field, [index], "is not stated");
    return flag === true ? "legacy" : "none";
  }
  const restock = Object.hasOwn(restocks, type) ? restocks[type] : undefined;
  if (restock !== undefined) return restock;
  reading.fail("data.value", field, [index], `is none of ${Object.keys(restocks).join(", ")}`);
  return "none";
}

/**
 * Shipping given back, as one amount. It is stated twice: refund_shipping_lines hold the amount, the adjustments of kind
 * shipping_refund the same with the opposite sign, and the tax. Where only one is stated (an order embeds the second only), it counts.
 */
function readShipping(refund: Refund, orderShippingTaxes: readonly TaxLine[], reading: Reading): RefundIssued["shipping"] {
  const lines = refund.refund_shipping_lines ?? [];
  const adjustments = (refund.order_adjustments ?? []).filter((adjustment) => adjustment.kind === shippingRefund);
  if (lines.length === 0 && adjustments.length === 0) return [];

  const adjusted = reading.sum(
    adjustments.map((each) => reading.amount(each.amount_set, each.amount, "order_adjustments.shipping_refund.amount")),
    "order_adjustments",
  );
  const adjustedTax = reading.sum(
    adjustments.map((each) => reading.amount(each.tax_amount_set, each.tax_amount, "order_adjustments.shipping_refund.tax_amount")),
    "order_adjustments",
  );
  const given = reading.sum(
    lines.map((line, index) => reading.amount(line.subtotal_amount_set, undefined, "refund_shipping_lines[].subtotal_amount_set", index)),
    "refund_shipping_lines",
  );
  const charged = lines.length > 0 ? lines.flatMap((line) => line.shipping_line?.tax_lines ?? []) : orderShippingTaxes;
  const tax = adjustedTax === 0 ? 0 : -adjustedTax;
  const amount: MinorUnits = lines.length > 0 ? given : adjusted === 0 ? 0 : -adjusted;
  // With tax-inclusive prices the line may hold the tax that the adjustment states apart.
  if (lines.length > 0 && adjustments.length > 0 && given !== -(adjusted + adjustedTax)) {
    reading.check("refund-shipping", given, -adjusted, "the refunded shipping", "its adjustment (with the sign turned)");
  }
  if (adjustments.length === 0 && charged.some((line) => Number(line.price_set?.shop_money?.amount ?? line.price ?? 0) !== 0)) {
    reading.fail("data.missing", "order_adjustments.shipping_refund.tax_amount", [], "is not stated, though the shipping was taxed");
  }
  return [{ id: String(refund.id), amount, tax, taxes: splitTax(tax, charged, reading, "refund_shipping_lines.tax_lines[].price") }];
}

function readAdjustments(refund: Refund, reading: Reading): RefundIssued["adjustments"] {
  const adjustments: RefundIssued["adjustments"] = [];
  for (const [index, each] of (refund.order_adjustments ?? []).entries()) {
    if (each.kind === shippingRefund) continue;
    adjustments.push({
      id: String(each.id),
      kind: each.kind ?? each.reason ?? "not stated",
      amount: reading.amount(each.amount_set, each.amount, "order_adjustments[].amount", index),
      tax: reading.amount(each.tax_amount_set, each.tax_amount, "order_adjustments[].tax_amount", index),
    });
  }
  return adjustments;
}

function readPayments(payments: readonly TransactionFacts[], currency: string): RefundIssued["payments"] {
  const refunded: RefundIssued["payments"] = [];
  for (const { payment } of payments) {
    if (payment === undefined || payment.kind !== "refund") continue;
    // Stated in the customer's currency alone: what it counts for, the order says.
    const elsewhere = payment.currency === currency ? {} : { currency: payment.currency };
    const { paymentId, amount, gateway, status } = payment;
    refunded.push({ paymentId, amount, ...elsewhere, gateway, status });
  }
  return refunded;
}
