import { type Currency, currencyExponent, type MinorUnits, parseMinorUnits } from "#domain/money";

/** How a file writes decimal numbers: "1,234.56", "1.234,56", "1 234,56", "1'234.56". */
export interface NumberStyle {
  readonly decimal: "." | ",";
  /** What may stand between groups of three digits; "" for nothing. A space stands for the narrow and the unbreakable ones too. */
  readonly group: "" | "," | "." | " " | "'";
}

export const plainNumbers: NumberStyle = { decimal: ".", group: "" };
const amountCharactersMax = 40;
/** A trillion of a currency with cents: no row states more, and sums and differences of a few such amounts stay exact. */
const minorUnitsMax = 100_000_000_000_000;

/**
 * Reads an amount in major units exactly: "-1.234,56" in a style with decimal comma is -123456 for EUR. A sign may stand before or
 * behind, or the amount in parentheses. Stricter than a single amount needs: more decimals than the currency has are refused even when
 * they are zeros, and group separators must stand between groups of three, so that "1.230" is never taken for 1.23 nor for 1,230 by luck.
 * Throws RangeError.
 */
export function parseStatedAmount(text: string, currency: Currency, style: NumberStyle): MinorUnits {
  const { negative, digits } = unsigned(text);
  const plain = plainDecimal(digits, style, text);
  const decimals = plain.length - (plain.indexOf(".") + 1 || plain.length);
  if (decimals > currencyExponent(currency)) {
    throw new RangeError(`${shown(text)} has more decimals than ${currency} carries (${currencyExponent(currency)})`);
  }
  const amount = withinBounds(parseMinorUnits(plain, currency), text);
  return negative && amount !== 0 ? -amount : amount;
}

/** The same number as a plain decimal string such as "-1234.5", for what is no amount of money: a rate, an amount with more decimals. */
export function plainStatedNumber(text: string, style: NumberStyle): string {
  const { negative, digits } = unsigned(text);
  return `${negative ? "-" : ""}${plainDecimal(digits, style, text)}`;
}

/** Reads an amount in minor units without any punctuation: "4530" is 4530. Throws RangeError. */
export function parseMinorUnitsText(text: string): MinorUnits {
  const amount = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${shown(text)} is not a whole number of minor units`);
  return amount === 0 ? 0 : withinBounds(amount, text);
}

function withinBounds(amount: MinorUnits, text: string): MinorUnits {
  if (Math.abs(amount) > minorUnitsMax) throw new RangeError(`${shown(text)} is more than any row states`);
  return amount;
}

function unsigned(text: string): { negative: boolean; digits: string } {
  if (text.length > amountCharactersMax) throw new RangeError(`${shown(text)} is too long for an amount`);
  const trimmed = text.trim().replace(/\u2212/g, "-");
  const match = /^(?:([-+])\s*(\d.*)|\((\d.*)\)|(\d.*\d|\d)\s*(-)|(\d.*))$/.exec(trimmed);
  if (match === null) throw notAnAmount(text);
  const [, sign, signed, inParentheses, beforeMinus, minus, bare] = match;
  return {
    negative: sign === "-" || inParentheses !== undefined || minus === "-",
    digits: signed ?? inParentheses ?? beforeMinus ?? bare ?? "",
  };
}

function plainDecimal(digits: string, { decimal, group }: NumberStyle, text: string): string {
  const spaced = group === " " ? digits.replace(/[\u00a0\u202f\u2009]/g, " ") : digits;
  const [whole = "", fraction, ...more] = spaced.split(decimal);
  if (more.length > 0 || (fraction !== undefined && !/^\d{1,10}$/.test(fraction))) throw notAnAmount(text);
  const groups = group === "" ? [whole] : whole.split(group);
  const [first = "", ...others] = groups;
  if (!/^\d{1,15}$/.test(first) || (others.length > 0 && first.length > 3) || !others.every((each) => /^\d{3}$/.test(each))) {
    throw notAnAmount(text);
  }
  return `${groups.join("")}${fraction === undefined ? "" : `.${fraction}`}`;
}

function notAnAmount(text: string): RangeError {
  return new RangeError(`${shown(text)} is not an amount as this file writes them`);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
