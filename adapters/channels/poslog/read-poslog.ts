import { SaxesParser, type SaxesTagPlain } from "saxes";
import { UnreadablePosFile } from "#domain/store-day";
import type { PosReader, PosReadSettings, PosSink } from "#ports/pos-format";
import { DialectChooser } from "./dialects/choose-dialect.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { DraftBuilder } from "./draft/draft-builder.ts";
import { localName, names } from "./draft/element-names.ts";
import { TransactionDraft } from "./draft/transaction-draft.ts";
import { settleTransaction } from "./meaning/settle-transaction.ts";
import { type BatchField, type OpenBatch, type PoslogStanding, parsePoslogStanding } from "./poslog-standing.ts";

const depthMax = 64;
const ticketBytesMax = 1_048_576;
/** Characters without any markup: bounds text nodes, attribute values, comments and CDATA sections alike. */
const stretchMax = 1_048_576;

const greaterThan = 0x3e;
/** Short texts are cheap to make and to forget, and most of them are ASCII, whose places need no counting. */
const segmentBytes = 32_768;

/** The options of the XML parser: no namespaces, so that a chunk reads without its root; positions for byte offsets and lines. */
export function parserOptions(fragment: boolean) {
  return { xmlns: false, fragment, position: true } as const;
}

/**
 * A streaming POSLog reader. Bytes are decoded in segments that end with ">", which never falls inside a UTF-8 sequence or a tag name:
 * so places in the text translate exactly into byte offsets, and every tag's "<" is found in its own segment.
 */
export class PoslogReader implements PosReader {
  readonly #settings: PosReadSettings;
  readonly #sink: PosSink;
  readonly #fragment: boolean;
  readonly #parser;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #dialects: DialectChooser;
  /** Of the file; a Transaction may declare another. */
  #dialect: Dialect;
  readonly #builder: DraftBuilder;

  #failed = false;
  #writing = false;
  #carry: Uint8Array = new Uint8Array(0);
  #started = false;
  /** The segment in hand: its text, where it starts in characters of the parser and in bytes of the file. */
  #segment = "";
  #segmentCharacter = 0;
  #segmentByte = 0;
  #segmentAscii = true;
  /** Last translated place of a segment that is not ASCII. */
  #knownCharacter = 0;
  #knownByte = 0;
  #nextByte: number;

  #depth = 0;
  /** Names of the elements that are open around the transactions. */
  #around: string[] = [];
  #lastMarkup = 0;
  #ordinal: number;
  #tagByte = 0;
  #transactionByte = 0;
  #transactionDepth = 0;
  #draft: TransactionDraft | undefined;
  #adjacent = false;
  #batchDepth = 0;
  #batch: OpenBatch | undefined;
  #batchField: BatchField | undefined;

  constructor(settings: PosReadSettings, sink: PosSink) {
    this.#settings = settings;
    this.#sink = sink;
    this.#fragment = settings.fragment ?? false;
    this.#dialects = new DialectChooser(settings);
    this.#dialect = this.#dialects.named(settings.preamble ?? "") ?? this.#dialects.standard();
    this.#builder = new DraftBuilder(this.#dialects);
    this.#ordinal = settings.firstOrdinal ?? 0;
    this.#nextByte = -1;
    this.#parser = new SaxesParser(parserOptions(this.#fragment));
    if (settings.standing !== undefined) this.#goOn(parsePoslogStanding(settings.standing));
    this.#listen();
  }

