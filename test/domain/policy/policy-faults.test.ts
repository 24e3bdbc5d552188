import { describe, expect, test } from "vitest";
import { type PolicyFile, resolvePolicy } from "#domain/policy";
import { connection, files, ownership, sales, taxPoint } from "./small-policy.ts";

type Content = Record<string, Record<string, unknown>>;
type Rule = Readonly<Record<string, unknown>>;

const dated = { from: "2026-01-01", why: "A test of rules." };
const bank = (number: string) => ({ name: "Operating", currency: "USD", numbers: [number], unknownCredits: "book", why: "A test." });
const gateway = {
  name: "Pay later",
  source: "pay-later",
  clearing: { role: "payment-clearing", gateway: "pay_later" },
  bankAccount: "operating",
  lagDays: 3,
  why: "A test.",
};
const shop = { channel: "shopify", entity: "US1", timeZone: "America/New_York", channelDimension: "web" };
const place = (...ids: string[]) => ({ name: "Place", kind: "distribution-centre", ids: { shopify: ids } });
const weeks = (...years: { name: string; from: string }[]) => ({ kind: "weeks", pattern: "4-4-5", years, why: "A retail calendar." });

/** The small policy with what more its rules may name: a bank account, a second jurisdiction, a second role. */
function policy(change: (content: Content) => void = () => {}): PolicyFile[] {
  return files((content) => {
    content["ownership.json"]!.roles = { ...ownership.roles, auditor: { name: "Auditor", why: "Looks at the ledger." } };
    content["global.json"]!.jurisdictions = { "US-NH": { name: "New Hampshire", why: "A store in Salem." } };
    content["global.json"]!.elections = [taxPoint("US-NH", "fulfilment")];
    content["entities/US1.json"]!.bankAccounts = { operating: bank("1") };
    change(content);
  });
}

/** "file path: message" of each fault; none where the policy holds. */
function faultsOf(change: (content: Content) => void): string[] {
  const resolved = resolvePolicy(policy(change));
  return "errors" in resolved ? resolved.errors.map(({ file, path, message }) => `${file} ${path}: ${message}`) : [];
}
const withRules = (section: string, rules: readonly Rule[]) =>
  faultsOf((content) => {
    const before = (content["global.json"]![section] ?? []) as readonly Rule[];
    content["global.json"]![section] = section === "accounts" ? rules : [...rules, ...before];
  });

const returned = { windowDays: 30, conditions: ["as-new"], channels: ["pos"], refundTo: "original-tender" };
const points = { program: "rewards", points: 100, worth: { USD: 100 }, breakageRate: "0.2" };

