import { pausingSha256, type Sha256Standing } from "#domain/canonical";
import { Invalid } from "#domain/failures";
import type { DocumentStore } from "#ports/document-store";
import { neededDrop } from "./drop-bytes.ts";

/** Bytes that are read at once. */
export const pieceBytes = 262_144;
const headBytes = 8_192;

export interface DropPass {
  readonly bytes: number;
  /** The beginning, by which a format is known. */
  head(): Promise<Uint8Array>;
  /** Reads the drop once from end to end: the SHA-256 of its bytes, hex. */
  read(take: (piece: Uint8Array, start: number) => Promise<void> | void): Promise<string>;
  /** The same from a place on, until `take` answers "pause" of a piece: then where the next part of the pass goes on. */
  readPart(take: (piece: Uint8Array, start: number) => "go on" | "pause", from?: PassStanding): Promise<string | PassStanding>;
}

/** A pass between two of its pieces. */
export interface PassStanding {
  /** The first byte that was not read. */
  readonly at: number;
  readonly hash: Sha256Standing;
}

/** The one pass that checks a dropped file. Throws Invalid for what is not there, has more than `bytesMax`, or goes away meanwhile. */
export async function passOverDrop(
  documents: DocumentStore,
  { drop, file }: { readonly drop: string; readonly file: string },
  bytesMax: number,
): Promise<DropPass> {
  const { size: bytes, readRange } = await neededDrop(documents, drop, file);
  if (bytes > bytesMax) throw new Invalid(`${file} has ${bytes} bytes, more than ${bytesMax}: ask the sender to split it`);
  const pieceAt = async (start: number): Promise<Uint8Array> => {
    const piece = await readRange(start, Math.min(start + pieceBytes, bytes));
    if (piece === undefined) throw new Invalid(`the document at ${drop} went away while it was read: drop the file ${file} again`);
    return piece;
  };
  return {
    bytes,
    head: async () => (await readRange(0, headBytes)) ?? new Uint8Array(0),
    async read(take) {
      const hash = pausingSha256();
      for (let start = 0; start < bytes; start += pieceBytes) {
        const piece = await pieceAt(start);
        hash.update(piece);
        await take(piece, start);
      }
      return hash.hex();
    },
    async readPart(take, from) {
      const hash = pausingSha256(from?.hash);
      for (let start = from?.at ?? 0; start < bytes; start += pieceBytes) {
        const piece = await pieceAt(start);
        hash.update(piece);
        if (take(piece, start) === "pause") return { at: start + piece.length, hash: hash.standing() };
      }
      return hash.hex();
    },
  };
}
