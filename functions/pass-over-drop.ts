import { incrementalSha256 } from "#domain/canonical";
import { Invalid } from "#domain/failures";
import type { DocumentStore } from "#ports/document-store";
import { neededDrop } from "./drop-bytes.ts";

/** Bytes that are read at once. */
export const pieceBytes = 262_144;
const headBytes = 8_192;

export interface DropPass {
  readonly bytes: number;
  /** The beginning, by which a format is known. */
  readonly head: Uint8Array;
  /** Reads the drop once from end to end: the SHA-256 of its bytes, hex. */
  read(take: (piece: Uint8Array, start: number) => Promise<void> | void): Promise<string>;
}

/** The one pass that checks a dropped file. Throws Invalid for what is not there, has more than `bytesMax`, or goes away meanwhile. */
export async function passOverDrop(
  documents: DocumentStore,
  { drop, file }: { readonly drop: string; readonly file: string },
  bytesMax: number,
): Promise<DropPass> {
  const { size: bytes, readRange } = await neededDrop(documents, drop, file);
  if (bytes > bytesMax) throw new Invalid(`${file} has ${bytes} bytes, more than ${bytesMax}: ask the sender to split it`);
  return {
    bytes,
    head: (await readRange(0, headBytes)) ?? new Uint8Array(0),
    async read(take) {
      const hash = incrementalSha256();
      for (let start = 0; start < bytes; start += pieceBytes) {
        const piece = await readRange(start, Math.min(start + pieceBytes, bytes));
        if (piece === undefined) throw new Invalid(`the document at ${drop} went away while it was read: drop the file ${file} again`);
        hash.update(piece);
        await take(piece, start);
      }
      return hash.hex();
    },
  };
}
