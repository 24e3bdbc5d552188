import { describe, expect, test } from "vitest";
import { parseLayerFile } from "../../../domain/policy/layer-file.ts";

type Rule = Readonly<Record<string, unknown>>;

const dated = { from: "2026-01-01", why: "A test of rules." };
const items = { unknown: "hold", defaultClass: "none", list: {} };
const globalWith = (more: Rule) => ({ path: "global.json", content: JSON.stringify({ items, tenders: [], ...more }) });
const entity = {
  name: "Fern",
  region: "us",
  brand: "fern",
  functionalCurrency: "USD",
  connection: "erp",
  erpCompany: "F1",
  timeZone: "UTC",
};
const entityWith = (more: Rule) => ({ path: "entities/US1.json", content: JSON.stringify({ ...entity, ...more }) });
const brandWith = (more: Rule) => ({ path: "brands/fern.json", content: JSON.stringify({ name: "Fern", ...more }) });

/** What a file says after it was read; its faults where it has some. */
function read(file: { path: string; content: string }): unknown {
  const layer = parseLayerFile(file);
  return "kind" in layer ? layer.data : layer.map(({ path, message }) => `${path}: ${message}`);
}

const amounts = { USD: 0, CAD: 1_000_000_000_000 };

/** One rule of each list with all that it may say. */
const rules: Readonly<Record<string, Rule>> = {
  accounts: { role: "sales", when: { channel: "web" }, account: "4000.A-1", name: "Sales", to: "2026-12-31", ...dated },
  taxes: { channel: "pos", shop: "fern.myshopify.com", store: "0101", match: "*", jurisdiction: "US-MA", to: "2026-12-31", ...dated },
  elections: { election: "tips", when: { channel: "web" }, value: "income", to: "2026-12-31", ...dated },
  tolerances: { tolerance: "settlementMatch", minorUnits: 100, to: "2026-12-31", ...dated },
  waits: { wait: "bankDeposit", days: 5, to: "2026-12-31", ...dated },
  ticketRules: {
    rule: "customer-known",
    severity: "warning",
    limit: 100_000_000,
    systems: ["crm"],
    when: { store: "0101" },
    to: "2026-12-31",
    ...dated,
  },
  returns: {
    when: { channel: "web" },
    windowDays: 30,
    windowFrom: "handover",
    conditions: ["as-new", "opened", "used", "damaged"],
    channels: ["pos", "shopify"],
    refundTo: "original-tender",
    refundOrder: ["gift-card-liability"],
    refundsShipping: "never",
    fees: [{ reason: "restocking", conditions: ["used"], rate: "0.15", minorUnits: amounts }],
    authorizedHours: 48,
    refundWithinHours: 336,
    blind: { limitMinorUnits: amounts, refundTo: "store-credit" },
    to: "2026-12-31",
    ...dated,
  },
  promotions: {
    code: "TEN*",
    channels: ["pos"],
    lineMaxMinorUnits: amounts,
    transactionMaxMinorUnits: amounts,
    percentMax: "12.5",
    totalMaxMinorUnits: amounts,
    severity: "warning",
    paidBy: "acme",
    to: "2026-12-31",
    ...dated,
  },
  freight: { when: { carrier: "ups" }, carrier: "ups", perShipment: amounts, perReturn: amounts, to: "2026-12-31", ...dated },
  estimates: { estimate: "returns", when: { channel: "web" }, rate: "0.1", windowDays: 30, to: "2026-12-31", ...dated },
  unclaimedProperty: { when: { kind: "gift-card" }, jurisdiction: "US-MA", dormancyMonths: 36, to: "2026-12-31", ...dated },
  loyalty: { program: "rewards", points: 100, worth: { USD: 100 }, breakageRate: "0.2", to: "2026-12-31", ...dated },
  replacements: { code: "WARRANTY", reason: "warranty", to: "2026-12-31", ...dated },
  approvals: {
    kind: "write-off",
    aboveMinorUnits: amounts,
    role: "controller",
    expiresAfterHours: 48,
    to: "2026-12-31",
    ...dated,
  },
  tillReasons: {
    kind: "paid-out",
    when: { reason: "milk" },
    role: "petty-expense",
    dimensions: { reason: "milk" },
    to: "2026-12-31",
    ...dated,
  },
  stockReasons: { when: { reason: "theft" }, role: "shrink", to: "2026-12-31", ...dated },
  consignments: { consignor: "atelier", when: { "item-class": "table" }, commission: "0.4", to: "2026-12-31", ...dated },
  dropShip: { vendor: "acme", when: { item: "MUG" }, unitCost: amounts, returns: "credited", to: "2026-12-31", ...dated },
  couriers: { when: { carrier: "brinks" }, bankAccount: "operating", gateway: "cod", to: "2026-12-31", ...dated },
  fxRates: { of: "EUR", in: "USD", rate: "1.0873", ...dated },
  balanceTypes: { source: "paypal", type: "T0006", class: "sale_refund", why: "A test." },
  tenders: {
    channel: "pos",
    match: "cash",
    cardBrand: "visa",
    role: "cash-drawer",
    dimensions: { register: "1" },
    cash: true,
    taxedAtSale: { jurisdiction: "US-MA", rate: "0.2" },
    to: "2026-12-31",
    ...dated,
  },
  escalations: { class: "erp.rejected", afterHours: 24, owner: "controller", severity: "critical", why: "A test." },
};

const names = Object.keys(rules);
const withRule = (section: string, more: Rule) => read(globalWith({ [section]: [{ ...rules[section], ...more }] }));

