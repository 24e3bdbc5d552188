import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** A format in which a drawn day can be written beside POSLog. */
export type TableFormat = "square-items" | "table" | "sap-posdm";

export interface TableReading {
  readonly bytes: number;
  readonly transactions: number;
  /** Transactions that were held. */
  readonly held: number;
  /** Resident memory of the whole process. */
  readonly peakBytes: number;
}

/** A heap that a leak would fill. */
const boundedHeap = ["--max-old-space-size=64", "--max-semi-space-size=4"];

/** What the check of a POS file learns of drawn days in a format, and the memory that it takes: in a process of its own. */
export function readDays(format: TableFormat, days: number): TableReading {
  const run = spawnSync(process.execPath, [...boundedHeap, join(import.meta.dirname, "table-reader.ts"), format, String(days)], {
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`${days} days of ${format} were not read: ${run.stderr}`);
  return JSON.parse(run.stdout) as TableReading;
}
