/** A question that Business Central would not answer. */
export class BadQuestion extends Error {}

type Row = Readonly<Record<string, unknown>>;
type Test = (row: Row) => boolean;

const token = /\s*(?:(\()|(\))|(,)|('(?:[^']|'')*')|(\d{4}-\d{2}-\d{2})|(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*))/y;

/**
 * The filters of OData that Business Central knows ("Using Filter Expressions in OData URIs", dev-itpro/webservices/use-filter-expressions-in-odata-uris.md):
 * eq, ne, gt, ge, lt, le, and, or, startswith, contains. A field that the entity does not have is an error.
 */
function filterOf(text: string, fields: readonly string[]): Test {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const found = token.exec(text);
    if (found === null) throw new BadQuestion(`Syntax error in '${text}'.`);
    tokens.push(found[0].trim());
  }
  let at = 0;
  const take = (expected?: string) => {
    const next = tokens[at++];
    if (next === undefined || (expected !== undefined && next !== expected))
      throw new BadQuestion(`Syntax error at position ${at} in '${text}'.`);
    return next;
  };
  const field = () => {
    const name = take();
    if (!fields.includes(name)) throw new BadQuestion(`Could not find a property named '${name}'.`);
    return name;
  };
  const literal = (): string | number | boolean => {
    const next = take();
    if (next.startsWith("'")) return next.slice(1, -1).replaceAll("''", "'");
    if (/^\d{4}-/.test(next)) return next;
    if (next === "true" || next === "false") return next === "true";
    const value = Number(next);
    if (Number.isNaN(value)) throw new BadQuestion(`'${next}' is no literal.`);
    return value;
  };
  function one(): Test {
    if (tokens[at] === "(") {
      take();
      const inner = any();
      take(")");
      return inner;
    }
    if (tokens[at + 1] === "(") {
      const name = take();
      take("(");
      const on = field();
      take(",");
      const part = String(literal());
      take(")");
      if (name === "startswith") return (row) => String(row[on]).startsWith(part);
      if (name === "contains") return (row) => String(row[on]).includes(part);
      throw new BadQuestion(`An unknown function with name '${name}' was found.`);
    }
    const on = field();
    const operator = take();
    const value = literal();
    const compared = (row: Row) => {
      const held = row[on] as string | number | boolean;
      if (typeof held !== typeof value) throw new BadQuestion(`A binary operator with incompatible types was detected for '${on}'.`);
      return held < value ? -1 : held > value ? 1 : 0;
    };
    const tests: Record<string, Test> = {
      eq: (row) => compared(row) === 0,
      ne: (row) => compared(row) !== 0,
      gt: (row) => compared(row) > 0,
      ge: (row) => compared(row) >= 0,
      lt: (row) => compared(row) < 0,
      le: (row) => compared(row) <= 0,
    };
    const test = tests[operator];
    if (test === undefined) throw new BadQuestion(`Unknown operator '${operator}'.`);
    return test;
  }
  function all(): Test {
    const tests = [one()];
    while (tokens[at] === "and") {
      take();
      tests.push(one());
    }
    return (row) => tests.every((test) => test(row));
  }
  function any(): Test {
    const tests = [all()];
    while (tokens[at] === "or") {
      take();
      tests.push(all());
    }
    return (row) => tests.some((test) => test(row));
  }
  const test = any();
  if (at !== tokens.length) throw new BadQuestion(`Syntax error at position ${at} in '${text}'.`);
  return test;
}

/**
 * A page of a collection. `parts` are shown only where $expand asks for them. What is beyond a page is behind @odata.nextLink ("Operational limits for
 * Business Central online": at most 20,000 entities a page).
 */
export function answerTo(rows: readonly Row[], address: URL, pageSize: number, parts: readonly string[] = []) {
  const { searchParams: options } = address;
  for (const name of options.keys())
    if (!["$filter", "$orderby", "$top", "$skip", "$expand", "$select"].includes(name))
      throw new BadQuestion(`The query parameter '${name}' is not supported.`);
  const fields = Object.keys(rows[0] ?? {});
  const filter = options.get("$filter");
  let found = filter === null || rows.length === 0 ? [...rows] : rows.filter(filterOf(filter, fields));
  const [by, direction = "asc"] = (options.get("$orderby") ?? "").split(" ");
  if (by !== undefined && by !== "" && rows.length > 0) {
    if (!fields.includes(by)) throw new BadQuestion(`Could not find a property named '${by}'.`);
    const sign = direction === "desc" ? -1 : 1;
    found.sort((a, b) => ((a[by] as string) < (b[by] as string) ? -sign : sign));
  }
  const expand = (options.get("$expand") ?? "").split(",").filter((name) => name !== "");
  for (const name of expand) if (!parts.includes(name)) throw new BadQuestion(`Could not find a property named '${name}' to expand.`);
  const select = options.get("$select")?.split(",");
  const skip = Number(options.get("$skip") ?? 0);
  const top = options.get("$top") === null ? Number.POSITIVE_INFINITY : Number(options.get("$top"));
  found = found.slice(skip, skip + top);
  const value = found
    .slice(0, pageSize)
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).filter(([name]) => (parts.includes(name) ? expand.includes(name) : (select?.includes(name) ?? true))),
      ),
    );
  if (found.length <= pageSize) return { value };
  const next = new URL(address);
  next.searchParams.set("$skip", String(skip + pageSize));
  if (Number.isFinite(top)) next.searchParams.set("$top", String(top - pageSize));
  return { value, "@odata.nextLink": next.href };
}
