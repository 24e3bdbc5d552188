import { type FilePlace, UnreadableSettlementFile } from "./file-problem.ts";

export type ExactJson = null | boolean | string | readonly ExactJson[] | { readonly [name: string]: ExactJson };

const jsonBytesMax = 64 * 1024 * 1024;

type ReviverWithSource = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** JSON.parse with every number kept as it is written: ids exceed 2^53, and an amount is no float. Throws SyntaxError or RangeError. */
function parseExactJson(text: string): ExactJson {
  const keep: ReviverWithSource = (_key, value, { source }) => (typeof value === "number" ? (source ?? String(value)) : value);
  return JSON.parse(text, keep as (key: string, value: unknown) => unknown) as ExactJson;
}

/**
 * Collects the bytes of a JSON file: one value, or one on each line (answers of an API, page by page). A file of JSON is read whole, so it
 * is bounded. Throws UnreadableSettlementFile.
 */
export class ExactJsonFile {
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > jsonBytesMax) {
      throw new UnreadableSettlementFile("too-large", 1, `the file has more than ${jsonBytesMax} bytes of JSON; split it by date`);
    }
    this.#pieces.push(bytes.slice());
  }

  /** The values of the file, with the line that each begins on. */
  end(): readonly { readonly value: ExactJson; readonly place: FilePlace }[] {
    const text = this.#text().replace(/^\uFEFF/, "");
    if (text.trim() === "") throw new UnreadableSettlementFile("empty", 1, "the file is empty; fetch or export it again");
    try {
      return [{ value: parseExactJson(text), place: { line: 1 } }];
    } catch (cause) {
      const lines = text.split("\n");
      const values = lines.length > 1 && isWhole(lines[0] ?? "") ? valuesOf(lines) : undefined;
      if (values !== undefined) return values;
      const code = /[}\]]\s*$/.test(text) ? "malformed" : "truncated";
      throw new UnreadableSettlementFile(code, lines.length, `the file is no whole JSON; fetch or export it again`, cause);
    }
  }

  #text(): string {
    const all = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(all);
    } catch (cause) {
      throw new UnreadableSettlementFile("encoding", 1, "the file is not in UTF-8; fetch or export it again", cause);
    }
  }
}

function isWhole(line: string): boolean {
  try {
    parseExactJson(line);
    return true;
  } catch {
    // Not JSON by itself: then the file is not one value a line.
    return false;
  }
}

function valuesOf(lines: readonly string[]): { value: ExactJson; place: FilePlace }[] {
  const values: { value: ExactJson; place: FilePlace }[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    try {
      values.push({ value: parseExactJson(line), place: { line: index + 1 } });
    } catch (cause) {
      const code = index === lines.length - 1 ? "truncated" : "malformed";
      throw new UnreadableSettlementFile(code, index + 1, "the line is no whole JSON; fetch or export the file again", cause);
    }
  }
  return values;
}
