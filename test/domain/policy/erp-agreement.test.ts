import { describe, expect, test } from "vitest";
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

describe("what the desk reads of a difference", () => {
  const item = { class: "apparel", name: "Hat", stocked: true };
  const record = (code: string, active = true) => ({ code, name: code, active });
  const read = (policy: Policy, held: ErpCompanyData) => erpAgreement(policy, "us", held, now).map(({ value, advice }) => [value, advice]);

  test("says what to do in the ERP, or in the policies", () => {
    const policy: Policy = {
      ...plain,
      items: { ...plain.items, list: { HAT: item, CAP: item } },
      locations: { dc: { name: "DC", entity: "us", kind: "distribution-centre", ids: {} } },
      shops: { web: { channel: "shopify", entity: "us", currency: "GBP", timeZone: "UTC", channelDimension: "web" } },
      stores: { "0101": { entity: "us", location: "dc", name: "A", timeZone: "UTC", currency: "CHF" } } as unknown as Policy["stores"],
      bankAccounts: { b: { entity: "us", currency: "NOK" }, c: { entity: "ca", currency: "DKK" } } as unknown as NonNullable<
        Policy["bankAccounts"]
      >,
      taxes: [{ channel: "shopify", match: "*", jurisdiction: "US-MA" }],
      accounts: [account("discounts", "4100"), account("sales", "4000"), account("inventory", "1400"), account("sales-returns", "4000")],
    };
    const held: ErpCompanyData = {
      functionalCurrency: "CAD",
      accounts: [
        { account: "1400", name: "", active: false, requiredDimensions: [] },
        { account: "4000", name: "", active: true, requiredDimensions: ["cost-center", "channel"] },
      ],
      items: [record("HAT", false)],
      locations: [record("dc", false)],
      parties: undefined,
      taxCodes: [record("US-MA", false)],
      currencies: ["USD"],
      periods: [{ from: "2026-11-29", to: "2026-12-26", open: false }],
    };
    expect(read(policy, held)).toEqual([
      [
        "us: USD in the policies, CAD in the ERP",
        "Mend functionalCurrency or erpCompany: the company in the ERP is another one, or keeps its books in another currency.",
      ],
      ["us: account 1400 for inventory", "Make the account active in the ERP, or name another one in the policies."],
      [
        "us: account 4000 wants cost-center, which lines of sales, sales-returns never carry",
        "Take the demand off the account in the ERP, or name an account without it in the policies.",
      ],
      ["us: account 4100 for discounts", "Create the account in the ERP, or name one that is there in the policies."],
      ["us: item CAP", "Create the item in the ERP with this code: its stock documents are refused."],
      ["us: item HAT", "Make the item active in the ERP, or take it out of the policies once nothing moves."],
      ["us: location dc", "Make the location active in the ERP, or take it out of the policies once nothing moves."],
      ["us: CHF", "Make the currency active in the ERP: journals in it are refused."],
      ["us: GBP", "Make the currency active in the ERP: journals in it are refused."],
      ["us: NOK", "Make the currency active in the ERP: journals in it are refused."],
      ["us: US-MA", "Give the tax code in the ERP the id of this jurisdiction, or create one: the tax return tells taxes apart by it."],
      [
        "us: 2026-12 is 2026-12-01 to 2026-12-31 in the policies, 2026-11-29 to 2026-12-26 in the ERP",
        "Set the entity's calendar in the policies, or the periods of the fiscal year in the ERP: the two must close on the same day.",
      ],
      ["us: 2026-12", "Open the period in the ERP, or close it in the policies: what is posted there would be refused."],
    ]);
    const closed = { ...withUs({ periods: [{ period: "2026-10", state: "closed", from: "2026-11-06", why }] }), accounts: [] };
    expect(read(closed, { ...erp })).toEqual([
      ["us: 2026-10", "Close the period in the ERP: somebody could post by hand into what is reported."],
    ]);
  });

  test("and of an entity that the policies do not have there is none", () => {
    expect(erpAgreement(plain, "nobody", { ...erp, functionalCurrency: "CAD" }, now)).toEqual([]);
  });
});

test("today is the entity's, whose evening is the next day in Greenwich", () => {
  const accounts = [account("discounts", "4100", { to: "2026-12-09" })];
  const at = (instant: string) => erpAgreement(withUs({ timeZone: "America/New_York" }, { accounts }), "us", erp, instant).length;
  expect([at("2026-12-10T04:59:59.000Z"), at("2026-12-10T05:00:00.000Z")]).toEqual([1, 0]);
});

