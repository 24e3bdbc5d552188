import { type Layer, pathText } from "./layer-file.ts";
import { governedKey, type Ownership, ownershipFile } from "./ownership.ts";

/** One thing that one file says: what `policy show` explains and `policy diff` compares. */
export interface PolicyStatement {
  /** What it is about, such as "accounts.sales", "elections.taxPoint", "items.KIT-MUG" or "periods.2026-10". */
  readonly key: string;
  /** What narrows it: { jurisdiction: "US-MA" }. */
  readonly when: Readonly<Record<string, string>>;
  /** What it says, without its dates and its reason. */
  readonly value: unknown;
  /** First and last day, YYYY-MM-DD; null: as long as the release is in force. */
  readonly from: string | null;
  readonly to: string | null;
  readonly why: string | null;
  /** The name of the role that owns the key. */
  readonly owner: string;
  readonly layer: Layer["kind"];
  readonly file: string;
  /** Place within the file, such as accounts[3]. */
  readonly path: string;
  /** The entities that the file speaks for. */
  readonly speaksFor: readonly string[];
}

type Said = Pick<PolicyStatement, "key" | "value"> &
  Partial<Pick<PolicyStatement, "when" | "from" | "to" | "why">> & { readonly at: readonly PropertyKey[]; readonly governed: string };
type Rule = Readonly<Record<string, unknown>>;

interface ToldList {
  readonly named: readonly string[];
  readonly narrowing: readonly string[];
  readonly says?: string;
}

/** How the rules of each list are told: the fields that their key says, those that narrow them, and the one that is all they say. */
const lists: Readonly<
  Record<string, { readonly named: readonly string[]; readonly narrowing: readonly string[]; readonly says?: string }>
> = {
  accounts: { named: ["role"], narrowing: [] },
  elections: { named: ["election"], narrowing: [], says: "value" },
  tolerances: { named: ["tolerance"], narrowing: [], says: "minorUnits" },
  ticketRules: { named: ["rule"], narrowing: [], says: "severity" },
  waits: { named: ["wait"], narrowing: [], says: "days" },
  approvals: { named: ["kind"], narrowing: ["role"] },
  escalations: { named: [], narrowing: ["class"] },
  returns: { named: [], narrowing: [] },
  promotions: { named: ["code"], narrowing: [] },
  freight: { named: [], narrowing: [] },
  estimates: { named: ["estimate"], narrowing: [], says: "rate" },
  unclaimedProperty: { named: ["jurisdiction"], narrowing: [], says: "dormancyMonths" },
  loyalty: { named: ["program"], narrowing: [] },
  replacements: { named: ["code"], narrowing: [], says: "reason" },
  tillReasons: { named: ["kind"], narrowing: [] },
  stockReasons: { named: [], narrowing: [] },
  consignments: { named: ["consignor"], narrowing: [], says: "commission" },
  dropShip: { named: ["vendor"], narrowing: [] },
  couriers: { named: [], narrowing: [] },
  taxes: { named: [], narrowing: ["channel", "shop", "store", "match"], says: "jurisdiction" },
  tenders: { named: ["channel"], narrowing: ["match", "cardBrand"] },
  periods: { named: ["period"], narrowing: [], says: "state" },
  taxFilings: { named: ["jurisdiction"], narrowing: [], says: "filedThrough" },
  fxRates: { named: ["of", "in"], narrowing: [], says: "rate" },
  balanceTypes: { named: [], narrowing: ["source", "type"], says: "class" },
  transferPrices: { named: [], narrowing: ["buyer", "itemClass"] },
};
/** Sections whose content counts for everybody, whichever file says it. */
const forEverybody: ReadonlySet<string> = new Set([
  "items",
  "shops",
  "jurisdictions",
  "taxes",
  "connections",
  "balanceTypes",
  "posTables",
  "escalations",
]);

/** Everything that the files say, one by one. */
export function statementsOf(layers: readonly Layer[], ownership: Ownership): PolicyStatement[] {
  const entities = layers.filter((layer) => layer.kind === "entity");
  const everybody = entities.map(({ id }) => id);
  const owned = Object.entries(ownership.keys).map(([key, { owner, lowest, why }]): Said => {
    const value = { owner: ownership.roles[owner]?.name ?? owner, lowest };
    return { key: `ownership.${key}`, value, why, at: ["keys", key], governed: key };
  });
  return [
    ...layers.flatMap((layer) =>
      Object.entries(layer.data).flatMap(([section, content]) =>
        sectionStatements(section, content).map((said) => statement(said, layer.file, layer.kind, speaksFor(layer, section, said))),
      ),
    ),
    ...owned.map((said) => statement(said, ownershipFile, "global", everybody)),
  ];

  function statement({ at, governed, ...said }: Said, file: string, layer: Layer["kind"], speaksFor: readonly string[]): PolicyStatement {
    const role = ownership.keys[governed]?.owner ?? "";
    const owner = ownership.roles[role]?.name ?? role;
    return { when: {}, from: null, to: null, why: null, ...said, owner, layer, file, path: pathText(at), speaksFor };
  }

  function speaksFor(layer: Layer, section: string, { when }: Said): readonly string[] {
    if (layer.kind === "global" || forEverybody.has(section)) return everybody;
    if (layer.kind === "entity") return [layer.id];
    // As the layers are merged: a region speaks for its jurisdictions.
    if (layer.kind === "region" && section === "elections" && when?.jurisdiction !== undefined) return everybody;
    return entities.filter(({ data }) => (layer.kind === "region" ? data.region : data.brand) === layer.id).map(({ id }) => id);
  }
}

function sectionStatements(section: string, content: unknown): Said[] {
  if (Array.isArray(content)) return (content as readonly Rule[]).map((rule, index) => listStatement(section, rule, index));
  const governed = section;
  if (section === "items") {
    const { list = {}, ...settings } = content as { list?: Readonly<Record<string, unknown>> };
    return [
      ...Object.entries(settings).map(([name, value]) => ({ key: `items.${name}`, value, at: ["items", name], governed })),
      ...Object.entries(list).map(([sku, value]) => ({ key: `items.${sku}`, value, at: ["items", "list", sku], governed })),
    ];
  }
  if (section === "calendar") {
    const { why, ...value } = content as { why: string };
    return [{ key: section, value, why, at: [section], governed }];
  }
  if (typeof content !== "object" || content === null) return [{ key: section, value: content, at: [section], governed }];
  return Object.entries(content as Readonly<Record<string, Rule>>).map(([name, { why, ...value }]) => {
    const reason = typeof why === "string" ? { why } : {};
    return { key: `${section}.${name}`, value, ...reason, at: [section, name], governed };
  });
}

function listStatement(section: string, rule: Rule, index: number): Said {
  const { from = null, to = null, why = null, when, ...fields } = rule;
  const { named, narrowing, says }: ToldList = lists[section] ?? { named: [], narrowing: [] };
  const narrowed: Record<string, string> = { ...(when as Record<string, string> | undefined) };
  const value: Record<string, unknown> = {};
  for (const [field, content] of Object.entries(fields)) {
    if (narrowing.includes(field)) narrowed[field] = String(content);
    else if (!named.includes(field)) value[field] = content;
  }
  return {
    key: [section, ...named.map((field) => String(rule[field]))].join("."),
    when: narrowed,
    // A tolerance is an amount, which is all it says, or a share.
    value: says === undefined || value[says] === undefined ? value : value[says],
    ...({ from, to, why } as Pick<PolicyStatement, "from" | "to" | "why">),
    at: [section, index],
    governed: governedKey(section, rule),
  };
}
