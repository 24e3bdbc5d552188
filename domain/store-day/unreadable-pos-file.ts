/** A POS file, or the rest of it, that cannot be read: where, what is wrong and what to do about it. */
export class UnreadablePosFile extends Error {
  override readonly name = "UnreadablePosFile";
  /** "malformed" XML, JSON or CSV, "encoding", "doctype", "not-poslog", "columns" of a table, "truncated", or a bound: "too-deep", "too-large". */
  readonly code: "malformed" | "encoding" | "doctype" | "not-poslog" | "columns" | "truncated" | "too-deep" | "too-large";
  readonly byteOffset: number;
  /** Counted from 1. */
  readonly line: number;
  /** Within the line, counted from 1; absent where only the line is known. */
  readonly column: number | undefined;

  constructor(code: UnreadablePosFile["code"], byteOffset: number, line: number, message: string, cause?: unknown, column?: number) {
    super(`byte ${byteOffset}, line ${line}${column === undefined ? "" : `, column ${column}`}: ${message}`, { cause });
    this.code = code;
    this.column = column;
    this.byteOffset = byteOffset;
    this.line = line;
  }
}
