import { CellProblem, type Cells, parseMinorUnitsText, parseStatedAmount, type StatedNumbers } from "#domain/csv";
import type { Currency, MinorUnits } from "#domain/money";
import { statedCurrency } from "./stated-currency.ts";

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

function amountOf(text: string, currency: Currency, numbers: StatedNumbers): MinorUnits {
  return numbers === "minor-units"
    ? parseMinorUnitsText(text)
    : parseStatedAmount(text, currency, { decimal: numbers.decimal, group: numbers.group ?? "" });
}
