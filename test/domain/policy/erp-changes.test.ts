import { expect, test } from "vitest";
import { type ErpCompanyData, erpChanges } from "#domain/policy";

const before: ErpCompanyData = {
  functionalCurrency: "USD",
  accounts: [
    { account: "1010", name: "Clearing", active: true, requiredDimensions: [] },
    { account: "2200", name: "Deferred revenue", active: true, requiredDimensions: [] },
  ],
  items: [{ code: "HAT", name: "Hat", active: true }],
  locations: undefined,
  parties: [],
  taxCodes: [{ code: "TX", name: "Texas", active: true }],
  currencies: ["USD"],
  periods: [{ from: "2026-03-01", to: "2026-03-31", open: true }],
};

test("what was added, renamed, set aside, closed or taken away is told with what it was and is", () => {
  const after: ErpCompanyData = {
    ...before,
    accounts: [
      { account: "1010", name: "Card clearing", active: true, requiredDimensions: ["store", "gateway"] },
      { account: "2300", name: "Gift cards", active: true, requiredDimensions: [] },
    ],
    items: [{ code: "HAT", name: "Hat", active: false }],
    locations: [{ code: "DC", name: "Columbus", active: true }],
    taxCodes: undefined,
    currencies: ["CAD", "USD"],
    periods: [{ from: "2026-03-01", to: "2026-03-31", open: false }],
  };
  expect(erpChanges(before, after)).toEqual([
    { kind: "currency", code: "CAD", is: "active" },
    { kind: "account", code: "1010", was: "Clearing", is: "Card clearing, wants gateway, store" },
    { kind: "account", code: "2200", was: "Deferred revenue" },
    { kind: "account", code: "2300", is: "Gift cards" },
    { kind: "item", code: "HAT", was: "Hat", is: "Hat, not active" },
    { kind: "location", code: "DC", is: "Columbus" },
    { kind: "tax-code", code: "TX", was: "Texas" },
    { kind: "period", code: "2026-03-01 to 2026-03-31", was: "open", is: "closed" },
  ]);
});

test("the same in another order is no change", () => {
  expect(erpChanges(before, { ...before, accounts: [...before.accounts].reverse() })).toEqual([]);
});
