import type { Currency, MinorUnits } from "#domain/money";
import type { StatedDates, StatedNumbers } from "./csv-mapping.ts";
import { parseMinorUnitsText, parseStatedAmount } from "./stated-amount.ts";
import { statedCurrency } from "./stated-currency.ts";
import { CellProblem, type Cells } from "./table-reader.ts";

/** The keys of a pair of amount columns, or of one signed column. */
export interface AmountKeys<Key extends string> {
  readonly signed?: Key;
  readonly credit?: Key;
  readonly debit?: Key;
}

/** Minor units, signed; undefined when the cells are empty. Both of a pair filled, or a sign in one of them, is a problem. */
export function mappedAmount<Key extends string>(
  cells: Cells<Key>,
  { signed, credit, debit }: AmountKeys<Key>,
  currency: Currency,
  numbers: StatedNumbers,
): MinorUnits | undefined {
  const read = (key: Key | undefined): MinorUnits | undefined =>
    key === undefined || cells.text(key) === "" ? undefined : cells.read(key, (text) => amountOf(text, currency, numbers));
  if (signed !== undefined) return read(signed);
  const [plus, minus] = [read(credit), read(debit)];
  if (plus === undefined && minus === undefined) return undefined;
  if ((plus ?? 0) < 0 || (minus ?? 0) < 0 || ((plus ?? 0) !== 0 && (minus ?? 0) !== 0)) {
    throw new CellProblem(
      "data.value",
      "debit-credit",
      undefined,
      "debit and credit are both stated, or one of them is negative; have the file exported again",
    );
  }
  return (plus ?? 0) - (minus ?? 0);
}

export function mappedCurrency<Key extends string>(cells: Cells<Key>, key: Key | undefined, constant: string | undefined): Currency {
  return statedCurrency((key === undefined ? (constant ?? "") : cells.needed(key)).toUpperCase());
}

/** "31.12.2026 10:00" as "2026-12-31 10:00". Throws RangeError. */
export function yearFirst(text: string, dates: StatedDates): string {
  if (dates === "year-first") return text.trim();
  if (dates === "compact") {
    const [, year, month, day, rest] = /^(\d{4})(\d{2})(\d{2})(\D.*)?$/s.exec(text.trim()) ?? [];
    if (year === undefined) throw notADate(text, "20261231");
    return `${year}-${month}-${day}${rest ?? ""}`;
  }
  const match = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(\D.*)?$/s.exec(text.trim());
  if (match === null) throw notADate(text, dates === "day-first" ? "31.12.2026" : "12/31/2026");
  const [first = "", second = "", year = "", rest = ""] = match.slice(1);
  const [day, month] = dates === "day-first" ? [first, second] : [second, first];
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}${rest}`;
}

function amountOf(text: string, currency: Currency, numbers: StatedNumbers): MinorUnits {
  return numbers === "minor-units"
    ? parseMinorUnitsText(text)
    : parseStatedAmount(text, currency, { decimal: numbers.decimal, group: numbers.group ?? "" });
}

function notADate(text: string, example: string): RangeError {
  return new RangeError(`${JSON.stringify(text.slice(0, 40))} is not a date such as ${example}`);
}
