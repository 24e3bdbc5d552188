import { openInPosTable } from "#domain/pos-tables";
import { openInMapping } from "#domain/settlement";
import { checkDimensions, checkSpan, type KnownNames, knownNames, type Report, unknown } from "./check-parts.ts";
import { erpKinds } from "./erp-kinds.ts";
import type { FeeRate } from "./fee-contract.ts";
import { checkGovernance } from "./governance-checks.ts";
import { type Layer, type PolicyError, policyError } from "./layer-file.ts";
import type { Ownership } from "./ownership.ts";
import type { AccountRuleSource, GlobalLayer } from "./policy-schema.ts";
import { roles } from "./roles.ts";
import { checkStores } from "./store-checks.ts";

/** What one file cannot say alone: that every name means something, that nothing is said twice, that a lease is long enough. */
export function checkLayers(layers: readonly Layer[], ownership: Ownership): readonly PolicyError[] {
  const errors: PolicyError[] = [];
  const report: Report = (layer, path, value, message) => errors.push(policyError(layer.file, path, value, message));
  const known = knownNames(layers);
  for (const layer of layers) {
    checkAccounts(layer, report);
    checkConnections(layer, report);
    checkTaxes(layer, known, report);
    checkChannels(layer, known, report);
    if (layer.kind === "global") {
      checkTenders(layer, known, report);
      checkPosTables(layer, report);
    }
    if (layer.kind === "brand") checkShops(layer, known, report);
    if (layer.kind === "entity") checkEntity(layer, known, report);
  }
  checkGovernance(layers, ownership, known, report);
  checkStores(layers, known, report);
  checkDoubles(layers, report);
  return errors;
}

function checkAccounts(layer: Layer, report: Report): void {
  const seen = new Map<string, number>();
  (layer.data.accounts ?? []).forEach((rule, index) => {
    const path = ["accounts", index];
    checkSpan(layer, path, rule, report);
    checkDimensions(layer, [...path, "when"], rule.role, rule.when ?? {}, report);
    const earlier = seen.get(sameness(rule));
    if (earlier === undefined) seen.set(sameness(rule), index);
    else report(layer, path, rule.role, `says the same role, when and from as accounts[${earlier}]; keep one of the two`);
  });
}

function sameness(rule: AccountRuleSource): string {
  return JSON.stringify([rule.role, Object.entries(rule.when ?? {}).sort(), rule.from]);
}

function checkConnections(layer: Layer, report: Report): void {
  if (layer.kind !== "global" && layer.kind !== "region") return;
  for (const [id, connection] of Object.entries(layer.data.connections ?? {})) {
    const { adapter, leaseSeconds, requestTimeoutSeconds, serverRunSeconds, clockSkewSeconds } = connection;
    const { booksInventory, receivesAgainstOrders, needs } = erpKinds[adapter];
    if (connection.receivesAgainstOrders === true && !receivesAgainstOrders) {
      const message = `is more than an ERP of the kind ${adapter} takes: goods go there without their order; allowed: false`;
      report(layer, ["connections", id, "receivesAgainstOrders"], true, message);
    }
    if (connection.inventoryJournal !== booksInventory) {
      const message = `is not what an ERP of the kind ${adapter} does with stock documents; allowed: ${booksInventory}`;
      report(layer, ["connections", id, "inventoryJournal"], connection.inventoryJournal, message);
    }
    for (const name of needs) {
      if (connection[name] === undefined) {
        report(layer, ["connections", id, name], connection[name], `is missing: an ERP of the kind ${adapter} needs its ${name}`);
      }
    }
    const needed = requestTimeoutSeconds + serverRunSeconds + clockSkewSeconds;
    if (leaseSeconds < needed) {
      report(
        layer,
        ["connections", id, "leaseSeconds"],
        leaseSeconds,
        `is shorter than requestTimeoutSeconds ${requestTimeoutSeconds} + serverRunSeconds ${serverRunSeconds} + clockSkewSeconds ${clockSkewSeconds}: nothing could ever be sent; allowed: ${needed} or more`,
      );
    }
  }
}

