import { canonicalJson } from "#domain/canonical";

/** The two contents as one, or undefined when they contradict each other. */
export function mergeContents<T>(a: T, b: T): T | undefined {
  const merged = merge(a, b);
  return merged === contradiction ? undefined : (merged as T);
}

const contradiction = Symbol("contradiction");

/**
 * A resource that arrives twice (a refund by itself and inside its cancelled order) may be stated more fully once than the other time.
 * A side that is absent, null or an empty list states nothing; everything that both sides state must be equal.
 */
function merge(a: unknown, b: unknown): unknown {
  if (unstated(a)) return b ?? a;
  if (unstated(b)) return a;
  if (Array.isArray(a) && Array.isArray(b)) return mergeLists(a, b);
  if (isRecord(a) && isRecord(b)) return mergeRecords(a, b);
  return a === b ? a : contradiction;
}

function mergeRecords(a: Record<string, unknown>, b: Record<string, unknown>): unknown {
  const merged: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const member = merge(a[name], b[name]);
    if (member === contradiction) return contradiction;
    if (member !== undefined) merged[name] = member;
  }
  return merged;
}

/** Lists of rows with ids are matched by id, whatever their order; other lists by position. */
function mergeLists(a: readonly unknown[], b: readonly unknown[]): unknown {
  if (a.length !== b.length) return contradiction;
  const rows = new Map(b.map((row, index) => [rowName(row) ?? `#${index}`, row]));
  const merged: unknown[] = [];
  for (const [index, row] of a.entries()) {
    const name = rowName(row) ?? `#${index}`;
    if (!rows.has(name)) return contradiction;
    const member = merge(row, rows.get(name));
    if (member === contradiction) return contradiction;
    merged.push(member);
  }
  return rows.size === b.length || canonicalJson(a) === canonicalJson(b) ? merged : contradiction;
}

function rowName(row: unknown): string | undefined {
  if (!isRecord(row)) return undefined;
  const id = row.id ?? row.paymentId;
  return typeof id === "string" ? `id ${id}` : undefined;
}

function unstated(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
