import { mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { removeOlderFiles } from "#adapters/embedded";
import type { DroppedFile, ReceivedFile } from "#functions/receive-dropped-file";
import { drops, retention } from "#wiring";
import { handlerOf } from "./handlers.ts";
import type { Hub } from "./open-hub.ts";

export interface Dropped {
  readonly file: string;
  /** SHA-256 of the bytes, hex. */
  readonly hash: string;
  readonly machine: string;
  /** Name of the execution that takes the file in. */
  readonly execution: string;
}

/**
 * Puts a file into the document store and starts the drop's machine on it. Dropping it again is harmless: the machine finds the duplicate.
 * `receivedAt` is the instant at which the file came; with the bytes it names one drop, so that a drop that a crash interrupted is no
 * second one.
 */
export async function dropFile(hub: Hub, drop: string, path: string, receivedAt: string = hub.clock.now()): Promise<Dropped> {
  const wired = drops.find(({ name }) => name === drop);
  if (wired === undefined) throw new RangeError(`no drop ${drop}: known are ${drops.map(({ name }) => name).join(", ")}`);
  const file = basename(path);
  const hash = await hub.documents.putFile(`drops/${wired.folder}`, path);
  const { machine: ofOne, archives } = wired;
  const dropped = { machine: ofOne, archives, address: `drops/${wired.folder}/${hash}`, file, version: hash.slice(0, 32), receivedAt };
  const { machine, execution } = (await handlerOf(hub.handlers, wired.function)(dropped satisfies DroppedFile)) as ReceivedFile;
  return { file, hash, machine, execution };
}

/**
 * Takes in what lies in the drop folders `<data>/drops/<name>` and moves it to `taken/`. Files that still grow are left for the next look.
 * A file that cannot be taken in stays where it is, is told to `onError`, and keeps no other one waiting.
 */
export async function takeDrops(
  hub: Hub,
  dropFolder: string,
  seen: Map<string, string>,
  onError: (error: unknown) => void,
): Promise<number> {
  let taken = 0;
  for (const { name, folder } of drops) {
    const inbox = join(dropFolder, folder);
    mkdirSync(join(inbox, "taken"), { recursive: true });
    for (const entry of readdirSync(inbox, { withFileTypes: true })) {
      if (!entry.isFile() || entry.name.startsWith(".")) continue;
      try {
        if (await takeDrop(hub, name, inbox, entry.name, seen)) taken += 1;
      } catch (error) {
        onError(error);
      }
    }
  }
  return taken;
}

/**
 * Ends what was dropped so many days ago, in the folders and in the document store: such a file may say who bought what, and cannot be taken
 * apart when one of them asks to be forgotten. What was read from it is on record. Answers how many files are gone.
 */
export async function endOldDrops(hub: Hub, dropFolder: string): Promise<number> {
  const before = Date.parse(hub.clock.now()) - retention.fileDays * 86_400_000;
  const moved = drops.reduce((count, { folder }) => count + removeOlderFiles(join(dropFolder, folder, "taken"), before), 0);
  return moved + (await hub.documents.removeOlder(["drops", ...retention.passingFolders], new Date(before).toISOString()));
}

/** False while the file may still grow. */
async function takeDrop(hub: Hub, drop: string, inbox: string, name: string, seen: Map<string, string>): Promise<boolean> {
  const path = join(inbox, name);
  const { size, mtimeMs, ctimeMs } = statSync(path);
  const mark = `${size} ${mtimeMs}`;
  if (seen.get(path) !== mark) {
    seen.set(path, mark);
    return false;
  }
  // The change time is when the file came under this name, also where its sender keeps the times of the original.
  const { hash } = await dropFile(hub, drop, path, new Date(ctimeMs).toISOString());
  renameSync(path, join(inbox, "taken", `${hash.slice(0, 12)}-${name}`));
  seen.delete(path);
  return true;
}
