import type { ElectionRule, ElectionValue, Policy } from "#domain/policy";

const why = "test";

/** A small retailer: a web shop and a store of entity "us" in USD, a distribution centre of entity "ca" in CAD. */
export const policy: Policy = {
  release: 1,
  version: "v1",
  entities: {
    us: { name: "US", functionalCurrency: "USD", connection: "sandbox", erpCompany: "US01", timeZone: "America/Chicago" },
    ca: { name: "CA", functionalCurrency: "CAD", connection: "sandbox", erpCompany: "CA01", timeZone: "America/Toronto" },
  },
  shops: {
    "demo.example": {
      channel: "shopify",
      entity: "us",
      timeZone: "America/Chicago",
      channelDimension: "web",
      defaultLocation: "dc",
    },
  },
  stores: {
    "7": { entity: "us", location: "loop", name: "Loop", timeZone: "America/Chicago", currency: "USD" },
    "9": { entity: "ca", location: "north", name: "North", timeZone: "America/Toronto", currency: "CAD" },
  },
  locations: {
    dc: { name: "DC", entity: "us", kind: "distribution-centre", ids: { shopify: ["100"] } },
    loop: { name: "Loop", entity: "us", kind: "store", ids: { shopify: ["200"] } },
    north: { name: "North", entity: "ca", kind: "distribution-centre", ids: { shopify: ["300"] } },
  },
  items: {
    unknown: "hold",
    defaultClass: "general",
    list: {
      SHIRT: { class: "apparel", name: "Shirt", stocked: true },
      MUG: { class: "home", name: "Mug", stocked: true },
      ENGRAVING: { class: "service", name: "Engraving", stocked: false },
    },
  },
  tenders: [
    { channel: "shopify", match: "shopify_payments", role: "payment-clearing", dimensions: {}, why },
    { channel: "shopify", match: "paypal", role: "payment-clearing", dimensions: {}, why },
    { channel: "shopify", match: "gift_card", role: "gift-card-liability", dimensions: { issuer: "us" }, why },
    { channel: "shopify", match: "cash on delivery (cod)", role: "payment-clearing", dimensions: { gateway: "cod" }, why },
    { channel: "pos", match: "cash", role: "cash-drawer", dimensions: {}, cash: true, why },
    { channel: "pos", match: "creditdebit", role: "acquirer-clearing", dimensions: { acquirer: "worldpay" }, why },
    { channel: "pos", match: "giftcard", role: "gift-card-liability", dimensions: { issuer: "us" }, why },
  ],
  taxes: [
    { channel: "shopify", match: "IL", jurisdiction: "US-IL" },
    { channel: "shopify", match: "Chicago", jurisdiction: "US-CHI" },
    { channel: "shopify", match: "VAT", jurisdiction: "GB" },
    { channel: "shopify", match: "MwSt", jurisdiction: "DE" },
    { channel: "pos", match: "A", jurisdiction: "US-IL" },
    { channel: "pos", match: "B", jurisdiction: "US-CHI" },
  ],
  jurisdictions: {
    "US-IL": { name: "Illinois", why },
    "US-CHI": { name: "Chicago", why },
    GB: { name: "United Kingdom", why },
    DE: { name: "Germany", why },
  },
  accounts: [],
  elections: [taxPoint("US-IL", "fulfilment"), taxPoint("US-CHI", "fulfilment"), taxPoint("GB", "capture"), taxPoint("DE", "earlier")],
  tolerances: [{ tolerance: "ticketTaxGroup", minorUnits: 1, when: {}, from: "2020-01-01", why, layer: 0 }],
  returns: [
    {
      when: {},
      windowDays: 30,
      conditions: ["as-new"],
      channels: ["pos"],
      refundTo: "original-tender",
      blind: { limitMinorUnits: { USD: 10_000 }, refundTo: "original-tender" },
      from: "2020-01-01",
      why: "test",
      layer: 0,
    },
  ],
  approvals: [],
  connections: {},
};

function taxPoint(jurisdiction: string, value: ElectionValue<"taxPoint">): ElectionRule {
  return { election: "taxPoint", when: { jurisdiction }, value, from: "2020-01-01", why, layer: 0 };
}
