import { contentHash } from "#domain/canonical";
import {
  CellProblem,
  Cells,
  type ColumnPlaces,
  columnsOf,
  delimiterOf,
  fieldsOf,
  NotCsv,
  NotText,
  RecordSplitter,
  type TableColumns,
  type TableRecord,
  type TextEncodingRule,
} from "#domain/csv";
import type { Problem } from "#domain/exceptions";
import { UnreadablePosFile } from "#domain/store-day";
import { strayTicket } from "./held-ticket.ts";
import { SeenMarks } from "./seen-marks.ts";
import type { SettledTicket, TicketPlace } from "./settled-ticket.ts";
import { TicketProblem } from "./ticket-problem.ts";

/** A table whose rows are the lines of tickets. */
export interface TicketTableFormat<Key extends string> extends TableColumns<Key> {
  /** For messages: "a Square item export". */
  readonly what: string;
  readonly delimiters: readonly string[];
  readonly encoding: TextEncodingRule;
  /** True where nothing in a ticket ties to its rows, so that rows which are missing at the end of the file show nowhere else. */
  readonly untied?: boolean;
  /** Rows that say the same here, one behind the other, are one ticket. Throws CellProblem. */
  ticketOf(cells: Cells<Key>): string;
  /** What the rows of one ticket come to. */
  settle(rows: readonly Cells<Key>[], place: TicketPlace): SettledTicket;
}

export interface TicketTableSettings {
  readonly fileHash?: string;
  /** True for a chunk of a table: rows without their header, which `preamble` tells. */
  readonly fragment?: boolean;
  readonly preamble?: string;
  readonly firstOrdinal?: number;
  /** What another reader stated (TicketTable.standing) behind the ticket that the next bytes follow. */
  readonly standing?: string;
}

/** A table behind one of its tickets, for a reader that goes on there. */
interface TableStanding {
  readonly preamble: string;
  readonly ordinal: number;
  readonly line: number;
  readonly lastEnd: number;
  readonly scattered: boolean;
  readonly seen: string;
}

export type FoundTicket = SettledTicket & TicketPlace & { readonly adjacent: boolean };

export interface TicketTableSink {
  transaction(found: FoundTicket): void;
  preamble?(text: string): void;
  problem?(problem: Problem): void;
}

const ticketRowsMax = 5_000;
const ticketBytesMax = 1_048_576;
/** Tickets whose rows may be looked for again: as many as a file can have. */
const ticketsMax = 2_000_000;

interface OpenTicket<Key extends string> {
  name: string | undefined;
  readonly rows: Cells<Key>[];
  readonly byteStart: number;
  byteEnd: number;
  lastLine: number;
  nextLine: number;
  /** Of a row that cannot be read: nobody knows whose it is, so it takes the tickets on both sides with it. */
  broken: string | undefined;
  /** Just behind such a row the next one joins, whichever ticket it names. */
  joins: boolean;
}

/**
 * Reads a table of tickets with a header line, columns by name and in any order; a header that comes again, with the same columns or others,
 * holds from there on. Each ticket goes out with the bytes of its rows. Throws UnreadablePosFile for what is no such table, and for one
 * that was cut off: the ticket that was open then is not delivered.
 */
export class TicketTable<Key extends string> {
  readonly #format: TicketTableFormat<Key>;
  readonly #settings: TicketTableSettings;
  readonly #sink: TicketTableSink;
  readonly #records: RecordSplitter;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });
  readonly #seen: SeenMarks;
  #delimiter = ",";
  #columns: ColumnPlaces<Key> | undefined;
  #header: readonly string[] = [];
  #headerMark = "";
  #ordinal: number;
  #open: OpenTicket<Key> | undefined;
  #lastEnd = -1;
  /** Behind the last ticket that was delivered. */
  #nextLine = 1;
  #lastByte = 0x0a;
  #short: { readonly line: number; readonly byteStart: number } | undefined;
  #scattered = false;
  #failed = false;

