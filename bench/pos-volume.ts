import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatePoslog } from "./generate-poslog.ts";

/** What a file became, and what taking it in took; `seconds` are of processor time, `peakBytes` is the resident memory of the whole process. */
export interface FileTaking {
  readonly bytes: number;
  readonly seconds: number;
  readonly elapsedSeconds: number;
  readonly tickets: number;
  readonly ignored: number;
  readonly held: number;
  readonly peakBytes: number;
}

/** A heap that a leak would fill: without a bound V8 lets garbage stand while the machine has memory, and the peak says nothing. */
export const boundedHeap = ["--max-old-space-size=96", "--max-semi-space-size=4"];

/** Takes in a generated POSLog file through check, chunks and close, in a hub of its own. Throws unless every ticket was recorded. */
export function takeInFile(tickets: number): FileTaking {
  const folder = mkdtempSync(join(tmpdir(), "throughline-volume-"));
  try {
    const path = join(folder, "tickets.xml");
    const file = openSync(path, "w");
    for (const piece of generatePoslog({ tickets, seed: 7, version: 6, batch: true, stores: ["0101", "0201"] })) writeSync(file, piece);
    closeSync(file);
    const hub = join(import.meta.dirname, "pos-hub.ts");
    const run = spawnSync(process.execPath, [...boundedHeap, hub, join(folder, "data"), path], { encoding: "utf8" });
    if (run.status !== 0) throw new Error(`${tickets} tickets were not taken in: ${run.stderr}`);
    const taking: FileTaking = JSON.parse(run.stdout);
    if (taking.tickets !== tickets || taking.held > 0)
      throw new Error(`of ${tickets} tickets ${taking.tickets} were recorded and ${taking.held} held`);
    return taking;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
