import type { Bench } from "./bench.ts";
import type { Reach } from "./reach.ts";

/** As Stryker names them; a RuntimeError is a mutant with which a test file cannot be loaded: it is not counted. */
export type Status = "Killed" | "Timeout" | "Survived" | "NoCoverage" | "RuntimeError";

export interface Verdict {
  status: Status;
  /** The test that told, as "file › name". */
  killer?: string | undefined;
  /** How many tests that reach it were left out because the patience was at its end. */
  unmet?: number | undefined;
}

/** Where modules have to be loaded for a mutant, patience is so many times as long. */
const patienceWithLoading = 4;

interface Mutant {
  id: number;
  file: string;
  /** The test that told it when it was judged before: it is asked first. */
  killer?: string | undefined;
}

/**
 * Runs the tests that reach a mutant until one fails. A failure counts only if the same test passes right after it with the mutant off: a test that
 * fails then as well was broken by something that an earlier mutant left behind, and everything is loaded anew before it is asked again.
 */
export class Judge {
  readonly #bench: Bench;
  readonly #reach: Reach;
  readonly #names: string[];
  /** By test: the folder below test/domain that it stands in, if it does. */
  readonly #folders: (string | undefined)[];
  readonly #filesOfTests: Map<string, number[]>;
  readonly #broken = new Set<number>();
  readonly #kills = new Map<string, Map<number, number>>();
  readonly #madeOf = new Map<string, Set<number>>();

  constructor(bench: Bench, reach: Reach) {
    this.#bench = bench;
    this.#reach = reach;
    this.#names = bench.tests.map(({ file, name }) => `${file} › ${name}`);
    this.#folders = bench.tests.map(({ file }) => file.split("/")[2]);
    this.#filesOfTests = Map.groupBy(bench.tests.keys(), (index) => bench.tests[index]!.file);
  }

  /** @param patienceMilliseconds after so much time of the processor no further test is begun */
  async judge(mutant: Mutant, patienceMilliseconds: number): Promise<Verdict> {
    const reached = this.#usable([...this.#reach.tests.subarray(this.#reach.first[mutant.id], this.#reach.first[mutant.id + 1])]);
    const atLoad = this.#reach.hitsAtLoad[mutant.id]! > 0;
    const switched = reached.length === 0 ? undefined : await this.#switched(mutant, reached, patienceMilliseconds);
    if (!atLoad) return switched ?? { status: "NoCoverage" };
    if (switched !== undefined && switched.status !== "Survived") return switched;
    const fresh = await this.#fromTheStart(mutant, patienceWithLoading * patienceMilliseconds);
    if (fresh.status === "NoCoverage" && switched !== undefined) return switched;
    return fresh.status === "Survived" ? { status: "Survived", unmet: (fresh.unmet ?? 0) + (switched?.unmet ?? 0) || undefined } : fresh;
  }

