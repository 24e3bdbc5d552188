import type { GatewayAccountPolicy, Policy } from "#domain/policy";
import { goldenPolicy } from "./golden-policy.ts";

const why = "golden scenarios";

/**
 * The retailer of the golden scenarios with its gateways and banks. us settles Shopify Payments, PayPal and Adyen into its own bank
 * account; a second Shopify Payments account of us pays into the bank of its sister three (c32), and one of gb settles in pounds.
 */
export const settlementPolicy: Policy = {
  ...goldenPolicy,
  tenders: [
    ...goldenPolicy.tenders,
    ...["adyen", "klarna", "afterpay", "stripe", "pay-later"].map(
      (match) => ({ channel: "shopify", match, role: "payment-clearing", dimensions: {}, why }) as const,
    ),
  ],
  bankAccounts: {
    "us-bank": { entity: "us", name: "us", currency: "USD", numbers: ["100"], unknownCredits: "book", why },
    "three-bank": { entity: "three", name: "three", currency: "USD", numbers: ["300"], unknownCredits: "leave", why },
    "us-euro-bank": { entity: "us", name: "us", currency: "EUR", numbers: ["110"], unknownCredits: "book", why },
    "gb-bank": { entity: "gb", name: "gb", currency: "GBP", numbers: ["500"], unknownCredits: "book", why },
  },
  gatewayAccounts: {
    shop: gateway("us", "shopify-payments", "shopify_payments", "us-bank"),
    paypal: gateway("us", "paypal", "paypal", "us-bank"),
    adyen: gateway("us", "adyen", "adyen", "us-bank"),
    "adyen-eu": gateway("us", "adyen", "adyen", "us-euro-bank"),
    stripe: { ...gateway("us", "stripe", "stripe", "us-bank"), withholdsFor: "US-IL" },
    "pay-later": {
      ...gateway("us", "pay-later", "pay-later", "us-bank"),
      csv: {
        name: "pay-later-csv",
        source: "pay-later",
        delimiters: [";"],
        numbers: { decimal: "," },
        dates: "day-first",
        columns: { id: "Id", type: "Kind", occurredAt: "Day", gross: "Gross", net: "Net", payoutId: "Payout", payoutDate: "Paid" },
        fees: [{ name: "fee", column: "Fee", cost: "positive" }],
        references: { orderName: "Order" },
        currency: "USD",
        types: {
          Sale: { class: "sale_refund", nature: "charge" },
          Return: { class: "sale_refund", nature: "refund" },
          Service: { class: "platform_fee" },
        },
      },
    },
    worldpay: {
      ...gateway("us", "worldpay", "worldpay", "us-bank"),
      clearing: { role: "acquirer-clearing", gateway: "worldpay" },
      terminals: { "T-1": { store: "0001", register: "1" } },
      csv: {
        name: "worldpay-csv",
        source: "worldpay",
        delimiters: [";"],
        numbers: { decimal: "." },
        dates: "year-first",
        columns: { id: "Batch", type: "Kind", occurredAt: "Closed", gross: "Gross", net: "Net", payoutId: "Payout", payoutDate: "Paid" },
        fees: [{ name: "fee", column: "Fee", cost: "positive" }],
        references: { terminalId: "Terminal" },
        currency: "USD",
        types: { Batch: { class: "sale_refund", nature: "charge" } },
      },
    },
    klarna: {
      ...gateway("us", "klarna", "klarna", "us-bank"),
      feeContract: {
        states: "fees",
        rates: [
          { currency: "USD", rate: "0.0329", fixed: 30, toleranceMinorUnits: 1, from: "2026-01-01", why },
          { currency: "USD", rate: "0.04", fixed: 30, toleranceMinorUnits: 1, from: "2026-11-28", why },
          { currency: "USD", rate: "0.05", fixed: 30, toleranceMinorUnits: 1, cardBrand: "amex", from: "2026-01-01", why },
          { currency: "USD", rate: "-0.0329", fixed: 0, toleranceMinorUnits: 1, on: "refund", from: "2026-01-01", why },
        ],
      },
    },
    afterpay: {
      ...gateway("us", "afterpay", "afterpay", "us-bank"),
      feeContract: {
        states: "net-only",
        rates: [
          { currency: "USD", rate: "0.06", fixed: 30, toleranceMinorUnits: 5, from: "2026-01-01", why },
          { currency: "USD", rate: "-0.06", fixed: 0, toleranceMinorUnits: 5, on: "refund", from: "2026-01-01", why },
        ],
      },
    },
    "shop-three": gateway("us", "shopify-payments", "shopify_payments", "three-bank"),
    "shop-gb": { ...gateway("gb", "shopify-payments", "shopify_payments", "gb-bank"), shop: "gb.example" },
  },
  balanceTypes: [{ source: "shopify-payments", type: "Lending Fee", class: "financing", why }],
  tolerances: [{ tolerance: "settlementMatch", minorUnits: 2, when: {}, from: "2020-01-01", layer: 0, why }],
};

function gateway(entity: string, source: string, name: string, bankAccount: string): GatewayAccountPolicy {
  const clearing = { role: "payment-clearing", gateway: name } as const;
  return { entity, name, source, shop: "us.example", clearing, bankAccount, lagDays: 4, why };
}