/** Each list of rules: one rule, what else sets two of them apart, and what two must not say alike. */
const lists: readonly [section: string, rule: Rule, apart: readonly Rule[], alike: string][] = [
  ["accounts", sales("4000"), [{ when: { channel: "web" } }], "role, when and from"],
  ["elections", taxPoint("US-MA", "capture"), [{ when: { jurisdiction: "US-NH" }, from: "2026-03-01" }], "election, when and from"],
  ["elections", { election: "tips", value: "income" }, [{ election: "cardDiscount", value: "at-sale" }], "election, when and from"],
  ["tolerances", { tolerance: "ticketTaxGroup", minorUnits: 1 }, [{ tolerance: "settlementMatch" }], "tolerance and from"],
  ["waits", { wait: "bankDeposit", days: 5 }, [{ wait: "storeDayAudit" }], "wait and from"],
  ["returns", returned, [{ when: { channel: "pos" } }], "when and from"],
  ["promotions", { code: "TEN" }, [{ code: "FIVE" }, { channels: ["pos"] }], "code, channels and from"],
  [
    "approvals",
    { kind: "concession", role: "controller", expiresAfterHours: 48 },
    [{ kind: "write-off" }, { role: "auditor" }],
    "kind, role and from",
  ],
  ["freight", { carrier: "ups", perShipment: { USD: 650 } }, [{ when: { carrier: "dhl" } }, { when: { location: "dc" } }], "when and from"],
  [
    "estimates",
    { estimate: "breakage", rate: "0.1" },
    [{ estimate: "returns", windowDays: 30 }, { when: { kind: "gift-card" } }],
    "estimate, when and from",
  ],
  ["unclaimedProperty", { jurisdiction: "US-MA", dormancyMonths: 36 }, [{ when: { kind: "gift-card" } }], "when and from"],
  ["loyalty", points, [{ program: "club" }], "program and from"],
  ["replacements", { code: "WARRANTY", reason: "warranty" }, [{ code: "GOODWILL" }], "code and from"],
  ["ticketRules", { rule: "item-count", severity: "off" }, [{ rule: "not-empty" }, { when: { store: "0101" } }], "rule, when and from"],
  ["tillReasons", { kind: "fee", role: "other-revenue" }, [{ kind: "paid-out" }, { when: { reason: "late" } }], "kind, when and from"],
  ["stockReasons", { role: "shrink" }, [{ when: { reason: "theft" } }, { when: { store: "0101" } }], "when and from"],
  [
    "consignments",
    { consignor: "atelier", commission: "0.4" },
    [{ consignor: "mill" }, { when: { "item-class": "table" } }],
    "consignor, when and from",
  ],
  ["dropShip", { vendor: "acme", unitCost: { USD: 900 } }, [{ vendor: "globex" }, { when: { item: "MUG" } }], "vendor, when and from"],
  ["couriers", { bankAccount: "operating" }, [{ when: { carrier: "brinks" } }], "when and from"],
];

describe("rules in a list", () => {
  test.each(lists)("%s hold together where something sets them apart", (section, rule, apart) => {
    const first = { ...dated, ...rule };
    const others = apart.map((more) => ({ ...first, ...more }));
    expect(withRules(section, [first, ...others, { ...first, from: "2026-02-01" }])).toEqual([]);
  });

  test.each(lists)("%s that say the same from one day are refused", (section, rule, _apart, alike) => {
    const first = { ...dated, ...rule };
    expect(withRules(section, [first, { ...first, why: "Once more." }])).toEqual([
      `global.json ${section}[1]: says the same ${alike} as ${section}[0]; keep one of the two`,
    ]);
  });

  test.each(lists)("%s end on the day on which they begin, and not before", (section, rule) => {
    const first = { ...dated, ...rule };
    expect(withRules(section, [{ ...first, to: "2026-01-01" }])).toEqual([]);
    expect(withRules(section, [{ ...first, to: "2025-12-31" }])).toEqual([`global.json ${section}[0].to: is before from 2026-01-01`]);
  });

  test.each([
    ["elections", { ...taxPoint("US-MA", "capture") }, "taxPoint cannot be narrowed by moon; allowed: jurisdiction"],
    ["elections", { election: "transferTitle", value: "shipment" }, "transferTitle cannot be narrowed by moon; allowed: none"],
    ["returns", returned, "a return rule cannot be narrowed by moon; allowed: channel, item, item-class, promotion"],
    ["freight", { carrier: "ups", perShipment: { USD: 650 } }, "freight cannot be narrowed by moon; allowed: location, carrier"],
    ["estimates", { estimate: "breakage", rate: "0.1" }, "breakage cannot be narrowed by moon; allowed: kind"],
    ["unclaimedProperty", { jurisdiction: "US-MA", dormancyMonths: 36 }, "unclaimed property cannot be narrowed by moon; allowed: kind"],
    ["ticketRules", { rule: "item-count", severity: "off" }, "a ticket rule cannot be narrowed by moon; allowed: store, tender"],
    ["tillReasons", { kind: "fee", role: "other-revenue" }, "tillReasons cannot be narrowed by moon; allowed: reason, store"],
    ["stockReasons", { role: "shrink" }, "stockReasons cannot be narrowed by moon; allowed: reason, store"],
    ["consignments", { consignor: "atelier", commission: "0.4" }, "consignments cannot be narrowed by moon; allowed: item-class"],
    ["dropShip", { vendor: "acme", unitCost: { USD: 900 } }, "dropShip cannot be narrowed by moon; allowed: item, item-class"],
    ["couriers", { bankAccount: "operating" }, "couriers cannot be narrowed by moon; allowed: carrier"],
  ])("%s are narrowed by what they are about alone", (section, rule, message) => {
    expect(withRules(section, [{ ...dated, ...rule, when: { moon: "full" } }])).toEqual([
      `global.json ${section}[0].when.moon: ${message}`,
    ]);
  });

  test("are narrowed alike in whatever order that is written", () => {
    const one = { ...dated, role: "shrink", when: { reason: "theft", store: "0101" } };
    expect(withRules("stockReasons", [one, { ...one, when: { store: "0101", reason: "theft" } }])).toEqual([
      "global.json stockReasons[1]: says the same when and from as stockReasons[0]; keep one of the two",
    ]);
    const promoted = { ...dated, code: "TEN", channels: ["pos", "shopify"] };
    expect(withRules("promotions", [promoted, { ...promoted, channels: ["shopify", "pos"] }])).toEqual([
      "global.json promotions[1]: says the same code, channels and from as promotions[0]; keep one of the two",
    ]);
  });
});

