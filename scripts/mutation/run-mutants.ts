import { Worker } from "node:worker_threads";
import type { Reach } from "./reach.ts";
import { ResultFile } from "./results.ts";
import type { Said, Work } from "./worker.ts";

/** Told now and then how far a run is, as a line. */
type Progress = (line: string) => void;

const heapMegabytesMax = 1400;
const patienceOfTimeouts = Number.MAX_SAFE_INTEGER;

/**
 * Runs every wanted mutant in a thread of its own, and watches it: a test that has not ended when it should (a loop that meets no mutant, so that none
 * of them can count it) takes the thread with it, its mutant counts as timed out, and another thread goes on with the next one. A thread that ends
 * by itself (memory) is given the same mutant once more.
 */
export async function runMutants(work: Omit<Work, "reach" | "watched">, progress: Progress): Promise<void> {
  const tally = new Tally(progress);
  const lost = new Map<number, number>();
  let reach: Reach | undefined;
  for (;;) {
    const watched = new Int32Array(new SharedArrayBuffer(12));
    const end = await oneThread({ ...work, reach, watched }, (said) => {
      if (said.kind === "reach") reach = said.reach;
      if (said.kind === "failed") throw said.error;
      tally.take(said);
    });
    if (end === "done") return;
    const id = watched[0]! - 1;
    if (id < 0) throw end.error ?? new Error("a test without any mutant does not end");
    const times = (lost.get(id) ?? 0) + 1;
    lost.set(id, times);
    if (end.error === undefined || times > 1) {
      const source = work.sources.find(({ first, numbers }) => id >= first && id < first + numbers);
      if (source === undefined) throw new Error(`no source has mutant ${id}`);
      new ResultFile(work.results, source.file).append({ mutant: id - source.first, status: "Timeout", patience: patienceOfTimeouts });
      progress(`${source.file}: mutant ${id - source.first} ${end.error === undefined ? "does not end" : `ends the thread: ${end.error}`}`);
    }
    tally.restart();
  }
}

type End = "done" | { error: unknown };

function oneThread(work: Work, heard: (said: Said) => void): Promise<End> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: work,
      // What tests print is not about mutants.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
    });
    worker.stdout.resume();
    worker.stderr.resume();
    let seen = { begun: 0, at: performance.now() };
    const watch = setInterval(() => {
      const begun = Atomics.load(work.watched, 1);
      if (begun !== seen.begun) seen = { begun, at: performance.now() };
      else if (begun > 0 && work.watched[0]! > 0 && performance.now() - seen.at > work.watched[2]!) ended({ error: undefined });
    }, 500);
    const ended = (end: End) => {
      clearInterval(watch);
      void worker.terminate().then(() => resolve(end));
    };
    worker.on("message", heard);
    worker.on("error", (error) => ended({ error }));
    worker.on("exit", (code) => ended(code === 0 ? "done" : { error: new Error(`exit ${code}`) }));
  });
}

/** Counts verdicts and says every half minute how far it is. */
class Tally {
  readonly #progress: Progress;
  readonly #start = performance.now();
  #said = performance.now();
  #left = 0;
  #counted = 0;
  #told = 0;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  take(said: Said): void {
    switch (said.kind) {
      case "reach":
        this.#progress(`${said.tests} tests; ${said.failing.length} fail without any mutant and are left out`);
        for (const name of said.failing) this.#progress(`  ${name}`);
        return;
      case "kept":
        this.#counted += said.count;
        this.#told += said.told;
        return;
      case "left":
        this.#left = said.mutants;
        this.#say();
        return;
      case "verdict":
        this.#left--;
        if (said.counts && !said.again) this.#counted++;
        if (said.told) this.#told++;
        if (performance.now() - this.#said > 30_000 || this.#left === 0) this.#say();
    }
  }

  /** The next thread counts again what is kept. */
  restart(): void {
    this.#counted = 0;
    this.#told = 0;
  }

  #say(): void {
    this.#said = performance.now();
    const percent = this.#counted === 0 ? "-" : ((100 * this.#told) / this.#counted).toFixed(1);
    const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
    const minutes = ((performance.now() - this.#start) / 60_000).toFixed(1);
    this.#progress(`${this.#left} left; ${percent} % of ${this.#counted} told; ${minutes} min, ${memory} MB`);
  }
}
