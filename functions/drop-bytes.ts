import * as z from "zod/mini";
import { canonicalJson, incrementalSha256, sha256Hex } from "#domain/canonical";
import { Invalid } from "#domain/failures";
import { passingAddress } from "#domain/lineage";
import type { DocumentStore } from "#ports/document-store";

/** What was unpacked is kept in pieces of this size, so that memory holds one of them. */
const partPieceBytes = 4_194_304;
const partAddress = /^unpacked\/[0-9a-f]{64}$/;

const piecesSchema = z.object({ bytes: z.int(), pieces: z.array(z.object({ address: z.string(), bytes: z.int() })) });

/** The bytes of a drop, wherever they lie. */
export interface DropBytes {
  readonly size: number;
  /** From `start` (inclusive) to `end` (exclusive), shorter at the end; undefined when they went away. */
  readRange(start: number, end: number): Promise<Uint8Array | undefined>;
}

/** Undefined when there is nothing at this address: a document, or a file that was unpacked out of an archive. */
export async function openDrop(documents: DocumentStore, drop: string): Promise<DropBytes | undefined> {
  if (!partAddress.test(drop)) {
    const size = await documents.size(drop);
    return size === undefined ? undefined : { size, readRange: (start, end) => documents.readRange(drop, start, end) };
  }
  const list = await documents.get(drop);
  if (list === undefined) return undefined;
  const { bytes, pieces } = piecesSchema.parse(JSON.parse(new TextDecoder().decode(list)));
  return {
    size: bytes,
    async readRange(start, end) {
      const whole = new Uint8Array(Math.max(0, Math.min(end, bytes) - start));
      let at = 0;
      for (const piece of pieces) {
        const [from, to] = [Math.max(start - at, 0), Math.min(end - at, piece.bytes)];
        if (from < to) {
          const part = await documents.readRange(piece.address, from, to);
          if (part === undefined) return undefined;
          whole.set(part, at + from - start);
        }
        at += piece.bytes;
      }
      return whole;
    },
  };
}

export interface KeptPart {
  /** Address of the drop. */
  readonly drop: string;
  readonly hash: string;
  readonly bytes: number;
}

/** Keeps bytes as they come out of an archive. Every address is derived from content: keeping again is harmless. */
export function openPartKeeper(documents: DocumentStore) {
  const hash = incrementalSha256();
  const pieces: { address: string; bytes: number }[] = [];
  let waiting: Uint8Array[] = [];
  let size = 0;
  let bytes = 0;
  const put = async () => {
    if (size === 0) return;
    const piece = new Uint8Array(size);
    let at = 0;
    for (const each of waiting) {
      piece.set(each, at);
      at += each.length;
    }
    waiting = [];
    size = 0;
    const address = passingAddress(sha256Hex(piece));
    await documents.put(address, piece);
    pieces.push({ address, bytes: piece.length });
  };
  return {
    /** Takes bytes; nothing is stored before `settle`. */
    add(part: Uint8Array): void {
      hash.update(part);
      waiting.push(part.slice());
      size += part.length;
      bytes += part.length;
    },
    /** Stores what has gathered, where that is enough for a piece. */
    async settle(): Promise<void> {
      if (size >= partPieceBytes) await put();
    },
    bytes: () => bytes,
    async end(): Promise<KeptPart> {
      await put();
      const hex = hash.hex();
      const drop = `unpacked/${hex}`;
      await documents.put(drop, new TextEncoder().encode(canonicalJson({ bytes, pieces })));
      return { drop, hash: hex, bytes };
    },
  };
}

/** All of a drop that must be there. Throws Invalid. */
export async function neededDrop(documents: DocumentStore, drop: string, file: string): Promise<DropBytes> {
  const bytes = await openDrop(documents, drop);
  if (bytes === undefined) throw new Invalid(`there is no document at ${drop}: drop the file ${file} again`);
  return bytes;
}
