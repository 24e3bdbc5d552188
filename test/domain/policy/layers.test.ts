import { expect, test } from "vitest";
import { accountFor, electionFor, governedKeys, type Policy, type PolicyFile, resolvePolicy, roles } from "#domain/policy";
import { connection, errorsOf, files, type ownership, sales, taxPoint } from "./small-policy.ts";

const returnRule = {
  windowDays: 30,
  conditions: ["as-new"],
  channels: ["pos"],
  refundTo: "original-tender",
  from: "2026-01-01",
  why: "A test of returns.",
};
const promotion = { code: "TEN", from: "2026-01-01", why: "A test of promotions." };
const approval = { kind: "concession", role: "controller", expiresAfterHours: 48, from: "2026-01-01", why: "A test of approvals." };
const breakage = { estimate: "breakage", rate: "0.1", when: { kind: "gift-card" }, from: "2026-01-01", why: "A test of estimates." };
const unclaimed = { jurisdiction: "US-MA", dormancyMonths: 36, from: "2026-01-01", why: "A test of unclaimed property." };
const points = {
  program: "rewards",
  points: 100,
  worth: { USD: 100, CAD: 130 },
  breakageRate: "0.2",
  from: "2026-01-01",
  why: "A test of points.",
};
const replacement = { code: "WARRANTY", reason: "warranty", from: "2026-01-01", why: "A test of replacements." };
const told = { from: "2026-01-01", why: "A test of stores." };
const boston = { location: "shop", name: "Boston", timeZone: "America/New_York", currency: "USD" };
const posTable = {
  numbers: { decimal: "." },
  dates: "year-first",
  ticket: { store: "Store", register: "Till", sequence: "Receipt", date: "Date" },
  line: { item: "Article", gross: "Amount" },
  tax: "excluded",
  returns: "negative",
  tenders: { from: "total", type: { constant: "Cash" } },
  why: "A test of tables.",
};
const centre = { name: "Centre", kind: "distribution-centre", ids: { shopify: ["71"] } };
const freight = { carrier: "ups", perShipment: { USD: 650 }, from: "2026-01-01", why: "A test of freight." };

function policyOf(policyFiles: readonly PolicyFile[]): Policy {
  const resolved = resolvePolicy(policyFiles);
  if ("errors" in resolved) throw new Error(JSON.stringify(resolved.errors));
  return { ...resolved.policy, version: resolved.version, release: 1 };
}

const salesAccount = (policy: Policy, entity: string) => accountFor(policy, "sales", {}, entity, "2026-11-27")?.account;

test("an account rule of the global layer holds for every entity", () => {
  const policy = policyOf(files());
  expect([salesAccount(policy, "US1"), salesAccount(policy, "US2")]).toEqual(["4000", "4000"]);
  expect(policy.accounts.map(({ account, layer, entity }) => ({ account, layer, entity }))).toEqual([
    { account: "4000", layer: 0, entity: undefined },
  ]);
});

test("region, brand and entity each override the layer before them, and only for their own entities", () => {
  const policy = policyOf(
    files((content) => {
      content["regions/ca.json"] = { name: "Canada" };
      content["brands/moss.json"] = { name: "Moss", accounts: [sales("4002")] };
      content["regions/us.json"]!.accounts = [sales("4001")];
      content["entities/US2.json"]!.brand = "moss";
      const { erpCompany: _company, ...third } = content["entities/US2.json"]!;
      content["entities/US3.json"] = { ...third, erpCompany: "F3", accounts: [sales("4003")] };
      content["entities/CA1.json"] = { ...third, erpCompany: "F4", region: "ca", brand: "fern" };
    }),
  );
  expect(["CA1", "US1", "US2", "US3"].map((entity) => salesAccount(policy, entity))).toEqual(["4000", "4001", "4002", "4003"]);
  expect(policy.accounts.filter(({ account }) => account === "4001").map(({ entity, layer }) => [entity, layer])).toEqual([
    ["US1", 1],
    ["US2", 1],
    ["US3", 1],
  ]);
});

test("a jurisdiction and an item that a nearer layer says again are replaced by key", () => {
  const policy = policyOf(
    files((content) => {
      content["global.json"]!.jurisdictions = { "US-MA": { name: "Mass.", why: "To be replaced." } };
      content["brands/fern.json"]!.items = { list: { MUG: { class: "gift", name: "Gift mug", stocked: true } } };
    }),
  );
  expect(policy.jurisdictions["US-MA"]?.name).toBe("Massachusetts");
  expect(policy.items).toEqual({
    unknown: "hold",
    defaultClass: "none",
    list: { MUG: { class: "gift", name: "Gift mug", stocked: true } },
  });
});

test("a tax rule of an entity comes before a global one, because the first that fits counts", () => {
  const policy = policyOf(
    files((content) => {
      content["global.json"]!.jurisdictions = { "US-XX": { name: "Anywhere", why: "For the test." } };
      content["global.json"]!.elections = [taxPoint("US-XX", "fulfilment")];
      content["global.json"]!.taxes = [{ channel: "pos", match: "*", jurisdiction: "US-XX" }];
    }),
  );
  expect(policy.taxes.map((rule) => rule.jurisdiction)).toEqual(["US-MA", "US-XX"]);
});

test("stores and locations belong to the entity whose file names them", () => {
  const policy = policyOf(files());
  expect(policy.stores["0101"]).toEqual({
    entity: "US1",
    location: "shop",
    name: "Boston",
    timeZone: "America/New_York",
    currency: "USD",
  });
  expect(policy.locations.dc?.entity).toBe("US1");
});

test("a region speaks for its jurisdictions: an entity of another region that sells into them follows", () => {
  const policy = policyOf(
    files((content) => {
      content["regions/ca.json"] = {
        name: "Canada",
        jurisdictions: { "CA-ON": { name: "Ontario", why: "Shipped to Ontario." } },
        elections: [taxPoint("CA-ON", "capture"), { ...taxPoint("", "income"), election: "tips", when: {} }],
      };
    }),
  );
  const us1 = { entity: "US1", day: "2026-11-27" };
  expect(electionFor(policy, "taxPoint", { ...us1, about: { jurisdiction: "CA-ON" } })).toBe("capture");
  // What it says of its own entities stays with them.
  expect(electionFor(policy, "tips", us1)).toBe("liability");
});

test("an entity's calendar is the nearest one; periods, filings and cut-over are its own", () => {
  const weeks = { kind: "weeks", pattern: "4-4-5", years: [{ name: "FY26", from: "2026-02-01" }], why: "A retail calendar." };
  const period = { period: "FY26-P01", state: "closed", from: "2026-03-10", why: "Closed." };
  const filing = { jurisdiction: "US-MA", filedThrough: "2026-10-31", from: "2026-11-20", why: "Filed." };
  const cutOver = { shopify: { at: "2026-11-01T05:00:00.000Z", why: "Go-live." } };
  const { entities } = policyOf(
    files((content) => {
      content["global.json"]!.calendar = { kind: "months", why: "By month." };
      content["regions/us.json"]!.calendar = weeks;
      content["entities/US2.json"]!.calendar = { kind: "months", why: "By month after all." };
      Object.assign(content["entities/US1.json"]!, { periods: [period], taxFilings: [filing], cutOver });
    }),
  );
  expect(entities.US1).toMatchObject({ calendar: weeks, periods: [period], taxFilings: [filing], cutOver });
  expect(entities.US2?.calendar).toEqual({ kind: "months", why: "By month after all." });
  expect(entities.US2?.periods).toBeUndefined();
});

