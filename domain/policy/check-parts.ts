import { knownPoslogDialects } from "#domain/pos-dialects";
import type { Layer } from "./layer-file.ts";
import { roles } from "./roles.ts";

/** Notes a fault of a layer's file. */
export type Report = (layer: Layer, path: readonly PropertyKey[], value: unknown, message: string) => void;

/** The names that the layers give, for others to refer to. */
export interface KnownNames {
  readonly entities: ReadonlySet<string>;
  readonly regions: ReadonlySet<string>;
  readonly brands: ReadonlySet<string>;
  readonly connections: ReadonlySet<string>;
  readonly jurisdictions: ReadonlySet<string>;
  readonly shops: ReadonlySet<string>;
  /** "pos", and those of the shops. */
  readonly channels: ReadonlySet<string>;
  readonly stores: ReadonlySet<string>;
  readonly bankAccounts: ReadonlySet<string>;
  /** Those that the hub brings along, and those of the house. */
  readonly poslogDialects: ReadonlySet<string>;
  /** Location → entity. */
  readonly locations: ReadonlyMap<string, string>;
}

export function knownNames(layers: readonly Layer[]): KnownNames {
  const ids = (kind: Layer["kind"]) => new Set(layers.filter((layer) => layer.kind === kind).map((layer) => layer.id));
  const keys = (section: string) =>
    new Set(layers.flatMap((layer) => Object.keys((layer.data as Record<string, object | undefined>)[section] ?? {})));
  const locations = new Map<string, string>();
  for (const layer of layers) {
    if (layer.kind === "entity") for (const location of Object.keys(layer.data.locations ?? {})) locations.set(location, layer.id);
  }
  return {
    entities: ids("entity"),
    regions: ids("region"),
    brands: ids("brand"),
    connections: keys("connections"),
    jurisdictions: keys("jurisdictions"),
    shops: keys("shops"),
    channels: new Set([
      "pos",
      "shopify",
      ...layers.flatMap((layer) => (layer.kind === "brand" ? Object.values(layer.data.shops ?? {}) : [])).map(({ channel }) => channel),
    ]),
    stores: keys("stores"),
    bankAccounts: keys("bankAccounts"),
    poslogDialects: new Set([...knownPoslogDialects, ...keys("poslogDialects")]),
    locations,
  };
}

/** "unknown region; known: us". */
export function unknown(what: string, known: Iterable<string>): string {
  return `unknown ${what}; known: ${[...known].sort().join(", ") || "none"}`;
}

export function checkSpan(
  layer: Layer,
  path: readonly PropertyKey[],
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  report: Report,
): void {
  if (from !== undefined && to !== undefined && to < from) report(layer, [...path, "to"], to, `is before from ${from}`);
}

/** Dimensions that a role does not have would be lost without a word. */
export function checkDimensions(
  layer: Layer,
  path: readonly PropertyKey[],
  role: string,
  dimensions: Readonly<Record<string, string>>,
  report: Report,
): void {
  const allowed = roles[role]?.dimensions ?? [];
  for (const [dimension, value] of Object.entries(dimensions)) {
    if (!allowed.includes(dimension)) {
      report(layer, [...path, dimension], value, `${role} has no such dimension; allowed: ${allowed.join(", ") || "none"}`);
    }
  }
}
