import * as z from "zod/mini";
import { Invalid } from "#domain/failures";

/** Minor units as Odoo takes money: a number of major units, 1050 with 2 digits is 10.5. */
export function amountOf(minorUnits: number, digits: number): number {
  return Number((minorUnits / 10 ** digits).toFixed(digits));
}

/** Odoo tells money as a binary fraction of major units. Throws Invalid for what is no whole number of minor units, or beyond the exact range. */
export function minorUnitsOf(amount: number, digits: number): number {
  const scaled = amount * 10 ** digits;
  const whole = Math.round(scaled);
  if (!Number.isSafeInteger(whole) || Math.abs(scaled - whole) > 0.01)
    throw new Invalid(`the ERP's amount ${amount} is no whole number of units with ${digits} decimals`);
  return whole === 0 ? 0 : whole;
}

/** An empty field is false in Odoo's answers. */
const text = z.pipe(
  z.union([z.string(), z.literal(false)]),
  z.transform((value) => (value === false ? undefined : value)),
);
/** A record that another one names: its id, and what people call it. */
const link = z.pipe(
  z.union([z.tuple([z.int(), z.string()]), z.literal(false)]),
  z.transform((value) => (value === false ? undefined : { id: value[0], name: value[1] })),
);

/** The parts of which Odoo's records are made, as its API gives them. */
export const wire = { id: z.int(), text, link, amount: z.number() } as const;
