import { ArchiveRefused } from "./archive-refused.ts";

/** By its first bytes; undefined for what is no archive. */
export function archiveKind(head: Uint8Array): "zip" | "gzip" | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  const zip = head[0] === 0x50 && head[1] === 0x4b;
  return zip && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6)) ? "zip" : undefined;
}

/** Members of a gzip file: each is checked by eight bytes that are read for it. */
export const gzipMembersMax = 1_000;
/** Check value and size at the end of a member. */
export const gzipTrailerBytes = 8;

export interface GzipTrailer {
  readonly crc: number;
  /** Modulo 2^32. */
  readonly bytes: number;
}

/** The last eight bytes of a member. Throws ArchiveRefused. */
export function readGzipTrailer(trailer: Uint8Array): GzipTrailer {
  if (trailer.length !== gzipTrailerBytes) throw new ArchiveRefused("damaged", "it is cut off; transfer it again");
  const view = new DataView(trailer.buffer, trailer.byteOffset, trailer.byteLength);
  return { crc: view.getUint32(0, true), bytes: view.getUint32(4, true) };
}

/** That the beginning of a gzip file (RFC 1952) is a header, with data behind it. Throws ArchiveRefused. */
export function assertGzipHeader(head: Uint8Array, size: number): void {
  const damaged = () => new ArchiveRefused("damaged", "its gzip header cannot be read; transfer it again");
  if (size < 18) throw damaged();
  if (head[2] !== 8) throw new ArchiveRefused("method", "it is compressed in a way that gzip does not know; pack it with DEFLATE");
  const flags = head[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (head[at] ?? 0) + 256 * (head[at + 1] ?? 0);
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = head.indexOf(0, at);
    if (end === -1) throw damaged();
    at = end + 1;
  }
  if ((flags & 2) !== 0) at += 2;
  if (at > size - gzipTrailerBytes) throw damaged();
}