test("every key that a layer may set needs an owner", () => {
  expect(governedKeys).toEqual(
    expect.arrayContaining([
      "accounts",
      "approvals.concession",
      "cutOver",
      "elections.taxPoint",
      "erpCompany",
      "periods",
      "tolerances.ticketTaxGroup",
    ]),
  );
});

test("the version follows the content of the files and not the order in which they are read", () => {
  const version = policyOf(files()).version;
  expect(version).toMatch(/^[0-9a-f]{64}$/);
  expect(policyOf(files().reverse()).version).toBe(version);
  expect(policyOf(files((content) => (content["global.json"]!.accounts = [sales("4009")]))).version).not.toBe(version);
});

/** A gateway account of US1 whose CSV is described, with one thing changed. */
/** The same account with a contract over its fees, terminals and whatever else is asked about. */
function withContract(content: Record<string, Record<string, unknown>>, change: object): void {
  withMapping(content, {});
  const accounts = content["entities/US1.json"]!.gatewayAccounts as Record<string, object>;
  accounts["pay-later"] = { ...accounts["pay-later"], ...change };
}

const rate = { currency: "USD", rate: "0.029", fixed: 30, toleranceMinorUnits: 1, from: "2026-01-01", why: "a test" };

function withMapping(content: Record<string, Record<string, unknown>>, change: object): void {
  const why = "a test";
  content["entities/US1.json"]!.bankAccounts = { operating: { name: "o", currency: "USD", numbers: ["1"], unknownCredits: "book", why } };
  content["entities/US1.json"]!.gatewayAccounts = {
    "pay-later": {
      name: "n",
      source: "pay-later",
      clearing: { role: "payment-clearing", gateway: "pay_later" },
      bankAccount: "operating",
      lagDays: 3,
      csv: {
        name: "pay-later-csv",
        source: "pay-later",
        numbers: { decimal: ".", group: "," },
        dates: "year-first",
        columns: { type: "Type", occurredAt: "Date", net: "Net" },
        identity: ["Type", "Date", "Net"],
        currency: "USD",
        types: { sale: { class: "sale_refund" } },
        ...change,
      },
      why,
    },
  };
}

