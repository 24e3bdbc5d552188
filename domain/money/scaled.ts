/**
 * Exact decimals as scaled integers: `value × 10^decimals`, a checked safe integer. 1.2999 at 4 decimals is 12999. Documents whose
 * amounts carry more decimals than their currency are kept like this until they are rounded once (c29).
 */
export type Scaled = number;

const powersOfTen = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12] as const;

/**
 * Reads an xs:decimal such as "12.50", "-.5" or "+3" exactly at this many decimals (0 … 12).
 * Throws RangeError when it is no decimal, has more non-zero decimals, or is out of the safe range.
 */
export function parseScaled(text: string, decimals: number): Scaled {
  let at = 0;
  let end = text.length;
  while (text.charCodeAt(at) <= 32) at++;
  while (text.charCodeAt(end - 1) <= 32) end--;
  const sign = text.charCodeAt(at);
  const negative = sign === 45;
  if (negative || sign === 43) at++;
  let value = 0;
  let anyDigit = false;
  // Decimals still to come: -1 until the point is seen.
  let open = -1;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 46 && open === -1) {
      open = decimals;
      continue;
    }
    if (code < 48 || code > 57) throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is not a decimal number such as "12.50"`);
    anyDigit = true;
    if (open === 0) {
      if (code !== 48) throw new RangeError(`${text.slice(0, 40).trim()} has more than ${decimals} decimals`);
      continue;
    }
    value = value * 10 + (code - 48);
    if (open !== -1) open--;
  }
  if (!anyDigit) throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is not a decimal number such as "12.50"`);
  value *= power(open === -1 ? decimals : open);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text.slice(0, 40).trim()} is beyond the exact range`);
  return negative ? 0 - value : value;
}

/** The same number at fewer (or more) decimals, rounded half away from zero: roundScaled(12345, 4, 2) is 123. */
export function roundScaled(value: Scaled, decimals: number, toDecimals: number): Scaled {
  if (decimals <= toDecimals) return checked(value * power(toDecimals - decimals));
  const divisor = power(decimals - toDecimals);
  const rest = value % divisor;
  const whole = (value - rest) / divisor;
  return Math.abs(rest) * 2 >= divisor ? whole + Math.sign(rest) : whole;
}

/** The exact product, rounded half away from zero to `toDecimals`. */
export function multiplyScaled(a: Scaled, aDecimals: number, b: Scaled, bDecimals: number, toDecimals: number): Scaled {
  const product = a * b;
  if (Number.isSafeInteger(product)) return roundScaled(product, aDecimals + bDecimals, toDecimals);
  const exact = BigInt(a) * BigInt(b);
  const magnitude = exact < 0n ? -exact : exact;
  // With more decimals still to come, what is beyond the exact range already stays there.
  const scale = 10n ** BigInt(Math.max(aDecimals + bDecimals - toDecimals, 0));
  const rounded = (magnitude * 2n + scale) / (2n * scale);
  return checked(Number(exact < 0n ? -rounded : rounded));
}

/**
 * Rounds a running sum so that the parts add up to the rounded whole: each part is the difference of two rounded partial sums, and the
 * last one takes the cent. roundCumulatively([33333, 33333, 33334], 4, 2) is [333, 334, 333].
 */
export function roundCumulatively(values: readonly Scaled[], decimals: number, toDecimals: number): Scaled[] {
  let exact = 0;
  let given = 0;
  return values.map((value) => {
    exact = checked(exact + value);
    const upTo = roundScaled(exact, decimals, toDecimals);
    const part = upTo - given;
    given = upTo;
    return part;
  });
}

/** A rate as a decimal string from a percentage: "20.0000" is "0.2", "8.875" is "0.08875". Throws RangeError when it is no decimal. */
export function rateOfPercent(percent: string): string {
  return rateText(parseScaled(percent, 8));
}

/** The same of a rate that is written as a fraction already: "0.08250" is "0.0825". Throws RangeError when it is no decimal. */
export function rateOfFraction(fraction: string): string {
  return rateText(parseScaled(fraction, 10));
}

/** `scaled` at ten decimals. */
function rateText(scaled: Scaled): string {
  const digits = String(Math.abs(scaled)).padStart(11, "0");
  const fraction = digits.slice(-10).replace(/0+$/, "");
  return `${scaled < 0 ? "-" : ""}${digits.slice(0, -10)}${fraction === "" ? "" : `.${fraction}`}`;
}

function power(exponent: number): number {
  const value = powersOfTen[exponent];
  if (value === undefined) throw new RangeError(`cannot scale by 10^${exponent}`);
  return value;
}

function checked(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is beyond the exact range`);
  return value === 0 ? 0 : value;
}
