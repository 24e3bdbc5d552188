export interface ColumnRule {
  /** The header under which it stands, in the spellings that are known, the preferred one first. Letter case and spaces do not count. */
  readonly names: readonly string[];
  readonly optional?: true;
  /** A value of it that was cut off is no value: a currency code. */
  readonly cutShows?: true;
}

export interface TableColumns<Key extends string> {
  readonly columns: Readonly<Record<Key, ColumnRule>>;
  /** Of each of these groups the file must have one column at least. */
  readonly oneOf?: readonly (readonly Key[])[];
}

/** Where each column stands, by its name. */
export type ColumnPlaces<Key extends string> = ReadonlyMap<Key, { readonly index: number; readonly header: string }>;

/** Where the columns of a table are by its header; what it lacks of them, and what it has twice. */
export function columnsOf<Key extends string>(format: TableColumns<Key>, fields: readonly string[]) {
  const indexes = new Map<string, number[]>();
  fields.forEach((field, index) => {
    const key = headerKey(field);
    indexes.set(key, [...(indexes.get(key) ?? []), index]);
  });
  const found = new Map<Key, { index: number; header: string }>();
  const missing: string[] = [];
  const twice: string[] = [];
  for (const [key, rule] of Object.entries<ColumnRule>(format.columns) as [Key, ColumnRule][]) {
    // Of several spellings the first one counts: a report may state a time both in UTC and in its own zone.
    const places = rule.names.map((name) => indexes.get(headerKey(name)) ?? []).find((each) => each.length > 0) ?? [];
    const [index] = places;
    if (index === undefined) {
      if (rule.optional !== true) missing.push(JSON.stringify(rule.names[0]));
      continue;
    }
    if (places.length > 1) twice.push(JSON.stringify(fields[index]?.trim().slice(0, 60)));
    found.set(key, { index, header: fields[index]!.trim().slice(0, 60) });
  }
  for (const keys of format.oneOf ?? []) {
    if (!keys.some((key) => found.has(key))) missing.push(keys.map((key) => JSON.stringify(format.columns[key].names[0])).join(" or "));
  }
  return { found, missing, twice };
}

function headerKey(header: string): string {
  return header.trim().replace(/\s+/g, " ").toLowerCase();
}

/** Of the delimiters the one that the first line has most of. */
export function delimiterOf(head: string, delimiters: readonly string[]): string {
  const line = /^\s*([^\r\n]*)/.exec(head)?.[1] ?? "";
  const [best = ","] = [...delimiters].sort((a, b) => line.split(b).length - line.split(a).length);
  return best;
}
