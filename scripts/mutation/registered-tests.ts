import { readFileSync } from "node:fs";
import { chai, expect, expectTypeOf, vi } from "vitest";

// Vitest's own needs to know which test it stands in, to be able to write the file.
chai.Assertion.addMethod("toMatchFileSnapshot", function (this: Chai.AssertionStatic & { _obj: unknown }, path: string) {
  expect(this._obj).toBe(readFileSync(path, "utf8"));
});

type Body = (...given: never[]) => unknown;
type Hook = () => unknown;

interface Suite {
  beforeAll: Hook[];
  afterAll: Hook[];
  beforeEach: Hook[];
  afterEach: Hook[];
  /** Whether `beforeAll` has run. */
  begun: boolean;
}

/** A test as a file declared it, with the suites that it stands in, the outermost first. */
export interface RegisteredTest {
  file: string;
  name: string;
  suites: Suite[];
  body: (context: object) => unknown;
}

/** Thrown where a test says that it does not apply. */
class Skipped extends Error {}

/** Stands in for Vitest while test files are loaded: it keeps what they declare, so that a test can be run by itself, again and again. */
export class RegisteredTests {
  readonly vitest: object;
  #file = "";
  #names: string[] = [];
  #suites: Suite[] = [];
  #tests: RegisteredTest[] = [];
  #finished: Hook[] = [];

  constructor() {
    const hook = (kind: "beforeAll" | "afterAll" | "beforeEach" | "afterEach") => (body: Hook) => {
      this.#suites.at(-1)?.[kind].push(body);
    };
    const test = this.#declaring((name, body) => {
      this.#tests.push({ file: this.#file, name: [...this.#names, name].join(" > "), suites: [...this.#suites], body });
    });
    const describe = this.#declaring((name, body) => {
      this.#names.push(name);
      this.#suites.push(emptySuite());
      body({});
      this.#names.pop();
      this.#suites.pop();
    });
    const onTestFinished = (body: Hook) => {
      this.#finished.push(body);
    };
    const hooks = {
      beforeAll: hook("beforeAll"),
      afterAll: hook("afterAll"),
      beforeEach: hook("beforeEach"),
      afterEach: hook("afterEach"),
    };
    // Vitest's own state is that of the run it stands in, and here is none.
    const getState = () => ({ testPath: this.#file });
    const stated = new Proxy(expect, { get: (own, name) => (name === "getState" ? getState : Reflect.get(own, name)) });
    this.vitest = { ...hooks, test, it: test, describe, onTestFinished, expect: stated, expectTypeOf, vi };
  }

  /** What a test file declares when this loads it. */
  of(file: string, load: () => void): RegisteredTest[] {
    this.#file = file;
    this.#names = [];
    this.#suites = [emptySuite()];
    this.#tests = [];
    load();
    return this.#tests;
  }

  /**
   * Runs a test with its hooks; answers what it failed with, or nothing. A test that waits longer than this has failed.
   * @param ended called as soon as the body has ended, before what tidies up
   */
  async run(test: RegisteredTest, waitMilliseconds: number, ended: () => void): Promise<{ error: unknown } | undefined> {
    let failed: { error: unknown } | undefined;
    const attempt = async (step: Hook) => {
      try {
        const waiting = step();
        if (waiting instanceof Promise) await within(waiting, waitMilliseconds);
      } catch (error) {
        if (!(error instanceof Skipped)) failed ??= { error };
      }
    };
    this.#finished = [];
    for (const suite of test.suites) {
      if (!suite.begun) for (const before of suite.beforeAll) await attempt(before);
      suite.begun = true;
      for (const before of suite.beforeEach) await attempt(before);
    }
    const onTestFinished = (body: Hook) => this.#finished.push(body);
    const skip = () => {
      throw new Skipped();
    };
    if (failed === undefined) await attempt(() => test.body({ expect, onTestFinished, skip, task: { name: test.name } }));
    ended();
    for (const finish of this.#finished.reverse()) await attempt(finish);
    for (const suite of test.suites.toReversed()) for (const after of suite.afterEach) await attempt(after);
    return failed;
  }

  /** Runs what these tests' files say is to be done at the end. */
  async end(tests: readonly RegisteredTest[]): Promise<void> {
    for (const suite of new Set(tests.flatMap(({ suites }) => suites)))
      if (suite.begun)
        for (const after of suite.afterAll)
          try {
            await after();
          } catch {
            // What could not be tidied up says nothing of a mutant.
          }
  }

  #declaring(declare: (name: string, body: (context: object) => unknown) => void) {
    const nothing = Object.assign(() => undefined, { each: () => () => undefined, for: () => () => undefined });
    const one = (name: unknown, first: unknown, second?: unknown) => {
      const body = bodyOf(first, second);
      if (body !== undefined) declare(String(name), body as (context: object) => unknown);
    };
    const rows =
      (given: (row: unknown) => unknown[]) => (table: readonly unknown[]) => (name: unknown, first: unknown, second?: unknown) => {
        const body = bodyOf(first, second);
        for (const [index, row] of table.entries())
          if (body !== undefined) declare(`${name} (row ${index + 1})`, () => body(...(given(row) as never[])));
      };
    const each = rows((row) => (Array.isArray(row) ? row : [row]));
    const when = (condition: unknown) => (condition ? declaring : nothing);
    const declaring = Object.assign(one, {
      each,
      for: rows((row) => [row, { expect }]),
      only: one,
      skip: nothing,
      todo: nothing,
      runIf: when,
      skipIf: (condition: unknown) => when(!condition),
    });
    return declaring;
  }
}

function emptySuite(): Suite {
  return { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [], begun: false };
}

function bodyOf(first: unknown, second: unknown): Body | undefined {
  const body = typeof first === "function" ? first : second;
  return typeof body === "function" ? (body as Body) : undefined;
}

/** Thrown when a test waited too long. */
export class WaitedTooLong extends Error {}

async function within(waiting: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new WaitedTooLong(`after ${milliseconds} ms`)), milliseconds);
  });
  try {
    await Promise.race([waiting, late]);
  } finally {
    clearTimeout(timer);
  }
}
