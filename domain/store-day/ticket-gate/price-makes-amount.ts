import { multiplyScaled } from "#domain/money";

/**
 * Unit price × quantity against the extended amount of a line, within one minor unit per unit price's rounding: true when they agree.
 * Price in millionths of the currency unit, quantity in millionths, amount as a scaled integer at `amountDecimals`.
 */
export function priceMakesAmount(
  priceMillionths: number,
  quantityMillionths: number,
  amount: number,
  amountDecimals: number,
  currencyExponent: number,
): boolean {
  const expected = multiplyScaled(priceMillionths, 6, quantityMillionths, 6, amountDecimals);
  return Math.abs(expected - amount) <= 10 ** (amountDecimals - currencyExponent);
}
