import type { DatabaseSync } from "node:sqlite";

/** A query that NetSuite would not run. */
export class BadQuery extends Error {}

/**
 * SuiteQL over the double's tables, which carry the names of NetSuite's Records Catalog. Rules, from
 * docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/:
 * - "SuiteQL" (section_156257770590.html): it queries, and takes the functions that it supports alone.
 * - "Executing SuiteQL Queries Through REST Web Services" (ns-online-help/section_157909186990.html): values come as text, nulls are left out.
 * - "Collection Paging" (section_156414087576.html): at most 1,000 rows a page, an offset divisible by the limit; beyond 100,000 rows nothing.
 * - "Using SuiteQL with SuiteTalk REST Web Services" (section_158394344595.html): a query that is paged needs an unambiguous order.
 */
export function runSuiteQl(database: DatabaseSync, q: string, limit: number, offset: number) {
  if (!/^\s*select\s/i.test(q) || q.includes(";")) throw new BadQuery("only one SELECT is allowed");
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) throw new BadQuery("limit must be between 1 and 1000");
  if (!Number.isInteger(offset) || offset < 0 || offset % limit !== 0) throw new BadQuery("offset must be divisible by limit");
  if (offset + limit > 100_000 + limit) throw new BadQuery("no more than 100000 results");
  // "transaction" is a word of SQLite's own.
  const text = q.replace(/'(?:[^']|'')*'|\btransaction\b/gi, (part) => (part.startsWith("'") ? part : `"${part.toLowerCase()}"`));
  let rows: Record<string, unknown>[];
  try {
    rows = database.prepare(text).all() as Record<string, unknown>[];
  } catch (error) {
    throw new BadQuery(`Invalid search query. ${(error as Error).message}`);
  }
  if (rows.length > limit && !/\border by\b/i.test(q)) throw new BadQuery("a query of several pages needs an order");
  const items = rows.slice(offset, offset + limit).map((row) => ({
    links: [],
    ...Object.fromEntries(Object.entries(row).flatMap(([name, value]) => (value === null ? [] : [[name.toLowerCase(), written(value)]]))),
  }));
  return { links: [], count: items.length, hasMore: offset + items.length < rows.length, items, offset, totalResults: rows.length };
}

/** Numbers are decimals to NetSuite: what adding them up in binary leaves is taken off. */
function written(value: unknown): string {
  return typeof value === "number" ? String(Math.round(value * 1e8) / 1e8) : String(value);
}

/** The functions of Oracle's that queries use. */
export function addFunctions(database: DatabaseSync): void {
  const dates = (value: unknown, format: unknown) => {
    if (format !== "YYYY-MM-DD") throw new Error(`the double knows no date format ${String(format)}`);
    return String(value);
  };
  database.function("TO_DATE", { deterministic: true }, dates);
  database.function("TO_CHAR", { deterministic: true }, dates);
}
