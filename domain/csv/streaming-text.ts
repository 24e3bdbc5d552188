/** What a file of text is read as. "utf-8-or-windows-1252": UTF-8 unless its first character beyond ASCII is none. */
export type TextEncodingRule = "utf-8" | "utf-8-or-windows-1252";

/** Bytes that are no text of the expected encoding. */
export class NotText extends Error {
  override readonly name = "NotText";
}

const emptyBytes = new Uint8Array(0);

/**
 * Bytes in, text out, as they come and wherever they are cut. A byte order mark decides (UTF-8, UTF-16) and is dropped; without one the
 * rule does. Older exports are in Windows-1252 (a superset of Latin-1): such a file is ASCII up to its first umlaut, so nothing decoded
 * before was wrong, and a file that is neither one nor the other is refused.
 */
export class StreamingText {
  readonly #rule: TextEncodingRule;
  #encoding: "unknown" | "utf-8" | "windows-1252" | "utf-16" = "unknown";
  #utf16: InstanceType<typeof TextDecoder> | undefined;
  #pending: Uint8Array = emptyBytes;
  #beyondAscii = false;

  constructor(rule: TextEncodingRule) {
    this.#rule = rule;
  }

  /** Throws NotText. */
  push(bytes: Uint8Array): string {
    const all = joined(this.#pending, bytes);
    this.#pending = emptyBytes;
    // A mark has up to three bytes: decide when they are here.
    if (this.#encoding === "unknown") {
      if (all.length < 3) {
        this.#pending = all;
        return "";
      }
      return this.#decode(this.#withoutMark(all), false);
    }
    return this.#decode(all, false);
  }

  /** After the last byte. Throws NotText when it ends within a character. */
  end(): string {
    const rest = this.#pending;
    this.#pending = emptyBytes;
    return this.#decode(this.#encoding === "unknown" ? this.#withoutMark(rest) : rest, true);
  }

  #withoutMark(bytes: Uint8Array): Uint8Array {
    const [a, b, c] = bytes;
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
      this.#encoding = "utf-16";
      this.#utf16 = new TextDecoder(a === 0xff ? "utf-16le" : "utf-16be", { fatal: true });
      return bytes;
    }
    this.#encoding = "utf-8";
    if (a === 0xef && b === 0xbb && c === 0xbf) {
      // Marked as UTF-8: what is no UTF-8 in it is damage, and not another encoding.
      this.#beyondAscii = true;
      return bytes.subarray(3);
    }
    return bytes;
  }

  #decode(bytes: Uint8Array, last: boolean): string {
    if (this.#encoding === "windows-1252") return new TextDecoder("windows-1252").decode(bytes);
    try {
      if (this.#utf16 !== undefined) return this.#utf16.decode(bytes, { stream: !last });
      const end = last ? bytes.length : completeUtf8(bytes);
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end));
      if (text.length !== end) this.#beyondAscii = true;
      this.#pending = bytes.slice(end);
      return text;
    } catch (cause) {
      if (this.#rule === "utf-8-or-windows-1252" && this.#utf16 === undefined && !this.#beyondAscii) {
        this.#encoding = "windows-1252";
        return this.#decode(bytes, last);
      }
      throw new NotText("the bytes from here on are no text in the expected encoding", { cause });
    }
  }
}

/** How many bytes at the beginning are whole characters; a sequence that is cut off at the end waits for its rest. */
function completeUtf8(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
