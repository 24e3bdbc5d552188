import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { Bench } from "./bench.ts";
import { Judge } from "./judge.ts";
import { type Reach, reachOf } from "./reach.ts";
import { ResultFile } from "./results.ts";

/** What the thread is to do; it says to the one that started it what it has done. */
export interface Work {
  root: string;
  testFiles: string[];
  instrumented: Map<string, string>;
  /** By source file: the number of its first mutant among all, how many numbers it has, and its hash. */
  sources: { file: string; first: number; numbers: number; hash: string }[];
  /** The numbers of the mutants to judge, share by share. */
  wanted: number[][];
  numbersInAll: number;
  results: string;
  /** How long tests are begun for one mutant, in milliseconds of the processor, in a first round over all and in further ones over what survived in less. */
  patience: number[];
  /** How long a test may take besides ten times what it usually takes, in milliseconds. */
  wait: number;
  reach: Reach | undefined;
  /** Who watches reads here: 1 + the number of the mutant that is on, how many tests have begun, how long the last one may take in milliseconds. */
  watched: Int32Array;
}
export type Said =
  | { kind: "reach"; reach: Reach; tests: number; failing: string[] }
  | { kind: "verdict"; told: boolean; counts: boolean; again: boolean }
  | { kind: "kept"; told: number; count: number }
  | { kind: "left"; mutants: number }
  | { kind: "failed"; error: unknown };

const work = workerData as Work;
const say = (said: Said) => parentPort?.postMessage(said);

const [running, begun, allowed] = [0, 1, 2];
const bench = new Bench(work.root, work.testFiles, work.instrumented, work.wait, (milliseconds) => {
  work.watched[allowed] = milliseconds;
  Atomics.add(work.watched, begun, 1);
});
const hashes = new Map<string, string>();
try {
  await judgeAll(await readyToJudge());
} catch (error) {
  say({ kind: "failed", error });
}
await bench.end();

/** With every test loaded, and each run once unless an earlier thread has done so. */
async function readyToJudge(): Promise<Judge> {
  let { reach } = work;
  if (reach === undefined) {
    reach = await reachOf(bench, work.numbersInAll);
    const failing = bench.tests.filter((_, index) => reach?.milliseconds[index] === Number.POSITIVE_INFINITY);
    say({ kind: "reach", reach, tests: bench.tests.length, failing: failing.map(({ file, name }) => `${file} › ${name}`) });
  } else bench.load();
  // A promise that a mutant left alone may fail when nobody waits for it any more.
  process.on("unhandledRejection", () => undefined);
  return new Judge(bench, reach);
}

async function judgeAll(judge: Judge): Promise<void> {
  const files = work.sources.map((source) => {
    const result = new ResultFile(work.results, source.file);
    const of = { source: source.hash, tests: hashOfTests(judge, source) };
    const before = result.read();
    const same = before !== undefined && before.of.source === of.source && before.of.tests === of.tests;
    if (!same) result.begin(of);
    // Of the same source under other tests the verdicts say whom to ask first, and no more.
    const killers = new Map(before?.of.source === of.source ? [...before.lines].map(([mutant, { killer }]) => [mutant, killer]) : []);
    return { ...source, result, lines: same ? before.lines : new Map(), killers };
  });
  const fileOf = (id: number) => files.find(({ first, numbers }) => id >= first && id < first + numbers)!;
  const mutants = work.wanted.flat().map((id) => ({ id, of: fileOf(id) }));
  const known = mutants.map(({ id, of }) => of.lines.get(id - of.first)?.status).filter((status) => status !== undefined);
  const counted = known.filter((status) => status !== "RuntimeError");
  say({ kind: "kept", told: counted.filter((status) => status === "Killed" || status === "Timeout").length, count: counted.length });

  for (const patience of work.patience) {
    const todo = mutants.filter(({ id, of }) => {
      const line = of.lines.get(id - of.first);
      return line === undefined || (line.unmet !== undefined && line.patience < patience);
    });
    say({ kind: "left", mutants: todo.length });
    for (const { id, of } of todo) {
      const mutant = id - of.first;
      const again = of.lines.has(mutant);
      work.watched[running] = 1 + id;
      const verdict = await judge.judge({ id, file: of.file, killer: of.killers.get(mutant) }, patience);
      work.watched[running] = 0;
      const line = { mutant, ...verdict, patience };
      of.result.append(line);
      of.lines.set(mutant, line);
      const told = verdict.status === "Killed" || verdict.status === "Timeout";
      say({ kind: "verdict", told, counts: verdict.status !== "RuntimeError", again });
    }
  }
}

function hashOfTests(judge: Judge, { file, first, numbers }: Work["sources"][number]): string {
  const ids = Array.from({ length: numbers }, (_, index) => first + index);
  const files = new Set(judge.testFilesOf(file, ids).flatMap((test) => bench.modules.importsOf(test, "test/")));
  const hash = createHash("sha256");
  for (const test of [...files].sort()) hash.update(hashOfFile(test));
  return hash.digest("hex");
}

function hashOfFile(file: string): string {
  const known =
    hashes.get(file) ??
    createHash("sha256")
      .update(readFileSync(join(work.root, file)))
      .digest("hex");
  hashes.set(file, known);
  return known;
}
