import { canonicalJson } from "#domain/canonical";
import { compare, sameness } from "./explain.ts";
import type { PolicyError, PolicyFile } from "./layer-file.ts";
import { readPolicy } from "./layers.ts";
import { type PolicyStatement, statementsOf } from "./statements.ts";

/** One thing that a file says otherwise, in the words of the person who owns it. */
export interface PolicyChange {
  readonly change: "added" | "changed" | "removed";
  readonly key: string;
  readonly when: Readonly<Record<string, string>>;
  /** What the file said of that day before and says after; null: nothing. */
  readonly before: unknown;
  readonly after: unknown;
  /** From which business date it makes a difference, and to which; null: at once, and for all. */
  readonly from: string | null;
  readonly to: string | null;
  readonly why: string | null;
  readonly owner: string;
  readonly layer: PolicyStatement["layer"];
  readonly file: string;
}

/** What differs between two contents of the policies, in the order of keys. The faults of whichever cannot be read otherwise. */
export function comparePolicies(
  before: readonly PolicyFile[],
  after: readonly PolicyFile[],
): { readonly changes: readonly PolicyChange[] } | { readonly errors: readonly PolicyError[] } {
  const [old, fresh] = [readPolicy(before), readPolicy(after)];
  if ("errors" in old) return old;
  if ("errors" in fresh) return fresh;
  const was = byIdentity(statementsOf(old.layers, old.ownership));
  const is = byIdentity(statementsOf(fresh.layers, fresh.ownership));
  const changes: PolicyChange[] = [];
  for (const [identity, statement] of is) {
    const earlier = was.get(identity);
    if (earlier === undefined) changes.push(changed("added", statement, saidOn(was, statement), statement.value));
    else if (!isSame(earlier, statement)) changes.push(changed("changed", statement, earlier.value, statement.value));
  }
  for (const [identity, statement] of was) {
    if (!is.has(identity)) changes.push(changed("removed", statement, statement.value, saidOn(is, statement)));
  }
  return { changes: changes.sort((a, b) => compare(a.key, b.key) || compare(a.file, b.file) || compare(a.from ?? "", b.from ?? "")) };
}

function byIdentity(statements: readonly PolicyStatement[]): Map<string, PolicyStatement> {
  return new Map(statements.map((statement) => [`${statement.file} ${sameness(statement)} ${statement.from}`, statement]));
}

function isSame(a: PolicyStatement, b: PolicyStatement): boolean {
  return canonicalJson([a.value, a.to, a.why, a.owner]) === canonicalJson([b.value, b.to, b.why, b.owner]);
}

/** What the same file said of the same thing on the day on which a statement begins. */
function saidOn(statements: ReadonlyMap<string, PolicyStatement>, { file, from, ...thing }: PolicyStatement): unknown {
  const day = from ?? "";
  let found: PolicyStatement | undefined;
  for (const each of statements.values()) {
    if (each.file !== file || sameness(each) !== sameness({ file, from, ...thing })) continue;
    if ((each.from ?? "") > day || (each.to !== null && each.to < day)) continue;
    if (found === undefined || (each.from ?? "") > (found.from ?? "")) found = each;
  }
  return found?.value ?? null;
}

function changed(change: PolicyChange["change"], statement: PolicyStatement, before: unknown, after: unknown): PolicyChange {
  const { key, when, from, to, why, owner, layer, file } = statement;
  return { change, key, when, before, after, from, to, why, owner, layer, file };
}
