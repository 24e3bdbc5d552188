import { type Cells, parseMinorUnitsText, plainStatedNumber } from "#domain/csv";
import { type MinorUnits, parseMinorUnits, parseScaled } from "#domain/money";
import type { PosTableMapping } from "#domain/pos-tables";

const amountMax = 100_000_000_000_000;

/** Minor units of a cell; decimals beyond those of the currency may only be zeros. Throws CellProblem; an empty cell is no zero. */
export function readAmount({ numbers }: PosTableMapping, row: Cells<string>, column: string, currency: string): MinorUnits {
  row.needed(column);
  return row.read(column, (text) => {
    if (numbers === "minor-units") return parseMinorUnitsText(text);
    const amount = parseMinorUnits(plainStatedNumber(text, { decimal: numbers.decimal, group: numbers.group ?? "" }), currency);
    if (Math.abs(amount) > amountMax) throw new RangeError("this is more than any ticket states");
    return amount === 0 ? 0 : amount;
  });
}

/** Undefined for an empty cell, and for a column that the mapping does not have. */
export function readStatedAmount(
  mapping: PosTableMapping,
  row: Cells<string>,
  column: string | undefined,
  currency: string,
): MinorUnits | undefined {
  return column === undefined || row.text(column) === "" ? undefined : readAmount(mapping, row, column, currency);
}

/** In millionths of the unit. */
export function readQuantity({ numbers }: PosTableMapping, row: Cells<string>, column: string): number {
  row.needed(column);
  const style =
    numbers === "minor-units" ? ({ decimal: ".", group: "" } as const) : { decimal: numbers.decimal, group: numbers.group ?? "" };
  return row.read(column, (text) => parseScaled(plainStatedNumber(text, style), 6));
}

/** Per cent as a decimal string such as "6.25". */
export function readPercent({ numbers }: PosTableMapping, row: Cells<string>, column: string): string {
  const style =
    numbers === "minor-units" ? ({ decimal: ".", group: "" } as const) : { decimal: numbers.decimal, group: numbers.group ?? "" };
  return row.read(column, (text) => plainStatedNumber(text.replace(/\s*%$/, ""), style));
}
