import type { PolicyError, PolicyFile } from "./layer-file.ts";
import { readPolicy } from "./layers.ts";
import { type PolicyStatement, statementsOf } from "./statements.ts";

/** A statement with the entities for which it is what counts. */
export interface ExplainedStatement extends PolicyStatement {
  readonly entities: readonly string[];
  /** Files whose statement about the same thing it stands before, for some entity. */
  readonly overrides: readonly string[];
}

export interface ExplainFilter {
  /** A key or the beginning of one: "accounts", "accounts.sales". */
  readonly key?: string;
  readonly entity?: string;
}

const layerOrder = ["global", "region", "brand", "entity"];

/**
 * What counts on a day, and which file says it. Of the statements about one thing (key and narrowing) that hold on the day, for each entity
 * the one of the nearest layer counts, and of one layer the one that began last. Which of several narrowings a case falls under depends
 * on the case, so each of them is shown.
 */
export function explainPolicy(
  files: readonly PolicyFile[],
  day: string,
  filter: ExplainFilter = {},
): { readonly statements: readonly ExplainedStatement[] } | { readonly errors: readonly PolicyError[] } {
  const read = readPolicy(files);
  if ("errors" in read) return read;
  const things = new Map<string, PolicyStatement[]>();
  for (const statement of statementsOf(read.layers, read.ownership)) {
    if (!holds(statement, day) || !isUnder(statement.key, filter.key)) continue;
    const thing = sameness(statement);
    things.set(thing, [...(things.get(thing) ?? []), statement]);
  }
  const statements = [...things.values()].flatMap((rivals) => strongest(rivals, filter.entity));
  return { statements: statements.sort(byKey) };
}

/** For each statement the entities in which no other one about the same thing comes before it. */
function strongest(rivals: readonly PolicyStatement[], entity: string | undefined): ExplainedStatement[] {
  const entities = new Map<PolicyStatement, string[]>();
  const overrides = new Map<PolicyStatement, Set<string>>();
  for (const id of new Set(rivals.flatMap((each) => each.speaksFor))) {
    if (entity !== undefined && id !== entity) continue;
    const [first, ...others] = rivals.filter((each) => each.speaksFor.includes(id)).sort(byStrength);
    if (first === undefined) continue;
    entities.set(first, [...(entities.get(first) ?? []), id]);
    const beaten = overrides.get(first) ?? new Set();
    overrides.set(first, beaten);
    for (const { file } of others) beaten.add(file);
  }
  return [...entities].map(([statement, of]) => ({
    ...statement,
    entities: of.sort(),
    overrides: [...(overrides.get(statement) ?? [])].sort(),
  }));
}

function holds({ from, to }: PolicyStatement, day: string): boolean {
  return (from === null || from <= day) && (to === null || day <= to);
}

function isUnder(key: string, wanted: string | undefined): boolean {
  return wanted === undefined || key === wanted || key.startsWith(`${wanted}.`);
}

/** Statements with the same name are about the same thing. */
export function sameness({ key, when }: PolicyStatement): string {
  return JSON.stringify([key, Object.entries(when).sort()]);
}

function byStrength(a: PolicyStatement, b: PolicyStatement): number {
  const nearer = layerOrder.indexOf(b.layer) - layerOrder.indexOf(a.layer);
  return nearer !== 0 ? nearer : compare(b.from ?? "", a.from ?? "");
}

function byKey(a: PolicyStatement, b: PolicyStatement): number {
  return compare(a.key, b.key) || compare(sameness(a), sameness(b)) || byStrength(b, a) || compare(a.file, b.file);
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
