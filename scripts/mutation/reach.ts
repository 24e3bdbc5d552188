import type { Bench } from "./bench.ts";

/** Which test reaches which mutant, found by one run of all tests without any; plain arrays, so that it can go from one thread to another. */
export interface Reach {
  /** By test: how long it took, in milliseconds; infinite if it does not pass without a mutant and so can tell nothing. */
  milliseconds: Float64Array;
  /** By test: the indices of the units whose exports it read. */
  read: Uint16Array[];
  /** `tests` from `first[id]` to `first[id + 1]` are the tests that reach mutant `id`. */
  first: Uint32Array;
  tests: Uint16Array;
  /** By mutant: how often all tests together met it, and how often loading did. */
  hits: Float64Array;
  hitsAtLoad: Uint32Array;
}

/** Loads all tests and runs each once. */
export async function reachOf(bench: Bench, mutants: number): Promise<Reach> {
  const hitsAtLoad = new Uint32Array(mutants);
  bench.counting(hitsAtLoad);
  bench.load();
  bench.counting(undefined);

  const milliseconds = new Float64Array(bench.tests.length);
  const read: Uint16Array[] = [];
  const hits = new Float64Array(mutants);
  const counts = new Uint32Array(mutants);
  const reached: Uint32Array[] = [];
  const testsOf = new Uint32Array(mutants + 1);
  for (const [index, test] of bench.tests.entries()) {
    counts.fill(0);
    bench.modules.read.fill(0);
    bench.counting(counts);
    const start = performance.now();
    const passes = await bench.passes(test, usualMax);
    milliseconds[index] = passes ? performance.now() - start : Number.POSITIVE_INFINITY;
    bench.counting(undefined);
    read.push(Uint16Array.from(indicesOf(bench.modules.read)));
    const met = passes ? Uint32Array.from(indicesOf(counts)) : new Uint32Array();
    reached.push(met);
    for (const id of met) {
      hits[id]! += counts[id]!;
      testsOf[id]!++;
    }
  }

  const first = new Uint32Array(mutants + 1);
  for (let id = 0; id < mutants; id++) first[id + 1] = first[id]! + testsOf[id]!;
  const tests = new Uint16Array(first[mutants]!);
  const next = first.slice();
  for (const [index, met] of reached.entries()) for (const id of met) tests[next[id]!++] = index;
  return { milliseconds, read, first, tests, hits, hitsAtLoad };
}

/** How long a test is taken to need before it was measured, in milliseconds. */
const usualMax = 20_000;

function* indicesOf(marks: Uint8Array | Uint32Array): Iterable<number> {
  for (let index = 0; index < marks.length; index++) if (marks[index] !== 0) yield index;
}
