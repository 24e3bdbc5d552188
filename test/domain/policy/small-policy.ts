import { governedKeys, type PolicyFile, resolvePolicy } from "#domain/policy";

export const connection = {
  adapter: "sandbox",
  inventoryJournal: "erp",
  leaseSeconds: 9,
  requestTimeoutSeconds: 2,
  serverRunSeconds: 1,
  clockSkewSeconds: 5,
  visibilityLagSeconds: 0,
};
export const sales = (account: string) => ({
  role: "sales",
  account,
  name: `Sales ${account}`,
  from: "2026-01-01",
  why: "A test of the layers.",
});

export const taxPoint = (jurisdiction: string, value: string) => ({
  election: "taxPoint",
  when: { jurisdiction },
  value,
  from: "2026-01-01",
  why: "The law says so.",
});

/** Everything is the controller's, and any layer may set it. */
export const ownership = {
  roles: { controller: { name: "Controller", why: "Answers for the ledger." } },
  keys: Object.fromEntries(governedKeys.map((key) => [key, { owner: "controller", lowest: "entity", why: "A test." }])) as Record<
    string,
    { owner: string; lowest: string; why: string }
  >,
};

/** A small valid policy as plain objects, which a test changes in one place. */
export function files(change: (content: Record<string, Record<string, unknown>>) => void = () => {}): PolicyFile[] {
  const content: Record<string, Record<string, unknown>> = {
    "ownership.json": structuredClone(ownership),
    "global.json": {
      items: { unknown: "hold", defaultClass: "none", list: { MUG: { class: "table", name: "Mug", stocked: true } } },
      tenders: [{ channel: "pos", match: "cash", role: "cash-drawer", cash: true, why: "Cash stays in the drawer." }],
      accounts: [sales("4000")],
    },
    "regions/us.json": {
      name: "United States",
      connections: { "erp-us": { ...connection } },
      jurisdictions: { "US-MA": { name: "Massachusetts", why: "A store in Boston." } },
      elections: [taxPoint("US-MA", "fulfilment")],
    },
    "brands/fern.json": {
      name: "Fern",
      shops: {
        "fern.myshopify.com": {
          channel: "shopify",
          entity: "US1",
          timeZone: "America/New_York",
          channelDimension: "web",
          defaultLocation: "dc",
        },
      },
    },
    "entities/US1.json": {
      name: "Fern One LLC",
      region: "us",
      brand: "fern",
      functionalCurrency: "USD",
      connection: "erp-us",
      erpCompany: "F1",
      timeZone: "America/New_York",
      stores: { "0101": { location: "shop", name: "Boston", timeZone: "America/New_York", currency: "USD" } },
      locations: {
        dc: { name: "Centre", kind: "distribution-centre", ids: { shopify: ["71"] } },
        shop: { name: "Boston", kind: "store", ids: { shopify: ["72"], pos: ["0101"] } },
      },
      taxes: [{ channel: "pos", store: "0101", match: "*", jurisdiction: "US-MA" }],
    },
    "entities/US2.json": {
      name: "Fern Two LLC",
      region: "us",
      brand: "fern",
      functionalCurrency: "USD",
      connection: "erp-us",
      erpCompany: "F2",
      timeZone: "America/Chicago",
    },
  };
  change(content);
  return Object.entries(content).map(([path, value]) => ({ path, content: JSON.stringify(value) }));
}

export function errorsOf(policyFiles: readonly PolicyFile[]) {
  const resolved = resolvePolicy(policyFiles);
  if (!("errors" in resolved)) throw new Error("expected errors");
  return resolved.errors;
}