function checkTaxes(layer: Layer, known: KnownNames, report: Report): void {
  (layer.data.taxes ?? []).forEach((rule, index) => {
    const path = ["taxes", index];
    checkSpan(layer, path, rule, report);
    if (!known.jurisdictions.has(rule.jurisdiction)) {
      report(layer, [...path, "jurisdiction"], rule.jurisdiction, unknown("jurisdiction", known.jurisdictions));
    }
    if (rule.shop !== undefined && !known.shops.has(rule.shop)) report(layer, [...path, "shop"], rule.shop, unknown("shop", known.shops));
    if (rule.store !== undefined && !known.stores.has(rule.store)) {
      report(layer, [...path, "store"], rule.store, unknown("store", known.stores));
    }
    if (layer.kind !== "global" && rule.shop === undefined && rule.store === undefined) {
      report(layer, path, rule.match, "names no shop or store, so it would hold for everybody: name one, or move the rule to global.json");
    }
  });
}

/** A channel that nothing comes from is a misspelt one. */
function checkChannels(layer: Layer, known: KnownNames, report: Report): void {
  const check = (path: readonly PropertyKey[], channel: string) => {
    if (!known.channels.has(channel)) report(layer, path, channel, unknown("channel", known.channels));
  };
  for (const [index, { channel }] of (layer.data.taxes ?? []).entries()) check(["taxes", index, "channel"], channel);
  for (const [index, { channels = [], when }] of (layer.data.returns ?? []).entries()) {
    if (when?.channel !== undefined) check(["returns", index, "when", "channel"], when.channel);
    for (const [position, channel] of channels.entries()) check(["returns", index, "channels", position], channel);
  }
  for (const [index, { channels = [] }] of (layer.data.promotions ?? []).entries()) {
    for (const [position, channel] of channels.entries()) check(["promotions", index, "channels", position], channel);
  }
  if (layer.kind === "global")
    for (const [index, { channel }] of layer.data.tenders.entries()) check(["tenders", index, "channel"], channel);
  if (layer.kind !== "entity") return;
  for (const channel of Object.keys(layer.data.cutOver ?? {})) check(["cutOver", channel], channel);
  for (const [location, { ids }] of Object.entries(layer.data.locations ?? {})) {
    for (const channel of Object.keys(ids)) check(["locations", location, "ids", channel], channel);
  }
}

function checkTenders(layer: Layer & { kind: "global" }, known: KnownNames, report: Report): void {
  const seen = new Map<string, number>();
  layer.data.tenders.forEach((rule, index) => {
    checkDimensions(layer, ["tenders", index, "dimensions"], rule.role, rule.dimensions ?? {}, report);
    checkSpan(layer, ["tenders", index], rule, report);
    checkVoucher(layer, ["tenders", index, "taxedAtSale"], rule, known, report);
    // Rules for other days may match the same.
    const same = JSON.stringify([rule.channel, rule.match, rule.cardBrand?.toLowerCase(), rule.from, rule.to]);
    const earlier = seen.get(same);
    if (earlier === undefined) seen.set(same, index);
    else report(layer, ["tenders", index], rule.match, `matches the same as tenders[${earlier}], which comes first; keep one of the two`);
  });
}

/** Only what is owed to its holder can have been taxed when it was sold. */
function checkVoucher(
  layer: Layer & { kind: "global" },
  path: readonly PropertyKey[],
  { role, taxedAtSale }: GlobalLayer["tenders"][number],
  known: KnownNames,
  report: Report,
): void {
  if (taxedAtSale === undefined) return;
  if (roles[role]?.class !== "stored-value")
    report(layer, path, role, "is for vouchers; allowed roles: gift-card-liability, store-credit-liability");
  const { jurisdiction } = taxedAtSale;
  if (!known.jurisdictions.has(jurisdiction))
    report(layer, [...path, "jurisdiction"], jurisdiction, unknown("jurisdiction", known.jurisdictions));
}

