import type { DoubleAccount } from "./books.ts";
import type { NetSuiteSignIn } from "./sign-in.ts";

/** The companies that the contract of an ERP asks for, as subsidiaries of one account. */
export const netSuiteAccount: DoubleAccount = {
  currencies: { USD: 2, CAD: 2, JPY: 0, KWD: 3, EUR: 2 },
  subsidiaries: [
    { id: 2, name: "North", currency: "USD", items: { HAT: { active: true }, "OLD-HAT": { active: false } }, locations: ["DC", "SHOP"] },
    { id: 3, name: "Maple", currency: "CAD" },
    { id: 4, name: "Kyoto", currency: "JPY" },
    { id: 5, name: "Gulf", currency: "KWD" },
  ],
  accounts: [
    ["1010", "Payment clearing"],
    ["1300", "Inventory"],
    ["2200", "Deferred revenue"],
    ["3000", "Opening equity"],
    ["5000", "Cost of goods sold"],
    ["5900", "Inventory revaluation"],
    ["6900", "Old suspense", "inactive"],
    ["7000", "Store expenses"],
  ],
  assetAccount: "1300",
  periods: [
    ["2026-02-01", "2026-02-28", "closed"],
    ["2026-03-01", "2026-03-31"],
    ["2026-04-01", "2026-04-30"],
  ],
  vendors: ["MILL"],
  taxCodes: ["TX"],
};

export const netSuiteSignIn: NetSuiteSignIn = {
  account: "1234567_SB1",
  consumerKey: "consumer",
  consumerSecret: "consumer secret & more",
  tokenId: "token",
  tokenSecret: "token+secret",
};

export const netSuiteToken = {
  kind: "token",
  consumerKey: netSuiteSignIn.consumerKey,
  consumerSecret: netSuiteSignIn.consumerSecret,
  tokenId: netSuiteSignIn.tokenId,
  tokenSecret: netSuiteSignIn.tokenSecret,
} as const;
