import { ArchiveRefused } from "./archive-refused.ts";
import { archiveEntriesMax } from "./unpack-bounds.ts";

/** A file in a zip archive that may be unpacked. */
export interface ZipEntry {
  readonly name: string;
  readonly stored: boolean;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
}

/** The end of the archive: its record has 22 bytes and a comment of at most 65,535. */
export const zipTailBytes = 65_557;
const directoryBytesMax = 1_048_576;

/** Where the directory lies, from the last bytes of the archive. Throws ArchiveRefused. */
export function readZipEnd(tail: Uint8Array, size: number): { readonly start: number; readonly end: number; readonly entries: number } {
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || view.getUint16(at + 20, true) !== tail.length - at - 22) continue;
    const entries = view.getUint16(at + 10, true);
    const bytes = view.getUint32(at + 12, true);
    const start = view.getUint32(at + 16, true);
    if (entries === 0xffff || start === 0xffffffff)
      throw new ArchiveRefused("too-large", "it is a zip64 archive; ask for archives below 4 GB");
    if (view.getUint16(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== entries)
      throw new ArchiveRefused("method", "it is one of several volumes; ask for one archive");
    if (entries > archiveEntriesMax)
      throw new ArchiveRefused("too-large", `it has ${entries} files, more than ${archiveEntriesMax}; ask the sender to split it`);
    if (bytes > directoryBytesMax || start + bytes > size - tail.length + at) throw damaged();
    return { start, end: start + bytes, entries };
  }
  throw damaged();
}

/**
 * The files of the archive. Folders, and what macOS adds, are left out. Throws ArchiveRefused for names that leave the archive, links,
 * encrypted files, unknown methods, and files that lie on each other (a bomb of one stretch that is unpacked many times).
 */
export function readZipDirectory(directory: Uint8Array, count: number): readonly ZipEntry[] {
  const view = viewOf(directory);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > directory.length || view.getUint32(at, true) !== 0x02014b50) throw damaged();
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const name = nameOf(directory.subarray(at + 46, nameEnd));
    const unixMode = view.getUint32(at + 38, true) >>> 16;
    const entry = {
      name,
      stored: method === 0,
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      headerOffset: view.getUint32(at + 42, true),
    };
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (at > directory.length) throw damaged();
    assertSafeName(name);
    if ((unixMode & 0o170000) === 0o120000) throw new ArchiveRefused("link", `${shown(name)} is a link; pack the file itself`);
    if (name.endsWith("/") || /(?:^|\/)(?:__MACOSX\/|\.DS_Store$)/.test(name)) continue;
    if ((flags & 1) !== 0) throw new ArchiveRefused("encrypted", `${shown(name)} is encrypted; pack it without a password`);
    if (method !== 0 && method !== 8)
      throw new ArchiveRefused("method", `${shown(name)} is packed with method ${method}; pack it with DEFLATE`);
    if (entry.packedBytes === 0xffffffff || entry.bytes === 0xffffffff)
      throw new ArchiveRefused("too-large", `${shown(name)} has more than 4 GB; ask the sender to split it`);
    if (names.has(name)) throw new ArchiveRefused("damaged", `${shown(name)} is in the archive twice; pack each file once`);
    names.add(name);
    entries.push(entry);
  }
  const byPlace = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  byPlace.forEach((entry, index) => {
    const next = byPlace[index + 1];
    if (next !== undefined && entry.headerOffset + 30 + entry.packedBytes > next.headerOffset)
      throw new ArchiveRefused(
        "bomb",
        `${shown(entry.name)} and ${shown(next.name)} lie on each other, as in no archive that a till packs`,
      );
  });
  return entries;
}

/** Where an entry's data begin, from the 30 bytes of its local header. Throws ArchiveRefused. */
export function zipDataStart(entry: ZipEntry, header: Uint8Array): number {
  const view = viewOf(header);
  if (header.length < 30 || view.getUint32(0, true) !== 0x04034b50) throw damaged();
  return entry.headerOffset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
}

/** A name that stays below the archive, on every host. */
function assertSafeName(name: string): void {
  const parts = name.split("/");
  const unsafe =
    name === "" || name.length > 120 || /[\\:\p{Cc}]/u.test(name) || name.startsWith("/") || parts.includes("..") || parts.includes(".");
  if (unsafe)
    throw new ArchiveRefused(
      "path",
      `the name ${shown(name)} leads out of the archive or is no plain name; pack the files without folders`,
    );
}

function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Old archives name files in a code page that they do not state: a name is for people, and Latin letters read alike.
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(): ArchiveRefused {
  return new ArchiveRefused("damaged", "its directory cannot be read; transfer it again");
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
