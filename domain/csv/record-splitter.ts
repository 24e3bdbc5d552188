import { NotCsv } from "./csv-fields.ts";

/** One record of a table in a file: its text without the line end, and the bytes that it occupies with it. */
export interface TableRecord {
  readonly text: string;
  readonly byteStart: number;
  /** Behind its line end. */
  readonly byteEnd: number;
  /** On which it begins, from 1. */
  readonly line: number;
  /** On which the next one begins. */
  readonly nextLine: number;
}

const recordBytesMax = 65_536;
const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Cuts the bytes of a table into records (RFC 4180) as they come: quotation marks and line ends are single bytes in UTF-8 and in every
 * encoding that extends ASCII, so records are told apart before anything is decoded, and each knows its place in the file. Empty lines
 * are skipped. Throws NotCsv for a record above the bound and an end within quotes.
 */
export class RecordSplitter {
  readonly #decode: (bytes: Uint8Array, line: number) => string;
  readonly #onRecord: (record: TableRecord) => void;
  #rest: Uint8Array = new Uint8Array(0);
  #restOffset = 0;
  /** From where in #rest to go on, and whether that place is inside quotes. */
  #scanned = 0;
  #quoted = false;
  #line: number;
  /** Line ends inside the quotes of the open record. */
  #inside = 0;

  /** `firstLine` is that of the first byte which will be pushed. */
  constructor(decode: (bytes: Uint8Array, line: number) => string, onRecord: (record: TableRecord) => void, firstLine = 1) {
    this.#decode = decode;
    this.#onRecord = onRecord;
    this.#line = firstLine;
  }

  /** Of the record that is open. */
  get line(): number {
    return this.#line;
  }

  /** Where the open record begins. */
  get byteOffset(): number {
    return this.#restOffset;
  }

  /** `byteOffset` is the place of bytes[0] in the file. Between records it may jump ahead. */
  push(bytes: Uint8Array, byteOffset: number): void {
    if (bytes.length === 0) return;
    if (this.#rest.length > 0 && byteOffset !== this.#restOffset + this.#rest.length) {
      throw new RangeError(`bytes of offset ${byteOffset} pushed where ${this.#restOffset + this.#rest.length} is expected`);
    }
    const offset = byteOffset - this.#rest.length;
    const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    // A CR at the very end may be half of a CRLF.
    const limit = all[all.length - 1] === carriageReturn ? all.length - 1 : all.length;
    let start = 0;
    let quoted = this.#quoted;
    for (let at = this.#scanned; at < limit; at++) {
      const code = all[at];
      if (code === quote) quoted = !quoted;
      else if (code === lineFeed || code === carriageReturn) {
        const last = code === carriageReturn && all[at + 1] === lineFeed ? at + 1 : at;
        if (quoted) this.#inside++;
        else {
          this.#record(all.subarray(start, at), offset + start, offset + last + 1);
          this.#line += this.#inside + 1;
          this.#inside = 0;
          start = last + 1;
        }
        at = last;
      }
      if (at - start >= recordBytesMax) throw this.#tooLarge(quoted);
    }
    this.#quoted = quoted;
    this.#rest = all.slice(start);
    this.#restOffset = offset + start;
    this.#scanned = limit - start;
  }

  /** After the last byte: a record without a line end is one too. */
  end(): void {
    if (this.#quoted) throw new NotCsv("truncated", this.#line, "the file ends within a quoted field");
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    this.#scanned = 0;
    const text = rest[rest.length - 1] === carriageReturn ? rest.subarray(0, -1) : rest;
    this.#record(text, this.#restOffset, this.#restOffset + rest.length);
  }

  #record(bytes: Uint8Array, byteStart: number, byteEnd: number): void {
    if (bytes.length === 0) return;
    this.#restOffset = byteStart;
    if (bytes.length > recordBytesMax) throw this.#tooLarge(false);
    const line = this.#line;
    this.#onRecord({ text: this.#decode(bytes, line), byteStart, byteEnd, line, nextLine: line + this.#inside + 1 });
  }

  #tooLarge(quoted: boolean): NotCsv {
    return new NotCsv("too-large", this.#line, `a record has more than ${recordBytesMax} bytes${quoted ? ", within quotes" : ""}`);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