  /** The tests by file that reach some mutant of this source, or are made of it. */
  testFilesOf(file: string, ids: readonly number[]): string[] {
    const tests = ids.flatMap((id) => [...this.#reach.tests.subarray(this.#reach.first[id], this.#reach.first[id + 1])]);
    const atLoad = ids.some((id) => this.#reach.hitsAtLoad[id]! > 0) ? this.#readersOf(file) : [];
    return [...new Set([...new Set([...tests, ...atLoad])].map((index) => this.#bench.tests[index]!.file))].sort();
  }

  async #switched(mutant: Mutant, reached: number[], patience: number): Promise<Verdict> {
    const start = process.threadCpuUsage();
    const order = this.#inOrder(mutant, reached);
    for (const [place, index] of order.entries()) {
      if (place > 0 && spentSince(start) > patience) return { status: "Survived", unmet: order.length - place };
      const test = this.#bench.tests[index]!;
      const usual = this.#reach.milliseconds[index]!;
      const outcome = await this.#bench.withMutant(mutant.id, this.#hitsMax(mutant.id), test, usual);
      if (outcome === "passed") continue;
      if (outcome === "waited") this.#bench.load();
      if (await this.#bench.passes(this.#bench.tests[index]!, usual)) return this.#told(mutant, index, outcome);
      this.#bench.load();
      if (!(await this.#bench.passes(this.#bench.tests[index]!, usual))) {
        this.#broken.add(index);
        continue;
      }
      const again = await this.#bench.withMutant(mutant.id, this.#hitsMax(mutant.id), this.#bench.tests[index]!, usual);
      if (again === "passed") continue;
      if (await this.#bench.passes(this.#bench.tests[index]!, usual)) return this.#told(mutant, index, again);
      // The mutant itself leaves something behind by which the test fails: that is what it does, and it goes with what it left.
      this.#bench.load();
      return this.#told(mutant, index, again);
    }
    return { status: "Survived" };
  }

  async #fromTheStart(mutant: Mutant, patience: number): Promise<Verdict> {
    const start = process.threadCpuUsage();
    const readers = this.#usable(this.#readersOf(mutant.file));
    if (readers.length === 0) return { status: "NoCoverage" };
    const unit = this.#bench.modules.indexOf(mutant.file);
    // What reads the file itself, and little else, is about it.
    const aboutIt = (index: number) => (this.#reach.read[index]!.includes(unit) ? 10 : 1) / this.#reach.read[index]!.length;
    const byFile = Map.groupBy(this.#inOrder(mutant, readers, aboutIt), (index) => this.#bench.tests[index]!.file);
    let met = 0;
    const reach = this.#reach;
    const tests = this.#bench.tests;
    const wanted = function* () {
      for (const [file, indices] of byFile) {
        if (met > 0 && spentSince(start) > patience) return;
        yield { file, names: new Map(indices.map((index) => [tests[index]!.name, reach.milliseconds[index]!])) };
        met += indices.length;
      }
    };
    const found = await this.#bench.withMutantFromTheStart(mutant.id, this.#hitsMax(mutant.id), mutant.file, wanted());
    if (found === undefined) return { status: "Survived", unmet: readers.length - met || undefined };
    if (!found.loads) return { status: "RuntimeError" };
    const index = this.#filesOfTests.get(found.file)!.find((at) => tests[at]!.name === found.name)!;
    const usual = reach.milliseconds[index]!;
    if (await this.#bench.passes(tests[index]!, usual)) return this.#told(mutant, index, found.outcome);
    this.#bench.load();
    if (await this.#bench.passes(this.#bench.tests[index]!, usual)) return await this.#fromTheStart(mutant, patience);
    this.#broken.add(index);
    return await this.#fromTheStart(mutant, patience);
  }

  #told(mutant: Mutant, index: number, outcome: "failed" | "endless" | "waited" | "passed"): Verdict {
    const kills = this.#kills.get(mutant.file) ?? new Map<number, number>();
    this.#kills.set(mutant.file, kills.set(index, (kills.get(index) ?? 0) + 1));
    return { status: outcome === "failed" ? "Killed" : "Timeout", killer: this.#names[index]! };
  }

  /** The test that told before first; then those that told the most of the same file in the least time; then the quickest. */
  #inOrder(mutant: Mutant, indices: number[], aboutIt: (index: number) => number = () => 1): number[] {
    const kills = this.#kills.get(mutant.file);
    const first = mutant.killer === undefined ? -1 : this.#names.indexOf(mutant.killer);
    const folder = mutant.file.split("/")[1];
    const weight = (index: number) => {
      if (index === first) return Number.POSITIVE_INFINITY;
      const own = this.#folders[index] === folder ? 0.1 : 0.01;
      return ((kills?.get(index) ?? 0) + own * aboutIt(index)) / (this.#reach.milliseconds[index]! + 0.3);
    };
    return indices
      .map((index) => ({ index, weight: weight(index) }))
      .sort((a, b) => b.weight - a.weight || a.index - b.index)
      .map(({ index }) => index);
  }

  #readersOf(file: string): number[] {
    const { modules, tests } = this.#bench;
    const made = this.#madeOf.get(file) ?? modules.madeOf(file);
    this.#madeOf.set(file, made);
    return [...tests.keys()].filter(
      (index) => made.has(modules.indexOf(tests[index]!.file)) || this.#reach.read[index]!.some((unit) => made.has(unit)),
    );
  }

  #usable(indices: number[]): number[] {
    return indices.filter((index) => this.#reach.milliseconds[index] !== Number.POSITIVE_INFINITY && !this.#broken.has(index));
  }

  /** Stryker's rule for a loop that does not end: a hundred times as often as in all tests without the mutant. */
  #hitsMax(id: number): number {
    return Math.max(1000, 100 * (this.#reach.hits[id]! + this.#reach.hitsAtLoad[id]!));
  }
}

/** Milliseconds that this thread has used the processor: how busy the machine is else makes no difference. */
function spentSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}
