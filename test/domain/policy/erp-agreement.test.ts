import { expect, test } from "vitest";
import { type EntityPolicy, type ErpCompanyData, erpAgreement, hubKeptAccounts, type Policy } from "#domain/policy";
import { account, policy as plain } from "../../fixtures/posting-case.ts";

const now = "2026-12-10T12:00:00.000Z";
const chart = ["1100", "1400", "4000", "5000"].map((number) => ({ account: number, name: number, active: true, requiredDimensions: [] }));
const year = { from: "2026-01-01", to: "2026-12-31", open: true };
const none = { items: undefined, locations: undefined, parties: undefined, taxCodes: undefined };
const erp: ErpCompanyData = { functionalCurrency: "USD", accounts: chart, periods: [year], ...none };
const withUs = (us: Partial<EntityPolicy>, more: Partial<Policy> = {}): Policy => ({
  ...plain,
  ...more,
  entities: { ...plain.entities, us: { ...plain.entities.us!, ...us } },
});
const found = (policy: Policy, held = erp) => erpAgreement(policy, "us", held, now).map(({ kind, value }) => `${kind} ${value}`);
const why = "test";

test("an ERP that knows every account and closes what the policies close has no findings", () => {
  expect(found(plain)).toEqual([]);
  const periods = [{ period: "2026-10", state: "closed" as const, from: "2026-11-06", why }];
  expect(found(withUs({ periods }), { ...erp, periods: [{ from: "2026-11-01", to: "2026-12-31", open: true }] })).toEqual([]);
});

test("an account that a rule names, now or later, and the chart has not, is told once with its roles", () => {
  const accounts = [...plain.accounts, account("discounts", "4100"), account("sales-returns", "4100", { from: "2027-01-01" })];
  expect(found({ ...plain, accounts })).toEqual(["account-missing us: account 4100 for discounts, sales-returns"]);
});

test("accounts of rules that have ended, and of other entities, are nobody's business", () => {
  const accounts = [
    ...plain.accounts,
    account("discounts", "4100", { to: "2026-12-09" }),
    account("discounts", "4101", { entity: "ca", layer: 3 }),
  ];
  expect(found({ ...plain, accounts })).toEqual([]);
  expect(found({ ...plain, accounts: [...plain.accounts, account("discounts", "4100", { to: "2026-12-10" })] })).toHaveLength(1);
});

test("books in another currency are another company's", () => {
  expect(found(plain, { ...erp, functionalCurrency: "CAD" })).toEqual(["currency us: USD in the policies, CAD in the ERP"]);
});

test("a period that one of the two closes and the other keeps open is told", () => {
  const periods = [
    { period: "2026-10", state: "closed" as const, from: "2026-11-06", why },
    { period: "2026-09", state: "open" as const, from: "2026-12-01", why },
    { period: "2027-01", state: "future" as const, from: "2026-01-01", why },
  ];
  const held = [
    { from: "2026-10-01", to: "2026-12-31", open: true },
    { from: "2026-09-01", to: "2026-09-30", open: false },
    { from: "2027-01-01", to: "2027-01-31", open: true },
  ];
  expect(found(withUs({ periods }), { ...erp, periods: held })).toEqual([
    "period-closed-in-erp us: 2026-09",
    "period-open-in-erp us: 2026-10",
    "period-open-in-erp us: 2027-01",
  ]);
});

test("an account that takes no documents, or wants what its lines never carry, is told", () => {
  const accounts = chart.map((each) =>
    each.account === "1100"
      ? { ...each, active: false }
      : each.account === "4000"
        ? { ...each, requiredDimensions: ["channel", "cost-center"] }
        : each,
  );
  const roles = plain.accounts.filter(({ account: number }) => number === "1100" || number === "4000").map(({ role }) => role);
  const [inactive, ...wanting] = found(plain, { ...erp, accounts });
  expect(inactive).toMatch(/^account-inactive us: account 1100 for /);
  expect(wanting).toEqual([expect.stringMatching(/^dimension-missing us: account 4000 wants cost-center, which lines of .* never carry$/)]);
  expect(roles.length).toBeGreaterThan(0);
});

test("goods and places that the ERP does not know, or has set aside, are told where it lists them", () => {
  const item = { class: "apparel", name: "Hat", stocked: true };
  const policy: Policy = {
    ...plain,
    items: { ...plain.items, list: { HAT: item, CAP: item, BAG: { ...item, stocked: false } } },
    locations: {
      dc: { name: "DC", entity: "us", kind: "distribution-centre", ids: {} },
      shop: { name: "Shop", entity: "us", kind: "store", ids: {} },
      mill: { name: "Mill", entity: "us", kind: "store", ids: {}, ownership: { kind: "drop-ship", vendor: "MILL" } },
      toronto: { name: "Toronto", entity: "ca", kind: "store", ids: {} },
    },
  };
  const record = (code: string, active = true) => ({ code, name: code, active });
  expect(found(policy)).toEqual([]);
  expect(found(policy, { ...erp, items: [record("HAT", false)], locations: [record("dc")] })).toEqual([
    "item-missing us: item CAP",
    "item-inactive us: item HAT",
    "location-missing us: location shop",
  ]);
});

test("a currency that the entity sells in, and the ERP does not take, is told", () => {
  const shops: Policy["shops"] = {
    web: { channel: "shopify", entity: "us", currency: "GBP", timeZone: "UTC", channelDimension: "web" },
    other: { channel: "shopify", entity: "ca", currency: "SEK", timeZone: "UTC", channelDimension: "web" },
  };
  const policy = { ...plain, shops, stores: {}, bankAccounts: {} };
  expect(found(policy, { ...erp, currencies: ["USD"] })).toEqual(["currency-missing us: GBP"]);
  expect(found(policy, { ...erp, currencies: ["GBP", "USD"] })).toEqual([]);
});

test("a jurisdiction without a tax code is told, of an ERP that has any", () => {
  const taxes: Policy["taxes"] = [
    { channel: "shopify", match: "*", jurisdiction: "US-MA" },
    { channel: "shopify", match: "old", jurisdiction: "US-OH", to: "2026-12-09" },
    { channel: "pos", store: "0101", match: "*", jurisdiction: "CA-ON" },
  ];
  const policy: Policy = { ...plain, taxes, stores: {} };
  expect(found(policy, { ...erp, taxCodes: [{ code: "US-NH", name: "", active: true }] })).toEqual(["tax-code-missing us: US-MA"]);
  expect(found(policy, { ...erp, taxCodes: [] })).toEqual([]);
});

test("the period of today must be open in the ERP, and end on the same day", () => {
  expect(found(plain, { ...erp, periods: [{ from: "2026-01-01", to: "2026-11-30", open: true }] })).toEqual([
    "period-closed-in-erp us: 2026-12",
  ]);
  const weeks = [
    { from: "2026-11-29", to: "2026-12-26", open: true },
    { from: "2026-12-27", to: "2027-01-30", open: true },
  ];
  expect(found(plain, { ...erp, periods: weeks })).toEqual([
    "period-calendar us: 2026-12 is 2026-12-01 to 2026-12-31 in the policies, 2026-11-29 to 2026-12-26 in the ERP",
  ]);
});

test("the hub keeps the balance sheet of its rules, and leaves sales to whoever accrues them", () => {
  const accounts = [
    account("payment-clearing", "1100"),
    account("sales", "4000"),
    account("inventory", "1400", { entity: "ca", layer: 3 }),
  ];
  expect([...hubKeptAccounts({ ...plain, accounts }, "us")]).toEqual(["1100"]);
});
