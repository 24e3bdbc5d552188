import { currencyExponent } from "./currency.ts";

/** A whole number of the currency's minor units (cents for USD, yen for JPY), a checked safe integer; signed. */
export type MinorUnits = number;
/** An ISO 4217 code in upper case. */
export type Currency = string;

const decimal = /^(-?)(\d{1,15})(?:\.(\d{1,10}))?$/;

/**
 * Reads a decimal string such as "199.00" or "-4.5" exactly.
 * Throws RangeError when it is no decimal number, has more non-zero decimals than the currency, or is out of the safe range.
 */
export function parseMinorUnits(text: string, currency: Currency): MinorUnits {
  const exponent = currencyExponent(currency);
  const match = decimal.exec(text);
  if (match === null) throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is not a decimal amount such as "199.00"`);
  const [, sign, whole, fraction = ""] = match;
  const kept = fraction.slice(0, exponent).padEnd(exponent, "0");
  if (/[1-9]/.test(fraction.slice(exponent))) throw new RangeError(`${text} has more decimals than ${currency} carries (${exponent})`);
  const minorUnits = Number(`${whole}${kept}`);
  if (!Number.isSafeInteger(minorUnits)) throw new RangeError(`${text} ${currency} is beyond the exact range`);
  return sign === "-" ? 0 - minorUnits : minorUnits;
}

/** The decimal string of an amount: formatMinorUnits(-450, "USD") is "-4.50". */
export function formatMinorUnits(amount: MinorUnits, currency: Currency): string {
  checked(amount);
  const exponent = currencyExponent(currency);
  const digits = String(Math.abs(amount)).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  return `${amount < 0 ? "-" : ""}${whole}${exponent > 0 ? `.${digits.slice(-exponent)}` : ""}`;
}

/** The exact sum; throws RangeError when a partial sum leaves the safe range. */
export function sum(amounts: readonly MinorUnits[]): MinorUnits {
  let total = 0;
  for (const amount of amounts) total = checked(total + checked(amount));
  return total;
}

/**
 * The part of `total` that belongs to the first `part` of `whole`, rounded half away from zero. Taking the difference of two
 * consecutive shares allocates a total over partial events so that the last one takes the cent.
 * Throws RangeError unless 0 <= part <= whole and whole > 0.
 */
export function cumulativeShare(total: MinorUnits, part: number, whole: number): MinorUnits {
  if (!(Number.isSafeInteger(part) && Number.isSafeInteger(whole) && part >= 0 && whole > 0 && part <= whole)) {
    throw new RangeError(`cannot take ${part} of ${whole}`);
  }
  const product = BigInt(Math.abs(checked(total))) * BigInt(part);
  const divisor = BigInt(whole);
  const rounded = Number((product * 2n + divisor) / (divisor * 2n));
  return total < 0 ? 0 - rounded : rounded;
}

/**
 * Splits `total` by `weights` (whole, not negative, not all zero) so that the parts add up to it exactly: each cumulative share is
 * rounded, and a part is the difference of two of them.
 */
export function allocate(total: MinorUnits, weights: readonly number[]): MinorUnits[] {
  const whole = sum(weights);
  let weight = 0;
  let given = 0;
  return weights.map((each) => {
    weight += each;
    const upTo = cumulativeShare(total, weight, whole);
    const part = upTo - given;
    given = upTo;
    return part;
  });
}

/**
 * Splits `total` in proportion to signed amounts (revenue and the discounts against it) so that the parts add up to it exactly.
 * Throws RangeError when the amounts add up to nothing.
 */
export function splitByAmounts(total: MinorUnits, amounts: readonly MinorUnits[]): MinorUnits[] {
  const whole = BigInt(sum(amounts));
  if (whole === 0n) throw new RangeError("cannot split by amounts that add up to nothing");
  let upTo = 0n;
  let given = 0;
  return amounts.map((amount) => {
    upTo += BigInt(amount);
    const exact = BigInt(checked(total)) * upTo * (whole < 0n ? -1n : 1n);
    const divisor = whole < 0n ? -whole : whole;
    const magnitude = ((exact < 0n ? -exact : exact) * 2n + divisor) / (divisor * 2n);
    const rounded = checked(Number(exact < 0n ? -magnitude : magnitude));
    const part = rounded - given;
    given = rounded;
    return part;
  });
}

function checked(amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not a whole number of minor units in the exact range`);
  return amount;
}
