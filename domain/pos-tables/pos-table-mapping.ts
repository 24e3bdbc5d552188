import * as z from "zod/mini";
import { columnName, textRules } from "#domain/csv";

const value = z.string().check(z.minLength(1), z.maxLength(120));
const values = z.array(value).check(z.minLength(1), z.maxLength(50));
/** A column, or what is the same in every row. */
const cell = z.union([columnName, z.strictObject({ constant: value })]);
const collected = z.enum(["gift-card", "store-credit", "tip", "deposit", "on-account", "donation", "bottle-deposit", "fee", "shipping"]);

/**
 * A table of tickets that a till can write, described as data: docs/pos.md has a worked example. The rows of one ticket (same store,
 * register, sequence and business day) stand together; each of them is a line, unless `rows` says what else there is.
 */
export const posTableMappingSchema = z.strictObject({
  ...textRules,
  /** The zone in which the till writes its times; absent: the store's own. */
  timeZone: z.optional(z.string().check(z.regex(/^(?:UTC|[A-Za-z_]+\/[A-Za-z0-9_+/-]+)$/))),
  /** What every row of a ticket repeats. */
  ticket: z.strictObject({
    store: cell,
    register: cell,
    sequence: columnName,
    /** Absent: the day of the time in the store's time zone. */
    businessDate: z.optional(columnName),
    /** Date, or date and time. */
    date: columnName,
    time: z.optional(columnName),
    /** Absent: the store's. */
    currency: z.optional(cell),
    receipt: z.optional(columnName),
    /** What the ticket comes to as the till states it, with tax. */
    total: z.optional(columnName),
  }),
  /** Tickets of a value in neither list are held. */
  status: z.optional(z.strictObject({ column: columnName, sale: values, ignored: z.optional(values) })),
  /** What a row is, by a column; rows of a value in no list are held. Absent: every row is a line. */
  rows: z.optional(z.strictObject({ column: columnName, line: values, tender: z.optional(values), ignored: z.optional(values) })),
  line: z.strictObject({
    item: cell,
    description: z.optional(columnName),
    /** Absent: one. */
    quantity: z.optional(columnName),
    /** Of the quantity; absent: the item's. */
    unit: z.optional(columnName),
    serialNumber: z.optional(columnName),
    /** Before discounts. */
    gross: z.optional(columnName),
    /** After discounts. */
    net: z.optional(columnName),
    discount: z.optional(columnName),
    promotion: z.optional(columnName),
    tax: z.optional(columnName),
    /** The till's name of the tax, which policy maps to a jurisdiction; absent: "tax". */
    taxCode: z.optional(cell),
    /** In per cent. */
    taxRate: z.optional(columnName),
    /** Sale or return, where a column says it. */
    kind: z.optional(z.strictObject({ column: columnName, sale: values, return: values })),
    /** Lines that take money for what is no sale: what is sold, by the value of a column. */
    collects: z.optional(z.strictObject({ column: columnName, values: z.record(value, collected) })),
  }),
  /** Do the amounts of lines include their tax? */
  tax: z.enum(["included", "excluded"]),
  /** How what comes back is written: with a minus, or like a sale, and line.kind tells. */
  returns: z.enum(["negative", "by-kind"]),
  tenders: z.union([
    /** A row of its own for each: rows.tender. */
    z.strictObject({ from: z.literal("rows"), type: cell, amount: columnName }),
    /** A column for each type, repeated in every row of the ticket. */
    z.strictObject({
      from: z.literal("columns"),
      columns: z.array(z.strictObject({ column: columnName, type: value })).check(z.minLength(1), z.maxLength(30)),
    }),
    /** The table states none: what the ticket comes to was paid by this type. */
    z.strictObject({ from: z.literal("total"), type: cell }),
  ]),
  why: z.string().check(z.minLength(3), z.maxLength(400)),
});

export type PosTableMapping = z.infer<typeof posTableMappingSchema>;
export type TableCell = z.infer<typeof cell>;

/** What a mapping leaves open or contradicts, with the place that says it; empty when it is whole. */
export function openInPosTable(mapping: PosTableMapping): readonly { readonly path: readonly string[]; readonly text: string }[] {
  const { line, rows, tenders, returns, status } = mapping;
  const open: { path: readonly string[]; text: string }[] = [];
  const say = (path: readonly string[], text: string) => void open.push({ path, text });
  if (line.gross === undefined && line.net === undefined)
    say(["line"], "states no amount; allowed: gross, the column before discounts, or net, the one after them");
  if (returns === "by-kind" && line.kind === undefined)
    say(["returns"], "is by-kind and no column says what is a return; allowed: line.kind, or negative");
  if (tenders.from === "rows" && rows?.tender === undefined)
    say(["tenders", "from"], "is rows and no row is a tender; allowed: values in rows.tender, or another place for the tenders");
  if (tenders.from !== "rows" && rows?.tender !== undefined)
    say(["rows", "tender"], 'names tender rows that nobody reads; allowed: tenders from "rows"');
  if (line.tax === undefined && (line.taxCode !== undefined || line.taxRate !== undefined))
    say(["line", "tax"], "is missing beside a tax code or rate; allowed: the column of the tax amount");
  if (line.promotion !== undefined && line.discount === undefined && (line.gross === undefined || line.net === undefined))
    say(["line", "promotion"], "names a discount that no column states; allowed: line.discount, or both line.gross and line.net");
  const lists = [
    [["status"], [status?.sale, status?.ignored]],
    [["rows"], [rows?.line, rows?.tender, rows?.ignored]],
    [
      ["line", "kind"],
      [line.kind?.sale, line.kind?.return],
    ],
  ] as const;
  for (const [path, groups] of lists) {
    const all = groups.flatMap((group) => group ?? []).map((each) => each.toLowerCase());
    const twice = all.find((each, index) => all.indexOf(each) !== index);
    if (twice !== undefined) say(path, `has ${JSON.stringify(twice)} twice; allowed: each value once`);
  }
  return open;
}
