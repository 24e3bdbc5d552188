import { Modules } from "./modules.ts";
import { type RegisteredTest, RegisteredTests, WaitedTooLong } from "./registered-tests.ts";

/** What Stryker's instrumented modules share: which mutant is on, and how often it was met. */
interface Switchboard {
  activeMutant?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  counts?: Uint32Array | undefined;
}

/** What one run of one test with one mutant came to. */
export type Outcome = "passed" | "failed" | "endless" | "waited";

/** Tests and the instrumented modules that they test, in one process, with the switch of the mutants. */
export class Bench {
  readonly modules: Modules;
  tests: readonly RegisteredTest[] = [];
  readonly #files: readonly string[];
  readonly #registered = new RegisteredTests();
  readonly #switch: Switchboard;
  readonly #waitMilliseconds: number;
  readonly #beforeTest: (milliseconds: number) => void;

  /**
   * @param waitMilliseconds how long a test may take besides ten times what it usually takes
   * @param beforeTest is told before each test how long it may take, whatever it does
   */
  constructor(
    root: string,
    files: readonly string[],
    instrumented: ReadonlyMap<string, string>,
    waitMilliseconds: number,
    beforeTest: (milliseconds: number) => void,
  ) {
    this.#files = files;
    this.#waitMilliseconds = waitMilliseconds;
    this.#beforeTest = beforeTest;
    const shared = globalThis as unknown as { __stryker__?: Switchboard };
    this.#switch = shared.__stryker__ = {};
    this.modules = new Modules(root, instrumented, { vitest: this.#registered.vitest });
  }

  /** Loads all test files, anew if they were loaded before: no state is left in any module. */
  load(): void {
    this.modules.forget();
    this.tests = this.#files.flatMap((file) => this.#registered.of(file, () => this.modules.load(file)));
  }

  /** Counts in `counts`, by the number of the mutant, how often each is met until `counting(undefined)`. */
  counting(counts: Uint32Array | undefined): void {
    this.#switch.counts = counts;
  }

  /** Runs a test with no mutant. */
  async passes(test: RegisteredTest, usualMilliseconds: number): Promise<boolean> {
    return (await this.#run(test, usualMilliseconds, () => undefined)) === undefined;
  }

  /** Runs a test with the mutant on while its hooks and its body run. */
  async withMutant(id: number, hitsMax: number, test: RegisteredTest, usualMilliseconds: number): Promise<Outcome> {
    return await this.#mutated(id, hitsMax, async () =>
      this.#outcome(await this.#run(test, usualMilliseconds, () => this.#off()), hitsMax),
    );
  }

  /**
   * Loads test files with the mutant of `source` on from the start, one after the other, and runs of each the tests that `wanted` names,
   * until one does not pass. Answers that test's file, name and outcome, `loads: false` if a file could not be loaded, or nothing.
   */
  async withMutantFromTheStart(
    id: number,
    hitsMax: number,
    source: string,
    wanted: Iterable<{ file: string; names: ReadonlyMap<string, number> }>,
  ): Promise<{ loads: false } | { loads: true; file: string; name: string; outcome: Outcome } | undefined> {
    return await this.#mutated(id, hitsMax, async () => {
      const load = this.modules.renewed(source);
      const all: RegisteredTest[] = [];
      try {
        for (const { file, names } of wanted) {
          this.#beforeTest(loadMilliseconds);
          let tests: RegisteredTest[];
          try {
            tests = this.#registered.of(file, () => load(file));
          } catch {
            return { loads: false };
          }
          all.push(...tests);
          for (const test of tests) {
            const usual = names.get(test.name);
            if (usual === undefined) continue;
            const outcome = this.#outcome(await this.#run(test, usual, () => undefined), hitsMax);
            if (outcome !== "passed") return { loads: true, file, name: test.name, outcome };
          }
        }
        return undefined;
      } finally {
        this.#off();
        await this.#registered.end(all);
      }
    });
  }

  /** Runs what the tests' files say is to be done at the end. */
  async end(): Promise<void> {
    await this.#registered.end(this.tests);
  }

  async #mutated<Value>(id: number, hitsMax: number, run: () => Promise<Value>): Promise<Value> {
    this.#switch.activeMutant = String(id);
    this.#switch.hitLimit = hitsMax;
    this.#switch.hitCount = 0;
    try {
      return await run();
    } finally {
      this.#off();
    }
  }

  #off(): void {
    this.#switch.activeMutant = undefined;
  }

  async #run(test: RegisteredTest, usualMilliseconds: number, ended: () => void) {
    const waitMilliseconds = this.#waitMilliseconds + 10 * usualMilliseconds;
    this.#beforeTest(2 * waitMilliseconds);
    return await this.#registered.run(test, waitMilliseconds, ended);
  }

  #outcome(failed: { error: unknown } | undefined, hitsMax: number): Outcome {
    const hits = this.#switch.hitCount ?? 0;
    this.#switch.hitCount = 0;
    if (hits > hitsMax) return "endless";
    if (failed === undefined) return "passed";
    return failed.error instanceof WaitedTooLong ? "waited" : "failed";
  }
}

/** How long a test file may take to load. */
const loadMilliseconds = 60_000;
