import type { GatewayAccountPolicy, Policy } from "#domain/policy";
import { goldenPolicy } from "./golden-policy.ts";

const why = "golden scenarios";

/**
 * The retailer of the golden scenarios with its gateways and banks. us settles Shopify Payments, PayPal and Adyen into its own bank
 * account; a second Shopify Payments account of us pays into the bank of its sister three (c32), and one of gb settles in pounds.
 */
export const settlementPolicy: Policy = {
  ...goldenPolicy,
  tenders: [...goldenPolicy.tenders, { channel: "shopify", match: "adyen", role: "payment-clearing", dimensions: {}, why }],
  bankAccounts: {
    "us-bank": { entity: "us", name: "us", currency: "USD", numbers: ["100"], unknownCredits: "book", why },
    "three-bank": { entity: "three", name: "three", currency: "USD", numbers: ["300"], unknownCredits: "leave", why },
    "gb-bank": { entity: "gb", name: "gb", currency: "GBP", numbers: ["500"], unknownCredits: "book", why },
  },
  gatewayAccounts: {
    shop: gateway("us", "shopify-payments", "shopify_payments", "us-bank"),
    paypal: gateway("us", "paypal", "paypal", "us-bank"),
    adyen: gateway("us", "adyen", "adyen", "us-bank"),
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
