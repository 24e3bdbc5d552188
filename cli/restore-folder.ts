import { cpSync, existsSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { openDatabase } from "#adapters/embedded";
import { Invalid } from "#domain/failures";
import { hubDatabase } from "#hub";
import { UsageError } from "./command.ts";

/**
 * Copies a backup into a data folder that is not there yet, or is empty: beside it first, and under its name once all of it is there and the database is sound, so that a copy that was cut off is never taken for
 * a hub. The backup stays as it is. UsageError for a folder that is no backup or a data folder that holds something, Invalid for a database that is damaged.
 */
export function restoreFolder(backup: string, dataFolder: string): void {
  const [from, to] = [resolve(backup), resolve(dataFolder)];
  if (!existsSync(join(from, hubDatabase))) throw new UsageError(`${backup} is no backup of a data folder: it has no ${hubDatabase}`);
  if (existsSync(to) && readdirSync(to).length > 0)
    throw new UsageError(
      `${dataFolder} is not empty: a backup is restored into a fresh folder; move it away, or name another one with --data`,
    );
  if (to === from || to.startsWith(from + sep))
    throw new UsageError(`${dataFolder} lies within the backup: name another folder with --data`);
  const beside = join(dirname(to), `${to.slice(dirname(to).length + 1)}.restoring`);
  if (from === beside || from.startsWith(beside + sep))
    throw new UsageError(
      `${backup} is what a restore into ${dataFolder} left that was cut off, and perhaps not whole: name the backup itself`,
    );
  // Of a restore that was cut off: nobody works in it.
  rmSync(beside, { recursive: true, force: true });
  cpSync(from, beside, { recursive: true, preserveTimestamps: true });
  assertSound(beside, backup);
  if (existsSync(to)) rmdirSync(to);
  renameSync(beside, to);
}

/** A folder that was copied while its hub wrote may hold a database that is no state of it. */
function assertSound(folder: string, backup: string): void {
  let found: string;
  try {
    const database = openDatabase(join(folder, hubDatabase));
    try {
      found = String(database.connection.prepare("PRAGMA integrity_check(1)").get()?.integrity_check);
    } finally {
      database.close();
    }
  } catch (error) {
    found = error instanceof Error ? error.message : String(error);
  }
  if (found === "ok") return;
  rmSync(folder, { recursive: true, force: true });
  throw new Invalid(`the database of ${backup} is damaged (${found}): take an older backup, one of a hub that was stopped`);
}
