import { Invalid } from "#domain/failures";

/** Minor units as ERPNext takes money: a number of major units, 1050 with 2 digits is 10.5. */
export function amountOf(minorUnits: number, digits: number): number {
  return Number((minorUnits / 10 ** digits).toFixed(digits));
}

/** ERPNext tells money as a binary fraction of major units. Throws Invalid for what is no whole number of minor units, or beyond the exact range. */
export function minorUnitsOf(amount: number, digits: number): number {
  const scaled = amount * 10 ** digits;
  const whole = Math.round(scaled);
  if (!Number.isSafeInteger(whole) || Math.abs(scaled - whole) > 0.01)
    throw new Invalid(`the ERP's amount ${amount} is no whole number of units with ${digits} decimals`);
  return whole === 0 ? 0 : whole;
}