const faults: readonly [
  string,
  Parameters<typeof files>[0],
  { file: string; path: string; value: string | RegExp; message: string | RegExp },
][] = [
  [
    "a key that nobody reads",
    (content) => (content["entities/US1.json"]!.currency = "USD"),
    {
      file: "entities/US1.json",
      path: "currency",
      value: '"USD"',
      message:
        "unknown key; allowed here: name, region, brand, functionalCurrency, connection, erpCompany, timeZone, transferPrices, stores, bankAccounts, gatewayAccounts, locations, periods, taxFilings, cutOver, taxes, accounts, elections, tolerances, waits, ticketRules, returns, promotions, freight, estimates, unclaimedProperty, loyalty, replacements, approvals, calendar, tillReasons, stockReasons, consignments, dropShip, couriers",
    },
  ],
  [
    "an unknown key of a rule, deep in a list",
    (content) => (content["global.json"]!.accounts = [{ ...sales("4000"), acount: "4001" }]),
    {
      file: "global.json",
      path: "accounts[0].acount",
      value: '"4001"',
      message: "unknown key; allowed here: role, when, account, name, from, to, why",
    },
  ],
  [
    "a table of a till whose returns nobody can tell",
    (content) => (content["global.json"] = { ...content["global.json"], posTables: { "pop-up": { ...posTable, returns: "by-kind" } } }),
    {
      file: "global.json",
      path: `posTables["pop-up"].returns`,
      value: '"pop-up"',
      message: "is by-kind and no column says what is a return; allowed: line.kind, or negative",
    },
  ],
  [
    "a table of a till with a rule that there is not",
    (content) => (content["global.json"] = { ...content["global.json"], posTables: { "pop-up": { ...posTable, tax: "maybe" } } }),
    {
      file: "global.json",
      path: `posTables["pop-up"].tax`,
      value: '"maybe"',
      message: "not allowed; allowed: included, excluded",
    },
  ],
  [
    "a CSV mapping of another gateway than its account's",
    (content) => withMapping(content, { source: "other-gateway" }),
    {
      file: "entities/US1.json",
      path: `gatewayAccounts["pay-later"].csv.source`,
      value: '"other-gateway"',
      message: "is not the account's source pay-later",
    },
  ],
  [
    "a CSV mapping by which a row would have no id",
    (content) => withMapping(content, { identity: undefined }),
    {
      file: "entities/US1.json",
      path: `gatewayAccounts["pay-later"].csv`,
      value: '"pay-later-csv"',
      message: "leaves open columns.id or identity: without one a row is told twice",
    },
  ],
  [
    "a CSV mapping with a class that there is not",
    (content) => withMapping(content, { types: { sale: { class: "other" } } }),
    {
      file: "entities/US1.json",
      path: `gatewayAccounts["pay-later"].csv.types.sale.class`,
      value: '"other"',
      message: /sale_refund/,
    },
  ],
  [
    "two contracted rates for one case on one day",
    (content) =>
      withContract(content, {
        feeContract: { states: "fees", rates: [{ ...rate, cardBrand: "Amex" }, rate, { ...rate, rate: "0.03", cardBrand: "amex" }] },
      }),
    {
      file: "entities/US1.json",
      path: `gatewayAccounts["pay-later"].feeContract.rates[2]`,
      value: '"2026-01-01"',
      message: "is said twice for one day; two rates of one kind need two days from which they hold",
    },
  ],
  [
    "a contracted rate in a currency in which the account does not settle",
    (content) => withContract(content, { currencies: ["EUR"], feeContract: { states: "fees", rates: [rate] } }),
    {
      file: "entities/US1.json",
      path: `gatewayAccounts["pay-later"].feeContract.rates[0].currency`,
      value: '"USD"',
      message: "is none in which the account settles; allowed: EUR",
    },
  ],
  [
    "a contracted rate that ends before it begins",
    (content) => withContract(content, { feeContract: { states: "fees", rates: [{ ...rate, to: "2025-12-31" }] } }),
    {
      file: "entities/US1.json",
      path: `gatewayAccounts["pay-later"].feeContract.rates[0].to`,
      value: '"2025-12-31"',
      message: "is before from 2026-01-01",
    },
  ],
  [
    "a gateway that states no fees, without a rate to find them by",
    (content) => withContract(content, { feeContract: { states: "net-only", rates: [] } }),
    {
      file: "entities/US1.json",
      path: `gatewayAccounts["pay-later"].feeContract.rates`,
      value: "[]",
      message: /at least one rate/,
    },
  ],
  [
    "a contracted rate in percent",
    (content) => withContract(content, { feeContract: { states: "fees", rates: [{ ...rate, rate: "2.9" }] } }),
    {
      file: "entities/US1.json",
      path: `gatewayAccounts["pay-later"].feeContract.rates[0].rate`,
      value: '"2.9"',
      message: /a share of the amount from "-1" to "1"/,
    },
  ],
  [
    "a card terminal of a store that there is not",
    (content) => withContract(content, { terminals: { "T-1": { store: "9999", register: "1" } } }),
    {
      file: "entities/US1.json",
      path: `gatewayAccounts["pay-later"].terminals["T-1"].store`,
      value: '"9999"',
      message: /store/,
    },
  ],
  [
    "tax withheld for a jurisdiction that there is not",
    (content) => withContract(content, { withholdsFor: "XX" }),
    {
      file: "entities/US1.json",
      path: `gatewayAccounts["pay-later"].withholdsFor`,
      value: '"XX"',
      message: /jurisdiction/,
    },
  ],
  [
    "tenders outside the global layer, where they could not be told apart",
    (content) => (content["regions/us.json"]!.tenders = []),
    {
      file: "regions/us.json",
      path: "tenders",
      value: "[]",
      message:
        "unknown key; allowed here: name, connections, jurisdictions, taxes, accounts, elections, tolerances, waits, ticketRules, returns, promotions, freight, estimates, unclaimedProperty, loyalty, replacements, approvals, calendar, tillReasons, stockReasons, consignments, dropShip, couriers",
    },
  ],
  [
    "a role that does not exist",
    (content) => (content["global.json"]!.accounts = [{ ...sales("4000"), role: "sale" }]),
    {
      file: "global.json",
      path: "accounts[0].role",
      value: '"sale"',
      message: /^not allowed; allowed: one of payment-clearing, .*, sales, /,
    },
  ],
  [
    "a dimension that the role does not carry",
    (content) => (content["global.json"]!.accounts = [{ ...sales("4000"), when: { gateway: "paypal" } }]),
    {
      file: "global.json",
      path: "accounts[0].when.gateway",
      value: '"paypal"',
      message: "sales has no such dimension; allowed: channel, store, item-class",
    },
  ],
  [
    "a rule without a reason",
    (content) => {
      const { why: _why, ...rest } = sales("4000");
      content["global.json"]!.accounts = [rest];
    },
    { file: "global.json", path: "accounts[0].why", value: "nothing", message: "is missing: string expected" },
  ],
  [
    "a day that is in no calendar",
    (content) => (content["global.json"]!.accounts = [{ ...sales("4000"), from: "2026-02-29" }]),
    {
      file: "global.json",
      path: "accounts[0].from",
      value: '"2026-02-29"',
      message: "not allowed; allowed: a day that exists, as YYYY-MM-DD",
    },
  ],
  [
    "an end before its beginning",
    (content) => (content["global.json"]!.accounts = [{ ...sales("4000"), to: "2025-12-31" }]),
    { file: "global.json", path: "accounts[0].to", value: '"2025-12-31"', message: "is before from 2026-01-01" },
  ],
  [
    "the same rule twice",
    (content) => (content["global.json"]!.accounts = [sales("4000"), sales("4001")]),
    {
      file: "global.json",
      path: "accounts[1]",
      value: '"sales"',
      message: "says the same role, when and from as accounts[0]; keep one of the two",
    },
  ],
  [
    "a lease too short to send anything in",
    (content) => (content["regions/us.json"]!.connections = { "erp-us": { ...connection, leaseSeconds: 7 } }),
    {
      file: "regions/us.json",
      path: 'connections["erp-us"].leaseSeconds',
      value: "7",
      message:
        "is shorter than requestTimeoutSeconds 2 + serverRunSeconds 1 + clockSkewSeconds 5: nothing could ever be sent; allowed: 8 or more",
    },
  ],
  [
    "a lease in parts of a second, which no plan can hold",
    (content) => (content["regions/us.json"]!.connections = { "erp-us": { ...connection, leaseSeconds: 9.5 } }),
    {
      file: "regions/us.json",
      path: 'connections["erp-us"].leaseSeconds',
      value: "9.5",
      message: "not a whole number",
    },
  ],
  [
    "a connection that is not there",
    (content) => (content["entities/US2.json"]!.connection = "erp-eu"),
    { file: "entities/US2.json", path: "connection", value: '"erp-eu"', message: "unknown connection; known: erp-us" },
  ],
  [
    "a shop sold by nobody",
    (content) =>
      (content["brands/fern.json"]!.shops = {
        "fern.myshopify.com": { channel: "shopify", entity: "US9", timeZone: "America/New_York", channelDimension: "web" },
      }),
    {
      file: "brands/fern.json",
      path: 'shops["fern.myshopify.com"].entity',
      value: '"US9"',
      message: "unknown entity; known: US1, US2",
    },
  ],
  [
    "a tax of a jurisdiction that is not there",
    (content) => (content["entities/US1.json"]!.taxes = [{ channel: "pos", store: "0101", match: "*", jurisdiction: "US-NH" }]),
    { file: "entities/US1.json", path: "taxes[0].jurisdiction", value: '"US-NH"', message: "unknown jurisdiction; known: US-MA" },
  ],
  [
    "an entity's tax rule that would hold for all",
    (content) => (content["entities/US1.json"]!.taxes = [{ channel: "pos", match: "MA", jurisdiction: "US-MA" }]),
    {
      file: "entities/US1.json",
      path: "taxes[0]",
      value: '"MA"',
      message: "names no shop or store, so it would hold for everybody: name one, or move the rule to global.json",
    },
  ],
  [
    "a region that is not there",
    (content) => (content["entities/US2.json"]!.region = "uk"),
    { file: "entities/US2.json", path: "region", value: '"uk"', message: "unknown region; known: us" },
  ],
  [
    "a brand that is not there",
    (content) => (content["entities/US2.json"]!.brand = "ferns"),
    { file: "entities/US2.json", path: "brand", value: '"ferns"', message: "unknown brand; known: fern" },
  ],
  [
    "a company of one ERP that two entities claim",
    (content) => (content["entities/US2.json"]!.erpCompany = "F1"),
    {
      file: "entities/US2.json",
      path: "erpCompany",
      value: '"erp-us/F1"',
      message: "is already said in entities/US1.json; say it in one file",
    },
  ],
  [
    "a tax of a shop that is not there",
    (content) =>
      (content["regions/us.json"]!.taxes = [{ channel: "shopify", shop: "moss.myshopify.com", match: "*", jurisdiction: "US-MA" }]),
    {
      file: "regions/us.json",
      path: "taxes[0].shop",
      value: '"moss.myshopify.com"',
      message: "unknown shop; known: fern.myshopify.com",
    },
  ],
  [
    "a tax of a store that is not there",
    (content) => (content["regions/us.json"]!.taxes = [{ channel: "pos", store: "0109", match: "*", jurisdiction: "US-MA" }]),
    { file: "regions/us.json", path: "taxes[0].store", value: '"0109"', message: "unknown store; known: 0101" },
  ],
  [
    "a shop that ships from nowhere",
    (content) =>
      (content["brands/fern.json"]!.shops = {
        "fern.myshopify.com": {
          channel: "shopify",
          entity: "US1",
          timeZone: "America/New_York",
          channelDimension: "web",
          defaultLocation: "depot",
        },
      }),
    {
      file: "brands/fern.json",
      path: 'shops["fern.myshopify.com"].defaultLocation',
      value: '"depot"',
      message: "unknown location; known: dc, shop",
    },
  ],
  [
    "a tender kept by a dimension that its role does not carry",
    (content) =>
      (content["global.json"]!.tenders = [
        { channel: "pos", match: "cash", role: "cash-drawer", dimensions: { gateway: "till" }, why: "Cash stays in the drawer." },
      ]),
    {
      file: "global.json",
      path: "tenders[0].dimensions.gateway",
      value: '"till"',
      message: "cash-drawer has no such dimension; allowed: register, currency",
    },
  ],
  [
    "an item that two brands class differently",
    (content) => {
      content["brands/fern.json"]!.items = { list: { JUG: { class: "table", name: "Jug", stocked: true } } };
      content["brands/moss.json"] = { name: "Moss", items: { list: { JUG: { class: "gift", name: "Jug", stocked: true } } } };
    },
    {
      file: "brands/moss.json",
      path: "items.list.JUG",
      value: '"JUG"',
      message: "is already said in brands/fern.json; say it in one file",
    },
  ],
  [
    "a store at another entity's location",
    (content) =>
      (content["entities/US2.json"]!.stores = { "0201": { location: "dc", name: "Austin", timeZone: "America/Chicago", currency: "USD" } }),
    { file: "entities/US2.json", path: 'stores["0201"].location', value: '"dc"', message: "unknown location of US2; known: none" },
  ],
  [
    "a store whose tills write a dialect that nobody knows",
    (content) =>
      (content["entities/US1.json"]!.stores = {
        "0101": { location: "shop", name: "Boston", timeZone: "America/New_York", currency: "USD", poslogDialect: "oracle-xtsore" },
      }),
    {
      file: "entities/US1.json",
      path: 'stores["0101"].poslogDialect',
      value: '"oracle-xtsore"',
      message: "unknown POSLog dialect; known: arts, futura, gk-omnipos, ncr-acs, oracle-xstore, retalix-r10, wincor-tpnet",
    },
  ],
  [
    "a time zone that is not there",
    (content) => (content["entities/US2.json"]!.timeZone = "America/Bostn"),
    {
      file: "entities/US2.json",
      path: "timeZone",
      value: '"America/Bostn"',
      message: "not allowed; allowed: an IANA time zone such as America/New_York",
    },
  ],
  [
    "a store that two entities claim",
    (content) => {
      content["entities/US2.json"]!.locations = { l2: { name: "Austin", kind: "store", ids: { shopify: ["73"] } } };
      content["entities/US2.json"]!.stores = { "0101": { location: "l2", name: "Austin", timeZone: "America/Chicago", currency: "USD" } };
    },
    {
      file: "entities/US2.json",
      path: 'stores["0101"]',
      value: '"0101"',
      message: "is already said in entities/US1.json; say it in one file",
    },
  ],
  [
    "a channel's location id that means two places",
    (content) => (content["entities/US2.json"]!.locations = { l2: { name: "Austin", kind: "store", ids: { shopify: ["71"] } } }),
    {
      file: "entities/US2.json",
      path: "locations.l2.ids.shopify",
      value: '"71"',
      message: "is already said in entities/US1.json; say it in one file",
    },
  ],
  [
    "a tender rule that an earlier one hides",
    (content) => {
      const rule = { channel: "pos", match: "cash", role: "cash-drawer", why: "Cash stays in the drawer." };
      content["global.json"]!.tenders = [rule, { ...rule, role: "safe" }];
    },
    {
      file: "global.json",
      path: "tenders[1]",
      value: '"cash"',
      message: "matches the same as tenders[0], which comes first; keep one of the two",
    },
  ],
  [
    "a voucher taxed at its sale whose money is nobody's claim",
    (content) =>
      (content["global.json"]!.tenders = [
        { channel: "pos", match: "voucher", role: "safe", taxedAtSale: { jurisdiction: "US-MA", rate: "0.2" }, why: "Taxed when sold." },
      ]),
    {
      file: "global.json",
      path: "tenders[0].taxedAtSale",
      value: '"safe"',
      message: "is for vouchers; allowed roles: gift-card-liability, store-credit-liability",
    },
  ],
  [
    "a voucher taxed at its sale where nobody knows",
    (content) =>
      (content["global.json"]!.tenders = [
        {
          channel: "pos",
          match: "voucher",
          role: "gift-card-liability",
          taxedAtSale: { jurisdiction: "XX", rate: "0.2" },
          why: "Taxed when sold.",
        },
      ]),
    { file: "global.json", path: "tenders[0].taxedAtSale.jurisdiction", value: '"XX"', message: "unknown jurisdiction; known: US-MA" },
  ],
  [
    "a rate of a voucher as a percentage",
    (content) =>
      (content["global.json"]!.tenders = [
        {
          channel: "pos",
          match: "voucher",
          role: "gift-card-liability",
          taxedAtSale: { jurisdiction: "US-MA", rate: "20" },
          why: "Taxed when sold.",
        },
      ]),
    {
      file: "global.json",
      path: "tenders[0].taxedAtSale.rate",
      value: '"20"',
      message: 'not allowed; allowed: a decimal between 0 and 1 such as "0.2"',
    },
  ],
  [
    "a tender match in upper case, which would never fit",
    (content) => (content["global.json"]!.tenders = [{ channel: "pos", match: "Cash", role: "cash-drawer", why: "Cash in the drawer." }]),
    {
      file: "global.json",
      path: "tenders[0].match",
      value: '"Cash"',
      message: "not allowed; allowed: lower case, or * for any: the channel's name is compared in lower case",
    },
  ],
  [
    "a currency that is none",
    (content) => (content["entities/US2.json"]!.functionalCurrency = "USX"),
    {
      file: "entities/US2.json",
      path: "functionalCurrency",
      value: '"USX"',
      message: "not allowed; allowed: an ISO 4217 code such as USD",
    },
  ],
  [
    "an adapter that is not built",
    (content) => (content["regions/us.json"]!.connections = { "erp-us": { ...connection, adapter: "sap-r2" } }),
    {
      file: "regions/us.json",
      path: 'connections["erp-us"].adapter',
      value: '"sap-r2"',
      message: "not allowed; allowed: sandbox, tryton, netsuite, odoo, erpnext, business-central",
    },
  ],
  [
    "an election by a value that another one has",
    (content) => (content["global.json"]!.elections = [{ ...taxPoint("US-MA", "credit-note") }]),
    {
      file: "global.json",
      path: "elections[0].value",
      value: '"credit-note"',
      message: "taxPoint has no such value; allowed: capture, fulfilment, earlier",
    },
  ],
  [
    "an election that does not exist",
    (content) => (content["global.json"]!.elections = [{ ...taxPoint("US-MA", "capture"), election: "taxpoint" }]),
    {
      file: "global.json",
      path: "elections[0].election",
      value: '"taxpoint"',
      message:
        "not allowed; allowed: controlPasses, taxPoint, tips, returnedDuties, unsaleableReturns, storedValueGiven, storedValueLapsed, cardDiscount, transferTitle, correctionStyle, accrualRevision, drawerCount, postingGrain",
    },
  ],
  [
    "an election about what it does not depend on",
    (content) => (content["global.json"]!.elections = [{ ...taxPoint("US-MA", "capture"), when: { channel: "pos" } }]),
    {
      file: "global.json",
      path: "elections[0].when.channel",
      value: '"pos"',
      message: "taxPoint cannot be narrowed by channel; allowed: jurisdiction",
    },
  ],
  [
    "a summary per store day where there is no store",
    (content) =>
      (content["global.json"]!.elections = [
        taxPoint("US-MA", "capture"),
        { ...taxPoint("US-MA", "store-day"), election: "postingGrain", when: { channel: "shopify" } },
      ]),
    {
      file: "global.json",
      path: "elections[1].when",
      value: '{"channel":"shopify"}',
      message: "only stores have a day of their own; allowed: a when that says channel pos",
    },
  ],
  [
    "a summary per payout of tills, whose tickets are paid out in parts",
    (content) =>
      (content["global.json"]!.elections = [
        taxPoint("US-MA", "capture"),
        { ...taxPoint("US-MA", "payout"), election: "postingGrain", when: {} },
      ]),
    {
      file: "global.json",
      path: "elections[1].when",
      value: "{}",
      message: "a till's tenders are paid out apart from each other; allowed: a when that says another channel",
    },
  ],
  [
    "an election about a jurisdiction that is not there",
    (content) => (content["global.json"]!.elections = [taxPoint("US-NH", "capture")]),
    {
      file: "global.json",
      path: "elections[0].when.jurisdiction",
      value: '"US-NH"',
      message: "unknown jurisdiction; known: US-MA",
    },
  ],
  [
    "the same election twice from one day",
    (content) => (content["regions/us.json"]!.elections = [taxPoint("US-MA", "capture"), taxPoint("US-MA", "earlier")]),
    {
      file: "regions/us.json",
      path: "elections[1]",
      value: /earlier/,
      message: "says the same election, when and from as elections[0]; keep one of the two",
    },
  ],
  [
    "a jurisdiction whose tax nobody says when it is due",
    (content) => (content["regions/us.json"]!.elections = []),
    {
      file: "regions/us.json",
      path: 'jurisdictions["US-MA"]',
      value: /Massachusetts/,
      message: "no election taxPoint says when its tax is due; allowed: capture, fulfilment, earlier",
    },
  ],
  [
    "a tolerance of more than a rounding",
    (content) =>
      (content["global.json"]!.tolerances = [{ tolerance: "ticketTaxGroup", minorUnits: 101, from: "2026-01-01", why: "Generous." }]),
    { file: "global.json", path: "tolerances[0].minorUnits", value: "101", message: "not allowed; allowed: minor units from 0 to 100" },
  ],
  [
    "a return rule about a store",
    (content) => (content["global.json"]!.returns = [{ ...returnRule, when: { store: "0101" } }]),
    {
      file: "global.json",
      path: "returns[0].when.store",
      value: '"0101"',
      message: "a return rule cannot be narrowed by store; allowed: channel, item, item-class, promotion",
    },
  ],
  [
    "a return to a channel that nobody sells in",
    (content) => (content["global.json"]!.returns = [{ ...returnRule, channels: ["pos", "shopfy"] }]),
    {
      file: "global.json",
      path: "returns[0].channels[1]",
      value: '"shopfy"',
      message: "unknown channel; known: pos, shopify",
    },
  ],
  [
    "a return rule about sales of a channel that nobody sells in",
    (content) => (content["global.json"]!.returns = [{ ...returnRule, when: { channel: "web" } }]),
    { file: "global.json", path: "returns[0].when.channel", value: '"web"', message: "unknown channel; known: pos, shopify" },
  ],
  [
    "a promotion in a channel that nobody sells in",
    (content) => (content["global.json"]!.promotions = [{ code: "TEN", channels: ["web"], from: "2026-01-01", why: "Spring." }]),
    { file: "global.json", path: "promotions[0].channels[0]", value: '"web"', message: "unknown channel; known: pos, shopify" },
  ],
  [
    "a tender of a channel that nobody sells in",
    (content) =>
      (content["global.json"]!.tenders = [{ channel: "bazaar", match: "*", role: "payment-clearing", why: "Paid out every week." }]),
    { file: "global.json", path: "tenders[0].channel", value: '"bazaar"', message: "unknown channel; known: pos, shopify" },
  ],
  [
    "a marketplace under a name of Shopify's",
    (content) =>
      (content["brands/fern.json"]!.shops = {
        "bazaar.myshopify.com": { channel: "bazaar", entity: "US1", timeZone: "America/New_York", channelDimension: "bazaar" },
      }),
    {
      file: "brands/fern.json",
      path: 'shops["bazaar.myshopify.com"]',
      value: '"bazaar.myshopify.com"',
      message:
        "is no shop of bazaar; a shop of shopify is its domain such as name.myshopify.com, in lower case, and no other shop has such a name",
    },
  ],
  [
    "a shop with the id of a store",
    (content) =>
      (content["brands/fern.json"]!.shops = {
        "0101": { channel: "bazaar", entity: "US1", timeZone: "America/New_York", channelDimension: "bazaar" },
      }),
    {
      file: "brands/fern.json",
      path: 'shops["0101"]',
      value: '"0101"',
      message: "is the id of a store too; nobody could tell their documents apart",
    },
  ],
  [
    "a return rule that does not say for how long",
    (content) => {
      const { windowDays: _windowDays, ...rule } = returnRule;
      content["global.json"]!.returns = [rule];
    },
    {
      file: "global.json",
      path: "returns[0].windowDays",
      value: "nothing",
      message: "is missing; a rule says it, or that it is a finalSale",
    },
  ],
  [
    "a window of what is sold for good",
    (content) => (content["global.json"]!.returns = [{ finalSale: true, windowDays: 3, from: "2026-01-01", why: "clearance" }]),
    {
      file: "global.json",
      path: "returns[0].windowDays",
      value: "3",
      message: "means nothing where finalSale is true; take one of them out",
    },
  ],
  [
    "a return fee that says no amount",
    (content) => (content["global.json"]!.returns = [{ ...returnRule, fees: [{ reason: "restocking" }] }]),
    {
      file: "global.json",
      path: "returns[0].fees[0]",
      value: '{"reason":"restocking"}',
      message: "says no amount; give rate, minorUnits or both",
    },
  ],
  [
    "a refund that is due within hours in which nobody can make it",
    (content) => (content["global.json"]!.returns = [{ ...returnRule, refundWithinHours: 23 }]),
    {
      file: "global.json",
      path: "returns[0].refundWithinHours",
      value: "23",
      message: "not allowed; allowed: hours from 24 to 2160",
    },
  ],
  [
    "shipping given back on terms that have no name",
    (content) => (content["global.json"]!.returns = [{ ...returnRule, refundsShipping: "always" }]),
    {
      file: "global.json",
      path: "returns[0].refundsShipping",
      value: '"always"',
      message: "not allowed; allowed: never, whole-order, proportionate",
    },
  ],
  [
    "the time of a refund for what is sold for good",
    (content) => (content["global.json"]!.returns = [{ finalSale: true, refundWithinHours: 48, from: "2026-01-01", why: "clearance" }]),
    {
      file: "global.json",
      path: "returns[0].refundWithinHours",
      value: "48",
      message: "means nothing where finalSale is true; take one of them out",
    },
  ],
  [
    "goods taken back in a condition that has no name",
    (content) => (content["global.json"]!.returns = [{ ...returnRule, conditions: ["mint"] }]),
    {
      file: "global.json",
      path: "returns[0].conditions[0]",
      value: '"mint"',
      message: "not allowed; allowed: as-new, opened, used, damaged",
    },
  ],
  [
    "a promotion with a * in the middle of its code",
    (content) => (content["brands/fern.json"]!.promotions = [{ ...promotion, code: "A*B" }]),
    {
      file: "brands/fern.json",
      path: "promotions[0].code",
      value: '"A*B"',
      message: "not allowed; allowed: a code or title of 1 to 120 characters, or the beginning of one with * in the end",
    },
  ],
  [
    "a promotion of more than all of a price",
    (content) => (content["brands/fern.json"]!.promotions = [{ ...promotion, percentMax: "100.5" }]),
    {
      file: "brands/fern.json",
      path: "promotions[0].percentMax",
      value: '"100.5"',
      message: 'not allowed; allowed: percent from 0 to 100 as a decimal such as "12.5"',
    },
  ],
  [
    "a promotion without a limit in the currency of an entity",
    (content) => (content["brands/fern.json"]!.promotions = [{ ...promotion, totalMaxMinorUnits: { CAD: 100 } }]),
    {
      file: "brands/fern.json",
      path: "promotions[0].totalMaxMinorUnits",
      value: '{"CAD":100}',
      message: "has no limit in USD, the currency of US1: name one",
    },
  ],
  [
    "a promotion of a channel that nothing comes from",
    (content) => (content["brands/fern.json"]!.promotions = [{ ...promotion, channels: ["pos", "shopfiy"] }]),
    { file: "brands/fern.json", path: "promotions[0].channels[1]", value: '"shopfiy"', message: "unknown channel; known: pos, shopify" },
  ],
  [
    "a promotion that ends before it begins",
    (content) => (content["brands/fern.json"]!.promotions = [{ ...promotion, to: "2025-12-31" }]),
    { file: "brands/fern.json", path: "promotions[0].to", value: '"2025-12-31"', message: "is before from 2026-01-01" },
  ],
  [
    "a promotion that is said twice, in whatever letters",
    (content) =>
      (content["brands/fern.json"]!.promotions = [promotion, { ...promotion, channels: ["pos"] }, { ...promotion, code: "ten" }]),
    {
      file: "brands/fern.json",
      path: "promotions[2]",
      value: /"ten"/,
      message: "says the same code, channels and from as promotions[0]; keep one of the two",
    },
  ],
  [
    "an approval by nobody known",
    (content) => (content["global.json"]!.approvals = [{ ...approval, role: "cfo" }]),
    { file: "global.json", path: "approvals[0].role", value: '"cfo"', message: "unknown role of ownership.json; known: controller" },
  ],
  [
    "an approval without a threshold in the currency of an entity",
    (content) => (content["entities/US2.json"]!.approvals = [{ ...approval, aboveMinorUnits: { CAD: 100 } }]),
    {
      file: "entities/US2.json",
      path: "approvals[0].aboveMinorUnits",
      value: '{"CAD":100}',
      message: "has no threshold in USD, the currency of US2: name one",
    },
  ],
  [
    "an estimate of freight without a currency of its entity",
    (content) => (content["entities/US2.json"]!.freight = [{ ...freight, perShipment: { CAD: 900 } }]),
    {
      file: "entities/US2.json",
      path: "freight[0].perShipment",
      value: '{"CAD":900}',
      message: "has no estimate in USD, the currency of US2: name one",
    },
  ],
  [
    "an estimate of freight from a place that nobody knows",
    (content) => (content["global.json"]!.freight = [{ ...freight, when: { location: "moon" } }]),
    { file: "global.json", path: "freight[0].when.location", value: '"moon"', message: /^unknown location; known: / },
  ],
  [
    "an estimate of freight by what it cannot be told by",
    (content) => (content["global.json"]!.freight = [{ ...freight, when: { weight: "2" } }]),
    {
      file: "global.json",
      path: "freight[0].when.weight",
      value: '"2"',
      message: "freight cannot be narrowed by weight; allowed: location, carrier",
    },
  ],
  [
    "two estimates of freight that nothing tells apart",
    (content) => (content["global.json"]!.freight = [freight, { ...freight, carrier: "dhl" }]),
    { file: "global.json", path: "freight[1]", value: /"dhl"/, message: "says the same when and from as freight[0]; keep one of the two" },
  ],
  [
    "an estimate that everything is never used",
    (content) => (content["global.json"]!.estimates = [{ ...breakage, rate: "1" }]),
    {
      file: "global.json",
      path: "estimates[0].rate",
      value: '"1"',
      message: 'not allowed; allowed: a share below one as a decimal such as "0.1"',
    },
  ],
  [
    "an estimate by what it cannot be told by",
    (content) => (content["global.json"]!.estimates = [{ ...breakage, when: { colour: "red" } }]),
    {
      file: "global.json",
      path: "estimates[0].when.colour",
      value: '"red"',
      message: "breakage cannot be narrowed by colour; allowed: kind",
    },
  ],
  [
    "expected returns of nobody knows how many days",
    (content) => (content["global.json"]!.estimates = [{ ...breakage, estimate: "returns", when: { channel: "web" } }]),
    {
      file: "global.json",
      path: "estimates[0].windowDays",
      value: "nothing",
      message: "returns needs windowDays: the sales of how many days count",
    },
  ],
  [
    "days of an estimate that counts none",
    (content) => (content["global.json"]!.estimates = [{ ...breakage, windowDays: 30 }]),
    { file: "global.json", path: "estimates[0].windowDays", value: "30", message: "means nothing for breakage; take it out" },
  ],
  [
    "two estimates that nothing tells apart",
    (content) => (content["global.json"]!.estimates = [breakage, { ...breakage, rate: "0.2" }]),
    {
      file: "global.json",
      path: "estimates[1]",
      value: /"0.2"/,
      message: "says the same estimate, when and from as estimates[0]; keep one of the two",
    },
  ],
  [
    "unclaimed property of a jurisdiction that nobody knows",
    (content) => (content["global.json"]!.unclaimedProperty = [{ ...unclaimed, jurisdiction: "MOON" }]),
    { file: "global.json", path: "unclaimedProperty[0].jurisdiction", value: '"MOON"', message: /^unknown jurisdiction; known: / },
  ],
  [
    "points that are worth nothing in a currency of their entities",
    (content) => (content["entities/US2.json"]!.loyalty = [{ ...points, worth: { CAD: 130 } }]),
    {
      file: "entities/US2.json",
      path: "loyalty[0].worth",
      value: '{"CAD":130}',
      message: "has no worth in USD, the currency of US2: name one",
    },
  ],
  [
    "two replacement codes that differ by case alone",
    (content) => (content["global.json"]!.replacements = [replacement, { ...replacement, code: "warranty" }]),
    {
      file: "global.json",
      path: "replacements[1]",
      value: /"warranty"/,
      message: "says the same code and from as replacements[0]; keep one of the two",
    },
  ],
  [
    "a ticket rule without which nothing balances",
    (content) => (content["global.json"]!.ticketRules = [{ rule: "tenders-pay-total", severity: "warning", ...told }]),
    {
      file: "global.json",
      path: "ticketRules[0].severity",
      value: '"warning"',
      message: "no ticket that breaks tenders-pay-total can be booked; allowed: error",
    },
  ],
  [
    "a limit of a ticket rule that compares",
    (content) => (content["global.json"]!.ticketRules = [{ rule: "stated-tax", severity: "error", limit: 5, ...told }]),
    { file: "global.json", path: "ticketRules[0].limit", value: "5", message: "stated-tax knows no limit" },
  ],
  [
    "a ticket rule of a tender that is asked of none",
    (content) => (content["global.json"]!.ticketRules = [{ rule: "item-count", severity: "error", when: { tender: "cash" }, ...told }]),
    { file: "global.json", path: "ticketRules[0].when.tender", value: '"cash"', message: "item-count is asked of no tender" },
  ],
  [
    "a limit of a tender that no ticket spells so",
    (content) =>
      (content["global.json"]!.ticketRules = [{ rule: "tender-limit", severity: "error", limit: 5, when: { tender: "Cash" }, ...told }]),
    {
      file: "global.json",
      path: "ticketRules[0].when.tender",
      value: '"Cash"',
      message: "tenders are compared in lower case: write it so",
    },
  ],
  [
    "a till reason for a role that does not exist",
    (content) => (content["global.json"]!.tillReasons = [{ kind: "paid-out", role: "pizza", ...told }]),
    { file: "global.json", path: "tillReasons[0].role", value: '"pizza"', message: /^not allowed; allowed: one of payment-clearing, / },
  ],
  [
    "a till reason with a dimension that its role does not have",
    (content) =>
      (content["global.json"]!.tillReasons = [{ kind: "paid-out", role: "petty-expense", dimensions: { gateway: "x" }, ...told }]),
    {
      file: "global.json",
      path: "tillReasons[0].dimensions.gateway",
      value: '"x"',
      message: "petty-expense has no such dimension; allowed: reason",
    },
  ],
  [
    "a reason that no till's reason would ever equal",
    (content) => (content["global.json"]!.stockReasons = [{ role: "shrink", when: { reason: "Theft" }, ...told }]),
    {
      file: "global.json",
      path: "stockReasons[0].when.reason",
      value: '"Theft"',
      message: "reasons are compared in lower case: write it so",
    },
  ],
  [
    "a till reason of a store that nobody knows",
    (content) => (content["global.json"]!.tillReasons = [{ kind: "fee", role: "other-revenue", when: { store: "9999" }, ...told }]),
    { file: "global.json", path: "tillReasons[0].when.store", value: '"9999"', message: "unknown store; known: 0101" },
  ],
  [
    "a stock reason by what it cannot be told by",
    (content) => (content["global.json"]!.stockReasons = [{ role: "shrink", when: { item: "X" }, ...told }]),
    {
      file: "global.json",
      path: "stockReasons[0].when.item",
      value: '"X"',
      message: "stockReasons cannot be narrowed by item; allowed: reason, store",
    },
  ],
  [
    "goods that are written off to a bank account",
    (content) => (content["global.json"]!.stockReasons = [{ role: "bank", ...told }]),
    {
      file: "global.json",
      path: "stockReasons[0].role",
      value: '"bank"',
      message: "bears no goods; allowed: a role of income or expense such as shrink or write-down",
    },
  ],
  [
    "two till reasons that nothing tells apart",
    (content) =>
      (content["global.json"]!.tillReasons = [
        { kind: "fee", role: "other-revenue", ...told },
        { kind: "fee", role: "petty-expense", ...told },
      ]),
    {
      file: "global.json",
      path: "tillReasons[1]",
      value: /"fee"/,
      message: "says the same kind, when and from as tillReasons[0]; keep one of the two",
    },
  ],
  [
    "a commission above the whole value",
    (content) => (content["global.json"]!.consignments = [{ consignor: "atelier", commission: "1.5", ...told }]),
    {
      file: "global.json",
      path: "consignments[0].commission",
      value: '"1.5"',
      message: 'not allowed; allowed: a share of the value from "0" to "1" such as "0.4"',
    },
  ],
  [
    "a vendor's price without a currency of its entity",
    (content) => (content["entities/US2.json"]!.dropShip = [{ vendor: "acme", unitCost: { CAD: 900 }, ...told }]),
    {
      file: "entities/US2.json",
      path: "dropShip[0].unitCost",
      value: '{"CAD":900}',
      message: "has no price in USD, the currency of US2: name one",
    },
  ],
  [
    "a courier that pays into an account that nobody knows",
    (content) => (content["global.json"]!.couriers = [{ bankAccount: "moon", ...told }]),
    { file: "global.json", path: "couriers[0].bankAccount", value: '"moon"', message: /^unknown bank account; known: / },
  ],
  [
    "a store that deposits where nobody has an account",
    (content) => ((content["entities/US1.json"]!.stores as Record<string, object>)["0101"] = { ...boston, bankAccount: "moon" }),
    { file: "entities/US1.json", path: 'stores["0101"].bankAccount', value: '"moon"', message: /^unknown bank account; known: / },
  ],
  [
    "goods of a vendor that has no name",
    (content) => ((content["entities/US1.json"]!.locations as Record<string, object>).dc = { ...centre, ownership: { kind: "drop-ship" } }),
    { file: "entities/US1.json", path: "locations.dc.ownership.vendor", value: "nothing", message: "is missing: string expected" },
  ],
  [
    "a calendar of a kind that is not built",
    (content) => (content["global.json"]!.calendar = { kind: "moons", why: "Tides." }),
    { file: "global.json", path: "calendar.kind", value: '"moons"', message: "not allowed; allowed: an object with kind months or weeks" },
  ],
  [
    "a retail year of 51 weeks",
    (content) =>
      (content["global.json"]!.calendar = {
        kind: "weeks",
        pattern: "4-4-5",
        years: [
          { name: "FY26", from: "2026-02-01" },
          { name: "FY27", from: "2027-01-24" },
        ],
        why: "A retail calendar.",
      }),
    {
      file: "global.json",
      path: "calendar.years[1].from",
      value: '"2027-01-24"',
      message: "is 51 weeks after FY26 began on 2026-02-01; allowed: 52 or 53",
    },
  ],
  [
    "a period that the calendar has not",
    (content) => (content["entities/US1.json"]!.periods = [{ period: "2026-13", state: "closed", from: "2026-12-31", why: "Too late." }]),
    {
      file: "entities/US1.json",
      path: "periods[0].period",
      value: '"2026-13"',
      message: "is no period of the calendar; allowed: a month such as 2026-11",
    },
  ],
  [
    "a month in a retail calendar",
    (content) => {
      content["regions/us.json"]!.calendar = {
        kind: "weeks",
        pattern: "4-4-5",
        years: [{ name: "FY26", from: "2026-02-01" }],
        why: "Weeks.",
      };
      content["entities/US1.json"]!.periods = [{ period: "2026-11", state: "closed", from: "2026-12-31", why: "Closed." }];
    },
    {
      file: "entities/US1.json",
      path: "periods[0].period",
      value: '"2026-11"',
      message: "is no period of the calendar; allowed: FY26-P01 to FY26-P12, as the calendar's years are named",
    },
  ],
  [
    "the same state of a period twice from one day",
    (content) => {
      const period = { period: "2026-10", state: "closed", from: "2026-11-06", why: "Closed." };
      content["entities/US1.json"]!.periods = [period, { ...period, state: "open" }, period, period];
    },
    {
      file: "entities/US1.json",
      path: "periods[3]",
      value: /closed/,
      message: "says the same period, from and state as periods[2]; keep one of the two",
    },
  ],
  [
    "a tax filed before its period was over",
    (content) =>
      (content["entities/US1.json"]!.taxFilings = [
        { jurisdiction: "US-MA", filedThrough: "2026-10-31", from: "2026-10-31", why: "Filed." },
      ]),
    {
      file: "entities/US1.json",
      path: "taxFilings[0].filedThrough",
      value: '"2026-10-31"',
      message: "is not over on 2026-10-31; allowed: a day before from",
    },
  ],
  [
    "a tax filed where nobody is registered",
    (content) =>
      (content["entities/US1.json"]!.taxFilings = [
        { jurisdiction: "US-NH", filedThrough: "2026-10-31", from: "2026-11-20", why: "Filed." },
      ]),
    { file: "entities/US1.json", path: "taxFilings[0].jurisdiction", value: '"US-NH"', message: "unknown jurisdiction; known: US-MA" },
  ],
  [
    "a cut-over at a time of nowhere",
    (content) => (content["entities/US1.json"]!.cutOver = { shopify: { at: "2026-11-01T00:00", why: "Go-live." } }),
    {
      file: "entities/US1.json",
      path: "cutOver.shopify.at",
      value: '"2026-11-01T00:00"',
      message: "not allowed; allowed: an instant in UTC such as 2026-11-01T05:00:00.000Z",
    },
  ],
  [
    "a tender rule that ends before it begins",
    (content) =>
      (content["global.json"]!.tenders = [
        { channel: "pos", match: "cash", role: "cash-drawer", from: "2026-02-01", to: "2026-01-31", why: "Cash in the drawer." },
      ]),
    { file: "global.json", path: "tenders[0].to", value: '"2026-01-31"', message: "is before from 2026-02-01" },
  ],
  [
    "a key that nobody owns",
    (content) => delete (content["ownership.json"] as typeof ownership).keys.returns,
    {
      file: "ownership.json",
      path: "keys.returns",
      value: "nothing",
      message: "returns has no owner: say its owner, lowest layer and why",
    },
  ],
  [
    "an election that nobody owns",
    (content) => delete (content["ownership.json"] as typeof ownership).keys["elections.tips"],
    {
      file: "ownership.json",
      path: 'keys["elections.tips"]',
      value: "nothing",
      message: "elections.tips has no owner: say its owner, lowest layer and why",
    },
  ],
  [
    "an owner of what is no key",
    (content) =>
      ((content["ownership.json"] as typeof ownership).keys.prices = { owner: "controller", lowest: "brand", why: "A test of owners." }),
    {
      file: "ownership.json",
      path: "keys.prices",
      value: '"controller"',
      message: /^unknown key; allowed: accounts, approvals\.concession, /,
    },
  ],
  [
    "an owner whom nobody knows",
    (content) =>
      ((content["ownership.json"] as typeof ownership).keys.returns = { owner: "shop-floor", lowest: "brand", why: "A test of owners." }),
    { file: "ownership.json", path: "keys.returns.owner", value: '"shop-floor"', message: "unknown role; allowed: controller" },
  ],
  [
    "a rule of a layer below the lowest that may set it",
    (content) => {
      (content["ownership.json"] as typeof ownership).keys["elections.taxPoint"] = {
        owner: "controller",
        lowest: "region",
        why: "It is law.",
      };
      content["entities/US1.json"]!.elections = [taxPoint("US-MA", "capture")];
    },
    {
      file: "entities/US1.json",
      path: "elections[0]",
      value: /capture/,
      message: "elections.taxPoint may not be set in an entity file: ask Controller; allowed layers: global, region",
    },
  ],
  [
    "a section of a layer below the lowest that may set it",
    (content) => {
      (content["ownership.json"] as typeof ownership).keys.returns = { owner: "controller", lowest: "global", why: "One promise for all." };
      content["brands/fern.json"]!.returns = [returnRule];
    },
    {
      file: "brands/fern.json",
      path: "returns",
      value: /windowDays/,
      message: "returns may not be set in a brand file: ask Controller; allowed layers: global",
    },
  ],
];

