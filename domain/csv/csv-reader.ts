import { fieldsOf, lineEnds, NotCsv } from "./csv-fields.ts";

/** Above that a record is none: an unclosed quotation mark swallows the rest of a file. */
const recordCharactersMax = 65_536;

/**
 * Reads delimited text (RFC 4180) as it comes: records go out synchronously with the line that each begins on. Lines end with LF, CRLF or
 * CR; a quoted field may hold any of them, the delimiter, and quotes written twice. Empty lines are skipped. Throws NotCsv for a quote
 * inside an unquoted field, text behind a closing quote, a record above the bounds, and an end within quotes.
 */
export class CsvReader {
  readonly #delimiter: string;
  readonly #onRecord: (fields: string[], line: number) => void;
  #rest = "";
  /** From where in #rest to look for the end of the record, and whether that place is inside quotes. */
  #scanned = 0;
  #quoted = false;
  #line = 1;

  /** `delimiter` is one character. */
  constructor(delimiter: string, onRecord: (fields: string[], line: number) => void) {
    if (delimiter.length !== 1) throw new RangeError(`a delimiter is one character, not ${JSON.stringify(delimiter)}`);
    this.#delimiter = delimiter;
    this.#onRecord = onRecord;
  }

  push(text: string): void {
    this.#take(this.#rest + text, false);
  }

  /** After the last character: a record without a line end is one too. */
  end(): void {
    this.#take(this.#rest, true);
    if (this.#quoted) throw new NotCsv("truncated", this.#line, "the file ends within a quoted field");
    if (this.#rest.length > 0) this.#record(this.#rest);
    this.#rest = "";
  }

  #take(text: string, last: boolean): void {
    let start = 0;
    let at = this.#scanned;
    let quoted = this.#quoted;
    // A CR at the very end may be half of a CRLF.
    const end = !last && text.endsWith("\r") ? text.length - 1 : text.length;
    while (at < end) {
      const code = text.charCodeAt(at);
      if (code === 34) quoted = !quoted;
      else if (!quoted && (code === 10 || code === 13)) {
        this.#record(text.slice(start, at));
        if (code === 13 && text.charCodeAt(at + 1) === 10) at++;
        this.#line++;
        start = at + 1;
      }
      at++;
    }
    this.#rest = text.slice(start);
    this.#scanned = end - start;
    this.#quoted = quoted;
    if (this.#rest.length > recordCharactersMax) {
      throw new NotCsv(
        "too-large",
        this.#line,
        `a record has more than ${recordCharactersMax} characters${quoted ? ", within quotes" : ""}`,
      );
    }
  }

  #record(text: string): void {
    if (text.length > recordCharactersMax) {
      throw new NotCsv("too-large", this.#line, `the record has more than ${recordCharactersMax} characters`);
    }
    const line = this.#line;
    if (text === "") return;
    const fields = fieldsOf(text, this.#delimiter, line);
    if (text.includes('"')) this.#line = line + lineEnds(text);
    this.#onRecord(fields, line);
  }
}