test("a jurisdiction is wanted in the books of the shop or store that it is for, until the day its rule ends", () => {
  const shop = { channel: "shopify", currency: "USD", timeZone: "UTC", channelDimension: "web" } as const;
  const policy: Policy = {
    ...plain,
    shops: { ours: { ...shop, entity: "us" }, theirs: { ...shop, entity: "ca" } },
    stores: { "0101": { entity: "us" }, "0201": { entity: "ca" } } as unknown as Policy["stores"],
    taxes: [
      { channel: "shopify", shop: "ours", match: "*", jurisdiction: "US-OURS" },
      { channel: "shopify", shop: "theirs", match: "*", jurisdiction: "CA-THEIRS" },
      { channel: "pos", store: "0101", match: "*", jurisdiction: "US-STORE" },
      { channel: "pos", store: "0201", match: "*", jurisdiction: "CA-STORE" },
      { channel: "shopify", match: "today", jurisdiction: "US-TODAY", to: "2026-12-10" },
      { channel: "shopify", match: "over", jurisdiction: "US-OVER", to: "2026-12-09" },
      { channel: "shopify", match: "*", jurisdiction: "US-HELD" },
      { channel: "shopify", match: "again", jurisdiction: "US-TODAY" },
    ],
  };
  expect(found(policy, { ...erp, taxCodes: [{ code: "US-HELD", name: "", active: true }], currencies: undefined })).toEqual([
    "tax-code-missing us: US-OURS",
    "tax-code-missing us: US-STORE",
    "tax-code-missing us: US-TODAY",
  ]);
});

describe("the periods of an ERP", () => {
  const december = (...periods: ErpCompanyData["periods"]) => found(plain, { ...erp, periods });
  const open = (from: string, to: string) => ({ from, to, open: true });

  test("may be finer than the entity's, as long as each day is open, in whichever order they are told", () => {
    expect(december(open("2026-12-01", "2026-12-31"))).toEqual([]);
    const halves = [open("2026-12-16", "2026-12-31"), open("2026-12-01", "2026-12-15")];
    expect(december(...halves).filter((each) => each.startsWith("period-closed"))).toEqual([]);
    const gap = [open("2026-12-01", "2026-12-14"), open("2026-12-16", "2026-12-31")];
    expect(december(...gap).filter((each) => each.startsWith("period-closed"))).toEqual(["period-closed-in-erp us: 2026-12"]);
    const shut = [open("2026-12-01", "2026-12-15"), { ...open("2026-12-16", "2026-12-31"), open: false }];
    expect(december(...shut).filter((each) => each.startsWith("period-closed"))).toEqual(["period-closed-in-erp us: 2026-12"]);
    expect(december(open("2026-12-02", "2027-12-31"), open("2025-01-01", "2026-11-30"))).toContain("period-closed-in-erp us: 2026-12");
  });

  test("are compared with the entity's up to a length of forty-four days: a longer one stands for no period", () => {
    expect(december(open("2026-11-17", "2026-12-31"))).toEqual([
      "period-calendar us: 2026-12 is 2026-12-01 to 2026-12-31 in the policies, 2026-11-17 to 2026-12-31 in the ERP",
    ]);
    expect(december(open("2026-11-16", "2026-12-31"))).toEqual([]);
    expect(december(open("2026-12-01", "2027-01-10"))).toEqual([
      "period-calendar us: 2026-12 is 2026-12-01 to 2026-12-31 in the policies, 2026-12-01 to 2027-01-10 in the ERP",
    ]);
  });

  test("that touch a closed one on a single day leave it open", () => {
    const closed = withUs({ periods: [{ period: "2026-10", state: "closed", from: "2026-11-06", why }] });
    const touching = (from: string, to: string) =>
      found(closed, { ...erp, periods: [open("2026-12-01", "2026-12-31"), open(from, to)] }).filter((each) => each.includes("2026-10"));
    expect(touching("2026-10-31", "2026-11-30")).toEqual(["period-open-in-erp us: 2026-10"]);
    expect(touching("2026-11-01", "2026-11-30")).toEqual([]);
    expect(touching("2026-09-01", "2026-10-01")).toEqual(["period-open-in-erp us: 2026-10"]);
    expect(touching("2026-09-01", "2026-09-30")).toEqual([]);
  });

  test("of a period that was opened again are to be open", () => {
    const reopened = withUs({
      periods: [
        { period: "2026-10", state: "closed", from: "2026-11-06", why },
        { period: "2026-10", state: "open", from: "2026-12-01", why },
        { period: "no-such", state: "closed", from: "2026-11-06", why },
      ],
    });
    expect(found(reopened, { ...erp, periods: [open("2026-12-01", "2026-12-31")] })).toEqual(["period-closed-in-erp us: 2026-10"]);
  });
});

test("the hub keeps what is owed and owned, on whichever side it stands, of all entities where a rule names none", () => {
  const accounts = [
    account("payment-clearing", "1100"),
    account("deferred-revenue", "2400", { entity: "us", layer: 3 }),
    account("write-down", "5900"),
    account("no-such-role", "9999"),
  ];
  expect([...hubKeptAccounts({ ...plain, accounts }, "us")]).toEqual(["1100", "2400"]);
});
