import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boundedHeap } from "./pos-volume.ts";

/** What a peak brought, and how it ended. */
interface Peak {
  readonly webhooks: number;
  /** Sent to the busiest ERP connection. */
  readonly documents: number;
  /** What it would have taken from the first webhook to the last document. */
  readonly allowedDocuments: number;
  /** Messages that waited, at most. */
  readonly backlogMax: number;
  /** From the first webhook until nothing was left to do. */
  readonly elapsedSeconds: number;
  /** From a fact's arrival to the ERP's answer for what it caused. */
  readonly p50Seconds: number;
  readonly p99Seconds: number;
  readonly peakBytes: number;
  readonly states: Readonly<Record<string, number>>;
}

/** Sample days of orders that make a normal day, and what the ERP takes: a third of it would be enough for the normal day. */
const normalDay = 4;
const erpDocumentsPerSecond = 50;
/** In which the orders come; a second stands for six minutes, and this for four hours. */
const arrivalSeconds = 40;

interface PeakBench {
  /** Ten normal days' orders in the time of one. */
  readonly peak: Peak;
  readonly drainSeconds: number;
  /** What the drain would have taken at the ERP's pace. */
  readonly drainSecondsMin: number;
  readonly normal: Peak;
  /** The same rush for half as long. */
  readonly half: Peak;
}

export function benchPeak(): PeakBench {
  const normal = playPeak(normalDay, arrivalSeconds, erpDocumentsPerSecond);
  const half = playPeak(normalDay * 5, arrivalSeconds / 2, erpDocumentsPerSecond);
  const peak = playPeak(normalDay * 10, arrivalSeconds, erpDocumentsPerSecond);
  const burst = peak.allowedDocuments - erpDocumentsPerSecond * peak.elapsedSeconds;
  return {
    peak,
    drainSeconds: peak.elapsedSeconds - arrivalSeconds,
    drainSecondsMin: (peak.documents - burst) / erpDocumentsPerSecond - arrivalSeconds,
    normal,
    half,
  };
}

/** Plays a peak of so many sample days in a hub of its own. Throws unless every transaction is settled at the end. */
function playPeak(copies: number, seconds: number, documentsPerSecond: number): Peak {
  const folder = mkdtempSync(join(tmpdir(), "throughline-peak-"));
  try {
    const words = [...boundedHeap, join(import.meta.dirname, "peak-hub.ts"), join(folder, "data")];
    const run = spawnSync(process.execPath, [...words, String(copies), String(seconds), String(documentsPerSecond)], { encoding: "utf8" });
    if (run.status !== 0) throw new Error(`the peak was not played: ${run.stderr}`);
    const peak: Peak = JSON.parse(run.stdout);
    if (Object.keys(peak.states).join() !== "settled") throw new Error(`not everything is settled: ${JSON.stringify(peak.states)}`);
    return peak;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