describe("a rule that says all that it may", () => {
  test.each(names)("%s are read as they are written", (section) => {
    expect(withRule(section, {})).toEqual({ items, tenders: [], [section]: [rules[section]] });
  });

  test.each(names)("%s take no key that nobody reads", (section) => {
    expect(withRule(section, { colour: "red" })).toEqual([
      expect.stringMatching(new RegExp(`^${section}\\[0\\]\\.colour: unknown key; allowed here: `)),
    ]);
  });

  test.each(names)("%s give a reason", (section) => {
    expect(withRule(section, { why: "no" })).toEqual([`${section}[0].why: not allowed; allowed: says in words why this rule is so`]);
    expect(withRule(section, { why: "x".repeat(401) })).toEqual([`${section}[0].why: not allowed; allowed: at most 400 characters`]);
    expect(withRule(section, { why: "x".repeat(400) })).toMatchObject({ [section]: [{ why: "x".repeat(400) }] });
  });

  test.each([
    ["accounts", 2_000, "at most 2000 account rules in a file"],
    ["taxes", 2_000, "at most 2000 tax rules in a file"],
    ["elections", 1_000, "at most 1000 elections in a file"],
    ["tolerances", 100, "at most 100 tolerances in a file"],
    ["waits", 100, "at most 100 waits in a file"],
    ["ticketRules", 500, "at most 500 ticket rules in a file"],
    ["returns", 200, "at most 200 return rules in a file"],
    ["promotions", 1_000, "at most 1000 promotion rules in a file"],
    ["freight", 500, "at most 500 freight rules in a file"],
    ["estimates", 200, "at most 200 estimates in a file"],
    ["unclaimedProperty", 100, "at most 100 rules in a file"],
    ["loyalty", 100, "at most 100 loyalty rules in a file"],
    ["replacements", 200, "at most 200 replacement rules in a file"],
    ["approvals", 200, "at most 200 approval rules in a file"],
    ["tillReasons", 500, "at most 500 till reasons in a file"],
    ["stockReasons", 500, "at most 500 stock reasons in a file"],
    ["consignments", 500, "at most 500 consignment terms in a file"],
    ["dropShip", 2_000, "at most 2000 drop-ship prices in a file"],
    ["couriers", 100, "at most 100 couriers in a file"],
    ["fxRates", 5_000, "at most 5,000 rates"],
    ["balanceTypes", 500, "at most 500 balance types"],
    ["tenders", 500, "at most 500 tender rules"],
    ["escalations", 200, "at most 200 escalations"],
  ])("of %s a file has at most %d", (section, most, allowed) => {
    const many = (count: number) => read(globalWith({ [section]: Array.from({ length: count }, () => rules[section]) }));
    expect(many(most + 1)).toEqual([`${section}: not allowed; allowed: ${allowed}`]);
    expect(many(most)).not.toBeInstanceOf(Array);
  });
});

/** Of each field the values at and beyond its bounds: section, field, what is read, what is refused, and what is said to be allowed. */
const bounds: readonly [section: string, field: string, read: readonly unknown[], refused: readonly unknown[], allowed: string][] = [
  [
    "accounts",
    "account",
    ["4", "A".repeat(20), "4.0-A"],
    ["", "A".repeat(21), "-4", ".4", "4_0", "4 0"],
    "an account number of 1 to 20 letters, digits, '.' or '-'",
  ],
  ["accounts", "name", ["x", "x".repeat(120)], ["", "x".repeat(121)], "a name of 1 to 120 characters"],
  [
    "accounts",
    "from",
    ["1900-01-01", "2199-12-31", "2024-02-29", "2000-02-29", "2026-04-30", "2026-01-31"],
    [
      "2026-02-29",
      "1900-02-29",
      "2026-04-31",
      "2026-13-01",
      "2026-00-10",
      "2026-01-00",
      "2026-01-32",
      "1899-12-31",
      "2200-01-01",
      "2026-1-1",
      "x2026-01-01",
      "2026-01-01x",
      "",
    ],
    "a day that exists, as YYYY-MM-DD",
  ],
  ["fxRates", "of", ["USD", "JPY"], ["usd", "US", "XXXX", "dollars"], "an ISO 4217 code such as USD"],
  [
    "fxRates",
    "rate",
    ["1.0873", "0.00000001", "999999.99999999", "7", "10"],
    ["0", "0.0", "0.000", "01.5", "1000000", "1.123456789", "-1", "1.", ".5", "x1", "1x", "00"],
    'units of `in` for one of `of`, a decimal above 0 such as "1.0873"',
  ],
  ["ticketRules", "limit", [0, 100_000_000], [-1, 100_000_001], "minor units from 0 to 100000000"],
  ["tolerances", "minorUnits", [0, 100], [-1, 101], "minor units from 0 to 100"],
  ["waits", "days", [1, 365], [0, 366], "days from 1 to 365"],
  ["returns", "windowDays", [0, 3_650], [-1, 3_651], "days from 0 to 3650"],
  ["returns", "authorizedHours", [1, 2_160], [0, 2_161], "hours from 1 to 2160"],
  ["returns", "refundWithinHours", [24, 2_160], [23, 2_161], "hours from 24 to 2160"],
  ["estimates", "windowDays", [1, 366], [0, 367], "days from 1 to 366"],
  [
    "estimates",
    "rate",
    ["0", "0.1", "0.123456"],
    ["1", "0.1234567", "0.", ".1", "00.1", "x0.1", "0.1x", "-0.1", "0.a"],
    'a share below one as a decimal such as "0.1"',
  ],
  ["loyalty", "breakageRate", ["0"], ["1"], 'a share below one as a decimal such as "0.1"'],
  ["loyalty", "points", [1, 1_000_000], [0, 1_000_001], "points from 1 to 1000000"],
  ["unclaimedProperty", "dormancyMonths", [1, 240], [0, 241], "months from 1 to 240"],
  ["approvals", "expiresAfterHours", [1, 720], [0, 721], "hours from 1 to 720"],
  ["escalations", "afterHours", [0, 2_160], [-1, 2_161], "hours from 0 to 2160"],
  [
    "consignments",
    "commission",
    ["0", "0.4", "0.123456", "1", "1.0", "1.000000"],
    ["1.1", "2", "0.1234567", "1.0000000", "x0.4", "0.4x", "0.a", "10", "00"],
    'a share of the value from "0" to "1" such as "0.4"',
  ],
  [
    "promotions",
    "percentMax",
    ["0", "5", "20", "12.5", "99.1234", "100"],
    ["101", "100.5", "12.12345", "x5", "5x", "-5", "5.", "5.a", "a"],
    'percent from 0 to 100 as a decimal such as "12.5"',
  ],
  [
    "promotions",
    "code",
    ["T", "T".repeat(120), "*", "TEN*", `${"T".repeat(119)}*`],
    ["", "T".repeat(121), "T*N", "*TEN", "**", `${"T".repeat(120)}*`],
    "a code or title of 1 to 120 characters, or the beginning of one with * in the end",
  ],
  [
    "couriers",
    "bankAccount",
    ["a", "A".repeat(40), "a.b_c-1", "1"],
    ["", "A".repeat(41), "-a", ".a", "_a", "a b", "a/b"],
    "1 to 40 letters, digits, '.', '_' or '-'",
  ],
  [
    "taxes",
    "channel",
    ["pos", "a", "a1-b", `a${"b".repeat(39)}`],
    ["", "Pos", "1a", "-a", "a_b", `a${"b".repeat(40)}`],
    "a channel such as shopify, pos or marketplace: lower-case letters, digits, '-'",
  ],
  [
    "taxes",
    "shop",
    ["a", "A".repeat(80), "fern.myshopify.com", "a_b-1"],
    ["", "A".repeat(81), "-a", ".a", "a b"],
    "a shop such as name.myshopify.com: 1 to 80 letters, digits, '.', '_' or '-'",
  ],
  ["taxes", "match", ["*", "x".repeat(120)], [""], "the channel's name of the tax, or * for any"],
  ["taxes", "match", ["x"], ["x".repeat(121)], "at most 120 characters"],
  [
    "tenders",
    "match",
    ["*", "gift card", "x".repeat(120)],
    ["", "Cash", "casH", "x".repeat(121)],
    "lower case, or * for any: the channel's name is compared in lower case",
  ],
  ["tenders", "cardBrand", ["visa"], [""], "a name of 1 to 120 characters"],
];

