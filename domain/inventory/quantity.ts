/** Quantities are whole millionths of the item's unit: 1,000,000 is one piece, 420,000 is 0.42 kg. */

const decimal = /^(-?)(\d{1,9})(?:\.(\d{1,12}))?$/;

/**
 * Reads a decimal quantity such as "3", "0.420" or "-1.5" exactly.
 * Throws RangeError when it is no decimal number or has more than six decimals that are not zero.
 */
export function parseQuantity(text: string): number {
  const match = decimal.exec(text);
  if (match === null) throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is not a decimal quantity such as "1.5"`);
  const [, sign, whole, fraction = ""] = match;
  if (/[1-9]/.test(fraction.slice(6))) throw new RangeError(`${text} has more decimals than a quantity carries (6)`);
  const millionths = Number(`${whole}${fraction.slice(0, 6).padEnd(6, "0")}`);
  return sign === "-" && millionths !== 0 ? -millionths : millionths;
}

/** The shortest decimal text of a quantity: formatQuantity(420_000) is "0.42", formatQuantity(-2_000_000) is "-2". */
export function formatQuantity(millionths: number): string {
  if (!Number.isSafeInteger(millionths)) throw new RangeError(`${millionths} is not a whole number of millionths`);
  const digits = String(Math.abs(millionths)).padStart(7, "0");
  const fraction = digits.slice(-6).replace(/0+$/, "");
  return `${millionths < 0 ? "-" : ""}${digits.slice(0, -6)}${fraction === "" ? "" : `.${fraction}`}`;
}
