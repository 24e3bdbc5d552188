import { type RowClass, type RowNature, type RowTreatment, typeKey } from "./row-classes.ts";

function types(rowClass: RowClass, nature: RowNature | undefined, names: readonly string[]): readonly (readonly [string, RowTreatment])[] {
  const treatment: RowTreatment = { class: rowClass, ...(nature === undefined ? {} : { nature }) };
  return names.map((name) => [name, treatment] as const);
}

/** Shopify Payments: the balance transaction types that its admin, its API and its export are known to state. */
export const shopifyPaymentsTypes: ReadonlyMap<string, RowTreatment> = new Map([
  ...types("investigate", undefined, [
    "Unknown",
    "Adjustment",
    "Credit",
    "Debit",
    "Anomaly Debit",
    "Anomaly Debit Reversal",
    "Anomaly Credit",
    "Anomaly Credit Reversal",
  ]),
  ...types("sale_refund", "charge", ["Charge", "Charge Adjustment"]),
  ...types("sale_refund", "refund", ["Refund", "Payment Refund", "Refund Adjustment", "Refund Failure"]),
  ...types("dispute", "dispute", [
    "Dispute",
    "Chargeback Hold",
    "Chargeback Hold Release",
    "Dispute Reversal",
    "Dispute Withdrawal",
    "Risk Reversal",
    "Risk Withdrawal",
  ]),
  ...types("dispute", "dispute-fee", [
    "Chargeback Fee",
    "Chargeback Fee Refund",
    "Chargeback Protection Debit",
    "Chargeback Protection Debit Reversal",
  ]),
  ...types("dispute", "protection", [
    "Chargeback Protection Credit",
    "Chargeback Protection Credit Reversal",
    "Seller Protection Credit",
    "Seller Protection Credit Reversal",
  ]),
  ...types("reserve", undefined, ["Reserve", "Reserved Funds", "Reserved Funds Reversal", "Reserved Funds Withdrawal"]),
  ...types("payout_movement", "payout", ["Payout", "Transfer"]),
  ...types("payout_movement", "payout-returned", [
    "Payout Failure",
    "Payout Cancellation",
    "Transfer Cancel",
    "Transfer Failure",
    "Transfer Refund",
  ]),
  ...types("payout_movement", "transfer", ["Balance Transfer Inbound"]),
  ...types("promo_funding", undefined, [
    "Shop Cash Credit",
    "Channel Promotion Credit",
    "Channel Promotion Credit Reversal",
    "Merchant Goodwill Credit",
    "Merchant Goodwill Credit Reversal",
    "Promotion Credit",
    "Promotion Credit Reversal",
    "Shop Cash Credit Reversal",
    "Shop Cash Refund Debit",
    "Shop Cash Refund Debit Reversal",
  ]),
  ...types("platform_fee", undefined, [
    "Application Fee Refund",
    "Billing Debit",
    "Billing Debit Reversal",
    "Marketplace Fee Credit",
    "Marketplace Fee Credit Reversal",
    "Shop Cash Billing Debit",
    "Shop Cash Billing Debit Reversal",
    "Shop Cash Campaign Billing Credit",
    "Shop Cash Campaign Billing Credit Reversal",
    "Shop Cash Campaign Billing Debit",
    "Shop Cash Campaign Billing Debit Reversal",
    "Stripe Fee",
  ]),
  ...types("channel_transfer", undefined, [
    "Channel Credit",
    "Channel Credit Reversal",
    "Channel Transfer Credit",
    "Channel Transfer Credit Reversal",
    "Channel Transfer Debit",
    "Channel Transfer Debit Reversal",
    "Markets Pro Credit",
    "Merchant To Merchant Credit",
    "Merchant To Merchant Credit Reversal",
    "Merchant To Merchant Debit",
    "Merchant To Merchant Debit Reversal",
    "Shopify Collective Credit",
    "Shopify Collective Credit Reversal",
    "Shopify Collective Debit",
    "Shopify Collective Debit Reversal",
    "Shopify Source Credit",
    "Shopify Source Credit Reversal",
    "Shopify Source Debit",
    "Shopify Source Debit Reversal",
  ]),
  ...types("financing", undefined, ["Collections Credit", "Collections Credit Reversal", "Advance", "Advance Funding"]),
  ...types("tax_duty", "duty", ["Customs Duty", "Customs Duty Adjustment", "Import Tax", "Import Tax Adjustment"]),
  ...types("tax_duty", "tax", [
    "Tax Adjustment Credit",
    "Tax Adjustment Credit Reversal",
    "Tax Adjustment Debit",
    "Tax Adjustment Debit Reversal",
    "VAT Refund Credit",
    "VAT Refund Credit Reversal",
  ]),
  ...types("shipping_expense", undefined, [
    "Shipping Label",
    "Shipping Label Adjustment",
    "Shipping Label Adjustment Base",
    "Shipping Label Adjustment Surcharge",
    "Shipping Other Carrier Charge Adjustment",
    "Shipping Return To Origin Adjustment",
  ]),
]);

const typesBySource: Readonly<Record<string, ReadonlyMap<string, RowTreatment>>> = {
  "shopify-payments": byKey(shopifyPaymentsTypes),
};

/** How a gateway's type is treated; undefined for a type that is not listed. The set of types is open and grows: see docs/settlements.md. */
export function treatmentOf(source: string, type: string): RowTreatment | undefined {
  return Object.hasOwn(typesBySource, source) ? typesBySource[source]?.get(typeKey(type)) : undefined;
}

function byKey(names: ReadonlyMap<string, RowTreatment>): ReadonlyMap<string, RowTreatment> {
  return new Map([...names].map(([name, treatment]) => [typeKey(name), treatment] as const));
}