const rules =
  (section: string, ...said: Rule[]) =>
  (content: Content) => {
    content["global.json"]![section] = said.map((rule) => ({ ...dated, ...rule }));
  };
const entity = (id: string, more: Rule) => (content: Content) => {
  Object.assign(content[`entities/${id}.json`]!, more);
};
const canada = (content: Content) => {
  content["regions/ca.json"] = { name: "Canada" };
  content["brands/moss.json"] = { name: "Moss" };
  content["entities/CA1.json"] = {
    ...content["entities/US2.json"]!,
    erpCompany: "F9",
    region: "ca",
    brand: "moss",
    functionalCurrency: "CAD",
  };
};
const prices = (...said: Rule[]) => entity("US1", { transferPrices: said.map((rule) => ({ ...dated, ...rule })) });
const account = (more: Rule) => entity("US1", { gatewayAccounts: { "pay-later": { ...gateway, ...more } } });
const rate = { currency: "USD", rate: "0.029", fixed: 30, toleranceMinorUnits: 1, ...dated };
const contract = (...rates: Rule[]) => account({ feeContract: { states: "fees", rates: rates.map((each) => ({ ...rate, ...each })) } });
const erp = (more: Rule) => (content: Content) => {
  content["regions/us.json"]!.connections = { "erp-us": { ...connection, ...more } };
};

