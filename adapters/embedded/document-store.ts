import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { assertDocumentAddress, hashInAddress } from "#domain/lineage";
import type { DocumentRemoval } from "#ports/document-removal";
import type { DocumentStore } from "#ports/document-store";

export interface EmbeddedDocumentStore extends DocumentStore, DocumentRemoval {
  /** Stores a file's bytes under `<folder>/<SHA-256>` without holding them in memory; answers the hash, lower-case hex. Hub-internal. */
  putFile(folder: string, file: string): Promise<string>;
  /** Removes every file below these folders that has been there since before that instant; answers how many. Hub-internal. */
  removeOlder(folders: readonly string[], before: string): Promise<number>;
}

const copyBytes = 1_048_576;

/**
 * ports/document-store over a folder: `sha256/<hex>` lies under `sha256/ab/cd/<hex>`, any other address under its own path. Calls are
 * synchronous inside, so that a seeded simulation meets one order of effects; a document is whole or absent, and on disk when answered.
 */
export function createDocumentStore(location: string): EmbeddedDocumentStore {
  const folder = resolve(location);
  let temporaries = 0;

  const write = (path: string, bytes: Uint8Array) =>
    make(path, (temporary) => writeFileSync(temporary, bytes, { mode: 0o600, flush: true }));

  const copy = (from: string, path: string) =>
    make(path, (temporary) => {
      copyFileSync(from, temporary);
      const handle = openSync(temporary, "r+");
      fsyncSync(handle);
      closeSync(handle);
    });

  function make(path: string, fill: (temporary: string) => void): void {
    temporaries += 1;
    const temporary = `${path}.${process.pid}-${temporaries}.partial`;
    let made: string | undefined;
    try {
      made = mkdirSync(dirname(path), { recursive: true });
      fill(temporary);
      renameSync(temporary, path);
    } catch (error) {
      leaveNothing(temporary);
      throw new Unavailable(`${relative(folder, path)} was not stored (${codeOf(error)}): look at the disk, then try again`, {
        cause: error,
      });
    }
    try {
      flushFolders(dirname(path), made === undefined ? dirname(path) : dirname(made));
    } catch (error) {
      throw new UnknownOutcome(`${relative(folder, path)} may not be on disk (${codeOf(error)}): store it again`, { cause: error });
    }
  }

  return {
    async put(address, bytes) {
      const path = join(folder, pathOf(address));
      const hash = hashInAddress(address);
      if (hash !== undefined) {
        if (createHash("sha256").update(bytes).digest("hex") !== hash) {
          throw new Invalid(`the bytes for ${address} have another SHA-256: a content address names its own content`);
        }
        // Content under its own address never changes, and the rename made it appear whole.
        if (existsSync(path)) return;
      }
      write(path, bytes);
    },

    async putFile(below, file) {
      const source = openSync(file, "r");
      try {
        const hash = createHash("sha256");
        const piece = new Uint8Array(copyBytes);
        for (let count = readSync(source, piece); count > 0; count = readSync(source, piece)) hash.update(piece.subarray(0, count));
        const name = hash.digest("hex");
        const path = join(folder, pathOf(`${below}/${name}`));
        if (!existsSync(path)) copy(file, path);
        return name;
      } finally {
        closeSync(source);
      }
    },

    async get(address) {
      return orUndefined(join(folder, pathOf(address)), (path) => new Uint8Array(readFileSync(path)));
    },

    async readRange(address, start, end) {
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
        throw new RangeError(`bytes ${start} to ${end} are no range of a document`);
      }
      return orUndefined(join(folder, pathOf(address)), (path) => {
        const file = openSync(path, "r");
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

    async remove(address) {
      const path = join(folder, pathOf(address));
      try {
        rmSync(path, { force: true });
        if (existsSync(dirname(path))) flushFolders(dirname(path), dirname(path));
      } catch (error) {
        throw new Unavailable(`a document may still be there (${codeOf(error)}): remove it again`, { cause: error });
      }
    },

    async removeOlder(folders, before) {
      return folders.reduce((count, below) => count + removeOlderFiles(join(folder, pathOf(below)), Date.parse(before)), 0);
    },

    async size(address) {
      return orUndefined(join(folder, pathOf(address)), (path) => statSync(path).size);
    },
  };
}

/** What cannot be removed now is no document, as nothing names it. */
function leaveNothing(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {
    // The fault of writing is the one to tell: that of tidying up behind it has the same cause.
  }
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

/** By when a file came under its name, which no sender can set; a folder that is not there holds nothing. Answers how many are gone. */
export function removeOlderFiles(folder: string, before: number): number {
  let removed = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || statSync(path).ctimeMs >= before) continue;
      rmSync(path, { force: true });
      removed += 1;
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return removed;
    throw new Unavailable(`old files may still be in ${folder} (${codeOf(error)}): the next look removes them`, { cause: error });
  }
  return removed;
}

/** The path below the folder. */
function pathOf(address: string): string {
  assertDocumentAddress(address);
  const hash = hashInAddress(address);
  return hash === undefined ? join(...address.split("/")) : join("sha256", hash.slice(0, 2), hash.slice(2, 4), hash);
}

function orUndefined<T>(path: string, read: (path: string) => T): T | undefined {
  try {
    return read(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new Unavailable(`a document could not be read (${code}): look at the disk, then try again`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
