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

/**
 * The end of the archive: its record has 22 bytes and a comment of at most 65,535; in front of it a zip64 archive has a record of 56 bytes and
 * a locator of 20 (APPNOTE 6.3.10, 4.3.14 to 4.3.16).
 */
export const zipTailBytes = 65_633;
const zip64RecordBytes = 56;
const zip64LocatorBytes = 20;
const directoryBytesMax = 1_048_576;

/** Where the directory lies, from the last bytes of the archive. Throws ArchiveRefused. */
export function readZipEnd(tail: Uint8Array, size: number): { readonly start: number; readonly end: number; readonly entries: number } {
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || view.getUint16(at + 20, true) !== tail.length - at - 22) continue;
    const here = {
      entries: view.getUint16(at + 10, true),
      bytes: view.getUint32(at + 12, true),
      start: view.getUint32(at + 16, true),
    };
    if (view.getUint16(at + 4, true) !== 0 || view.getUint16(at + 8, true) !== here.entries) throw volumes();
    const isZip64 = here.entries === 0xffff || here.bytes === 0xffffffff || here.start === 0xffffffff;
    const { entries, bytes, start } = isZip64 ? readZip64End(view, at, size - tail.length) : here;
    if (entries > archiveEntriesMax)
      throw new ArchiveRefused("too-large", `it has ${entries} files, more than ${archiveEntriesMax}; ask the sender to split it`);
    if (bytes > directoryBytesMax || start + bytes > size - tail.length + at) throw damaged();
    return { start, end: start + bytes, entries };
  }
  throw damaged();
}

/** The same of a zip64 archive; `at` is the place of the plain record in the tail, which begins at `tailStart` of the archive. */
function readZip64End(view: DataView, at: number, tailStart: number) {
  const locator = at - zip64LocatorBytes;
  if (locator < 0 || view.getUint32(locator, true) !== 0x07064b50) throw damaged();
  if (view.getUint32(locator + 4, true) !== 0 || view.getUint32(locator + 16, true) > 1) throw volumes();
  const record = numberOf(view, locator + 8) - tailStart;
  if (record < 0 || record + zip64RecordBytes > locator || view.getUint32(record, true) !== 0x06064b50) throw damaged();
  const entries = numberOf(view, record + 32);
  if (view.getUint32(record + 16, true) !== 0 || numberOf(view, record + 24) !== entries) throw volumes();
  return { entries, bytes: numberOf(view, record + 40), start: numberOf(view, record + 48) };
}

/** A whole number of eight bytes. What JavaScript does not hold exactly is in no archive that can be read. */
function numberOf(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw damaged();
  return value;
}

/** What a record of the directory has no room for stands in its zip64 field (id 1), in this order. */
function withZip64<Entry extends { bytes: number; packedBytes: number; headerOffset: number }>(entry: Entry, extra: Uint8Array): Entry {
  const full = { ...entry };
  const missing = (["bytes", "packedBytes", "headerOffset"] as const).filter((name) => entry[name] === 0xffffffff);
  if (missing.length === 0) return full;
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    if (view.getUint16(at + 2, true) < 8 * missing.length || at + 4 + 8 * missing.length > extra.length) throw damaged();
    for (const [index, name] of missing.entries()) full[name] = numberOf(view, at + 4 + 8 * index) as Entry[typeof name];
    return full;
  }
  return full;
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
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const stated = {
      name,
      stored: method === 0,
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      headerOffset: view.getUint32(at + 42, true),
    };
    at = extraEnd + view.getUint16(at + 32, true);
    if (at > directory.length) throw damaged();
    const entry = withZip64(stated, directory.subarray(nameEnd, extraEnd));
    assertSafeName(name);
    if ((unixMode & 0o170000) === 0o120000) throw new ArchiveRefused("link", `${shown(name)} is a link; pack the file itself`);
    if (name.endsWith("/") || /(?:^|\/)(?:__MACOSX\/|\.DS_Store$)/.test(name)) continue;
    if ((flags & 1) !== 0) throw new ArchiveRefused("encrypted", `${shown(name)} is encrypted; pack it without a password`);
    if (method !== 0 && method !== 8)
      throw new ArchiveRefused("method", `${shown(name)} is packed with method ${method}; pack it with DEFLATE`);
    if (entry.packedBytes >= 0xffffffff || entry.bytes >= 0xffffffff)
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

function volumes(): ArchiveRefused {
  return new ArchiveRefused("method", "it is one of several volumes; ask for one archive");
}

function damaged(): ArchiveRefused {
  return new ArchiveRefused("damaged", "its directory cannot be read; transfer it again");
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}