  constructor(format: TicketTableFormat<Key>, settings: TicketTableSettings, sink: TicketTableSink) {
    this.#format = format;
    this.#settings = settings;
    this.#sink = sink;
    const from = settings.standing === undefined ? undefined : (JSON.parse(settings.standing) as TableStanding);
    this.#ordinal = from?.ordinal ?? settings.firstOrdinal ?? 0;
    this.#records = new RecordSplitter(
      (bytes, line) => this.#decode(bytes, line),
      (record) => this.#record(record),
      from?.line,
    );
    this.#seen = new SeenMarks(from?.seen);
    this.#scattered = from?.scattered ?? false;
    this.#lastEnd = from?.lastEnd ?? -1;
    if (from !== undefined) this.#useHeader(readPreamble(from.preamble));
    else if (settings.fragment === true) this.#useHeader(readPreamble(settings.preamble));
  }

  standing(): string {
    const standing: TableStanding = {
      preamble: this.#preamble(),
      ordinal: this.#ordinal,
      line: this.#nextLine,
      lastEnd: this.#lastEnd,
      scattered: this.#scattered,
      seen: this.#seen.text(),
    };
    return JSON.stringify(standing);
  }

  push(bytes: Uint8Array, byteOffset: number): void {
    if (this.#failed)
      throw new UnreadablePosFile("malformed", byteOffset, this.#records.line, "the reader has already failed; open a new one");
    if (bytes.length === 0) return;
    this.#lastByte = bytes[bytes.length - 1] ?? 0x0a;
    this.#guard(() => this.#records.push(bytes, byteOffset));
  }

  end(): void {
    if (this.#failed) return;
    this.#guard(() => {
      this.#records.end();
      if (this.#settings.fragment !== true) this.#refuseCut();
      this.#close();
    });
  }

  #decode(bytes: Uint8Array, line: number): string {
    try {
      return this.#utf8.decode(bytes);
    } catch (cause) {
      if (this.#format.encoding === "utf-8-or-windows-1252") return new TextDecoder("windows-1252").decode(bytes);
      throw new NotText(`line ${line}`, { cause });
    }
  }

  #record(record: TableRecord): void {
    if (record.text.trim() === "") return;
    if (this.#columns === undefined) {
      this.#delimiter = delimiterOf(record.text, this.#format.delimiters);
      this.#takeHeader(fieldsOf(record.text, this.#delimiter, record.line), record);
      return;
    }
    const fields = fieldsOf(record.text, this.#delimiter, record.line);
    // Most rows cannot be a header: only one with its longest name in it is looked at.
    if (record.text.includes(this.#headerMark) && columnsOf(this.#format, fields).missing.length === 0) {
      this.#close();
      this.#takeHeader(fields, record);
      return;
    }
    this.#row(fields, record);
  }

  #takeHeader(fields: readonly string[], { line, byteStart }: TableRecord): void {
    const { found, missing, twice } = columnsOf(this.#format, fields);
    if (missing.length > 0) {
      const what = `this is not ${this.#format.what}, or one with other columns: it has no ${missing.slice(0, 10).join(", ")}. Export it with these columns, or describe the table in posTables of the policies (docs/pos.md).`;
      throw new UnreadablePosFile("columns", byteStart, line, what, undefined, 1);
    }
    if (twice.length > 0) {
      const what = `the column ${twice.slice(0, 10).join(", ")} is there twice. Export the file with each column once.`;
      throw new UnreadablePosFile("columns", byteStart, line, what, undefined, 1);
    }
    this.#columns = found;
    this.#header = fields;
    this.#headerMark = longestOf(found);
    this.#sink.preamble?.(this.#preamble());
  }

  #preamble(): string {
    return JSON.stringify({ delimiter: this.#delimiter, header: this.#header });
  }

  #useHeader({ delimiter, header }: { readonly delimiter: string; readonly header: readonly string[] }): void {
    this.#delimiter = delimiter;
    this.#header = header;
    this.#columns = columnsOf(this.#format, header).found;
    this.#headerMark = longestOf(this.#columns);
  }

  #row(fields: readonly string[], record: TableRecord): void {
    const columns = this.#columns as ColumnPlaces<Key>;
    const width = this.#header.length;
    this.#short = fields.length < width ? { line: record.line, byteStart: record.byteStart } : undefined;
    const excess = fields.length > width && fields.slice(width).some((field) => field.trim() !== "");
    const cells = new Cells(columns, fields, record.line);
    let name: string | undefined;
    let broken: string | undefined;
    if (fields.length < width || excess) broken = `has ${fields.length} cells and the header ${width}`;
    else {
      try {
        name = this.#format.ticketOf(cells);
      } catch (error) {
        if (!(error instanceof CellProblem)) throw error;
        broken = `${error.column === undefined ? "" : `in column ${JSON.stringify(error.column)}: `}${error.message}`;
      }
    }
    const open = this.#open;
    const same = open !== undefined && (broken !== undefined || open.joins || open.name === name);
    if (open !== undefined && same) {
      if (open.rows.length < ticketRowsMax) open.rows.push(cells);
      else open.broken ??= `it has more than ${ticketRowsMax} rows`;
      open.byteEnd = record.byteEnd;
      open.lastLine = record.line;
      open.nextLine = record.nextLine;
      if (broken !== undefined) open.broken ??= `its row ${open.rows.length} ${broken}`;
      open.joins = broken !== undefined;
      if (open.byteEnd - open.byteStart > ticketBytesMax) open.broken ??= `it has more than ${ticketBytesMax} bytes`;
      if (broken === undefined && name !== open.name) {
        this.#note(name, record.line);
        // Its other rows follow.
        open.name = name;
      }
      return;
    }
    this.#close();
    this.#open = {
      name,
      rows: [cells],
      byteStart: record.byteStart,
      byteEnd: record.byteEnd,
      lastLine: record.line,
      nextLine: record.nextLine,
      broken: broken === undefined ? undefined : `its row 1 ${broken}`,
      joins: broken !== undefined,
    };
    this.#note(name, record.line);
  }

  /** A ticket whose rows do not stand together would be taken in as two, of which one looks like the other sent again. */
  #note(name: string | undefined, line: number): void {
    if (name === undefined || this.#settings.fragment === true || this.#scattered) return;
    const mark = Number.parseInt(contentHash(name).slice(0, 13), 16);
    if (this.#seen.size >= ticketsMax)
      throw this.#unreadable("too-large", `the table has more than ${ticketsMax} tickets; have it split by day.`);
    if (this.#seen.add(mark)) return;
    this.#scattered = true;
    this.#sink.problem?.({
      class: "source.control-total",
      code: "scattered",
      cause: `scattered:${line}`,
      message: `Line ${line} of the table is of a ticket whose other rows stand further above. No ticket of the file is taken in; have the table sorted so that the rows of a ticket stand together, and send it again.`,
    });
  }

  #close(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const place = { byteStart: open.byteStart, byteEnd: open.byteEnd, ordinal: this.#ordinal++ };
    const adjacent = this.#lastEnd === open.byteStart;
    this.#lastEnd = open.byteEnd;
    this.#nextLine = open.nextLine;
    const settled =
      open.broken === undefined ? this.#format.settle(open.rows, place) : strayTicket(this.#settings.fileHash, place, brokenRows(open));
    this.#sink.transaction({ ...settled, ...place, adjacent });
  }

  #refuseCut(): void {
    if (this.#columns === undefined) throw this.#unreadable("columns", "the file is empty. Have it exported again.");
    if (this.#lastByte === 0x0a || this.#lastByte === 0x0d) return;
    const last = this.#header.length - 1;
    const read = [...this.#columns.values()].find(({ index }) => index === last);
    if (this.#short !== undefined || read !== undefined || this.#open === undefined || this.#format.untied === true) {
      const { line = this.#open?.lastLine ?? 1, byteStart = this.#open?.byteEnd ?? 0 } = this.#short ?? {};
      this.#open = undefined;
      this.#failed = true;
      const what =
        this.#short !== undefined
          ? "the file ends within this row: it was cut off. Transfer or export it again."
          : `the file ends without a line end, so ${read?.header ?? "something"} of its last row may be cut off. Transfer it again, or add the line end if you know it to be whole.`;
      throw new UnreadablePosFile("truncated", byteStart, line, what, undefined, 1);
    }
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#failed = true;
      if (error instanceof NotCsv) {
        const code = error.code === "quote" ? "malformed" : error.code;
        throw new UnreadablePosFile(
          code,
          this.#records.byteOffset,
          error.line,
          `${error.message}. Transfer or export the file again.`,
          error,
          error.column ?? 1,
        );
      }
      if (error instanceof NotText)
        throw this.#unreadable("encoding", "the bytes of this line are no text in UTF-8. Have the file exported as UTF-8.", error);
      throw error;
    }
  }

  #unreadable(code: UnreadablePosFile["code"], message: string, cause?: unknown): UnreadablePosFile {
    return new UnreadablePosFile(code, this.#records.byteOffset, this.#records.line, message, cause, 1);
  }
}

function longestOf(columns: ColumnPlaces<string>): string {
  return [...columns.values()].reduce((longest, { header }) => (header.length > longest.length ? header : longest), "");
}

/** Does a beginning of a file have the columns of the format? */
export function recognisesTable<Key extends string>(
  format: Pick<TicketTableFormat<Key>, "columns" | "oneOf" | "delimiters">,
  head: Uint8Array,
): boolean {
  const line = /^\s*([^\r\n]*)/.exec(new TextDecoder().decode(head))?.[1] ?? "";
  try {
    return (
      line !== "" && columnsOf(format as TableColumns<Key>, fieldsOf(line, delimiterOf(line, format.delimiters), 1)).missing.length === 0
    );
  } catch (error) {
    if (error instanceof NotCsv) return false;
    throw error;
  }
}

/** Of lines nothing is said: a chunk of the table does not know how many stand above it. */
function brokenRows({ broken = "" }: OpenTicket<string>): TicketProblem {
  return new TicketProblem("data.value", "rows", "rows", `cannot be read, nor told apart from the tickets beside it: ${broken}`);
}

function readPreamble(text: string | undefined): { readonly delimiter: string; readonly header: readonly string[] } {
  if (text === undefined) throw new RangeError("a chunk of a table needs the header that it was checked with");
  return JSON.parse(text) as { delimiter: string; header: string[] };
}
