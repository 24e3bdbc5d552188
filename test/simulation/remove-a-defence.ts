import { existsSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { defences } from "./defences.ts";

/** What a thread is told: the defence to take away, and the seeds to try in turn. */
export interface Attack {
  readonly defence: string;
  readonly seeds: readonly number[];
}

const root = new URL("../../", import.meta.url);
const { defence, seeds } = workerData as Attack;
const { edits } = defences.find(({ name }) => name === defence) ?? { edits: [] };
if (edits.length === 0) throw new RangeError(`there is no defence ${JSON.stringify(defence)}`);

/** By the address of the file. A text that is not there exactly once would remove nothing, or something else. */
const edited = new Map<string, string>();
for (const { file, find, replace } of edits) {
  const url = new URL(file, root);
  const text = edited.get(url.href) ?? (existsSync(url) ? readFileSync(fileURLToPath(url), "utf8") : "");
  if (text.split(find).length !== 2)
    throw new RangeError(`${file} does not have ${JSON.stringify(find)} once: say anew how to remove "${defence}"`);
  edited.set(
    url.href,
    text.replace(find, () => replace),
  );
}

registerHooks({
  load(url, context, next) {
    const source = edited.get(url);
    return source === undefined ? next(url, context) : { format: "module-typescript", source, shortCircuit: true };
  },
});

const { simulateSeed } = await import("#simulation");
for (const seed of seeds) {
  const { violation } = await simulateSeed(seed, { policiesFolder: fileURLToPath(new URL("policies", root)) });
  if (violation === undefined) continue;
  parentPort?.postMessage({ seed, ...violation });
  break;
}