describe("a field of a rule at its bounds", () => {
  test.each(bounds)("%s %s", (section, field, accepted, refused, allowed) => {
    for (const value of accepted) expect(withRule(section, { [field]: value })).toMatchObject({ [section]: [{ [field]: value }] });
    const faults = refused.map((value) => withRule(section, { [field]: value }));
    expect(faults).toEqual(refused.map(() => [`${section}[0].${field}: not allowed; allowed: ${allowed}`]));
  });

  test.each<[section: string, more: Rule, fault: string]>([
    ["ticketRules", { systems: [] }, "systems: not allowed; allowed: at least one system"],
    ["ticketRules", { systems: Array(21).fill("crm") }, "systems: not allowed; allowed: at most 20 systems"],
    ["returns", { conditions: [] }, "conditions: not allowed; allowed: one condition or more"],
    ["returns", { channels: [] }, "channels: not allowed; allowed: one channel or more"],
    ["returns", { channels: Array(11).fill("pos") }, "channels: not allowed; allowed: at most 10 channels"],
    ["returns", { refundOrder: [] }, "refundOrder: not allowed; allowed: one role or more"],
    ["returns", { refundOrder: Array(21).fill("sales") }, "refundOrder: not allowed; allowed: at most 20 roles"],
    ["returns", { fees: [] }, "fees: not allowed; allowed: one fee or more"],
    ["returns", { fees: Array(11).fill({ reason: "a" }) }, "fees: not allowed; allowed: at most 10 fees"],
    [
      "returns",
      { fees: [{ reason: "a", rate: "1.1" }] },
      'fees[0].rate: not allowed; allowed: a share of the value from "0" to "1" such as "0.15"',
    ],
    [
      "returns",
      { fees: [{ reason: "a", rate: "x1" }] },
      'fees[0].rate: not allowed; allowed: a share of the value from "0" to "1" such as "0.15"',
    ],
    [
      "returns",
      { fees: [{ reason: "a", rate: "1x" }] },
      'fees[0].rate: not allowed; allowed: a share of the value from "0" to "1" such as "0.15"',
    ],
    [
      "returns",
      { fees: [{ reason: "a", rate: "0.1234567" }] },
      'fees[0].rate: not allowed; allowed: a share of the value from "0" to "1" such as "0.15"',
    ],
    ["promotions", { channels: [] }, "channels: not allowed; allowed: one channel or more"],
    ["promotions", { channels: Array(11).fill("pos") }, "channels: not allowed; allowed: at most 10 channels"],
    ["loyalty", { worth: { USD: 0 } }, "worth.USD: not allowed; allowed: minor units from 1 to 100000000"],
    ["loyalty", { worth: { USD: 100_000_001 } }, "worth.USD: not allowed; allowed: minor units from 1 to 100000000"],
    ["freight", { perShipment: { USD: -1 } }, "perShipment.USD: not allowed; allowed: minor units, not negative"],
    ["freight", { perShipment: { USD: 1_000_000_000_001 } }, "perShipment.USD: not allowed; allowed: minor units, at most 1000000000000"],
    ["freight", { perShipment: { usd: 1 } }, "perShipment.usd: not allowed as a key; allowed: an ISO 4217 code such as USD"],
    ["freight", { perShipment: { USD: 0.5 } }, "perShipment.USD: not a whole number"],
    ["freight", { when: { carrier: "" } }, "when.carrier: not allowed; allowed: a value"],
    ["freight", { when: { carrier: "x".repeat(121) } }, "when.carrier: not allowed; allowed: at most 120 characters"],
    ["escalations", { afterHours: 0.5 }, "afterHours: not a whole number"],
    [
      "tenders",
      { taxedAtSale: { jurisdiction: "US-MA", rate: "0" } },
      'taxedAtSale.rate: not allowed; allowed: a decimal between 0 and 1 such as "0.2"',
    ],
    [
      "tenders",
      { taxedAtSale: { jurisdiction: "US-MA", rate: "x0.2" } },
      'taxedAtSale.rate: not allowed; allowed: a decimal between 0 and 1 such as "0.2"',
    ],
    [
      "tenders",
      { taxedAtSale: { jurisdiction: "US-MA", rate: "0.2x" } },
      'taxedAtSale.rate: not allowed; allowed: a decimal between 0 and 1 such as "0.2"',
    ],
    [
      "tenders",
      { taxedAtSale: { jurisdiction: "US-MA", rate: "0.1234567" } },
      'taxedAtSale.rate: not allowed; allowed: a decimal between 0 and 1 such as "0.2"',
    ],
    [
      "tenders",
      { taxedAtSale: { jurisdiction: "US-MA", rate: "0.a" } },
      'taxedAtSale.rate: not allowed; allowed: a decimal between 0 and 1 such as "0.2"',
    ],
    [
      "elections",
      { election: "moon" },
      "election: not allowed; allowed: controlPasses, taxPoint, tips, returnedDuties, unsaleableReturns, storedValueGiven, storedValueLapsed, cardDiscount, transferTitle, correctionStyle, accrualRevision, drawerCount, postingGrain",
    ],
    ["waits", { wait: "moon" }, "wait: not allowed; allowed: transferReceipt, storeDayAudit, payoutAfterPeriodEnd, bankDeposit"],
    ["estimates", { estimate: "moon" }, "estimate: not allowed; allowed: breakage, returns"],
    ["ticketRules", { severity: "fatal" }, "severity: not allowed; allowed: error, warning, off"],
    ["returns", { windowFrom: "moon" }, "windowFrom: not allowed; allowed: sale, handover"],
    ["returns", { refundTo: "moon" }, "refundTo: not allowed; allowed: original-tender, store-credit"],
    ["returns", { finalSale: false }, "finalSale: not allowed; allowed: true"],
    ["promotions", { severity: "fatal" }, "severity: not allowed; allowed: info, warning, error"],
    ["tillReasons", { kind: "moon" }, "kind: not allowed; allowed: paid-in, paid-out, fee, donation, bottle-deposit, on-account"],
    [
      "approvals",
      { kind: "moon" },
      "kind: not allowed; allowed: concession, write-off, over-short, estimate, restatement, late-posting, reopened-period, policy-release",
    ],
    ["dropShip", { returns: "kept" }, "returns: not allowed; allowed: credited"],
    ["escalations", { severity: "fatal" }, "severity: not allowed; allowed: info, warning, error, critical"],
    [
      "escalations",
      { class: "moon" },
      "class: not allowed; allowed: a class of docs/exceptions.md, or the first part of several: data, erp, inventory, money, period, policy, privacy, promotion, sequence, source, transport",
    ],
  ])("%s with %j", (section, more, fault) => {
    expect(withRule(section, more)).toEqual([`${section}[0].${fault}`]);
  });

  test("an escalation speaks of one class, or of all that begin alike", () => {
    expect(withRule("escalations", { class: "erp" })).toMatchObject({ escalations: [{ class: "erp" }] });
    expect(withRule("escalations", { severity: "info" })).toMatchObject({ escalations: [{ severity: "info" }] });
    expect(withRule("escalations", { severity: "warning" })).toMatchObject({ escalations: [{ severity: "warning" }] });
    expect(withRule("escalations", { severity: "error" })).toMatchObject({ escalations: [{ severity: "error" }] });
  });

  test("a tolerance is an amount, or a share for what comes from a rate of exchange", () => {
    const share = { tolerance: "foreignReturn", rate: "0.02", to: "2026-12-31", ...dated };
    expect(read(globalWith({ tolerances: [share] }))).toMatchObject({ tolerances: [share] });
    expect(read(globalWith({ tolerances: [{ ...share, minorUnits: 1 }] }))).toEqual([
      "tolerances[0].minorUnits: unknown key; allowed here: ",
    ]);
  });

  test("what is sold for good says so", () => {
    const rule = { finalSale: true, ...dated };
    expect(read(globalWith({ returns: [rule] }))).toMatchObject({ returns: [rule] });
  });
});

