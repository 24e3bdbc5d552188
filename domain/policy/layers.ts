import { contentHash, sha256Hex } from "#domain/canonical";
import { type Layer, type PolicyError, type PolicyFile, parseLayerFile, policyError } from "./layer-file.ts";
import { checkLayers } from "./policy-checks.ts";
import type { AccountRuleSource, BrandLayer, EntityLayer, GlobalLayer, RegionLayer } from "./policy-schema.ts";
import type { AccountRule, LocationPolicy, Policy, StorePolicy } from "./policy-types.ts";

export type PolicyContent = Omit<Policy, "release" | "version">;

export type ResolvedPolicy =
  | { readonly policy: PolicyContent /** Hash of the files' paths and bytes. */; readonly version: string }
  | { readonly errors: readonly PolicyError[] };

/**
 * Merges the layers global → region → brand → entity into the policy in force. Maps merge by key and the nearer layer wins; tax rules of a
 * nearer layer come first; an account rule of a region or brand becomes one rule per entity in it, so that `layer` (0 global, 1 region,
 * 2 brand, 3 entity) and `entity` say all there is to say. Either the whole policy or every fault of it, never a part.
 */
export function resolvePolicy(files: readonly PolicyFile[]): ResolvedPolicy {
  const ordered = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const layers: Layer[] = [];
  const errors: PolicyError[] = [];
  for (const file of ordered) {
    const parsed = parseLayerFile(file);
    if ("kind" in parsed) layers.push(parsed);
    else errors.push(...parsed);
  }
  const stack = layerStack(layers);
  if (stack.global === undefined) {
    if (!ordered.some((file) => file.path === "global.json")) {
      errors.push(policyError("global.json", [], undefined, "is missing: it holds items, tolerances and tenders"));
    }
    return { errors };
  }
  // Checks across files would blame the wrong file while one of them cannot be read.
  if (errors.length === 0) errors.push(...checkLayers(layers));
  if (errors.length > 0) return { errors };
  return {
    policy: merge(stack.global, stack.regions, stack.brands, stack.entities),
    version: contentHash(ordered.map((file) => [file.path, sha256Hex(new TextEncoder().encode(file.content))])),
  };
}

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
  const accounts: AccountRule[] = (global.accounts ?? []).map((rule) => accountRule(rule, 0));
  for (const { id, data } of entities) {
    for (const [store, content] of Object.entries(data.stores ?? {})) stores[store] = { ...content, entity: id };
    for (const [location, content] of Object.entries(data.locations ?? {})) locations[location] = { ...content, entity: id };
    const region = regions.find((each) => each.id === data.region);
    const brand = brands.find((each) => each.id === data.brand);
    for (const rule of region?.data.accounts ?? []) accounts.push(accountRule(rule, 1, id));
    for (const rule of brand?.data.accounts ?? []) accounts.push(accountRule(rule, 2, id));
    for (const rule of data.accounts ?? []) accounts.push(accountRule(rule, 3, id));
  }
  return {
    entities: Object.fromEntries(
      entities.map(({ id, data: { name, functionalCurrency, connection, erpCompany, timeZone, tips } }) => [
        id,
        { name, functionalCurrency, connection, erpCompany, timeZone, ...(tips === undefined ? {} : { tips }) },
      ]),
    ),
    shops: Object.assign({}, ...brands.map((brand) => brand.data.shops ?? {})),
    stores,
    locations,
    items: { ...global.items, list: Object.assign({}, global.items.list, ...brands.map((brand) => brand.data.items?.list ?? {})) },
    tenders: global.tenders.map((rule) => ({ ...rule, dimensions: rule.dimensions ?? {} })),
    taxes: [...entities, ...brands, ...regions, { data: global }].flatMap((layer) => layer.data.taxes ?? []),
    jurisdictions: Object.assign({}, global.jurisdictions ?? {}, ...regions.map((region) => region.data.jurisdictions ?? {})),
    accounts,
    transferPrices: entities.flatMap(({ id, data }) => (data.transferPrices ?? []).map((rule) => ({ ...rule, supplier: id }))),
    tolerances: global.tolerances,
    connections: Object.assign({}, global.connections ?? {}, ...regions.map((region) => region.data.connections ?? {})),
  } as PolicyContent;
}

function accountRule(rule: AccountRuleSource, layer: number, entity?: string): AccountRule {
  return { ...rule, when: rule.when ?? {}, layer, ...(entity === undefined ? {} : { entity }) } as AccountRule;
}
