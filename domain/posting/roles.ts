import type { Dimensions } from "./documents.ts";

/** The dimensions of the roles that the sale stream uses, in the order of the chart of roles. */
const dimensionNames = {
  "payment-clearing": ["gateway", "currency"],
  "acquirer-clearing": ["acquirer", "currency"],
  bank: ["account", "currency"],
  "bank-in-transit": ["account", "currency"],
  safe: ["store", "currency"],
  "cash-drawer": ["register", "currency"],
  "accounts-receivable": ["customer-class", "currency"],
  "coupon-receivable": ["issuer"],
  "settlement-suspense": ["gateway", "currency"],
  "deferred-revenue": ["channel", "currency"],
  "tax-payable": ["jurisdiction"],
  "tax-collected-in-advance": ["jurisdiction"],
  "refund-payable": ["gateway", "currency"],
  "customer-deposits": ["store"],
  "gift-card-liability": ["issuer"],
  "store-credit-liability": ["issuer"],
  "loyalty-liability": ["program"],
  "unidentified-receipts": ["account", "currency"],
  sales: ["channel", "store", "item-class"],
  discounts: ["channel", "store", "promotion"],
  "sales-returns": ["channel", "store"],
  "price-concessions": ["reason"],
  "shipping-revenue": ["channel"],
  "cash-rounding": [],
  rounding: [],
} as const satisfies Record<string, readonly string[]>;

export type SaleRole = keyof typeof dimensionNames;

export function isSaleRole(role: string): role is SaleRole {
  return Object.hasOwn(dimensionNames, role);
}

/** The role's own dimensions out of `values`, in a fixed order; those that the facts do not give are absent. */
export function dimensionsOf(role: SaleRole, values: Readonly<Record<string, string | undefined>>): Dimensions {
  const dimensions: Record<string, string> = {};
  for (const name of dimensionNames[role]) {
    const value = values[name];
    if (value !== undefined && value !== "") dimensions[name] = value;
  }
  return dimensions;
}