const connection = {
  adapter: "netsuite",
  url: "https://erp.example.com",
  database: "fern_prod-1.a",
  inventoryJournal: "erp",
  receivesAgainstOrders: false,
  leaseSeconds: 900,
  requestTimeoutSeconds: 0,
  serverRunSeconds: 1,
  clockSkewSeconds: 5,
  visibilityLagSeconds: 0,
  pace: { documentsPerSecond: 0.01, burstDocuments: 100_000, throttledPauseSeconds: 900, failuresToOpen: 100, openSeconds: 900 },
};
const withConnection = (more: Rule) => read(globalWith({ connections: { erp: { ...connection, ...more } } }));
const withPace = (more: Rule) => withConnection({ pace: more });

describe("a connection to an ERP", () => {
  test("is read as it is written", () => {
    expect(withConnection({})).toEqual({ items, tenders: [], connections: { erp: connection } });
    for (const adapter of ["sandbox", "tryton", "netsuite", "odoo", "erpnext", "business-central"])
      expect(withConnection({ adapter })).toMatchObject({ connections: { erp: { adapter } } });
    expect(withConnection({ inventoryJournal: "hub", url: "http://x" })).toMatchObject({
      connections: { erp: { inventoryJournal: "hub" } },
    });
    expect(
      withPace({ documentsPerSecond: 100_000, burstDocuments: 1, throttledPauseSeconds: 1, failuresToOpen: 1, openSeconds: 1 }),
    ).not.toBeInstanceOf(Array);
  });

  test.each<[Rule, string]>([
    [{ adapter: "sap" }, "adapter: not allowed; allowed: sandbox, tryton, netsuite, odoo, erpnext, business-central"],
    [{ inventoryJournal: "nobody" }, "inventoryJournal: not allowed; allowed: erp, hub"],
    [{ url: "ftp://x" }, "url: not allowed; allowed: an http or https address"],
    [{ url: "xhttps://x" }, "url: not allowed; allowed: an http or https address"],
    [{ url: "https://" }, "url: not allowed; allowed: an http or https address"],
    [{ url: "https://a b" }, "url: not allowed; allowed: an http or https address"],
    [{ url: `https://${"x".repeat(201)}` }, "url: not allowed; allowed: an http or https address"],
    [{ database: "" }, "database: not allowed; allowed: a name of letters, digits, '_', '.' or '-'"],
    [{ database: "-a" }, "database: not allowed; allowed: a name of letters, digits, '_', '.' or '-'"],
    [{ database: "a b" }, "database: not allowed; allowed: a name of letters, digits, '_', '.' or '-'"],
    [{ database: "a".repeat(64) }, "database: not allowed; allowed: a name of letters, digits, '_', '.' or '-'"],
    [{ leaseSeconds: -1 }, "leaseSeconds: not allowed; allowed: seconds from 0 to 900"],
    [{ leaseSeconds: 901 }, "leaseSeconds: not allowed; allowed: seconds from 0 to 900"],
    [{ leaseSeconds: 0.5 }, "leaseSeconds: not a whole number"],
    [
      { password: "x" },
      "password: unknown key; allowed here: adapter, url, database, inventoryJournal, receivesAgainstOrders, leaseSeconds, requestTimeoutSeconds, serverRunSeconds, clockSkewSeconds, visibilityLagSeconds, pace",
    ],
    [{ pace: { documentsPerSecond: 0.009 } }, "pace.documentsPerSecond: not allowed; allowed: documents from 0.01 to 100000"],
    [{ pace: { documentsPerSecond: 100_001 } }, "pace.documentsPerSecond: not allowed; allowed: documents from 0.01 to 100000"],
    [{ pace: { burstDocuments: 0 } }, "pace.burstDocuments: not allowed; allowed: documents from 1 to 100000"],
    [{ pace: { burstDocuments: 100_001 } }, "pace.burstDocuments: not allowed; allowed: documents from 1 to 100000"],
    [{ pace: { burstDocuments: 1.5 } }, "pace.burstDocuments: not a whole number"],
    [{ pace: { throttledPauseSeconds: 901 } }, "pace.throttledPauseSeconds: not allowed; allowed: seconds from 1 to 900"],
    [{ pace: { throttledPauseSeconds: 0 } }, "pace.throttledPauseSeconds: not allowed; allowed: seconds from 1 to 900"],
    [{ pace: { failuresToOpen: 0 } }, "pace.failuresToOpen: not allowed; allowed: failures from 1 to 100"],
    [{ pace: { failuresToOpen: 101 } }, "pace.failuresToOpen: not allowed; allowed: failures from 1 to 100"],
    [{ pace: { openSeconds: 901 } }, "pace.openSeconds: not allowed; allowed: seconds from 1 to 900"],
    [
      { pace: { speed: 1 } },
      "pace.speed: unknown key; allowed here: documentsPerSecond, burstDocuments, throttledPauseSeconds, failuresToOpen, openSeconds",
    ],
  ])("is refused: %j", (more, fault) => {
    expect(withConnection(more)).toEqual([`connections.erp.${fault}`]);
  });
});

