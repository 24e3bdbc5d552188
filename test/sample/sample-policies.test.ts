import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadPolicy } from "#adapters/policy-files";
import { accountFor, electionFor, itemFor, jurisdictionFor, locationByChannelId, tenderFor } from "#domain/policy";
import { catalogue, sampleOpening, shopDomain } from "#sample";

const policy = loadPolicy(fileURLToPath(new URL("../../policies", import.meta.url))).build(1);

/** Every role that a posting of orders, tickets and their stock may name. */
const rolesInUse = [
  "payment-clearing",
  "acquirer-clearing",
  "bank",
  "bank-in-transit",
  "safe",
  "cash-drawer",
  "accounts-receivable",
  "settlement-suspense",
  "inventory",
  "deferred-revenue",
  "tax-payable",
  "tax-collected-in-advance",
  "channel-liable-tax",
  "duties-payable",
  "refund-payable",
  "tips-payable",
  "customer-deposits",
  "gift-card-liability",
  "store-credit-liability",
  "sales",
  "discounts",
  "sales-returns",
  "price-concessions",
  "shipping-revenue",
  "other-revenue",
  "cogs",
  "inventory-revaluation",
  "write-down",
  "damaged-returns",
  "cash-rounding",
  "deferred-card-discount",
  "deposits-and-donations-payable",
  "due-from",
  "due-to",
  "intercompany-revenue",
  "intercompany-cogs",
  "rounding",
  "fx-realised",
];

test("every role in use has an account for every entity on the day", () => {
  const missing = Object.keys(policy.entities).flatMap((entity) =>
    rolesInUse.filter((role) => accountFor(policy, role, {}, entity, "2026-11-27") === undefined).map((role) => `${entity} ${role}`),
  );
  expect(missing).toEqual([]);
});

test.each([
  ["sales", { channel: "web", "item-class": "kitchen" }, "US1", "4010"],
  ["sales", { store: "0101", "item-class": "kitchen" }, "US1", "4000"],
  ["discounts", { channel: "web" }, "US1", "4110"],
  ["inventory", { location: "dc-columbus" }, "US1", "1410"],
  ["inventory", { location: "store-boston" }, "US1", "1400"],
  ["payment-clearing", { gateway: "shopify_payments", currency: "USD" }, "US1", "1210"],
  ["payment-clearing", { gateway: "bank_deposit", currency: "USD" }, "US1", "1200"],
  ["acquirer-clearing", { acquirer: "amex", currency: "USD" }, "US2", "1245"],
  ["tax-payable", { jurisdiction: "US-MA" }, "US1", "2210"],
  ["tax-payable", { jurisdiction: "CA-ON" }, "CA1", "2250"],
  ["tax-payable", { jurisdiction: "CA-ON" }, "US1", "2250"],
] as const)("%s with %j of %s goes to %s", (role, dimensions, entity, account) => {
  expect(accountFor(policy, role, dimensions, entity, "2026-11-27")?.account).toBe(account);
});

test("no account means two things within one entity", () => {
  const names = new Map<string, Set<string>>();
  for (const rule of policy.accounts) {
    for (const entity of rule.entity === undefined ? Object.keys(policy.entities) : [rule.entity]) {
      const key = `${entity} ${rule.account}`;
      names.set(key, (names.get(key) ?? new Set()).add(rule.name));
    }
  }
  expect([...names].filter(([, all]) => all.size > 1).map(([key, all]) => [key, ...all])).toEqual([]);
});

test("taxes are due with the shipment in the states and with the capture in Canada", () => {
  const taxPoint = (jurisdiction: string) => electionFor(policy, "taxPoint", { entity: "US1", day: "2026-11-27", about: { jurisdiction } });
  expect(Object.fromEntries(Object.keys(policy.jurisdictions).map((id) => [id, taxPoint(id)]))).toEqual({
    "CA-GST": "capture",
    "CA-ON": "capture",
    "US-CA": "fulfilment",
    "US-MA": "fulfilment",
    "US-OH": "fulfilment",
    "US-TX": "fulfilment",
  });
});

test.each([
  ["shopify", shopDomain, "Austin City Tax", "US-TX"],
  ["shopify", shopDomain, "HST", "CA-ON"],
  ["shopify", shopDomain, "Nevada State Tax", undefined],
  ["shopify", "other.myshopify.com", "HST", undefined],
  ["pos", "0101", "MA-STATE", "US-MA"],
  ["pos", "0301", "anything", "CA-ON"],
  ["pos", "0999", "anything", undefined],
] as const)("a tax of %s at %s called %s belongs to %s", (channel, place, code, jurisdiction) => {
  expect(jurisdictionFor(policy, channel, place, code)).toBe(jurisdiction);
});

