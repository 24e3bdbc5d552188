import * as z from "zod/mini";
import { Unavailable } from "#domain/failures";
import { type Currency, parseMinorUnits } from "#domain/money";

const given = z.optional(z.nullable(z.union([z.string().check(z.maxLength(4_000)), z.number()])));

/** SuiteQL gives numbers as text or as numbers, truth as "T" and "F", and leaves out what is null. */
export const cell = {
  text: z.pipe(
    given,
    z.transform((value) => (value === undefined || value === null ? "" : String(value))),
  ),
  id: z.pipe(
    z.union([z.string().check(z.regex(/^-?\d{1,15}$/)), z.int()]),
    z.transform((value) => Number(value)),
  ),
  truth: z.pipe(
    given,
    z.transform((value) => value === "T"),
  ),
} as const;

/** Text for a SuiteQL query. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function dateLiteral(day: string): string {
  return `TO_DATE(${quoted(day)}, 'YYYY-MM-DD')`;
}

/** A decimal number of NetSuite's in minor units; "" is 0. Throws Unavailable for what the currency cannot carry. */
export function minorUnits(decimal: string, currency: Currency): number {
  if (decimal === "") return 0;
  try {
    return parseMinorUnits(decimal.replace(/^(-?)\./, "$10."), currency);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Unavailable(`NetSuite states an amount that is none in ${currency}: ${error.message}`, { cause: error });
  }
}
