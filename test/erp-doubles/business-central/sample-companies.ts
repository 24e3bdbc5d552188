import type { DoubleCompany } from "./books.ts";
import type { BusinessCentralSignIn } from "./server.ts";

const company = {
  decimals: 2,
  accounts: [
    ["1010", "Payment clearing"],
    ["1300", "Inventory"],
    ["2200", "Deferred revenue"],
    ["3000", "Opening equity"],
    ["5000", "Cost of goods sold"],
    ["5900", "Inventory revaluation"],
    ["6900", "Old suspense", "blocked"],
    ["7000", "Store expenses"],
  ],
  mandatory: { "7000": "COST-CENTER" },
  allowPosting: ["2026-03-01", "2026-04-30"],
  periods: ["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"],
  dimensions: { LOCATION: ["DC", "SHOP"], "ITEM-CLASS": ["apparel"], "COST-CENTER": ["AUSTIN"] },
  items: { HAT: "", "OLD-HAT": "blocked" },
  locations: ["DC", "SHOP"],
  vendors: ["MILL"],
  taxGroups: ["TX"],
  journal: "THRULINE",
} as const satisfies Omit<DoubleCompany, "name" | "currency">;

/** The companies that the contract of an ERP asks for, in one environment. */
export const businessCentralCompanies: readonly DoubleCompany[] = [
  { ...company, name: "North Inc.", currency: "USD" },
  { ...company, name: "Maple Ltd.", currency: "CAD" },
  { ...company, name: "Kyoto K.K.", currency: "JPY", decimals: 0 },
  { ...company, name: "Gulf W.L.L.", currency: "KWD", decimals: 3 },
];

export const businessCentralSignIn: BusinessCentralSignIn = {
  tenantId: "7f1c4a52-0c8e-4a3e-9d57-2f3b8c1d9e60",
  environment: "production",
  clientId: "hub",
  clientSecret: "client secret & more",
};
