import { mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { drops } from "#wiring";
import type { Hub } from "./open-hub.ts";

export interface Dropped {
  readonly file: string;
  /** SHA-256 of the bytes, hex. */
  readonly hash: string;
  readonly machine: string;
  /** Name of the execution that takes the file in. */
  readonly execution: string;
}

/** Puts a file into the document store and starts the drop's machine on it. Dropping it again is harmless: the machine finds the duplicate. */
export async function dropFile(hub: Hub, drop: string, path: string): Promise<Dropped> {
  const wired = drops.find(({ name }) => name === drop);
  if (wired === undefined) throw new RangeError(`no drop ${drop}: known are ${drops.map(({ name }) => name).join(", ")}`);
  const file = basename(path);
  const hash = await hub.documents.putFile(`drops/${wired.folder}`, path);
  const receivedAt = hub.clock.now();
  const execution = `${hash.slice(0, 32)}-${receivedAt}`;
  await hub.workflows.start(wired.machine, execution, { drop: `drops/${wired.folder}/${hash}`, file, receivedAt });
  return { file, hash, machine: wired.machine, execution };
}

/** Takes in what lies in the drop folders `<data>/drops/<name>` and moves it to `taken/`. Files that still grow are left for the next look. */
export async function takeDrops(hub: Hub, dropFolder: string, seen: Map<string, number>): Promise<number> {
  let taken = 0;
  for (const { name, folder } of drops) {
    const inbox = join(dropFolder, folder);
    const archive = join(inbox, "taken");
    mkdirSync(archive, { recursive: true });
    for (const entry of readdirSync(inbox, { withFileTypes: true })) {
      if (!entry.isFile() || entry.name.startsWith(".")) continue;
      const path = join(inbox, entry.name);
      const { size, mtimeMs } = statSync(path);
      const mark = size + mtimeMs;
      if (seen.get(path) !== mark) {
        seen.set(path, mark);
        continue;
      }
      const { hash } = await dropFile(hub, name, path);
      renameSync(path, join(archive, `${hash.slice(0, 12)}-${entry.name}`));
      seen.delete(path);
      taken += 1;
    }
  }
  return taken;
}
