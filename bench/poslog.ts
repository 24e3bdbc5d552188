import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatePoslog } from "./generate-poslog.ts";
import { median } from "./median.ts";

interface Reading {
  readonly bytes: number;
  readonly seconds: number;
  readonly tickets: number;
  readonly issues: number;
  readonly peakBytes: number;
}

/** Megabytes per second from bytes to validated events against the parser alone, and the peak memory of a small and of a large file. */
export function benchPoslog(tickets: { readonly speed: number; readonly large: number; readonly rounds: number }) {
  const folder = mkdtempSync(join(tmpdir(), "throughline-bench-"));
  try {
    const small = generate(join(folder, "small.xml"), tickets.speed);
    const rounds = Array.from({ length: tickets.rounds }, () => ({ floor: read(small, "floor"), events: read(small, "events") }));
    const smallPeak = Math.max(...rounds.map(({ events }) => events.peakBytes));
    const large = read(generate(join(folder, "large.xml"), tickets.large), "events");
    for (const { events } of [...rounds, { events: large }]) {
      if (events.issues > 0)
        throw new Error(`the generated file has ${events.issues} issues: a figure for what is held would be worth nothing`);
    }
    if (large.tickets !== tickets.large) throw new Error(`read ${large.tickets} of ${tickets.large} tickets`);
    return {
      floor: median(rounds.map(({ floor }) => megabytesPerSecond(floor))),
      events: median(rounds.map(({ events }) => megabytesPerSecond(events))),
      ratio: median(rounds.map(({ floor, events }) => megabytesPerSecond(events) / megabytesPerSecond(floor))),
      smallPeakMegabytes: smallPeak / 1e6,
      largePeakMegabytes: large.peakBytes / 1e6,
      largeMegabytes: large.bytes / 1e6,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function generate(path: string, tickets: number): string {
  const file = openSync(path, "w");
  for (const piece of generatePoslog({ tickets, seed: 1, version: 6 })) writeSync(file, piece);
  closeSync(file);
  return path;
}

function read(path: string, mode: "events" | "floor"): Reading {
  const { stdout, status } = spawnSync(process.execPath, ["bench/poslog-reader.ts", path, mode], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`the reader of ${path} ended with ${status}`);
  return JSON.parse(stdout) as Reading;
}

function megabytesPerSecond({ bytes, seconds }: Reading): number {
  return bytes / 1e6 / seconds;
}
