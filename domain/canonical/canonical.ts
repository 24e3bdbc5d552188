import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * JSON with sorted keys and without undefined members (the idea of RFC 8785, for our own data: strings, booleans, null, safe
 * integers, arrays, plain objects). Two equal values give equal text on every host. Throws TypeError on anything else, so that a float
 * can never enter a hash.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is not a safe integer: amounts and counts are whole numbers`);
      return String(value === 0 ? 0 : value);
    case "object": {
      if (value === null) return "null";
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value as Record<string, unknown>);
    }
    default:
      throw new TypeError(`a ${typeof value} has no canonical JSON`);
  }
}

// Text is added to text: every document is hashed again in each decision, and lists of parts cost twice as much.

function canonicalArray(items: readonly unknown[]): string {
  let text = "[";
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    text += (index === 0 ? "" : ",") + canonicalJson(item === undefined ? null : item);
  }
  return `${text}]`;
}

function canonicalObject(record: Record<string, unknown>): string {
  let text = "";
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** Lower-case hex SHA-256 of the canonical JSON. */
export function contentHash(value: unknown): string {
  return sha256Hex(utf8ToBytes(canonicalJson(value)));
}

/** Bytes of a text in UTF-8, as stores count them. */
export function utf8ByteLength(text: string): number {
  return utf8ToBytes(text).byteLength;
}

/** Lower-case hex SHA-256 of bytes. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** SHA-256 of bytes that come in pieces: `update` as they come, then `hex` once. */
export function incrementalSha256(): { update(bytes: Uint8Array): void; hex(): string } {
  const hash = sha256.create();
  return { update: (bytes) => void hash.update(bytes), hex: () => bytesToHex(hash.digest()) };
}
