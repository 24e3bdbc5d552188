import { CsvReader, NotCsv, NotText, StreamingText, type TextEncodingRule } from "#domain/csv";
import type { ExceptionClass } from "#domain/exceptions";
import type { Currency, MinorUnits } from "#domain/money";
import { type FilePlace, UnreadableSettlementFile } from "./file-problem.ts";
import { type NumberStyle, parseStatedAmount } from "./stated-amount.ts";

export interface ColumnRule {
  /** The header under which it stands, in the spellings that are known, the preferred one first. Letter case and spaces do not count. */
  readonly names: readonly string[];
  readonly optional?: true;
  /** A value of it that was cut off is no value: a currency code. */
  readonly cutShows?: true;
}

export interface TableFormat<Key extends string> {
  /** For messages: "an Adyen Settlement Details Report". */
  readonly what: string;
  readonly columns: Readonly<Record<Key, ColumnRule>>;
  /** Of each of these groups the file must have one column at least. */
  readonly oneOf?: readonly (readonly Key[])[];
  /** The one that the header has most of is taken. */
  readonly delimiters: readonly string[];
  readonly encoding: TextEncodingRule;
}

export interface TableHandlers<Key extends string> {
  row(cells: Cells<Key>): void;
  /** A row that cannot be read. */
  problem(problemClass: ExceptionClass, code: string, message: string, place: FilePlace): void;
}

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

const headerCharactersMax = 65_536;
/** Above what a file may have of rows, so that what is kept of them is bounded whatever the reader does with them. */
const recordsMax = 1_100_000;

/** Cells of one row, by the name of their column. */
export class Cells<Key extends string> {
  readonly #columns: ReadonlyMap<Key, { readonly index: number; readonly header: string }>;
  readonly #fields: readonly string[];
  readonly line: number;

  constructor(columns: ReadonlyMap<Key, { readonly index: number; readonly header: string }>, fields: readonly string[], line: number) {
    this.#columns = columns;
    this.#fields = fields;
    this.line = line;
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

/**
 * Reads a table with a header line, columns by name and in any order. A row with fewer cells than the header, at the end of the file, is
 * a file that was cut off. Throws UnreadableSettlementFile for what is no such table.
 */
export class TableReader<Key extends string> {
  readonly #format: TableFormat<Key>;
  readonly #handlers: TableHandlers<Key>;
  readonly #text: StreamingText;
  #head = "";
  #csv: CsvReader | undefined;
  #columns: ReadonlyMap<Key, { readonly index: number; readonly header: string }> | undefined;
  #width = 0;
  #line = 1;
  #records = 0;
  #lastCharacter = "";
  #rowsFollow = false;
  #short: { readonly cells: number; readonly line: number } | undefined;

  constructor(format: TableFormat<Key>, handlers: TableHandlers<Key>) {
    this.#format = format;
    this.#handlers = handlers;
    this.#text = new StreamingText(format.encoding);
  }

  push(bytes: Uint8Array): void {
    this.#guard(() => this.#read(this.#text.push(bytes)));
  }

  end(): void {
    this.#guard(() => {
      this.#read(this.#text.end());
      if (this.#csv === undefined) this.#begin();
      this.#csv?.end();
    });
    if (this.#columns === undefined) throw new UnreadableSettlementFile("empty", 1, "the file is empty; have it exported again");
    const { line } = this.#short ?? {};
    if (line !== undefined) {
      throw new UnreadableSettlementFile("truncated", line, "the file ends within this row: it was cut off; transfer or export it again");
    }
    this.#refuseCutCell(this.#columns);
  }

  /** Without a line end behind the last row nobody can tell whether its last cell is whole. */
  #refuseCutCell(columns: ReadonlyMap<Key, { readonly index: number; readonly header: string }>): void {
    if (this.#lastCharacter === "\n" || this.#lastCharacter === "\r") return;
    if (!this.#rowsFollow) {
      throw new UnreadableSettlementFile(
        "truncated",
        this.#line,
        "the file ends within its header: it was cut off; transfer or export it again",
      );
    }
    for (const [key, { index, header }] of columns) {
      if (index !== this.#width - 1 || this.#format.columns[key].cutShows === true) continue;
      throw new UnreadableSettlementFile(
        "truncated",
        this.#line,
        `the file ends without a line end, so ${header} of its last row may be cut off; transfer it again, or add the line end if you know it to be whole`,
      );
    }
  }

  #read(text: string): void {
    if (text !== "") this.#lastCharacter = text.slice(-1);
    if (this.#csv !== undefined) {
      this.#csv.push(text);
      return;
    }
    this.#head += text;
    if (/[\r\n]./s.test(this.#head.trimStart())) this.#begin();
    else if (this.#head.length > headerCharactersMax) {
      throw new UnreadableSettlementFile(
        "columns",
        1,
        `the first line has more than ${headerCharactersMax} characters: this is not ${this.#format.what}`,
      );
    }
  }

  #begin(): void {
    const head = this.#head;
    this.#head = "";
    this.#csv = new CsvReader(delimiterOf(head, this.#format.delimiters), (fields, line) => this.#record(fields, line));
    this.#csv.push(head);
  }

  #record(fields: string[], line: number): void {
    this.#line = line;
    if (this.#columns === undefined) {
      this.#columns = this.#header(fields, line);
      this.#width = fields.length;
      return;
    }
    this.#rowsFollow = true;
    if (++this.#records > recordsMax) {
      throw new UnreadableSettlementFile("too-large", line, `the file has more than ${recordsMax} rows: have it split by date`);
    }
    if (this.#short !== undefined) {
      const { cells, line: shortLine } = this.#short;
      this.#short = undefined;
      this.#handlers.problem(
        "data.value",
        "cells",
        `the row has ${cells} cells and the header ${this.#width}; have the file exported again`,
        { line: shortLine },
      );
    }
    if (fields.length < this.#width) {
      this.#short = { cells: fields.length, line };
      return;
    }
    if (fields.length > this.#width && fields.slice(this.#width).some((field) => field.trim() !== "")) {
      this.#handlers.problem(
        "data.value",
        "cells",
        `the row has ${fields.length} cells and the header ${this.#width}: a delimiter inside a cell without quotes? Have the file exported again`,
        { line },
      );
      return;
    }
    try {
      this.#handlers.row(new Cells(this.#columns, fields, line));
    } catch (error) {
      if (!(error instanceof CellProblem)) throw error;
      this.#handlers.problem(error.problemClass, error.code, error.message, {
        line,
        ...(error.column === undefined ? {} : { column: error.column }),
      });
    }
  }

  #header(fields: readonly string[], line: number): ReadonlyMap<Key, { readonly index: number; readonly header: string }> {
    const { found, missing, twice } = columnsOf(this.#format, fields);
    if (missing.length > 0) {
      throw new UnreadableSettlementFile(
        "columns",
        line,
        `this is not ${this.#format.what}, or one with other columns: it has no ${missing.slice(0, 10).join(", ")}. Export it with these columns, or describe the file as a CSV mapping (docs/settlements.md)`,
      );
    }
    if (twice.length > 0) {
      throw new UnreadableSettlementFile(
        "columns",
        line,
        `the column ${twice.slice(0, 10).join(", ")} is there twice; export the file with each column once`,
      );
    }
    return found;
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof NotText) {
        throw new UnreadableSettlementFile(
          "encoding",
          this.#line,
          "the bytes of this line, or the next ones, are no text in UTF-8; export the file as UTF-8",
          error,
        );
      }
      if (error instanceof NotCsv) {
        const code = error.code === "quote" ? "malformed" : error.code;
        throw new UnreadableSettlementFile(code, error.line, `${error.message}; transfer or export the file again`, error);
      }
      throw error;
    }
  }
}

