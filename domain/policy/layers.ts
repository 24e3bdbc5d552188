import { contentHash, sha256Hex } from "#domain/canonical";
import { type Layer, type PolicyError, type PolicyFile, parseLayerFile, policyError } from "./layer-file.ts";
import { checkOwnership, type Ownership, ownershipFile, parseOwnership } from "./ownership.ts";
import { checkLayers } from "./policy-checks.ts";
import type { BrandLayer, EntityLayer, GlobalLayer, RegionLayer } from "./policy-schema.ts";
import type { BankAccountPolicy, GatewayAccountPolicy, LocationPolicy, Policy, StorePolicy } from "./policy-types.ts";

export type PolicyContent = Omit<Policy, "release" | "version">;

export type ResolvedPolicy =
  | { readonly policy: PolicyContent /** Hash of the files' paths and bytes. */; readonly version: string }
  | { readonly errors: readonly PolicyError[] };

/** Every file of a policy, read and checked, or every fault of them. */
export type ReadPolicy = { readonly layers: readonly Layer[]; readonly ownership: Ownership } | { readonly errors: readonly PolicyError[] };

/** Reads the layers and who owns their keys. Either all of it or every fault, never a part. */
export function readPolicy(files: readonly PolicyFile[]): ReadPolicy {
  const layers: Layer[] = [];
  const errors: PolicyError[] = [];
  let ownership: Ownership | undefined;
  for (const file of inOrderOfPaths(files)) {
    if (file.path === ownershipFile) {
      const parsed = parseOwnership(file);
      if ("ownership" in parsed) ownership = parsed.ownership;
      else errors.push(...parsed.errors);
      continue;
    }
    const parsed = parseLayerFile(file);
    if ("kind" in parsed) layers.push(parsed);
    else errors.push(...parsed);
  }
  const missing = (path: string, what: string) => {
    if (!files.some((file) => file.path === path)) errors.push(policyError(path, [], undefined, `is missing: it ${what}`));
  };
  missing("global.json", "holds items and tenders");
  missing(ownershipFile, "says who owns each key, and the lowest layer that may set it");
  // Checks across files would blame the wrong file while one of them cannot be read.
  if (errors.length > 0 || ownership === undefined) return { errors };
  errors.push(...checkOwnership(layers, ownership), ...checkLayers(layers, ownership));
  return errors.length > 0 ? { errors } : { layers, ownership };
}

function inOrderOfPaths(files: readonly PolicyFile[]): PolicyFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/**
 * Merges the layers global → region → brand → entity into the policy in force. Maps merge by key and the nearer layer wins; tax rules of a
 * nearer layer come first; an account rule of a region or brand becomes one rule per entity in it, so that `layer` (0 global, 1 region,
 * 2 brand, 3 entity) and `entity` say all there is to say. Either the whole policy or every fault of it, never a part.
 */
export function resolvePolicy(files: readonly PolicyFile[]): ResolvedPolicy {
  const read = readPolicy(files);
  if ("errors" in read) return read;
  const { global, regions, brands, entities } = layerStack(read.layers);
  return {
    policy: merge(global, regions, brands, entities),
    version: contentHash(inOrderOfPaths(files).map((file) => [file.path, sha256Hex(new TextEncoder().encode(file.content))])),
  };
}

/** Sections whose rules every layer may state. */
type RuledSection =
  | "accounts"
  | "elections"
  | "tolerances"
  | "waits"
  | "ticketRules"
  | "returns"
  | "promotions"
  | "freight"
  | "estimates"
  | "unclaimedProperty"
  | "loyalty"
  | "replacements"
  | "approvals"
  | "tillReasons"
  | "stockReasons"
  | "consignments"
  | "dropShip"
  | "couriers";

interface Named<Data> {
  readonly id: string;
  readonly data: Data;
}

function layerStack(layers: readonly Layer[]) {
  let global: GlobalLayer | undefined;
  const regions: Named<RegionLayer>[] = [];
  const brands: Named<BrandLayer>[] = [];
  const entities: Named<EntityLayer>[] = [];
  for (const layer of layers) {
    switch (layer.kind) {
      case "global":
        global = layer.data;
        break;
      case "region":
        regions.push(layer);
        break;
      case "brand":
        brands.push(layer);
        break;
      case "entity":
        entities.push(layer);
        break;
    }
  }
  if (global === undefined) throw new RangeError("a policy without its global layer was not checked");
  return { global, regions, brands, entities };
}