describe("items", () => {
  test("are held or taken where nobody knows them", () => {
    for (const unknown of ["hold", "accept"])
      expect(read(globalWith({ items: { ...items, unknown } }))).toMatchObject({ items: { unknown } });
    expect(read(globalWith({ items: { ...items, unknown: "guess" } }))).toEqual(["items.unknown: not allowed; allowed: hold, accept"]);
  });

  test("are listed by SKU with all that is known of them", () => {
    const mug = { class: "table", name: "Mug", stocked: true, deposit: "bottle", unit: "EA", serialNumbers: false, consignor: "atelier" };
    const list = { "MUG!~1": mug, ["x".repeat(120)]: mug };
    expect(read(globalWith({ items: { ...items, list } }))).toMatchObject({ items: { list } });
    expect(read(brandWith({ items: { list } }))).toEqual({ name: "Fern", items: { list } });
    for (const sku of ["A MUG", "", "MÜG", "x".repeat(121)])
      expect(read(globalWith({ items: { ...items, list: { [sku]: mug } } }))).toEqual([
        expect.stringMatching(/: not allowed as a key; allowed: the channel's own id, 1 to 120 printable characters$/),
      ]);
  });
});

const shop = {
  channel: "shopify",
  entity: "US1",
  currency: "USD",
  timeZone: "America/New_York",
  channelDimension: "web",
  defaultLocation: "dc",
  businessEntities: { "gid://1": "US1" },
};

test("a brand's shops", () => {
  const shops = { "fern.myshopify.com": shop };
  expect(read(brandWith({ shops }))).toEqual({ name: "Fern", shops });
  expect(read(brandWith({ shops: { "a b": shop } }))).toEqual([
    `shops["a b"]: not allowed as a key; allowed: a shop such as name.myshopify.com: 1 to 80 letters, digits, '.', '_' or '-'`,
  ]);
  for (const timeZone of ["EST", "Mars/Base", "", "utc"])
    expect(read(brandWith({ shops: { a: { ...shop, timeZone } } }))).toEqual([
      "shops.a.timeZone: not allowed; allowed: an IANA time zone such as America/New_York",
    ]);
  expect(read(brandWith({ shops: { a: { ...shop, timeZone: "UTC" } } }))).toMatchObject({ shops: { a: { timeZone: "UTC" } } });
});

const store = {
  location: "shop",
  name: "Boston",
  timeZone: "America/New_York",
  currency: "USD",
  bankAccount: "operating",
  registers: ["1", "2"],
  drawerFloat: 10_000_000,
  names: ["Boston Common"],
  poslogDialect: "arts",
};
const gateway = {
  name: "Pay later",
  source: "pay-later",
  shop: "fern.myshopify.com",
  clearing: { role: "acquirer-clearing", gateway: "pay_later" },
  bankAccount: "operating",
  lagDays: 60,
  currencies: ["USD"],
  statedAccount: "Fern",
  readBy: "files",
  dateOrder: "day-first",
  feeContract: {
    states: "fees",
    rates: [
      {
        currency: "USD",
        rate: "0.029",
        fixed: -1_000_000,
        toleranceMinorUnits: 1,
        on: "refund",
        cardBrand: "amex",
        method: "card",
        to: "2026-12-31",
        ...dated,
      },
    ],
  },
  withholdsFor: "marketplace",
  terminals: { "T-1": { store: "0101", register: "1" } },
  why: "A test.",
};
const bank = { name: "Operating", currency: "USD", numbers: ["DE-1"], unknownCredits: "book", why: "A test." };
const place = { name: "Centre", kind: "store", ids: { shopify: ["71"] }, ownership: { kind: "consignment", vendor: "atelier" } };
const price = { buyer: "US2", itemClass: "table", costPlus: "0.05", unitPrice: 0, currency: "USD", to: "2026-12-31", ...dated };
const period = { period: "2026-10", state: "closed", by: "Ann", ...dated };
const filing = { jurisdiction: "US-MA", filedThrough: "2026-09-30", ...dated };

describe("an entity's own", () => {
  test.each<[string, Rule]>([
    ["stores", { stores: { "0101": store } }],
    ["gateway accounts", { gatewayAccounts: { later: gateway } }],
    [
      "gateway accounts that state net amounts, by another clearing",
      {
        gatewayAccounts: {
          later: {
            ...gateway,
            clearing: { role: "payment-clearing", gateway: "g" },
            readBy: "api",
            dateOrder: "month-first",
            feeContract: { ...gateway.feeContract, states: "net-only" },
          },
        },
      },
    ],
    [
      "rates of charges",
      {
        gatewayAccounts: {
          later: {
            ...gateway,
            feeContract: {
              states: "fees",
              rates: [{ ...gateway.feeContract.rates[0], on: "charge", rate: "-1.000000", fixed: 1_000_000 }],
            },
          },
        },
      },
    ],
    ["bank accounts", { bankAccounts: { operating: bank } }],
    ["bank accounts whose unknown credits wait", { bankAccounts: { operating: { ...bank, unknownCredits: "leave" } } }],
    ["locations", { locations: { dc: place } }],
    [
      "locations of vendors",
      { locations: { dc: { ...place, kind: "distribution-centre", ownership: { kind: "drop-ship", vendor: "acme" } } } },
    ],
    ["transfer prices", { transferPrices: [price] }],
    ["periods", { periods: [period, { ...period, state: "open" }, { ...period, state: "future" }] }],
    ["tax filings", { taxFilings: [filing] }],
    ["cut-over", { cutOver: { shopify: { at: "2026-11-01T05:00:00.000Z", why: "Go-live." } } }],
    ["calendar of months", { calendar: { kind: "months", why: "By month." } }],
    ["calendar of weeks", { calendar: { kind: "weeks", pattern: "4-4-5", years: [{ name: "FY26", from: "2026-02-01" }], why: "Retail." } }],
    [
      "calendar of weeks 4-5-4",
      { calendar: { kind: "weeks", pattern: "4-5-4", years: [{ name: "A", from: "2026-02-01" }], why: "Retail." } },
    ],
    [
      "calendar of weeks 5-4-4",
      { calendar: { kind: "weeks", pattern: "5-4-4", years: [{ name: "2".repeat(12), from: "2026-02-01" }], why: "Retail." } },
    ],
  ])("%s are read as they are written", (_, more) => {
    expect(read(entityWith(more))).toEqual({ ...entity, ...more });
  });

  const account = (more: Rule) => ({ gatewayAccounts: { later: { ...gateway, ...more } } });
  const contract = (more: Rule) => account({ feeContract: { states: "fees", rates: [{ ...gateway.feeContract.rates[0], ...more }] } });
  const weeks = (...years: Rule[]) => ({ calendar: { kind: "weeks", pattern: "4-4-5", years, why: "Retail." } });
  const rateText = 'not allowed; allowed: a share of the amount from "-1" to "1" with up to 6 decimals such as "0.029"';
  const costText = 'not allowed; allowed: a decimal on top of the cost such as "0.05", "0" for at cost';
  const instantText = "not allowed; allowed: an instant in UTC such as 2026-11-01T05:00:00.000Z";

  test.each<[Rule, string]>([
    [{ stores: { "0101": { ...store, registers: [] } } }, 'stores["0101"].registers: not allowed; allowed: at least one register'],
    [
      { stores: { "0101": { ...store, registers: Array(201).fill("1") } } },
      'stores["0101"].registers: not allowed; allowed: at most 200 registers',
    ],
    [
      { stores: { "0101": { ...store, drawerFloat: -1 } } },
      'stores["0101"].drawerFloat: not allowed; allowed: minor units from 0 to 10000000',
    ],
    [
      { stores: { "0101": { ...store, drawerFloat: 10_000_001 } } },
      'stores["0101"].drawerFloat: not allowed; allowed: minor units from 0 to 10000000',
    ],
    [{ stores: { "0101": { ...store, drawerFloat: 0.5 } } }, 'stores["0101"].drawerFloat: not a whole number'],
    [{ stores: { "0101": { ...store, names: [] } } }, 'stores["0101"].names: not allowed; allowed: at least one name'],
    [{ stores: { "0101": { ...store, names: Array(11).fill("B") } } }, 'stores["0101"].names: not allowed; allowed: at most 10 names'],
    [
      account({ clearing: { role: "sales", gateway: "g" } }),
      "gatewayAccounts.later.clearing.role: not allowed; allowed: payment-clearing, acquirer-clearing",
    ],
    [account({ lagDays: -1 }), "gatewayAccounts.later.lagDays: not allowed; allowed: days from 0 to 60"],
    [account({ lagDays: 61 }), "gatewayAccounts.later.lagDays: not allowed; allowed: days from 0 to 60"],
    [account({ lagDays: 0.5 }), "gatewayAccounts.later.lagDays: not a whole number"],
    [account({ currencies: [] }), "gatewayAccounts.later.currencies: not allowed; allowed: at least one currency"],
    [account({ currencies: Array(51).fill("USD") }), "gatewayAccounts.later.currencies: not allowed; allowed: at most 50 currencies"],
    [account({ readBy: "mail" }), "gatewayAccounts.later.readBy: not allowed; allowed: files, api"],
    [account({ dateOrder: "year-first" }), "gatewayAccounts.later.dateOrder: not allowed; allowed: day-first, month-first"],
    [
      account({ terminals: { "T 1": { store: "0101", register: "1" } } }),
      `gatewayAccounts.later.terminals["T 1"]: not allowed as a key; allowed: the channel's own id, 1 to 120 printable characters`,
    ],
    [
      account({ feeContract: { states: "guesses", rates: gateway.feeContract.rates } }),
      "gatewayAccounts.later.feeContract.states: not allowed; allowed: fees, net-only",
    ],
    [
      account({ feeContract: { states: "fees", rates: Array(501).fill(gateway.feeContract.rates[0]) } }),
      "gatewayAccounts.later.feeContract.rates: not allowed; allowed: at most 500 rates",
    ],
    [contract({ on: "dispute" }), "gatewayAccounts.later.feeContract.rates[0].on: not allowed; allowed: charge, refund"],
    [contract({ fixed: -1_000_001 }), "gatewayAccounts.later.feeContract.rates[0].fixed: not allowed; allowed: minor units from -1000000"],
    [contract({ fixed: 1_000_001 }), "gatewayAccounts.later.feeContract.rates[0].fixed: not allowed; allowed: minor units up to 1000000"],
    [contract({ rate: "1.1" }), `gatewayAccounts.later.feeContract.rates[0].rate: ${rateText}`],
    [contract({ rate: "x0.1" }), `gatewayAccounts.later.feeContract.rates[0].rate: ${rateText}`],
    [contract({ rate: "0.1x" }), `gatewayAccounts.later.feeContract.rates[0].rate: ${rateText}`],
    [contract({ rate: "0.1234567" }), `gatewayAccounts.later.feeContract.rates[0].rate: ${rateText}`],
    [contract({ rate: "0.a" }), `gatewayAccounts.later.feeContract.rates[0].rate: ${rateText}`],
    [{ bankAccounts: { a: { ...bank, numbers: [] } } }, "bankAccounts.a.numbers: not allowed; allowed: at least one number"],
    [
      { bankAccounts: { a: { ...bank, numbers: Array(11).fill("1") } } },
      "bankAccounts.a.numbers: not allowed; allowed: at most 10 numbers",
    ],
    [{ bankAccounts: { a: { ...bank, unknownCredits: "keep" } } }, "bankAccounts.a.unknownCredits: not allowed; allowed: book, leave"],
    [{ locations: { dc: { ...place, kind: "warehouse" } } }, "locations.dc.kind: not allowed; allowed: distribution-centre, store"],
    [
      { locations: { dc: { ...place, ids: { shopify: Array(21).fill("1") } } } },
      "locations.dc.ids.shopify: not allowed; allowed: at most 20 ids",
    ],
    [
      { locations: { dc: { ...place, ownership: { kind: "lent", vendor: "a" } } } },
      "locations.dc.ownership.kind: not allowed; allowed: consignment, drop-ship",
    ],
    [{ transferPrices: [{ ...price, costPlus: "10" }] }, `transferPrices[0].costPlus: ${costText}`],
    [{ transferPrices: [{ ...price, costPlus: "x1" }] }, `transferPrices[0].costPlus: ${costText}`],
    [{ transferPrices: [{ ...price, costPlus: "1." }] }, `transferPrices[0].costPlus: ${costText}`],
    [{ transferPrices: [{ ...price, costPlus: "a" }] }, `transferPrices[0].costPlus: ${costText}`],
    [{ transferPrices: [{ ...price, costPlus: "0.a" }] }, `transferPrices[0].costPlus: ${costText}`],
    [{ transferPrices: [{ ...price, costPlus: "0.1234567" }] }, `transferPrices[0].costPlus: ${costText}`],
    [
      { transferPrices: [{ ...price, unitPrice: -1 }] },
      "transferPrices[0].unitPrice: not allowed; allowed: minor units of its currency for one unit",
    ],
    [{ transferPrices: Array(501).fill(price) }, "transferPrices: not allowed; allowed: at most 500 transfer prices in a file"],
    [{ periods: [{ ...period, state: "shut" }] }, "periods[0].state: not allowed; allowed: open, closed, future"],
    [{ periods: Array(501).fill(period) }, "periods: not allowed; allowed: at most 500 period rules"],
    [{ taxFilings: Array(1_001).fill(filing) }, "taxFilings: not allowed; allowed: at most 1000 tax filings"],
    [{ calendar: { kind: "moons", why: "By moon." } }, "calendar.kind: not allowed; allowed: an object with kind months or weeks"],
    [weeks(), "calendar.years: not allowed; allowed: one year or more"],
    [weeks(...Array(51).fill({ name: "FY", from: "2026-02-01" })), "calendar.years: not allowed; allowed: at most 50 years"],
    [
      weeks({ name: "FY 26", from: "2026-02-01" }),
      "calendar.years[0].name: not allowed; allowed: a name of 1 to 12 letters and digits such as FY2026",
    ],
    [
      weeks({ name: "", from: "2026-02-01" }),
      "calendar.years[0].name: not allowed; allowed: a name of 1 to 12 letters and digits such as FY2026",
    ],
    [
      weeks({ name: "2".repeat(13), from: "2026-02-01" }),
      "calendar.years[0].name: not allowed; allowed: a name of 1 to 12 letters and digits such as FY2026",
    ],
    [
      { calendar: { kind: "weeks", pattern: "4-4-4", years: [{ name: "A", from: "2026-02-01" }], why: "Retail." } },
      "calendar.pattern: not allowed; allowed: 4-4-5, 4-5-4, 5-4-4",
    ],
    [{ cutOver: { shopify: { at: "2026-11-01", why: "Go-live." } } }, `cutOver.shopify.at: ${instantText}`],
    [{ cutOver: { shopify: { at: "2026-11-31T05:00:00.000Z", why: "Go-live." } } }, `cutOver.shopify.at: ${instantText}`],
    [{ cutOver: { shopify: { at: "2026-11-01T24:00:00.000Z", why: "Go-live." } } }, `cutOver.shopify.at: ${instantText}`],
    [{ cutOver: { shopify: { at: "2026-11-01T23:60:00.000Z", why: "Go-live." } } }, `cutOver.shopify.at: ${instantText}`],
    [{ cutOver: { shopify: { at: "2026-11-01T23:00:60.000Z", why: "Go-live." } } }, `cutOver.shopify.at: ${instantText}`],
    [{ cutOver: { shopify: { at: "2026-11-01T23:00:00Z", why: "Go-live." } } }, `cutOver.shopify.at: ${instantText}`],
    [{ cutOver: { shopify: { at: "2026-11-01T23:00:00.000Zx", why: "Go-live." } } }, `cutOver.shopify.at: ${instantText}`],
    [{ cutOver: { shopify: { at: "2026-11-01xT23:00:00.000Z", why: "Go-live." } } }, `cutOver.shopify.at: ${instantText}`],
    [
      { cutOver: { Shopify: { at: "2026-11-01T05:00:00.000Z", why: "Go-live." } } },
      "cutOver.Shopify: not allowed as a key; allowed: a channel such as shopify, pos or marketplace: lower-case letters, digits, '-'",
    ],
  ])("is refused: %j", (more, fault) => {
    expect(read(entityWith(more))).toEqual([fault]);
  });

  test("an instant is taken at the ends of its hours", () => {
    for (const at of ["2026-11-01T00:00:00.000Z", "2026-11-01T09:59:59.999Z", "2026-11-01T19:00:00.000Z", "2026-11-01T23:59:59.999Z"])
      expect(read(entityWith({ cutOver: { pos: { at, why: "Go-live." } } }))).toMatchObject({ cutOver: { pos: { at } } });
  });
});

describe("a file", () => {
  test.each([
    ["global.json", "global", "global"],
    ["regions/us.json", "region", "us"],
    ["brands/Fern_1.a-b.json", "brand", "Fern_1.a-b"],
  ])("%s is the layer that its path says", (path, kind, id) => {
    const content = kind === "global" ? { items, tenders: [] } : { name: "A" };
    expect(parseLayerFile({ path, content: JSON.stringify(content) })).toEqual({ kind, file: path, id, data: content });
  });

  test.each([
    "xglobal.json",
    "global.jsonx",
    "globalxjson",
    "regions/.json",
    "regions/-us.json",
    "regions/us.jsonx",
    "x/regions/us.json",
    "regions/us/a.json",
    "brands/.json",
    "brands/b.jsonx",
    "xbrands/b.json",
    "entities/e.jsonx",
    "xentities/e.json",
    `entities/${"e".repeat(41)}.json`,
  ])("%s is no layer", (path) => {
    expect(parseLayerFile({ path, content: "{}" })).toEqual([
      {
        file: path,
        path: "",
        value: JSON.stringify(path),
        message: "no layer has this path; allowed: ownership.json, global.json, regions/<id>.json, brands/<id>.json or entities/<id>.json",
      },
    ]);
  });

  test("a long value is shortened, and what is missing is nothing", () => {
    const of = (name: unknown) => parseLayerFile({ path: "regions/us.json", content: JSON.stringify({ name }) });
    expect(of("x".repeat(119))).toMatchObject({ kind: "region" });
    expect(of(["x".repeat(116)])).toEqual([
      { file: "regions/us.json", path: "name", value: `["${"x".repeat(116)}"]`, message: "not a string" },
    ]);
    expect(of(["x".repeat(117)])).toEqual([
      { file: "regions/us.json", path: "name", value: `["${"x".repeat(117)}…`, message: "not a string" },
    ]);
    expect(of(undefined)).toEqual([{ file: "regions/us.json", path: "name", value: "nothing", message: "is missing: string expected" }]);
  });
});
