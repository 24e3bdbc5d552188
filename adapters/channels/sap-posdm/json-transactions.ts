import { UnreadablePosFile } from "#domain/store-day";

/** A JSON object of the file's list of transactions, and where it lies. `text` is undefined above the bound. */
export interface JsonTransaction {
  readonly text: string | undefined;
  readonly byteStart: number;
  readonly byteEnd: number;
  readonly line: number;
  /** Between it and the one before are only commas and white space. */
  readonly adjacent: boolean;
}

/** A list behind one of its objects, for a reader that goes on there. */
export interface JsonListStanding {
  readonly lists: readonly ("array" | "envelope")[];
  readonly line: number;
  /** The byte at which that line begins. */
  readonly lineStart: number;
}

const transactionBytesMax = 1_048_576;
const depthMax = 64;

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const lineFeed = 0x0a;

/**
 * Cuts JSON into the objects of its list as bytes come, whatever the list is: an array, one object, an object on each line, or an array
 * below IT_TRANSACTION, the name of the table in SAP's own interface. Only brackets and strings are followed, so that memory holds one
 * object. Throws UnreadablePosFile for text that is no such list; each object's own grammar is its reader's.
 */
export class JsonTransactions {
  readonly #fragment: boolean;
  readonly #onTransaction: (found: JsonTransaction) => void;
  /** What is open above the objects. */
  readonly #lists: ("array" | "envelope")[];
  #begun = false;
  #closed = false;
  /** At its root a file may have several objects, one behind the other; in an array a comma stands between. */
  #afterObject = false;
  #adjacent = false;
  #offset = -1;
  #line = 1;
  #lineStart = 0;
  #pieces: Uint8Array[] = [];
  #size = 0;
  #start = 0;
  #startLine = 1;
  #depth = 0;
  #inString = false;
  #escaped = false;

  readonly #goesOn: boolean;

  constructor(fragment: boolean, onTransaction: (found: JsonTransaction) => void, from?: JsonListStanding) {
    this.#fragment = fragment;
    this.#onTransaction = onTransaction;
    this.#lists = fragment ? ["array"] : [...(from?.lists ?? [])];
    this.#goesOn = from !== undefined;
    if (from === undefined) return;
    this.#begun = true;
    this.#afterObject = true;
    this.#adjacent = true;
    this.#line = from.line;
    this.#lineStart = from.lineStart;
  }

  /** Asked while an object is being delivered. */
  standing(): JsonListStanding {
    return { lists: [...this.#lists], line: this.#line, lineStart: this.#lineStart };
  }

  push(bytes: Uint8Array, byteOffset: number): void {
    if (bytes.length === 0) return;
    let from = 0;
    if (this.#offset === -1 && !this.#goesOn) {
      this.#lineStart = byteOffset;
      if (bytes[0] === 0xff || bytes[0] === 0xfe || bytes[1] === 0)
        throw this.#unreadable("encoding", byteOffset, "the file is UTF-16. Have it exported as UTF-8.");
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) from = 3;
    } else if (this.#offset !== -1 && byteOffset !== this.#offset && this.#depth > 0) {
      throw new RangeError(`bytes of offset ${byteOffset} pushed where ${this.#offset} is expected`);
    }
    this.#offset = byteOffset + bytes.length;
    let kept = from;
    for (let at = from; at < bytes.length; at++) {
      const code = bytes[at] as number;
      if (code === lineFeed) {
        this.#line++;
        this.#lineStart = byteOffset + at + 1;
      }
      if (this.#depth === 0) {
        this.#between(code, byteOffset + at);
        kept = at;
        continue;
      }
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === backslash) this.#escaped = true;
        else if (code === quote) this.#inString = false;
        continue;
      }
      if (code === quote) this.#inString = true;
      else if (code === openBrace || code === openBracket) {
        if (code === openBracket && this.#depth === 1 && this.#opensEnvelope(bytes.subarray(kept, at + 1))) {
          kept = at + 1;
          continue;
        }
        if (++this.#depth > depthMax)
          throw this.#unreadable("too-deep", byteOffset + at, `objects are nested more than ${depthMax} deep. Is this a file of a till?`);
      } else if ((code === closeBrace || code === closeBracket) && --this.#depth === 0) {
        if (code === closeBracket)
          throw this.#unreadable(
            "malformed",
            byteOffset + at,
            "a bracket closes what a brace opened. Ask the store system for the file again.",
          );
        this.#keep(bytes.subarray(kept, at + 1));
        this.#deliver(byteOffset + at + 1);
        kept = at + 1;
      }
    }
    if (this.#depth > 0) this.#keep(bytes.subarray(kept));
  }