function merge(
  global: GlobalLayer,
  regions: readonly Named<RegionLayer>[],
  brands: readonly Named<BrandLayer>[],
  entities: readonly Named<EntityLayer>[],
): PolicyContent {
  const stores: Record<string, StorePolicy> = {};
  const locations: Record<string, LocationPolicy> = {};
  const bankAccounts: Record<string, BankAccountPolicy> = {};
  const gatewayAccounts: Record<string, GatewayAccountPolicy> = {};
  for (const { id, data } of entities) {
    for (const [store, content] of Object.entries(data.stores ?? {})) stores[store] = { ...content, entity: id };
    for (const [location, content] of Object.entries(data.locations ?? {})) locations[location] = { ...content, entity: id };
    for (const [account, content] of Object.entries(data.bankAccounts ?? {})) bankAccounts[account] = { ...content, entity: id };
    for (const [account, content] of Object.entries(data.gatewayAccounts ?? {})) {
      const { shop, ...rest } = content;
      gatewayAccounts[account] = { ...rest, ...(shop === undefined ? {} : { shop }), entity: id };
    }
  }
  const above = ({ region, brand }: EntityLayer) => ({
    region: regions.find((each) => each.id === region)?.data,
    brand: brands.find((each) => each.id === brand)?.data,
  });
  /** A list of rules out of all layers: those of a region or brand once per entity in it, but for what a region says for everybody. */
  const ruled = (section: RuledSection) => [
    ...(global[section] ?? []).map((rule) => layeredRule(rule, 0)),
    ...regions.flatMap(({ data }) => (data[section] ?? []).filter(holdsForEverybody).map((rule) => layeredRule(rule, 1))),
    ...entities.flatMap(({ id, data }) => {
      const { region, brand } = above(data);
      const own = { ...region, [section]: region?.[section]?.filter((rule: object) => !holdsForEverybody(rule)) };
      return [own, brand, data].flatMap((layer, index) => (layer?.[section] ?? []).map((rule: object) => layeredRule(rule, index + 1, id)));
    }),
  ];
  return {
    entities: Object.fromEntries(
      entities.map(({ id, data }) => {
        const { name, functionalCurrency, connection, erpCompany, timeZone, periods, taxFilings, cutOver } = data;
        const { region, brand } = above(data);
        const calendar = data.calendar ?? brand?.calendar ?? region?.calendar ?? global.calendar;
        const dated = { ...(calendar && { calendar }), ...(periods && { periods }), ...(taxFilings && { taxFilings }) };
        return [id, { name, functionalCurrency, connection, erpCompany, timeZone, ...dated, ...(cutOver && { cutOver }) }];
      }),
    ),
    shops: Object.assign({}, ...brands.map((brand) => brand.data.shops ?? {})),
    stores,
    locations,
    bankAccounts,
    gatewayAccounts,
    balanceTypes: global.balanceTypes ?? [],
    ...(global.posTables && { posTables: global.posTables }),
    ...(global.poslogDialects && { poslogDialects: global.poslogDialects }),
    ...(global.escalations && { escalations: global.escalations }),
    items: { ...global.items, list: Object.assign({}, global.items.list, ...brands.map((brand) => brand.data.items?.list ?? {})) },
    tenders: global.tenders.map((rule) => ({ ...rule, dimensions: rule.dimensions ?? {} })),
    taxes: [...entities, ...brands, ...regions, { data: global }].flatMap((layer) => layer.data.taxes ?? []),
    jurisdictions: Object.assign({}, global.jurisdictions ?? {}, ...regions.map((region) => region.data.jurisdictions ?? {})),
    accounts: ruled("accounts"),
    elections: ruled("elections"),
    tolerances: ruled("tolerances"),
    waits: ruled("waits"),
    ticketRules: ruled("ticketRules"),
    returns: ruled("returns"),
    promotions: ruled("promotions"),
    freight: ruled("freight"),
    estimates: ruled("estimates"),
    unclaimedProperty: ruled("unclaimedProperty"),
    loyalty: ruled("loyalty"),
    replacements: ruled("replacements"),
    approvals: ruled("approvals"),
    tillReasons: ruled("tillReasons"),
    stockReasons: ruled("stockReasons"),
    consignments: ruled("consignments"),
    dropShip: ruled("dropShip"),
    couriers: ruled("couriers"),
    ...(global.fxRates && { fxRates: global.fxRates }),
    transferPrices: entities.flatMap(({ id, data }) => (data.transferPrices ?? []).map((rule) => ({ ...rule, supplier: id }))),
    connections: Object.assign({}, global.connections ?? {}, ...regions.map((region) => region.data.connections ?? {})),
  } as PolicyContent;
}

/** A region speaks for its jurisdictions: whoever sells into them, from whatever region, owes the tax on the same day. */
function holdsForEverybody(rule: object): boolean {
  return "election" in rule && "when" in rule && (rule.when as { jurisdiction?: string } | undefined)?.jurisdiction !== undefined;
}

function layeredRule(rule: object, layer: number, entity?: string): object {
  return { when: {}, ...rule, layer, ...(entity === undefined ? {} : { entity }) };
}
