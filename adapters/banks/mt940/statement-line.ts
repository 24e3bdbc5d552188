import { daysBetween, isDay } from "#domain/calendar";
import { type Currency, isCurrency, type MinorUnits } from "#domain/money";
import { parseStatedAmount } from "#domain/settlement";

/** A statement line (:61:), as SWIFT defines it: value date, entry date, mark, amount, type, references. */
export interface StatementLine {
  readonly valueOn: string;
  readonly bookedOn: string;
  readonly reversal: boolean;
  readonly amount: MinorUnits;
  /** "NTRF": N, S or F and three letters. */
  readonly code: string;
  readonly customerReference: string | undefined;
  readonly bankReference: string | undefined;
  readonly supplement: string | undefined;
}

/** A balance (:60F:, :60M:, :62F:, :62M:). */
export interface Balance {
  readonly amount: MinorUnits;
  readonly on: string;
  readonly currency: Currency;
}

const swiftNumbers = { decimal: ",", group: "" } as const;
const linePattern = /^(\d{6})(\d{4})?(R?[CD]|E[CD])([A-Z])?(\d[\d,]{0,14})([NSF][A-Z0-9]{3})([^\n]*)(?:\n([^\n]*))?$/;

/** Throws RangeError. */
export function readStatementLine(text: string, currency: Currency): StatementLine {
  const match = linePattern.exec(text);
  if (match === null) throw new RangeError(`:61: ${JSON.stringify(text.slice(0, 40))} is no statement line`);
  const [, valueDate = "", entryDate, mark = "", , amountText = "", code = "", references = "", supplement = ""] = match;
  const valueOn = dayOf(valueDate);
  const amount = swiftAmount(amountText, currency);
  // A reversal of a credit takes money away: RC is a debit. EC and ED are expected credits and debits, booked as such.
  const isDebit = mark === "D" || mark === "RC" || mark === "ED";
  const [customer = "", bank = ""] = references.split("//");
  return {
    valueOn,
    bookedOn: entryDate === undefined ? valueOn : entryDay(entryDate, valueOn),
    reversal: mark.startsWith("R"),
    amount: isDebit && amount !== 0 ? -amount : amount,
    code,
    customerReference: reference(customer),
    bankReference: reference(bank),
    supplement: supplement.trim() === "" ? undefined : supplement.trim(),
  };
}

/** Throws RangeError. */
export function readBalance(text: string): Balance {
  const [, mark, date = "", currency = "", amountText = ""] = /^([CD])(\d{6})([A-Z]{3})(\d[\d,]{0,14})$/.exec(text.trim()) ?? [];
  if (mark === undefined) throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is no balance`);
  if (!isCurrency(currency)) throw new RangeError(`${currency} is no ISO 4217 currency`);
  const amount = swiftAmount(amountText, currency);
  return { amount: mark === "D" && amount !== 0 ? -amount : amount, on: dayOf(date), currency };
}

/** The comma is always there, also without decimals behind it: "1234,". */
function swiftAmount(text: string, currency: Currency): MinorUnits {
  if (!/^\d+,\d*$/.test(text)) throw new RangeError(`${JSON.stringify(text.slice(0, 20))} is no amount with a decimal comma`);
  return parseStatedAmount(text.replace(/,$/, ""), currency, swiftNumbers);
}

/** YYMMDD. */
function dayOf(text: string): string {
  const day = `20${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4, 6)}`;
  if (!isDay(day)) throw new RangeError(`${JSON.stringify(text)} is no day YYMMDD`);
  return day;
}

/** MMDD has no year: it is the day of that name nearest to the value date, which may lie on the other side of New Year. */
function entryDay(text: string, valueOn: string): string {
  const year = Number(valueOn.slice(0, 4));
  const days = [year - 1, year, year + 1].map((each) => `${each}-${text.slice(0, 2)}-${text.slice(2, 4)}`).filter(isDay);
  const [nearest] = days.sort((a, b) => Math.abs(daysBetween(valueOn, a)) - Math.abs(daysBetween(valueOn, b)));
  if (nearest === undefined) throw new RangeError(`${JSON.stringify(text)} is no day MMDD`);
  return nearest;
}

function reference(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === "" || /^(?:NONREF|NOREF|NOTPROVIDED)$/i.test(trimmed) ? undefined : trimmed;
}
