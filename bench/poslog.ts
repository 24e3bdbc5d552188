import { type ChildProcess, fork } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatePoslog } from "./generate-poslog.ts";
import { median } from "./median.ts";

/** What a reader has read so far; `seconds` are of processor time. */
export interface PoslogReading {
  readonly done: boolean;
  readonly bytes: number;
  readonly seconds: number;
  readonly tickets: number;
  readonly issues: number;
  readonly peakBytes: number;
}

/**
 * Megabytes per second of processor time from bytes to validated events against the parser alone, and the peak memory of a small and of a
 * large file. Both readers of a round take turns of some megabytes, so that whatever else the machine does slows both of them.
 */
export async function benchPoslog(tickets: { readonly speed: number; readonly large: number; readonly rounds: number }) {
  const folder = mkdtempSync(join(tmpdir(), "throughline-bench-"));
  try {
    const small = generate(join(folder, "small.xml"), tickets.speed);
    const rounds: { floor: PoslogReading; events: PoslogReading }[] = [];
    for (let round = 0; round < tickets.rounds; round++) {
      const [floor, events] = (await inTurns([open(small, "floor"), open(small, "events")])) as [PoslogReading, PoslogReading];
      rounds.push({ floor, events });
    }
    const smallPeak = Math.max(...rounds.map(({ events }) => events.peakBytes));
    const [large] = (await inTurns([open(generate(join(folder, "large.xml"), tickets.large), "events")])) as [PoslogReading];
    for (const { issues } of [...rounds.map(({ events }) => events), large]) {
      if (issues > 0) throw new Error(`the generated file has ${issues} issues: a figure for what is held would be worth nothing`);
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

function open(path: string, mode: "events" | "floor"): ChildProcess {
  return fork(join(import.meta.dirname, "poslog-reader.ts"), [path, mode]);
}

/** Lets the readers read on one after the other until each is done: what each has read in all. */
async function inTurns(readers: readonly ChildProcess[]): Promise<PoslogReading[]> {
  const readings: (PoslogReading | undefined)[] = readers.map(() => undefined);
  while (!readings.every((reading) => reading?.done)) {
    for (const [index, reader] of readers.entries()) if (readings[index]?.done !== true) readings[index] = await readOn(reader);
  }
  return readings as PoslogReading[];
}

function readOn(reader: ChildProcess): Promise<PoslogReading> {
  return new Promise((resolve, reject) => {
    const ended = (status: number | null) => reject(new Error(`a reader ended with ${status} before its file did`));
    reader.once("exit", ended);
    reader.once("message", (reading) => {
      reader.off("exit", ended);
      resolve(reading as PoslogReading);
    });
    reader.send("on");
  });
}

function megabytesPerSecond({ bytes, seconds }: PoslogReading): number {
  return bytes / 1e6 / seconds;
}
