import type { Problem } from "#domain/exceptions";

/** Where in a file something stands. */
export interface FilePlace {
  /** Counted from 1; the header of a CSV file is line 1. For JSON the ordinal of the object in its list. */
  readonly line: number;
  /** The header, element or tag that the value stands under. */
  readonly column?: string;
}

/** What is wrong with a settlement or statement file, or remarkable in it. */
export interface FileProblem {
  readonly problem: Problem;
  /** "file": nothing of the file may be taken in. "nothing": everything may; a person should know. */
  readonly holds: "file" | "nothing";
  readonly place?: FilePlace;
}

/** A settlement or statement file, or the rest of it, that cannot be read: where, what is wrong and what to do about it. */
export class UnreadableSettlementFile extends Error {
  override readonly name = "UnreadableSettlementFile";
  /** "columns": none of the known column sets. "truncated": it ends too early. "too-large": above a bound. */
  readonly code: "malformed" | "encoding" | "doctype" | "columns" | "truncated" | "too-deep" | "too-large" | "empty";
  readonly line: number;

  constructor(code: UnreadableSettlementFile["code"], line: number, message: string, cause?: unknown) {
    super(`line ${line}: ${message}`, { cause });
    this.code = code;
    this.line = line;
  }
}
