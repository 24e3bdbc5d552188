import { _SHA256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

/** All that a SHA-256 keeps of the bytes that it has taken (FIPS 180-4, 6.2.2). */
export interface Sha256Standing {
  /** The eight words, each from 0 to 2^32 − 1. */
  readonly words: readonly number[];
  readonly bytes: number;
  /** Those of the block that is not full yet, hex. */
  readonly rest: string;
}

/** The library's own hash with a door to what it keeps. */
class StandingSha256 extends _SHA256 {
  standing(): Sha256Standing {
    return { words: this.get().map((word) => word >>> 0), bytes: this.length, rest: bytesToHex(this.buffer.slice(0, this.pos)) };
  }

  goOn({ words, bytes, rest }: Sha256Standing): void {
    const [a, b, c, d, e, f, g, h] = words.map((word) => word | 0);
    this.set(a!, b!, c!, d!, e!, f!, g!, h!);
    const waiting = hexToBytes(rest);
    this.buffer.set(waiting);
    this.pos = waiting.length;
    this.length = bytes;
  }
}

/** SHA-256 of bytes that come in pieces, in several processes: each goes on from where the one before stood. */
export function pausingSha256(from?: Sha256Standing): { update(bytes: Uint8Array): void; standing(): Sha256Standing; hex(): string } {
  const hash = new StandingSha256();
  if (from !== undefined) hash.goOn(from);
  return { update: (bytes) => void hash.update(bytes), standing: () => hash.standing(), hex: () => bytesToHex(hash.digest()) };
}
