import * as z from "zod/mini";
import { Invalid } from "#domain/failures";

/** A number of Tryton's that is exact: text such as "12.50". */
export interface TrytonDecimal {
  readonly __class__: "Decimal";
  readonly decimal: string;
}

export interface TrytonDate {
  readonly __class__: "date";
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Minor units as a decimal with the currency's digits: 1050 with 2 digits is "10.50". */
export function decimalOf(minorUnits: number, digits: number): TrytonDecimal {
  const sign = minorUnits < 0 ? "-" : "";
  const text = String(Math.abs(minorUnits)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return { __class__: "Decimal", decimal: `${sign}${whole}${digits === 0 ? "" : `.${text.slice(text.length - digits)}`}` };
}

/** Throws Invalid for a fraction of a minor unit, or one beyond the exact range. */
export function minorUnitsOf({ decimal }: { readonly decimal: string }, digits: number): number {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal);
  const fraction = parts?.[3] ?? "";
  const rest = fraction.slice(digits);
  const amount = Number(`${parts?.[2]}${fraction.slice(0, digits).padEnd(digits, "0")}`);
  if (parts === null || /[1-9]/.test(rest) || !Number.isSafeInteger(amount)) {
    throw new Invalid(`the ERP's amount ${decimal.slice(0, 40)} is no whole number of units with ${digits} decimals`);
  }
  return parts[1] === "-" ? 0 - amount : amount;
}

export function dateOf(day: string): TrytonDate {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  return { __class__: "date", year, month, day: date };
}

export function dayOf({ year, month, day }: Omit<TrytonDate, "__class__">): string {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

const date = z.object({ __class__: z.literal("date"), year: z.int(), month: z.int(), day: z.int() });
const decimal = z.object({ __class__: z.literal("Decimal"), decimal: z.string() });
const text = z.nullable(z.string());
// SQLite gives truth as 0 and 1.
const truth = z.pipe(
  z.union([z.boolean(), z.int(), z.null()]),
  z.transform((value) => value === true || value === 1),
);

/** The parts of which Tryton's records are made, as its JSON-RPC gives them. */
export const wire = { date, decimal, text, truth, id: z.int() } as const;