test.each([
  ["shopify", "shopify_payments", undefined, "payment-clearing", { gateway: "shopify_payments" }],
  ["shopify", "Cash on Delivery (COD)", undefined, "payment-clearing", { gateway: "cash_on_delivery" }],
  ["shopify", "gift_card", undefined, "gift-card-liability", { issuer: "US1" }],
  ["pos", "Cash", undefined, "cash-drawer", {}],
  ["pos", "CreditDebit", "Visa", "acquirer-clearing", { acquirer: "northgate" }],
  ["pos", "CreditDebit", "American Express", "acquirer-clearing", { acquirer: "amex" }],
  ["pos", "Check", undefined, "safe", {}],
] as const)("%s money by %s %s is kept in %s", (channel, name, brand, role, dimensions) => {
  const rule = tenderFor(policy, channel, name, brand);
  expect([rule?.role, rule?.dimensions]).toEqual([role, dimensions]);
});

test("a gateway that nobody has decided on is unmapped and not guessed", () => {
  expect(tenderFor(policy, "shopify", "klarna", undefined)).toBeUndefined();
});

test("the policies list the items of the catalogue, each with its class, and hold any other", () => {
  const listed = Object.entries(policy.items.list).map(([sku, item]) => `${sku} ${item.class} ${item.name}`);
  expect(listed.sort()).toEqual(catalogue.map((item) => `${item.sku} ${item.class} ${item.name}`).sort());
  expect(catalogue).toHaveLength(25);
  expect(itemFor(policy, "GAR-BIRDBATH")).toBeUndefined();
});

test("the distribution centre and the Boston store belong to one entity, so an order may ship from both", () => {
  expect(locationByChannelId(policy, "shopify", "71200000001")).toBe("dc-columbus");
  expect(locationByChannelId(policy, "shopify", "71200000002")).toBe("store-boston");
  expect([policy.locations["dc-columbus"]?.entity, policy.locations["store-boston"]?.entity]).toEqual(["US1", "US1"]);
  expect(policy.stores["0101"]?.location).toBe("store-boston");
});

test("the opening balances, to the cent", () => {
  const rows = sampleOpening.map(({ entity, currency, journal, stock }) => ({
    entity,
    currency,
    debit: journal.reduce((sum, line) => sum + line.debit, 0),
    credit: journal.reduce((sum, line) => sum + line.credit, 0),
    stock: stock.reduce((sum, each) => sum + each.totalCost, 0),
    pieces: stock.reduce((sum, each) => sum + each.quantityMillionths, 0) / 1_000_000,
  }));
  // A piece of everything costs 110.70 + 75.15 + 110.10 + 199.05 + 48.80 = 543.80 USD by class, or
  // 147.30 + 100.05 + 146.50 + 264.75 + 64.90 = 723.50 CAD; there are 144, 18 and 15 pieces of each of 25 items.
  expect(rows).toEqual([
    { entity: "US1", currency: "USD", debit: 18_540_000, credit: 18_540_000, stock: 7_830_720, pieces: 3_600 },
    { entity: "US2", currency: "USD", debit: 4_300_000, credit: 4_300_000, stock: 978_840, pieces: 450 },
    { entity: "CA1", currency: "CAD", debit: 3_745_000, credit: 3_745_000, stock: 1_085_250, pieces: 375 },
  ]);
});

test("the opening uses accounts that the policies or the opening itself name", () => {
  for (const opening of sampleOpening) {
    const known = new Set([...policy.accounts.map((rule) => rule.account), ...opening.accounts.map((each) => each.account)]);
    const used = [
      ...opening.journal.map((line) => line.account),
      opening.stockCounterAccount,
      ...opening.stock.map((s) => s.inventoryAccount),
    ];
    expect(used.filter((account) => !known.has(account))).toEqual([]);
    for (const { item, location, inventoryAccount } of opening.stock) {
      const dimensions = { location, "item-class": policy.items.list[item]?.class ?? "" };
      expect(accountFor(policy, "inventory", dimensions, opening.entity, "2026-11-27")?.account).toBe(inventoryAccount);
    }
  }
});
