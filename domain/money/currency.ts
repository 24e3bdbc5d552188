import * as currencies from "dinero.js/currencies";

// ISO 4217's minor units by code, from the money library's table, so that no exponent is guessed.
const exponents: ReadonlyMap<string, number> = new Map(
  Object.values(currencies as Record<string, { code: string; exponent: number }>).map((currency) => [currency.code, currency.exponent]),
);

/** True for a known ISO 4217 code in upper case. */
export function isCurrency(code: string): boolean {
  return exponents.has(code);
}

/** Digits behind the decimal point: 2 for USD, 0 for JPY, 3 for KWD. Throws RangeError for an unknown code. */
export function currencyExponent(code: string): number {
  const exponent = exponents.get(code);
  if (exponent === undefined) throw new RangeError(`unknown currency ${JSON.stringify(code)}: expected an ISO 4217 code such as USD`);
  return exponent;
}
