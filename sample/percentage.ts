/** `amount` × `per100000` / 100000 in whole cents, half up: how tills and shops compute a tax or a percentage. Amounts are not negative. */
export function percentageOf(amount: number, per100000: number): number {
  return Math.floor((amount * per100000 + 50_000) / 100_000);
}

/** Exactly `total` × `part` / `whole`; throws RangeError when that is no whole number of cents, so that no rounding rule hides in the truth. */
export function exactShare(total: number, part: number, whole: number): number {
  const share = (total * part) / whole;
  if (!Number.isSafeInteger(share)) throw new RangeError(`${total} × ${part} / ${whole} is no whole number of cents: change the scenario`);
  return share;
}

/** Cents as a decimal string: 1299 is "12.99", −5 is "-0.05". */
export function decimal(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