  end(): void {
    if (this.#depth > 0 || (!this.#fragment && this.#lists.length > 0) || (!this.#fragment && !this.#begun))
      throw this.#unreadable(
        "truncated",
        Math.max(this.#offset, 0),
        "the file ends before its list of transactions does: it was cut off. Transfer or export it again.",
      );
  }

  /** A byte above the objects. */
  #between(code: number, at: number): void {
    if (code === 0x20 || code === 0x09 || code === 0x0d || code === lineFeed) return;
    const list = this.#lists.at(-1);
    const expected = !this.#closed && !(list === "envelope");
    if (code === openBrace && expected && (!this.#afterObject || list === undefined || this.#fragment)) {
      this.#begun = true;
      this.#start = at;
      this.#startLine = this.#line;
      this.#depth = 1;
      this.#pieces = [];
      this.#size = 0;
      return;
    }
    if (code === comma && list === "array" && (this.#afterObject || this.#fragment)) {
      this.#afterObject = false;
      return;
    }
    this.#adjacent = false;
    if (code === openBracket && !this.#begun && list === undefined) {
      this.#begun = true;
      this.#lists.push("array");
      return;
    }
    if (code === closeBracket && list === "array" && !this.#fragment) {
      this.#lists.pop();
      if (this.#lists.length === 0) this.#closed = true;
      return;
    }
    if (code === closeBrace && list === "envelope") {
      this.#lists.pop();
      this.#afterObject = true;
      return;
    }
    const what = `${JSON.stringify(String.fromCharCode(code))} stands where a transaction or the end of their list is expected. Ask the store system for the file again.`;
    throw this.#unreadable("malformed", at, what);
  }

  /** True when what is open is no transaction but the object around their array. */
  #opensEnvelope(piece: Uint8Array): boolean {
    if (this.#size + piece.length > 200) return false;
    const head = new TextDecoder().decode(joined([...this.#pieces, piece]));
    if (!/^\{\s*"IT_TRANSACTION"\s*:\s*\[$/.test(head)) return false;
    this.#pieces = [];
    this.#size = 0;
    this.#depth = 0;
    this.#adjacent = false;
    this.#afterObject = false;
    this.#lists.push("envelope", "array");
    return true;
  }

  #keep(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size <= transactionBytesMax) this.#pieces.push(bytes.slice());
    else this.#pieces = [];
  }

  #deliver(byteEnd: number): void {
    const whole = this.#size <= transactionBytesMax;
    const adjacent = this.#adjacent;
    this.#adjacent = true;
    this.#afterObject = true;
    const found = { byteStart: this.#start, byteEnd, line: this.#startLine, adjacent };
    let text: string | undefined;
    if (whole) {
      try {
        text = new TextDecoder("utf-8", { fatal: true }).decode(joined(this.#pieces));
      } catch (cause) {
        throw this.#unreadable(
          "encoding",
          this.#start,
          "the transaction that begins here is not UTF-8. Have the file exported as UTF-8.",
          cause,
        );
      }
    }
    this.#pieces = [];
    this.#onTransaction({ ...found, text });
  }

  #unreadable(code: UnreadablePosFile["code"], at: number, message: string, cause?: unknown): UnreadablePosFile {
    return new UnreadablePosFile(code, at, this.#line, message, cause, Math.max(1, at - this.#lineStart + 1));
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(pieces.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
