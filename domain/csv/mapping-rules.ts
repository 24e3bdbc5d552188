import * as z from "zod/mini";

/** The header of a column, as the file writes it. */
export const columnName = z.string().check(z.minLength(1), z.maxLength(120));
/** One signed column, or a pair of unsigned ones of which at most one is filled. */
export const amountColumns = z.union([columnName, z.strictObject({ credit: columnName, debit: columnName })]);

const numbers = z.union([
  z.strictObject({ decimal: z.enum([".", ","]), group: z.optional(z.enum(["", ",", ".", " ", "'"])) }),
  /** Whole numbers of minor units. */
  z.literal("minor-units"),
]);

/** What every table that is described as data says of its text. */
export const textRules = {
  /** Those that may separate cells; the one that the header has most of is taken. */
  delimiters: z.optional(z.array(z.string().check(z.length(1))).check(z.minLength(1), z.maxLength(5))),
  encoding: z.optional(z.enum(["utf-8", "utf-8-or-windows-1252"])),
  numbers,
  /** How dates are written: 2026-12-31, 31.12.2026, 12/31/2026, 20261231. */
  dates: z.enum(["year-first", "day-first", "month-first", "compact"]),
};

export type StatedNumbers = z.infer<typeof numbers>;
export type StatedDates = z.infer<(typeof textRules)["dates"]>;