test.each(faults)("%s is refused, with file, path, value and what is allowed", (_what, change, expected) => {
  const errors = errorsOf(files(change));
  expect(errors).toHaveLength(1);
  const { message, value, ...place } = expected;
  expect(errors[0]).toMatchObject(place);
  if (typeof value === "string") expect(errors[0]?.value).toBe(value);
  else expect(errors[0]?.value).toMatch(value);
  if (typeof message === "string") expect(errors[0]?.message).toBe(message);
  else expect(errors[0]?.message).toMatch(message);
});

test("every fault of a file is listed at once", () => {
  const errors = errorsOf(
    files((content) => {
      content["global.json"]!.accounts = [{ ...sales("4000"), role: "sale", from: "1.1.2026" }];
      content["entities/US1.json"]!.functionalCurrency = "dollars";
    }),
  );
  expect(errors.map(({ file, path }) => `${file} ${path}`)).toEqual([
    "entities/US1.json functionalCurrency",
    "global.json accounts[0].role",
    "global.json accounts[0].from",
  ]);
});

test("text that is not JSON and a path that is no layer are named", () => {
  const errors = errorsOf([...files(), { path: "regions/uk.json", content: "{" }, { path: "stores/0101.json", content: "{}" }]);
  expect(errors.map(({ file, message }) => [file, message.replace(/JSON: .*/, "JSON: …")])).toEqual([
    ["regions/uk.json", "is not JSON: …"],
    [
      "stores/0101.json",
      "no layer has this path; allowed: ownership.json, global.json, regions/<id>.json, brands/<id>.json or entities/<id>.json",
    ],
  ]);
});

test("without a global layer there is no policy", () => {
  expect(errorsOf([{ path: "regions/us.json", content: '{"name":"United States"}' }])).toEqual([
    { file: "global.json", path: "", value: "nothing", message: "is missing: it holds items and tenders" },
    {
      file: "ownership.json",
      path: "",
      value: "nothing",
      message: "is missing: it says who owns each key, and the lowest layer that may set it",
    },
  ]);
});

test("roles carry their side, class and dimensions as the chart of roles lists them", () => {
  expect(Object.keys(roles)).toHaveLength(78);
  expect(roles["currency-conversion"]).toEqual({ side: "asset-or-liability", class: "clearing", dimensions: ["gateway", "currency"] });
  expect(roles["payment-clearing"]).toEqual({ side: "asset", class: "clearing", dimensions: ["gateway", "currency"] });
  expect(roles.sales).toEqual({ side: "revenue", class: "revenue", dimensions: ["channel", "store", "item-class"] });
  expect(roles.discounts).toEqual({ side: "contra-revenue", class: "revenue", dimensions: ["channel", "store", "promotion"] });
  expect(roles["cash-rounding"]).toEqual({ side: "expense", class: "rounding", dimensions: [] });
});
