import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Unavailable } from "#domain/failures";
import { faultOfOpening, isBusy, isDatabaseError } from "./database-failures.ts";
import { createGroupCommit } from "./group-commit.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./schema.ts";

/** The hub's database: every write goes through `write` and shares its commit with the others of its turn. */
export interface HubDatabase {
  /** To prepare statements on. */
  readonly connection: DatabaseSync;
  /** Runs statements that only read, of what is committed. Throws Unavailable when the database cannot be read. */
  read<T>(work: () => T): T;
  /** See GroupCommit in group-commit.ts. */
  write<T>(work: () => T): Promise<T>;
  /**
   * Takes out of the log what is in the database by now, so that what was removed does not stay readable there. Where another process reads,
   * the log is written over by what follows instead.
   */
  emptyLog(): void;
  /** Commits what is pending and closes. */
  close(): void;
}

export interface DatabaseOptions {
  /** 5,000 when absent. */
  readonly busyTimeoutMilliseconds?: number;
  /** Runs its argument after this turn; that of the event loop when absent. */
  readonly later?: (commit: () => void) => void;
  /** Those of schema.ts when absent. */
  readonly migrations?: readonly string[];
  /** How long a worker's lease that is not renewed is looked at before an older form is migrated under it; 6,000 when absent. */
  readonly silenceMilliseconds?: number;
}

const busyTimeoutMilliseconds = 5_000;

/**
 * Opens (and makes, and migrates) the database at `path`, or ":memory:". Several processes may hold it open. Every commit is flushed to
 * disk before it is answered. Throws Unavailable when another process keeps it locked, Invalid when its folder cannot be written, when
 * it was made by a newer version, and when it is to be migrated and a worker of the older version holds it.
 */
export function openDatabase(path: string, options: DatabaseOptions = {}): HubDatabase {
  try {
    return openWritable(path, options);
  } catch (error) {
    throw faultOfOpening(dirname(path), error);
  }
}

function openWritable(path: string, options: DatabaseOptions): HubDatabase {
  if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
  const known = options.migrations ?? migrations;
  const connection = new DatabaseSync(path, { timeout: options.busyTimeoutMilliseconds ?? busyTimeoutMilliseconds });
  try {
    enterWriteAheadMode(connection);
    // secure_delete: a raw body that was removed for privacy must not stay readable in freed pages.
    connection.exec("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -65536;");
    migrate(connection, path, known, options.silenceMilliseconds);
  } catch (error) {
    connection.close();
    throw error;
  }
  const commits = createGroupCommit(connection, known.length, options.later);
  let open = true;
  return {
    connection,
    read(work) {
      try {
        return work();
      } catch (error) {
        if (!isDatabaseError(error)) throw error;
        throw new Unavailable(`the hub's database could not be read (${error.message}): look at the disk, then try again`, {
          cause: error,
        });
      }
    },
    write: commits.write,
    emptyLog() {
      try {
        connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch {
        // Nothing is lost: the next checkpoint does it, and no removal fails for it.
      }
    },
    close() {
      if (!open) return;
      open = false;
      commits.close();
      connection.close();
    },
  };
}

/** The switch needs the file for itself for an instant, and SQLite answers "busy" at once when two processes try it together. */
function enterWriteAheadMode(connection: DatabaseSync): void {
  const attemptsMax = 100;
  let last: unknown;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    try {
      connection.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      last = error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
  throw new Unavailable("the hub's database is locked by another process: end it, or try again", { cause: last });
}