/** Does a beginning of a file have the columns that the format needs? */
export function hasColumns<Key extends string>(format: TableFormat<Key>, head: Uint8Array): boolean {
  try {
    const text = new StreamingText(format.encoding).push(head);
    const line = /^\s*([^\r\n]*)/.exec(text)?.[1] ?? "";
    let fields: readonly string[] = [];
    const csv = new CsvReader(delimiterOf(line, format.delimiters), (record) => (fields = record));
    csv.push(line);
    csv.end();
    return columnsOf(format, fields).missing.length === 0;
  } catch (error) {
    if (error instanceof NotText || error instanceof NotCsv) return false;
    throw error;
  }
}

function columnsOf<Key extends string>(format: TableFormat<Key>, fields: readonly string[]) {
  const indexes = new Map<string, number[]>();
  fields.forEach((field, index) => {
    const key = headerKey(field);
    indexes.set(key, [...(indexes.get(key) ?? []), index]);
  });
  const found = new Map<Key, { index: number; header: string }>();
  const missing: string[] = [];
  const twice: string[] = [];
  for (const [key, rule] of Object.entries<ColumnRule>(format.columns) as [Key, ColumnRule][]) {
    // Of several spellings the first one counts: a report may state a time both in UTC and in its own zone.
    const places = rule.names.map((name) => indexes.get(headerKey(name)) ?? []).find((each) => each.length > 0) ?? [];
    const [index] = places;
    if (index === undefined) {
      if (rule.optional !== true) missing.push(JSON.stringify(rule.names[0]));
      continue;
    }
    if (places.length > 1) twice.push(JSON.stringify(fields[index]?.trim().slice(0, 60)));
    found.set(key, { index, header: fields[index]!.trim().slice(0, 60) });
  }
  for (const keys of format.oneOf ?? []) {
    if (!keys.some((key) => found.has(key))) missing.push(keys.map((key) => JSON.stringify(format.columns[key].names[0])).join(" or "));
  }
  return { found, missing, twice };
}

function headerKey(header: string): string {
  return header.trim().replace(/\s+/g, " ").toLowerCase();
}

function delimiterOf(head: string, delimiters: readonly string[]): string {
  const line = /^\s*([^\r\n]*)/.exec(head)?.[1] ?? "";
  const [best = ","] = [...delimiters].sort((a, b) => line.split(b).length - line.split(a).length);
  return best;
}
