import {
  CellProblem,
  Cells,
  type ColumnPlaces,
  CsvReader,
  columnsOf,
  delimiterOf,
  NotCsv,
  NotText,
  StreamingText,
  type TableColumns,
  type TextEncodingRule,
} from "#domain/csv";
import type { ExceptionClass } from "#domain/exceptions";
import { type FilePlace, UnreadableSettlementFile } from "./file-problem.ts";

export interface TableFormat<Key extends string> extends TableColumns<Key> {
  /** For messages: "an Adyen Settlement Details Report". */
  readonly what: string;
  /** The one that the header has most of is taken. */
  readonly delimiters: readonly string[];
  readonly encoding: TextEncodingRule;
}

export interface TableHandlers<Key extends string> {
  row(cells: Cells<Key>): void;
  /** A row that cannot be read. */
  problem(problemClass: ExceptionClass, code: string, message: string, place: FilePlace): void;
}

const headerCharactersMax = 65_536;
/** Above what a file may have of rows, so that what is kept of them is bounded whatever the reader does with them. */
const recordsMax = 1_100_000;

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
  #columns: ColumnPlaces<Key> | undefined;
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
  #refuseCutCell(columns: ColumnPlaces<Key>): void {
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

  #header(fields: readonly string[], line: number): ColumnPlaces<Key> {
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
