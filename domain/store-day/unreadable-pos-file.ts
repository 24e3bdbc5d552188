/** A POS file, or the rest of it, that cannot be read: where, what is wrong and what to do about it. */
export class UnreadablePosFile extends Error {
  override readonly name = "UnreadablePosFile";
  /** "malformed" XML, "encoding", "doctype", "not-poslog", or a bound: "too-deep", "too-large". */
  readonly code: "malformed" | "encoding" | "doctype" | "not-poslog" | "too-deep" | "too-large";
  readonly byteOffset: number;
  /** Counted from 1. */
  readonly line: number;

  constructor(code: UnreadablePosFile["code"], byteOffset: number, line: number, message: string, cause?: unknown) {
    super(`byte ${byteOffset}, line ${line}: ${message}`, { cause });
    this.code = code;
    this.byteOffset = byteOffset;
    this.line = line;
  }
}