const shopifyDomain = /^[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com$/;

function checkShops(layer: Layer & { kind: "brand" }, known: KnownNames, report: Report): void {
  for (const [domain, shop] of Object.entries(layer.data.shops ?? {})) {
    const path = ["shops", domain];
    if (shop.channel === "pos")
      report(layer, [...path, "channel"], shop.channel, "is the channel of stores: an entity says where they are");
    if ((shop.channel === "shopify") !== shopifyDomain.test(domain)) {
      const allowed = "a shop of shopify is its domain such as name.myshopify.com, in lower case, and no other shop has such a name";
      report(layer, path, domain, `is no shop of ${shop.channel}; ${allowed}`);
    }
    if (known.stores.has(domain)) report(layer, path, domain, "is the id of a store too; nobody could tell their documents apart");
    if (!known.entities.has(shop.entity)) report(layer, [...path, "entity"], shop.entity, unknown("entity", known.entities));
    if (shop.defaultLocation !== undefined && !known.locations.has(shop.defaultLocation)) {
      report(layer, [...path, "defaultLocation"], shop.defaultLocation, unknown("location", known.locations.keys()));
    }
    for (const [id, entity] of Object.entries(shop.businessEntities ?? {})) {
      if (!known.entities.has(entity)) report(layer, [...path, "businessEntities", id], entity, unknown("entity", known.entities));
    }
  }
}

function checkEntity(layer: Layer & { kind: "entity" }, known: KnownNames, report: Report): void {
  const { region, brand, connection, stores = {} } = layer.data;
  if (!known.regions.has(region)) report(layer, ["region"], region, unknown("region", known.regions));
  if (!known.brands.has(brand)) report(layer, ["brand"], brand, unknown("brand", known.brands));
  if (!known.connections.has(connection)) report(layer, ["connection"], connection, unknown("connection", known.connections));
  checkTransferPrices(layer, known, report);
  for (const [account, { bankAccount, shop, source, csv, currencies, feeContract, terminals = {}, withholdsFor, readBy }] of Object.entries(
    layer.data.gatewayAccounts ?? {},
  )) {
    const path = ["gatewayAccounts", account];
    if (csv !== undefined && csv.source !== source)
      report(layer, [...path, "csv", "source"], csv.source, `is not the account's source ${source}`);
    for (const open of csv === undefined ? [] : openInMapping(csv)) report(layer, [...path, "csv"], csv?.name ?? "", `leaves open ${open}`);
    if (!known.bankAccounts.has(bankAccount))
      report(layer, [...path, "bankAccount"], bankAccount, unknown("bank account", known.bankAccounts));
    if (withholdsFor !== undefined && !known.jurisdictions.has(withholdsFor))
      report(layer, [...path, "withholdsFor"], withholdsFor, unknown("jurisdiction", known.jurisdictions));
    for (const [terminal, { store }] of Object.entries(terminals))
      if (!known.stores.has(store)) report(layer, [...path, "terminals", terminal, "store"], store, unknown("store", known.stores));
    if (feeContract !== undefined) checkFeeContract(layer, [...path, "feeContract", "rates"], feeContract.rates, currencies, report);
    if (shop !== undefined && !known.shops.has(shop)) report(layer, [...path, "shop"], shop, unknown("shop", known.shops));
    if (readBy === "api" && shop === undefined) report(layer, [...path, "readBy"], readBy, "needs the shop whose money is read: give shop");
  }
  for (const [store, { location, bankAccount, poslogDialect }] of Object.entries(stores)) {
    if (poslogDialect !== undefined && !known.poslogDialects.has(poslogDialect))
      report(layer, ["stores", store, "poslogDialect"], poslogDialect, unknown("POSLog dialect", known.poslogDialects));
    const own = [...known.locations].filter(([, entity]) => entity === layer.id).map(([id]) => id);
    if (bankAccount !== undefined && !known.bankAccounts.has(bankAccount)) {
      report(layer, ["stores", store, "bankAccount"], bankAccount, unknown("bank account", known.bankAccounts));
    }
    if (!own.includes(location)) report(layer, ["stores", store, "location"], location, unknown(`location of ${layer.id}`, own));
  }
}

function checkFeeContract(
  layer: Layer,
  path: readonly PropertyKey[],
  rates: readonly FeeRate[],
  currencies: readonly string[] | undefined,
  report: Report,
): void {
  const seen = new Set<string>();
  for (const [index, { currency, on = "charge", cardBrand = "", method = "", from, to }] of rates.entries()) {
    const name = [currency, on, cardBrand.toLowerCase(), method.toLowerCase(), from].join("|");
    if (seen.has(name))
      report(layer, [...path, index], from, "is said twice for one day; two rates of one kind need two days from which they hold");
    seen.add(name);
    if (to !== undefined && to < from) report(layer, [...path, index, "to"], to, `is before from ${from}`);
    if (currencies !== undefined && !currencies.includes(currency))
      report(layer, [...path, index, "currency"], currency, `is none in which the account settles; allowed: ${currencies.join(", ")}`);
  }
}

function checkPosTables(layer: Layer & { kind: "global" }, report: Report): void {
  for (const [table, mapping] of Object.entries(layer.data.posTables ?? {})) {
    for (const { path, text } of openInPosTable(mapping)) report(layer, ["posTables", table, ...path], table, text);
  }
}

function checkTransferPrices(layer: Layer & { kind: "entity" }, known: KnownNames, report: Report): void {
  (layer.data.transferPrices ?? []).forEach((rule, index) => {
    const path = ["transferPrices", index];
    if (rule.buyer !== undefined && !known.entities.has(rule.buyer)) {
      report(layer, [...path, "buyer"], rule.buyer, unknown("entity", known.entities));
    }
    if ((rule.costPlus === undefined) === (rule.unitPrice === undefined)) {
      report(layer, path, rule.why, "says how the price is found in one way: give costPlus or unitPrice");
    }
    if (rule.costPlus !== undefined && rule.currency !== undefined) {
      report(layer, [...path, "currency"], rule.currency, "is of a unitPrice: a cost is in the currency of the supplier's books");
    }
    if (rule.to !== undefined && rule.to < rule.from) report(layer, [...path, "to"], rule.to, `is before from ${rule.from}`);
  });
}

/** Files of one layer stand beside each other: none of them is nearer, so neither may win silently. */
function checkDoubles(layers: readonly Layer[], report: Report): void {
  const firstAt = new Map<string, string>();
  const claim = (layer: Layer, scope: string, path: readonly PropertyKey[], value: string) => {
    const first = firstAt.get(`${scope} ${value}`);
    if (first === undefined) firstAt.set(`${scope} ${value}`, layer.file);
    else report(layer, path, value, `is already said in ${first}; say it in one file`);
  };
  for (const layer of layers) {
    for (const section of ["connections", "jurisdictions", "shops", "stores", "locations", "bankAccounts", "gatewayAccounts"]) {
      const content = (layer.data as Record<string, object | undefined>)[section] ?? {};
      for (const key of Object.keys(content)) claim(layer, `${layer.kind} ${section}`, [section, key], key);
    }
    if (layer.kind === "brand") {
      for (const sku of Object.keys(layer.data.items?.list ?? {})) claim(layer, "brand item", ["items", "list", sku], sku);
    }
    if (layer.kind !== "entity") continue;
    claim(layer, "company", ["erpCompany"], `${layer.data.connection}/${layer.data.erpCompany}`);
    for (const [account, { numbers }] of Object.entries(layer.data.bankAccounts ?? {})) {
      for (const number of numbers) claim(layer, "bank account number", ["bankAccounts", account, "numbers"], number);
    }
    for (const [location, { ids }] of Object.entries(layer.data.locations ?? {})) {
      for (const [channel, list] of Object.entries(ids)) {
        for (const channelId of list ?? []) claim(layer, `${channel} location`, ["locations", location, "ids", channel], channelId);
      }
    }
  }
}
