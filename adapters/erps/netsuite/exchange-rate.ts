import { currencyExponent } from "#domain/money";

/** Decimals that NetSuite keeps of an exchange rate. */
const rateDecimals = 8;

/**
 * The one rate, units of `own` for a unit of `currency`, that makes each line's amount what it is worth in the books, rounded half away from zero
 * line by line as NetSuite does; undefined when there is none.
 */
export function exchangeRateOf(
  lines: readonly { readonly amount: number; readonly functionalAmount: number }[],
  currency: string,
  own: string,
): string | undefined {
  let largest: (typeof lines)[number] | undefined;
  for (const line of lines) if (largest === undefined || Math.abs(line.amount) > Math.abs(largest.amount)) largest = line;
  if (largest === undefined || largest.amount === 0) return undefined;
  // rate × 10^8 = functional ÷ 10^own × 10^currency ÷ amount × 10^8, in whole numbers.
  const up = 10n ** BigInt(rateDecimals + currencyExponent(currency));
  const down = 10n ** BigInt(currencyExponent(own));
  const scaled = halfAwayFromZero(BigInt(largest.functionalAmount) * up, BigInt(largest.amount) * down);
  if (scaled <= 0n) return undefined;
  const fits = lines.every(
    ({ amount, functionalAmount }) => halfAwayFromZero(BigInt(amount) * scaled * down, up) === BigInt(functionalAmount),
  );
  if (!fits) return undefined;
  const digits = String(scaled).padStart(rateDecimals + 1, "0");
  return `${digits.slice(0, -rateDecimals)}.${digits.slice(-rateDecimals)}`;
}

function halfAwayFromZero(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n && numerator !== 0n;
  const [top, bottom] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator];
  const rounded = (top * 2n + bottom) / (bottom * 2n);
  return negative ? -rounded : rounded;
}
