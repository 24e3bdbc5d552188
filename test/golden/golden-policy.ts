import { type Policy, roles } from "#domain/policy";

const why = "golden scenarios";
const always = { from: "2020-01-01", owner: "finance", why, layer: 0 };

/**
 * The retailer of the golden scenarios. Entity us sells on the web and in the Loop store; two (another ERP) and three (the same ERP) are
 * its sisters in dollars (so is late, where control passes at delivery), north a sister in Canadian dollars; gb, jp and kw sell in currencies of their own, and paris is a sister in euros that supplies. Every role has an account of
 * its own name, so that a journal reads by role.
 */
export const goldenPolicy: Policy = {
  release: 1,
  version: "golden",
  entities: {
    us: entity("USD", "erp-us", "America/Chicago"),
    two: entity("USD", "erp-two", "America/Denver"),
    three: entity("USD", "erp-us", "America/Chicago"),
    north: entity("CAD", "erp-us", "America/Toronto"),
    gb: entity("GBP", "erp-us", "Europe/London"),
    late: entity("USD", "erp-us", "America/Chicago"),
    jp: entity("JPY", "erp-us", "Asia/Tokyo"),
    kw: entity("KWD", "erp-us", "Asia/Kuwait"),
    paris: entity("EUR", "erp-two", "Europe/Paris"),
  },
  shops: {
    "us.example": {
      ...shop("us", "America/Chicago", "dc"),
      businessEntities: { "gid-us": "us", "gid-three": "three" },
    },
    "late.example": shop("late", "America/Chicago", "late-dc"),
    "gb.example": shop("gb", "Europe/London", "gb-dc"),
    "jp.example": shop("jp", "Asia/Tokyo", "jp-dc"),
    "kw.example": shop("kw", "Asia/Kuwait", "kw-dc"),
  },
  stores: {
    "0001": { entity: "us", location: "loop", name: "Loop", timeZone: "America/Chicago", currency: "USD", bankAccount: "us-bank" },
    // Its cash goes to the bank of us.
    "0002": { entity: "two", location: "mesa", name: "Mesa", timeZone: "America/Denver", currency: "USD", bankAccount: "us-bank" },
    "0003": { entity: "north", location: "queen", name: "Queen Street", timeZone: "America/Toronto", currency: "CAD" },
    "0005": { entity: "us", location: "dock", name: "Dock", timeZone: "America/Chicago", currency: "USD" },
    "0006": { entity: "us", location: "atelier", name: "Atelier in the Loop", timeZone: "America/Chicago", currency: "USD" },
    "0007": { entity: "paris", location: "rivoli", name: "Rivoli", timeZone: "Europe/Paris", currency: "EUR" },
    // A fair of us abroad.
    "0008": { entity: "us", location: "fair", name: "Fair in Lyon", timeZone: "Europe/Paris", currency: "EUR" },
    "0004": { entity: "gb", location: "soho", name: "Soho", timeZone: "Europe/London", currency: "GBP" },
  },
  locations: {
    dc: location("us", "100"),
    loop: location("us", "110"),
    dock: location("us", "120"),
    atelier: { ...location("us", "910"), ownership: { kind: "consignment", vendor: "atelier" } },
    fair: location("us", "130"),
    acme: { ...location("us", "900"), ownership: { kind: "drop-ship", vendor: "acme" } },
    mesa: location("two", "200"),
    pier: location("three", "300"),
    queen: location("north", "400"),
    "late-dc": location("late", "350"),
    "gb-dc": location("gb", "500"),
    soho: location("gb", "510"),
    "jp-dc": location("jp", "600"),
    "kw-dc": location("kw", "700"),
    rivoli: location("paris", "800"),
  },
  items: {
    unknown: "hold",
    defaultClass: "general",
    list: {
      SHIRT: { class: "apparel", name: "Shirt", stocked: true },
      MUG: { class: "home", name: "Mug", stocked: true },
      ENGRAVING: { class: "service", name: "Engraving", stocked: false },
      BOTTLE: { class: "home", name: "Bottle of lemonade", stocked: true },
      "BOTTLE-DEPOSIT": { class: "deposit", name: "Bottle deposit", stocked: false, deposit: "bottle" },
      CANDLE: { class: "home", name: "Candle of the atelier", stocked: true, consignor: "atelier" },
      VASE: { class: "home", name: "Vase of a potter without terms", stocked: true, consignor: "potter" },
      DONATION: { class: "donation", name: "Donation to the river fund", stocked: false, deposit: "river-fund" },
    },
  },
  tenders: [
    { channel: "shopify", match: "shopify_payments", role: "payment-clearing", dimensions: {}, why },
    { channel: "shopify", match: "paypal", role: "payment-clearing", dimensions: {}, why },
    { channel: "shopify", match: "gift_card", role: "gift-card-liability", dimensions: { issuer: "us" }, why },
    { channel: "shopify", match: "sister_card", role: "gift-card-liability", dimensions: { issuer: "two" }, why },
    { channel: "shopify", match: "store_credit", role: "store-credit-liability", dimensions: { issuer: "us" }, why },
    { channel: "shopify", match: "cash on delivery (cod)", role: "payment-clearing", dimensions: { gateway: "cod" }, why },
    { channel: "shopify", match: "cash", role: "cash-drawer", dimensions: {}, cash: true, why },
    { channel: "pos", match: "cash", role: "cash-drawer", dimensions: {}, cash: true, why },
    { channel: "pos", match: "creditdebit", role: "acquirer-clearing", dimensions: { acquirer: "worldpay" }, why },
    { channel: "pos", match: "giftcard", role: "gift-card-liability", dimensions: { issuer: "us" }, why },
    { channel: "shopify", match: "british_card", role: "gift-card-liability", dimensions: { issuer: "gb" }, why },
    {
      channel: "shopify",
      match: "voucher",
      role: "gift-card-liability",
      dimensions: { issuer: "gb" },
      taxedAtSale: { jurisdiction: "GB", rate: "0.2" },
      why,
    },
    {
      channel: "pos",
      match: "voucher",
      role: "gift-card-liability",
      dimensions: { issuer: "us" },
      taxedAtSale: { jurisdiction: "US-IL", rate: "0.1" },
      why,
    },
    { channel: "pos", match: "sistercredit", role: "store-credit-liability", dimensions: { issuer: "three" }, why },
    { channel: "pos", match: "check", role: "safe", dimensions: {}, why },
    { channel: "pos", match: "coupon", role: "coupon-receivable", dimensions: { issuer: "clearing-house" }, why },
    { channel: "pos", match: "house", role: "accounts-receivable", dimensions: { "customer-class": "house" }, why },
    { channel: "pos", match: "deposit", role: "customer-deposits", dimensions: {}, why },
    { channel: "pos", match: "storecredit", role: "store-credit-liability", dimensions: { issuer: "us" }, why },
  ],
  taxes: [
    { channel: "shopify", match: "IL", jurisdiction: "US-IL" },
    { channel: "shopify", match: "Chicago", jurisdiction: "US-CHI" },
    { channel: "shopify", match: "VAT", jurisdiction: "GB" },
    { channel: "shopify", match: "MwSt", jurisdiction: "DE" },
    { channel: "shopify", match: "JCT", jurisdiction: "JP" },
    { channel: "shopify", match: "Duty tax", jurisdiction: "US-IL" },
    { channel: "pos", match: "A", jurisdiction: "US-IL" },
    { channel: "pos", match: "HST", jurisdiction: "CA-ON" },
  ],
  jurisdictions: {
    "US-IL": { name: "Illinois", why },
    "US-CHI": { name: "Chicago", why },
    GB: { name: "United Kingdom", why },
    DE: { name: "Germany", why },
    JP: { name: "Japan", why },
    "CA-ON": { name: "Ontario", why },
  },
  elections: [
    { election: "taxPoint", value: "capture", when: { jurisdiction: "GB" }, ...always },
    { election: "taxPoint", value: "earlier", when: { jurisdiction: "DE" }, ...always },
    { election: "tips", value: "income", when: {}, entity: "three", ...always },
    { election: "returnedDuties", value: "reclaimed", when: {}, entity: "three", ...always },
    { election: "controlPasses", value: "delivered", when: {}, entity: "late", ...always },
    { election: "unsaleableReturns", value: "damaged-returns", when: {}, entity: "three", ...always },
    { election: "unsaleableReturns", value: "write-down", when: {}, entity: "gb", ...always },
    { election: "storedValueGiven", value: "promotion", when: { reason: "welcome-offer" }, ...always },
    { election: "storedValueGiven", value: "expense", when: { reason: "press" }, ...always },
    { election: "storedValueLapsed", value: "breakage", when: { reason: "remote" }, ...always },
    { election: "storedValueLapsed", value: "concession", when: { reason: "correction" }, ...always },
    { election: "cardDiscount", value: "at-sale", when: {}, entity: "three", ...always },
    { election: "transferTitle", value: "shipment", when: {}, entity: "two", ...always },
  ],
  accounts: Object.keys(roles).map((role) => ({ role, when: {}, account: role, name: role, from: "2020-01-01", why, layer: 0 })),
  tolerances: [
    { tolerance: "foreignReturn", rate: "0.02", when: {}, ...always },
    { tolerance: "foreignPayment", rate: "0.02", when: {}, ...always },
  ],
  returns: [
    {
      windowDays: 30,
      conditions: ["as-new", "opened"],
      channels: ["shopify", "pos"],
      refundTo: "original-tender",
      blind: { limitMinorUnits: { USD: 50_000, CAD: 50_000 }, refundTo: "original-tender" },
      when: {},
      ...always,
    },
  ],
  approvals: [],
  // What promotions may give is asked in the books of gb alone.
  promotions: [
    { code: "WELCOME", when: {}, entity: "gb", ...always },
    { code: "SUMMER", when: {}, entity: "gb", ...always },
    { code: "FREESHIP", channels: ["shopify"], when: {}, entity: "gb", ...always },
    { code: "SPRING", when: {}, entity: "gb", ...always, to: "2026-05-31" },
    { code: "TWELVE", transactionMaxMinorUnits: { GBP: 1200 }, when: {}, entity: "gb", ...always },
    { code: "WEBONLY", channels: ["shopify"], when: {}, entity: "gb", ...always },
    { code: "MFR-*", paidBy: "clearing-house", when: {}, entity: "gb", ...always },
    { code: "DISPLAY-*", channels: ["pos"], percentMax: "50", when: {}, entity: "gb", ...always },
  ],
  freight: [
    {
      carrier: "ups",
      perShipment: { USD: 650, CAD: 900, GBP: 500, JPY: 800, KWD: 2000 },
      perReturn: { USD: 720 },
      when: { carrier: "UPS" },
      ...always,
    },
    { carrier: "ups", perShipment: { USD: 925 }, when: { carrier: "UPS", location: "mesa" }, ...always },
  ],
  estimates: [
    { estimate: "breakage", rate: "0.2", when: { kind: "gift-card" }, entity: "gb", ...always },
    { estimate: "returns", rate: "0.08", windowDays: 30, when: { channel: "web" }, ...always },
    { estimate: "returns", rate: "0.03", windowDays: 30, when: { channel: "pos" }, entity: "us", ...always },
  ],
  unclaimedProperty: [{ jurisdiction: "GB", dormancyMonths: 36, when: { kind: "gift-card" }, entity: "gb", ...always }],
  loyalty: [{ program: "rewards", points: 100, worth: { USD: 100, GBP: 100 }, breakageRate: "0.2", when: {}, ...always }],
  replacements: [{ code: "WARRANTY", reason: "warranty", when: {}, ...always }],
  transferPrices: [
    { supplier: "two", costPlus: "0.1", from: "2020-01-01", why: "cost plus ten percent, whoever buys" },
    { supplier: "three", buyer: "us", itemClass: "apparel", unitPrice: 5000, from: "2020-01-01", why: "50.00 a shirt" },
    { supplier: "three", buyer: "late", itemClass: "apparel", unitPrice: 5000, from: "2020-01-01", why: "50.00 a shirt" },
    { supplier: "paris", itemClass: "home", unitPrice: 555, from: "2020-01-01", why: "5.55 euros a mug" },
    { supplier: "paris", costPlus: "0.1", from: "2020-01-01", why: "cost plus ten percent, whoever buys" },
    { supplier: "north", buyer: "us", itemClass: "home", unitPrice: 400, currency: "EUR", from: "2020-01-01", why: "4.00 euros a mug" },
    { supplier: "north", costPlus: "0", from: "2020-01-01", why: "at cost" },
  ],
  tillReasons: [
    { kind: "paid-out", role: "petty-expense", dimensions: { reason: "cleaning" }, when: { reason: "window cleaner" }, ...always },
    { kind: "paid-in", role: "other-revenue", when: { reason: "vending" }, ...always },
    { kind: "on-account", role: "accounts-receivable", dimensions: { "customer-class": "house" }, when: {}, ...always },
  ],
  stockReasons: [
    { role: "write-down", when: { reason: "broken" }, ...always },
    { role: "marketing-expense", when: { reason: "display" }, ...always },
  ],
  consignments: [{ consignor: "atelier", commission: "0.4", when: {}, ...always }],
  dropShip: [
    { vendor: "acme", unitCost: { USD: 3_000 }, returns: "credited", when: { "item-class": "apparel" }, ...always },
    { vendor: "acme", unitCost: { USD: 80 }, when: { item: "BOTTLE" }, ...always },
  ],
  couriers: [{ bankAccount: "us-bank", gateway: "cod", when: { carrier: "northway" }, ...always }],
  bankAccounts: {
    "us-bank": { entity: "us", name: "us", currency: "USD", numbers: ["1"], unknownCredits: "leave", why },
  },
  fxRates: [
    { of: "EUR", in: "USD", rate: "1.10", from: "2026-11-27", why: "golden scenarios" },
    { of: "EUR", in: "USD", rate: "1.12", from: "2026-11-28", why: "golden scenarios" },
    { of: "EUR", in: "USD", rate: "1.08", from: "2026-11-30", why: "golden scenarios" },
    { of: "EUR", in: "CAD", rate: "1.50", from: "2026-11-27", why: "golden scenarios" },
    { of: "EUR", in: "CAD", rate: "1.60", from: "2026-11-28", why: "golden scenarios" },
    { of: "CHF", in: "USD", rate: "1.15", from: "2026-11-28", why: "golden scenarios" },
    { of: "USD", in: "EUR", rate: "0.91", from: "2026-11-27", why: "golden scenarios" },
    { of: "EUR", in: "JPY", rate: "163.25", from: "2026-11-27", why: "golden scenarios" },
  ],
  connections: { "erp-us": connection(), "erp-two": connection() },
};

/** What one piece costs wherever it lies, in minor units of the owner's currency. */
export const unitCosts: Readonly<Record<string, number>> = { SHIRT: 4000, MUG: 500, BOTTLE: 100 };

function entity(functionalCurrency: string, erp: string, timeZone: string) {
  return { name: functionalCurrency, functionalCurrency, connection: erp, erpCompany: erp, timeZone };
}

function shop(seller: string, timeZone: string, defaultLocation: string) {
  return { channel: "shopify" as const, entity: seller, timeZone, channelDimension: "web", defaultLocation };
}

function location(owner: string, id: string) {
  return { name: owner, entity: owner, kind: "store" as const, ids: { shopify: [id] } };
}

function connection() {
  return {
    adapter: "sandbox" as const,
    inventoryJournal: "erp" as const,
    leaseSeconds: 70,
    requestTimeoutSeconds: 2,
    serverRunSeconds: 1,
    clockSkewSeconds: 5,
    visibilityLagSeconds: 10,
  };
}
