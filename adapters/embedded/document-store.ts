import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Invalid } from "#domain/failures";
import type { DocumentStore } from "#ports/document-store";

/**
 * ports/document-store over a folder: `sha256/<hex>` lies under `sha256/ab/cd/<hex>`, any other address under its own path. Calls are
 * synchronous inside, so that a seeded simulation meets one order of effects; a document is whole or absent, and on disk when answered.
 */
export function createDocumentStore(location: string): DocumentStore {
  const folder = resolve(location);
  let temporaries = 0;

  function write(path: string, bytes: Uint8Array): void {
    const made = mkdirSync(dirname(path), { recursive: true });
    temporaries += 1;
    const temporary = `${path}.${process.pid}-${temporaries}.partial`;
    const file = openSync(temporary, "w", 0o600);
    try {
      let written = 0;
      while (written < bytes.byteLength) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    flushFolders(dirname(path), made === undefined ? dirname(path) : dirname(made));
  }

  return {
    async put(address, bytes) {
      const path = join(folder, pathOf(address));
      const hash = contentHashOf(address);
      if (hash !== undefined) {
        if (createHash("sha256").update(bytes).digest("hex") !== hash) {
          throw new Invalid(`the bytes for ${address} have another SHA-256: a content address names its own content`);
        }
        // Content under its own address never changes, and the rename made it appear whole.
        if (existsSync(path)) return;
      }
      write(path, bytes);
    },

    async get(address) {
      return orUndefined(() => new Uint8Array(readFileSync(join(folder, pathOf(address)))));
    },

    async readRange(address, start, end) {
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
        throw new RangeError(`bytes ${start} to ${end} are no range of a document`);
      }
      return orUndefined(() => {
        const file = openSync(join(folder, pathOf(address)), "r");
        try {
          const bytes = new Uint8Array(Math.max(0, Math.min(end, fstatSync(file).size) - start));
          let filled = 0;
          while (filled < bytes.byteLength) {
            const count = readSync(file, bytes, filled, bytes.byteLength - filled, start + filled);
            if (count === 0) break;
            filled += count;
          }
          return bytes.subarray(0, filled);
        } finally {
          closeSync(file);
        }
      });
    },

    async size(address) {
      return orUndefined(() => statSync(join(folder, pathOf(address))).size);
    },
  };
}

/** A rename, and the folders made for it, are durable once the folders that name them are flushed: `from` up to `last`. */
function flushFolders(from: string, last: string): void {
  for (let folder = from; folder.length >= last.length; folder = dirname(folder)) {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (dirname(folder) === folder) return;
  }
}

function contentHashOf(address: string): string | undefined {
  return /^sha256\/([0-9a-f]{64})$/.exec(address)?.[1];
}

/** The path below the folder. An address is parts joined by "/", each of 1 to 200 characters, none of them hidden, "." or "..". */
function pathOf(address: string): string {
  const hash = contentHashOf(address);
  if (hash !== undefined) return join("sha256", hash.slice(0, 2), hash.slice(2, 4), hash);
  const parts = address.split("/");
  const safe = address.length <= 1_000 && parts[0] !== "sha256" && parts.every(isSafePart);
  if (!safe)
    throw new Invalid(
      `"${address.slice(0, 200)}" is no address of a document: use sha256/<64 hex digits>, or a name such as drops/pos/day.xml`,
    );
  return join(...parts);
}

function isSafePart(part: string): boolean {
  return part.length >= 1 && part.length <= 200 && !part.startsWith(".") && !part.endsWith(".partial") && !/[\\\p{Cc}]/u.test(part);
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}