  standing(): string {
    const { line, column } = this.#parser;
    const standing: PoslogStanding = {
      around: this.#around,
      line,
      column,
      ordinal: this.#ordinal,
      dialect: this.#dialect.name,
      ...(this.#batch === undefined ? {} : { batch: { ...this.#batch, depth: this.#batchDepth } }),
      ...(this.#batchField === undefined ? {} : { batchField: this.#batchField }),
    };
    return JSON.stringify(standing);
  }

  /** Opens the elements around the transactions again, before anybody listens. */
  #goOn({ around, line, column, ordinal, dialect, batch, batchField }: PoslogStanding): void {
    // Behind a root that has closed nothing else may stand: an empty one stands for it.
    const opened = around.length === 0 ? "<POSLog/>" : around.map((name) => `<${name}>`).join("");
    this.#parser.write(opened);
    this.#parser.line = line;
    this.#parser.column = column;
    this.#segmentCharacter = opened.length;
    this.#lastMarkup = opened.length;
    this.#around = [...around];
    this.#depth = around.length;
    this.#ordinal = ordinal;
    this.#dialect = this.#dialects.named(dialect) ?? this.#dialects.standard();
    this.#adjacent = true;
    this.#batchField = batchField;
    if (batch === undefined) return;
    const { depth, ...open } = batch;
    this.#batchDepth = depth;
    this.#batch = open;
  }

  push(bytes: Uint8Array, byteOffset: number): void {
    if (this.#failed) throw this.#unreadable("malformed", "the reader has already failed; open a new one");
    if (bytes.length === 0) return;
    let piece = bytes;
    let start = byteOffset;
    if (!this.#started) {
      this.#started = true;
      this.#segmentByte = byteOffset;
      this.#nextByte = byteOffset;
      if (this.#settings.standing === undefined) this.#refuseOtherEncodings(bytes);
      if (this.#settings.standing === undefined && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
        piece = bytes.subarray(3);
        start += 3;
      }
    } else if (byteOffset !== this.#nextByte && (this.#carry.length > 0 || this.#draft !== undefined)) {
      throw new RangeError(`bytes of offset ${byteOffset} pushed where ${this.#nextByte} is expected`);
    }
    this.#nextByte = byteOffset + bytes.length;
    const cut = piece.lastIndexOf(greaterThan) + 1;
    if (cut === 0) {
      this.#carry = joined(this.#carry, piece);
      if (this.#carry.length > stretchMax) throw this.#fail("too-large", `no markup in ${stretchMax} bytes; is this a POSLog file?`);
      return;
    }
    let from = 0;
    if (this.#carry.length > 0) {
      from = piece.indexOf(greaterThan) + 1;
      const carried = this.#carry;
      this.#carry = new Uint8Array(0);
      this.#read(joined(carried, piece.subarray(0, from)), start - carried.length);
    }
    while (from < cut) {
      const to = segmentEnd(piece, from, cut);
      this.#read(piece.subarray(from, to), start + from);
      from = to;
    }
    // A copy: the caller may reuse its buffer, and the rest is short.
    this.#carry = piece.slice(cut);
  }

  end(): void {
    if (this.#failed) return;
    if (this.#carry.length > 0) {
      const rest = this.#carry;
      this.#carry = new Uint8Array(0);
      this.#read(rest, this.#nextByte - rest.length);
    }
    this.#guard(() => this.#parser.close());
  }

  #read(bytes: Uint8Array, byteOffset: number): void {
    this.#segmentCharacter += this.#segment.length;
    this.#segment = "";
    this.#segmentByte = byteOffset;
    let text: string;
    try {
      text = this.#decoder.decode(bytes);
    } catch (cause) {
      throw this.#fail("encoding", "the bytes from here on are not UTF-8; have the file exported as UTF-8", cause);
    }
    this.#segment = text;
    this.#segmentAscii = text.length === bytes.length;
    this.#knownCharacter = 0;
    this.#knownByte = byteOffset;
    this.#writing = true;
    this.#guard(() => this.#parser.write(text));
    this.#writing = false;
    if (this.#segmentCharacter + text.length - this.#lastMarkup > stretchMax)
      throw this.#fail("too-large", `no element in ${stretchMax} characters`);
    const draft = this.#draft;
    if (draft !== undefined && draft.tooLarge === "" && byteOffset + bytes.length - this.#transactionByte > ticketBytesMax) {
      draft.tooLarge = `more than ${ticketBytesMax} bytes`;
    }
  }

  #guard(run: () => unknown): void {
    try {
      run();
    } catch (error) {
      if (error instanceof UnreadablePosFile) {
        this.#failed = true;
        throw error;
      }
      const message = error instanceof Error ? error.message : String(error);
      // The parser's own errors begin with line:column; anything else is a fault of ours and must not look like a bad file.
      const parsed = /^\d+:\d+: (.*)$/s.exec(message);
      if (parsed === null) throw error;
      throw this.#fail("malformed", `${parsed[1]?.slice(0, 200)}. Ask the store system for the file again.`, error);
    }
  }

  #fail(code: UnreadablePosFile["code"], message: string, cause?: unknown): UnreadablePosFile {
    this.#failed = true;
    return this.#unreadable(code, message, cause);
  }

  #unreadable(code: UnreadablePosFile["code"], message: string, cause?: unknown): UnreadablePosFile {
    // Between writes the parser's position counts the last text twice.
    const position = this.#writing ? this.#parser.position : this.#segmentCharacter + this.#segment.length;
    return new UnreadablePosFile(code, this.#byteAt(position), this.#parser.line, message, cause, Math.max(1, this.#parser.column));
  }

  #refuseOtherEncodings(head: Uint8Array): void {
    const [a, b] = head;
    const utf16 = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c) || (a === 0x3c && b === 0);
    if (utf16) throw this.#fail("encoding", "the file is UTF-16; have it exported as UTF-8");
  }

  /** The byte of the file at a character position of the parser. */
  #byteAt(position: number): number {
    const index = Math.max(0, Math.min(position - this.#segmentCharacter, this.#segment.length));
    if (this.#segmentAscii) return this.#segmentByte + index;
    if (index < this.#knownCharacter) {
      this.#knownCharacter = 0;
      this.#knownByte = this.#segmentByte;
    }
    const byte = this.#knownByte + Buffer.byteLength(this.#segment.slice(this.#knownCharacter, index));
    this.#knownCharacter = index;
    this.#knownByte = byte;
    return byte;
  }

  #listen(): void {
    const parser = this.#parser;
    const builder = this.#builder;
    parser.on("xmldecl", ({ encoding }) => {
      if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding)) {
        throw this.#fail("encoding", `the file says it is ${encoding.slice(0, 40)}; have it exported as UTF-8`);
      }
    });
    parser.on("doctype", (text) => {
      this.#lastMarkup = parser.position;
      if (text.includes("["))
        throw this.#fail("doctype", "the file defines its own entities (DOCTYPE with an internal subset), which is refused");
    });
    parser.on("opentagstart", (tag) => {
      if (this.#draft !== undefined || this.#dialect.names.codeOf(tag.name) !== names.Transaction) return;
      const index = parser.position - this.#segmentCharacter - 1;
      this.#tagByte = this.#byteAt(this.#segmentCharacter + this.#segment.lastIndexOf("<", index));
    });
    parser.on("opentag", (tag) => {
      this.#lastMarkup = parser.position;
      if (++this.#depth > depthMax) throw this.#fail("too-deep", `elements are nested more than ${depthMax} deep`);
      if (this.#draft === undefined) this.#openOutside(tag);
      else builder.open(tag);
    });
    parser.on("closetag", (tag) => {
      this.#lastMarkup = parser.position;
      const depth = this.#depth--;
      if (this.#draft === undefined) this.#closeOutside(depth);
      else if (depth === this.#transactionDepth) this.#closeTransaction(this.#draft, tag.isSelfClosing);
      else builder.close();
    });
    const text = (value: string) => {
      if (this.#draft !== undefined) builder.text(value);
      else if (this.#batchField !== undefined && this.#batch !== undefined) {
        readBatchText(this.#batch, this.#batchField, value);
      } else if (this.#adjacent && /\S/.test(value)) this.#adjacent = false;
    };
    parser.on("text", text);
    parser.on("cdata", text);
  }

  #openOutside(tag: SaxesTagPlain): void {
    const code = this.#dialect.names.codeOf(tag.name);
    if (code === names.Transaction) {
      this.#transactionByte = this.#tagByte;
      this.#transactionDepth = this.#depth;
      this.#draft = new TransactionDraft(this.#ordinal++);
      this.#builder.begin(this.#draft, tag, this.#dialects.declaredBy(tag.attributes) ?? this.#dialect);
      return;
    }
    if (this.#depth === 1 && !this.#fragment && code !== names.POSLog) {
      throw this.#fail("not-poslog", `the root element is ${localName(tag.name).slice(0, 60)}, not POSLog; is this the right drop folder?`);
    }
    if (this.#depth === 1) this.#openRoot(tag);
    this.#around.push(tag.name);
    this.#adjacent = false;
    if (code === names.Batch && this.#batch === undefined) {
      this.#batch = { tenders: [] };
      this.#batchDepth = this.#depth;
      this.#sink.batchOpened?.();
    } else if (this.#batch !== undefined) this.#openInBatch(this.#batch, code, tag);
  }

  /** Control totals: of the batch itself, and of its tenders at whatever depth. */
  #openInBatch({ tenders }: OpenBatch, code: number, tag: SaxesTagPlain): void {
    if (this.#depth === this.#batchDepth + 1 && (code === names.TransactionCount || code === names.TransactionAmount)) {
      this.#batchField = code === names.TransactionCount ? "transactionCount" : "transactionAmount";
      return;
    }
    this.#batchField = undefined;
    const name = this.#dialect.names.nameOf(tag.name);
    if (name === "TenderTotal" && tenders.length < batchTendersMax) {
      tenders.push({ type: tag.attributes.TenderType ?? "", amount: "" });
      this.#batchField = "amount";
    } else if (tenders.length > 0 && (name === "TenderType" || name === "TenderID")) this.#batchField = "type";
    else if (tenders.length > 0 && code === names.Amount) this.#batchField = "amount";
  }

  /** What the root declares is read with every chunk, which has no root. */
  #openRoot(tag: SaxesTagPlain): void {
    const declared = this.#dialects.declaredBy(tag.attributes);
    if (declared === undefined) return;
    this.#dialect = declared;
    this.#sink.preamble?.(declared.name);
  }

  #closeOutside(depth: number): void {
    this.#around.pop();
    this.#adjacent = false;
    this.#batchField = undefined;
    if (this.#batch === undefined || depth !== this.#batchDepth) return;
    const batch = this.#batch;
    this.#batch = undefined;
    const { tenders, ...totals } = batch;
    const named = tenders.map(({ type, amount }) => ({ type: this.#dialect.tenders.of(type) ?? type, amount }));
    this.#sink.batchClosed?.({ ...totals, ...(named.length === 0 ? {} : { tenders: named }) });
  }

  #closeTransaction(draft: TransactionDraft, selfClosing: boolean): void {
    // The parser reports the open element as closed before it finds that the closing tag has another name: look at the tag itself.
    const end = this.#parser.position - this.#segmentCharacter;
    const tag = this.#segment.slice(this.#segment.lastIndexOf("<", end - 1), end);
    if (!selfClosing && !/^<\/(?:[^:>]*:)?Transaction\s*>$/.test(tag)) return;
    this.#draft = undefined;
    const byteEnd = this.#byteAt(this.#parser.position);
    const byteStart = this.#transactionByte;
    if (byteEnd - byteStart > ticketBytesMax && draft.tooLarge === "") draft.tooLarge = `more than ${ticketBytesMax} bytes`;
    const adjacent = this.#adjacent;
    this.#adjacent = true;
    this.#sink.transaction(settleTransaction(draft, { byteStart, byteEnd, adjacent }, this.#settings, this.#builder.dialect));
  }
}

const batchTendersMax = 200;

function readBatchText(batch: OpenBatch, field: BatchField, value: string): void {
  const joinedTo = (before: string) => `${before}${value}`.trim().slice(0, 64);
  if (field === "transactionCount" || field === "transactionAmount") {
    batch[field] = joinedTo(batch[field] ?? "");
    return;
  }
  const tender = batch.tenders.at(-1);
  if (tender !== undefined) tender[field] = joinedTo(tender[field]);
}

/** The end of the segment that starts at `from`: behind a ">", some kilobytes on; `cut` is behind the last ">" of the piece. */
function segmentEnd(piece: Uint8Array, from: number, cut: number): number {
  if (cut - from <= segmentBytes) return cut;
  const end = piece.lastIndexOf(greaterThan, from + segmentBytes - 1) + 1;
  return end > from ? end : piece.indexOf(greaterThan, from + segmentBytes) + 1;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b.slice();
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
