import type { ExceptionClass } from "#domain/exceptions";
import type { Currency, MinorUnits } from "#domain/money";
import { type NumberStyle, parseStatedAmount } from "./stated-number.ts";
import type { ColumnPlaces } from "./table-columns.ts";

/** A cell, or what it takes to read it, is wrong: the row is reported, and the next one is read. */
export class CellProblem extends Error {
  override readonly name = "CellProblem";
  readonly problemClass: ExceptionClass;
  readonly code: string;
  readonly column: string | undefined;

  constructor(problemClass: ExceptionClass, code: string, column: string | undefined, message: string) {
    super(message);
    this.problemClass = problemClass;
    this.code = code;
    this.column = column;
  }
}

/** Cells of one row, by the name of their column. */
export class Cells<Key extends string> {
  readonly #columns: ColumnPlaces<Key>;
  readonly #fields: readonly string[];
  readonly line: number;

  constructor(columns: ColumnPlaces<Key>, fields: readonly string[], line: number) {
    this.#columns = columns;
    this.#fields = fields;
    this.line = line;
  }

  /** Of the whole row, also those of columns that nobody reads. */
  get fields(): readonly string[] {
    return this.#fields;
  }

  /** Whether the file has such a column. */
  has(key: Key): boolean {
    return this.#columns.has(key);
  }

  /** Without spaces around; empty when the file has no such column. */
  text(key: Key): string {
    const column = this.#columns.get(key);
    return column === undefined ? "" : (this.#fields[column.index] ?? "").trim();
  }

  /** A text for a reference: undefined when it is empty. */
  stated(key: Key): string | undefined {
    const text = this.text(key);
    return text === "" ? undefined : text;
  }

  needed(key: Key): string {
    const text = this.text(key);
    if (text === "") throw new CellProblem("data.missing", "cell", this.#header(key), "the cell is empty; have the file exported again");
    return text;
  }

  /** Minor units; an empty cell is a problem, not zero. */
  amount(key: Key, currency: Currency, style: NumberStyle): MinorUnits {
    const text = this.needed(key);
    return this.read(key, () => parseStatedAmount(text, currency, style));
  }

  /** Minor units; undefined for an empty cell, or none. */
  statedAmount(key: Key, currency: Currency, style: NumberStyle): MinorUnits | undefined {
    return this.text(key) === "" ? undefined : this.amount(key, currency, style);
  }

  /** What `parse` answers; the RangeError that it throws becomes a problem of this cell. */
  read<Value>(key: Key, parse: (text: string) => Value): Value {
    try {
      return parse(this.text(key));
    } catch (error) {
      if (error instanceof RangeError)
        throw new CellProblem("data.value", "cell", this.#header(key), `${error.message}; have the file exported again`);
      throw error;
    }
  }

  #header(key: Key): string | undefined {
    return this.#columns.get(key)?.header;
  }
}