const changes: readonly [what: string, change: (content: Content) => void, faults: readonly string[]][] = [
  ["the small policy", () => {}, []],
  // Returns, freight and points
  ["a return fee by rate", rules("returns", { ...returned, fees: [{ reason: "restocking", rate: "0.1" }] }), []],
  ["a return fee by amount", rules("returns", { ...returned, fees: [{ reason: "restocking", minorUnits: { USD: 500 } }] }), []],
  ["freight of a return", rules("freight", { carrier: "ups", perShipment: { USD: 650 }, perReturn: { USD: 700 } }), []],
  [
    "freight of a return without a currency of its entities",
    rules("freight", { carrier: "ups", perShipment: { USD: 650 }, perReturn: { CAD: 700 } }),
    ["global.json freight[0].perReturn: has no estimate in USD, the currency of US1: name one"],
  ],
  [
    "points without a currency of an entity anywhere",
    (content) => {
      canada(content);
      rules("loyalty", points)(content);
    },
    ["global.json loyalty[0].worth: has no worth in CAD, the currency of CA1: name one"],
  ],
  [
    "points in each region by its own currency",
    (content) => {
      canada(content);
      content["regions/us.json"]!.loyalty = [{ ...dated, ...points }];
      content["regions/ca.json"]!.loyalty = [{ ...dated, ...points, worth: { CAD: 130 } }];
    },
    [],
  ],
  [
    "points in each brand by its own currency",
    (content) => {
      canada(content);
      content["brands/fern.json"]!.loyalty = [{ ...dated, ...points }];
      content["brands/moss.json"]!.loyalty = [{ ...dated, ...points, worth: { USD: 100 } }];
    },
    ["brands/moss.json loyalty[0].worth: has no worth in CAD, the currency of CA1: name one"],
  ],
  [
    "points of a region in the currency of another",
    (content) => {
      canada(content);
      content["regions/ca.json"]!.loyalty = [{ ...dated, ...points }];
    },
    ["regions/ca.json loyalty[0].worth: has no worth in CAD, the currency of CA1: name one"],
  ],
  ["expected returns of so many days", rules("estimates", { estimate: "returns", rate: "0.1", windowDays: 30 }), []],
  // Elections
  [
    "one tax point for all jurisdictions",
    (content) => {
      content["global.json"]!.elections = [{ ...dated, election: "taxPoint", value: "earlier" }];
      content["regions/us.json"]!.elections = [];
    },
    [],
  ],
  [
    "an election about something else, and none for a jurisdiction",
    (content) => {
      content["global.json"]!.elections = [{ ...dated, election: "tips", value: "income" }];
    },
    [`global.json jurisdictions["US-NH"]: no election taxPoint says when its tax is due; allowed: capture, fulfilment, earlier`],
  ],
  [
    "a summary of each store day",
    rules("elections", taxPoint("US-NH", "capture"), { election: "postingGrain", value: "store-day", when: { channel: "pos" } }),
    [],
  ],
  [
    "a summary of each store day of nothing named",
    rules("elections", taxPoint("US-NH", "capture"), { election: "postingGrain", value: "store-day" }),
    ["global.json elections[1].when: only stores have a day of their own; allowed: a when that says channel pos"],
  ],
  [
    "a summary of each payout",
    rules("elections", taxPoint("US-NH", "capture"), { election: "postingGrain", value: "payout", when: { channel: "shopify" } }),
    [],
  ],
  [
    "a summary of each payout of tills",
    rules("elections", taxPoint("US-NH", "capture"), { election: "postingGrain", value: "payout", when: { channel: "pos" } }),
    ["global.json elections[1].when: a till's tenders are paid out apart from each other; allowed: a when that says another channel"],
  ],
  [
    "a summary of each payout of nothing named",
    rules("elections", taxPoint("US-NH", "capture"), { election: "postingGrain", value: "payout" }),
    ["global.json elections[1].when: a till's tenders are paid out apart from each other; allowed: a when that says another channel"],
  ],
  // Calendars, periods, filings
  [
    "retail years of 52 and 53 weeks",
    (content) => {
      content["global.json"]!.calendar = weeks(
        { name: "FY25", from: "2025-02-02" },
        { name: "FY26", from: "2026-02-01" },
        { name: "FY27", from: "2027-02-07" },
      );
    },
    [],
  ],
  [
    "two retail years of one name",
    (content) => {
      content["global.json"]!.calendar = weeks({ name: "FY26", from: "2026-02-01" }, { name: "FY26", from: "2027-01-31" });
    },
    ["global.json calendar.years[1].name: is the name of an earlier year"],
  ],
  [
    "a period of the brand's calendar, which is nearer than the region's",
    (content) => {
      content["regions/us.json"]!.calendar = { kind: "months", why: "By month." };
      content["brands/fern.json"]!.calendar = weeks({ name: "FY26", from: "2026-02-01" });
      content["brands/moss.json"] = { name: "Moss", calendar: { kind: "months", why: "By month." } };
      entity("US1", { periods: [{ period: "FY26-P02", state: "closed", ...dated }] })(content);
    },
    [],
  ],
  [
    "a period of the entity's own calendar",
    entity("US1", { calendar: weeks({ name: "FY26", from: "2026-02-01" }), periods: [{ period: "FY26-P12", state: "closed", ...dated }] }),
    [],
  ],
  [
    "a period of the calendar of all",
    (content) => {
      content["global.json"]!.calendar = weeks({ name: "FY26", from: "2026-02-01" });
      entity("US1", { periods: [{ period: "FY26-P01", state: "closed", ...dated }] })(content);
    },
    [],
  ],
  [
    "a period of a brand that is not the entity's",
    (content) => {
      content["brands/moss.json"] = { name: "Moss", calendar: weeks({ name: "FY26", from: "2026-02-01" }) };
      entity("US1", { periods: [{ period: "FY26-P01", state: "closed", ...dated }] })(content);
    },
    ["entities/US1.json periods[0].period: is no period of the calendar; allowed: a month such as 2026-11"],
  ],
  [
    "two periods closed on one day, and one on two days",
    entity("US1", {
      periods: [
        { period: "2026-09", state: "closed", ...dated, from: "2026-10-05" },
        { period: "2026-08", state: "closed", ...dated, from: "2026-10-05" },
        { period: "2026-09", state: "closed", ...dated, from: "2026-10-06" },
      ],
    }),
    [],
  ],
  [
    "a tax filed twice on one day",
    entity("US1", {
      taxFilings: [
        { jurisdiction: "US-MA", filedThrough: "2026-09-30", ...dated, from: "2026-10-20" },
        { jurisdiction: "US-NH", filedThrough: "2026-09-30", ...dated, from: "2026-10-20" },
        { jurisdiction: "US-MA", filedThrough: "2026-10-19", ...dated, from: "2026-10-20" },
      ],
    }),
    ["entities/US1.json taxFilings[2]: says the same jurisdiction and from as taxFilings[0]; keep one of the two"],
  ],
  // Tickets, tills, vendors
  [
    "a limit of a ticket rule that has one",
    rules("ticketRules", { rule: "tender-limit", severity: "error", limit: 5, when: { tender: "cash" } }),
    [],
  ],
  ["a ticket rule that nothing loosens, as it is", rules("ticketRules", { rule: "tenders-pay-total", severity: "error", limit: 5 }), []],
  [
    "a ticket rule of a store that nobody knows",
    rules("ticketRules", { rule: "item-count", severity: "off", when: { store: "9999" } }),
    ["global.json ticketRules[0].when.store: unknown store; known: 0101"],
  ],
  [
    "systems of a ticket rule that asks for none",
    rules("ticketRules", { rule: "item-count", severity: "off", systems: ["crm"] }),
    ["global.json ticketRules[0].systems: item-count knows no systems"],
  ],
  ["the systems that own customers", rules("ticketRules", { rule: "customer-known", severity: "error", systems: ["crm"] }), []],
  [
    "a reason in lower case",
    rules("tillReasons", {
      kind: "paid-out",
      role: "petty-expense",
      dimensions: { reason: "milk" },
      when: { reason: "milk", store: "0101" },
    }),
    [],
  ],
  [
    "a dimension of a role that has none",
    (content) => {
      content["global.json"]!.accounts = [{ ...sales("4000"), role: "cash-rounding", when: { store: "0101" } }];
    },
    ["global.json accounts[0].when.store: cash-rounding has no such dimension; allowed: none"],
  ],
  // Channels
  [
    "a tax of a channel that nothing comes from",
    entity("US1", { taxes: [{ channel: "bazaar", store: "0101", match: "*", jurisdiction: "US-MA" }] }),
    ["entities/US1.json taxes[0].channel: unknown channel; known: pos, shopify"],
  ],
  [
    "a tax that ends before it begins",
    entity("US1", { taxes: [{ channel: "pos", store: "0101", match: "*", jurisdiction: "US-MA", from: "2026-02-01", to: "2026-01-31" }] }),
    ["entities/US1.json taxes[0].to: is before from 2026-02-01"],
  ],
  [
    "a cut-over of a channel that nothing comes from",
    entity("US1", { cutOver: { bazaar: { at: "2026-11-01T05:00:00.000Z", why: "Go-live." } } }),
    ["entities/US1.json cutOver.bazaar: unknown channel; known: pos, shopify"],
  ],
  [
    "a location known to a channel that nothing comes from",
    entity("US2", { locations: { l2: { ...place(), ids: { bazaar: ["7"] } } } }),
    ["entities/US2.json locations.l2.ids.bazaar: unknown channel; known: pos, shopify"],
  ],
  [
    "a marketplace, from which then something comes",
    (content) => {
      Object.assign(content["brands/fern.json"]!.shops as Rule, { bazaar: { ...shop, channel: "bazaar", channelDimension: "bazaar" } });
      entity("US1", { cutOver: { bazaar: { at: "2026-11-01T05:00:00.000Z", why: "Go-live." } } })(content);
    },
    [],
  ],
  [
    "a shop in the channel of stores",
    (content) => {
      content["brands/fern.json"]!.shops = { tills: { ...shop, channel: "pos" } };
    },
    ["brands/fern.json shops.tills.channel: is the channel of stores: an entity says where they are"],
  ],
  [
    "a shop some of whose orders nobody sells",
    (content) => {
      content["brands/fern.json"]!.shops = { "fern.myshopify.com": { ...shop, businessEntities: { "1": "US2", "2": "US9" } } };
    },
    [`brands/fern.json shops["fern.myshopify.com"].businessEntities["2"]: unknown entity; known: US1, US2`],
  ],
  // Gateways and transfer prices
  ["a gateway account", account({}), []],
  [
    "a gateway account with no bank account",
    account({ bankAccount: "moon" }),
    [`entities/US1.json gatewayAccounts["pay-later"].bankAccount: unknown bank account; known: operating`],
  ],
  ["a gateway account of a shop", account({ shop: "fern.myshopify.com", readBy: "api" }), []],
  [
    "a gateway account of a shop that nobody knows",
    account({ shop: "moss.myshopify.com" }),
    [`entities/US1.json gatewayAccounts["pay-later"].shop: unknown shop; known: fern.myshopify.com`],
  ],
  [
    "a gateway account that is read of no shop",
    account({ readBy: "api" }),
    [`entities/US1.json gatewayAccounts["pay-later"].readBy: needs the shop whose money is read: give shop`],
  ],
  ["a gateway account read from files", account({ readBy: "files" }), []],
  ["a terminal of a store", account({ terminals: { "T-1": { store: "0101", register: "1" } } }), []],
  ["tax withheld for a jurisdiction", account({ withholdsFor: "US-MA" }), []],
  [
    "rates that something sets apart",
    contract(
      {},
      { on: "refund" },
      { cardBrand: "amex" },
      { method: "wallet" },
      { currency: "CAD" },
      { from: "2026-02-01", to: "2026-02-01" },
    ),
    [],
  ],
  [
    "rates that letters alone set apart",
    contract({ on: "charge", cardBrand: "Amex", method: "Wallet" }, { cardBrand: "AMEX", method: "WALLET" }),
    [
      `entities/US1.json gatewayAccounts["pay-later"].feeContract.rates[1]: is said twice for one day; two rates of one kind need two days from which they hold`,
    ],
  ],
  [
    "a rate outside the currencies of its account",
    account({ currencies: ["EUR", "GBP"], feeContract: { states: "fees", rates: [rate] } }),
    [
      `entities/US1.json gatewayAccounts["pay-later"].feeContract.rates[0].currency: is none in which the account settles; allowed: EUR, GBP`,
    ],
  ],
  [
    "transfer prices of each kind",
    prices({ costPlus: "0.05" }, { buyer: "US2", unitPrice: 900, to: "2026-01-01" }, { buyer: "US2", unitPrice: 900, currency: "EUR" }),
    [],
  ],
  [
    "a share on top of the cost in another currency than the cost",
    prices({ costPlus: "0.05", currency: "EUR" }),
    ["entities/US1.json transferPrices[0].currency: is of a unitPrice: a cost is in the currency of the supplier's books"],
  ],
  [
    "a transfer price to a buyer whom nobody knows",
    prices({ buyer: "US9", costPlus: "0" }),
    ["entities/US1.json transferPrices[0].buyer: unknown entity; known: US1, US2"],
  ],
  [
    "a transfer price that says none",
    prices({ buyer: "US2" }),
    ["entities/US1.json transferPrices[0]: says how the price is found in one way: give costPlus or unitPrice"],
  ],
  [
    "a transfer price that says two",
    prices({ costPlus: "0.05" }, { costPlus: "0.05", unitPrice: 900 }),
    ["entities/US1.json transferPrices[1]: says how the price is found in one way: give costPlus or unitPrice"],
  ],
  [
    "a transfer price that ends before it begins",
    prices({ costPlus: "0", to: "2025-12-31" }),
    ["entities/US1.json transferPrices[0].to: is before from 2026-01-01"],
  ],
  // ERPs
  ["a lease that is just long enough", erp({ leaseSeconds: 8 }), []],
  ["an ERP that receives against orders", erp({ receivesAgainstOrders: true }), []],
  [
    "an ERP whose goods go in without an order",
    erp({ adapter: "netsuite", url: "https://erp.example", database: "fern", receivesAgainstOrders: true }),
    [
      `regions/us.json connections["erp-us"].receivesAgainstOrders: is more than an ERP of the kind netsuite takes: goods go there without their order; allowed: false`,
    ],
  ],
  [
    "an ERP that books no goods, left to book them",
    erp({ adapter: "tryton", url: "https://erp.example", database: "fern" }),
    [
      `regions/us.json connections["erp-us"].inventoryJournal: is not what an ERP of the kind tryton does with stock documents; allowed: hub`,
    ],
  ],
  [
    "an ERP without its address",
    erp({ adapter: "tryton", inventoryJournal: "hub" }),
    [
      `regions/us.json connections["erp-us"].url: is missing: an ERP of the kind tryton needs its url`,
      `regions/us.json connections["erp-us"].database: is missing: an ERP of the kind tryton needs its database`,
    ],
  ],
  // Said in two files
  [
    "what two files of one layer say",
    (content) => {
      content["regions/ca.json"] = {
        name: "Canada",
        connections: { "erp-us": connection },
        jurisdictions: { "US-MA": { name: "Mass.", why: "Once more." } },
      };
      content["brands/moss.json"] = { name: "Moss", shops: { "fern.myshopify.com": shop } };
      entity("US1", { gatewayAccounts: { "pay-later": gateway } })(content);
      entity("US2", {
        locations: { dc: place("99") },
        bankAccounts: { operating: bank("2"), other: bank("1") },
        gatewayAccounts: { "pay-later": gateway },
      })(content);
    },
    [
      `brands/moss.json shops["fern.myshopify.com"]: is already said in brands/fern.json; say it in one file`,
      `entities/US2.json locations.dc: is already said in entities/US1.json; say it in one file`,
      `entities/US2.json bankAccounts.operating: is already said in entities/US1.json; say it in one file`,
      `entities/US2.json gatewayAccounts["pay-later"]: is already said in entities/US1.json; say it in one file`,
      `entities/US2.json bankAccounts.other.numbers: is already said in entities/US1.json; say it in one file`,
      `regions/us.json connections["erp-us"]: is already said in regions/ca.json; say it in one file`,
      `regions/us.json jurisdictions["US-MA"]: is already said in regions/ca.json; say it in one file`,
    ],
  ],
  [
    "one name for things of several kinds",
    (content) => {
      canada(content);
      content["brands/moss.json"]!.items = { list: { "7": { class: "table", name: "Seven", stocked: true } } };
      content["brands/fern.json"]!.items = { list: { "0101": { class: "table", name: "A number", stocked: true } } };
      entity("US2", { locations: { "7": place("7") }, bankAccounts: { "7": bank("7") } })(content);
      entity("CA1", { erpCompany: "7", locations: { "8": { ...place(), ids: { pos: ["71"] } } } })(content);
    },
    [],
  ],
];

test.each(changes)("%s", (_what, change, faults) => {
  expect(faultsOf(change)).toEqual(faults);
});
