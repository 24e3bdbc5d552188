import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";

const header = z.object({
  /** Hash of the source that was mutated. */
  source: z.string(),
  /** Hash of the test files that reach it, with what they import of test/. */
  tests: z.string(),
});
const line = z.object({
  /** Which mutant of the file, counted from 0 as Stryker's instrumenter counts them. */
  mutant: z.int(),
  status: z.enum(["Killed", "Timeout", "Survived", "NoCoverage", "RuntimeError"]),
  killer: z.string().optional(),
  unmet: z.int().optional(),
  /** How long tests were begun for this mutant, in milliseconds of the processor. */
  patience: z.number(),
});
export type Line = z.infer<typeof line>;
export type Header = z.infer<typeof header>;

/** What became of the mutants of one source file: a line for each verdict, appended as it falls, so that a run can end at any moment. */
export class ResultFile {
  readonly #path: string;

  constructor(folder: string, file: string) {
    this.#path = join(folder, `${file}.jsonl`);
  }

  /** The last verdict of each mutant, by its number, and of what; undefined when there is none at all. */
  read(): { of: Header; lines: Map<number, Line> } | undefined {
    if (!existsSync(this.#path)) return undefined;
    // The last line may be half written.
    const [first, ...rest] = readFileSync(this.#path, "utf8").split("\n").slice(0, -1);
    if (first === undefined) return undefined;
    const lines = rest.map((text) => line.parse(JSON.parse(text)));
    return { of: header.parse(JSON.parse(first)), lines: new Map(lines.map((verdict) => [verdict.mutant, verdict])) };
  }

  /** Begins the file anew for this source and these tests. */
  begin(of: Header): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, `${JSON.stringify(of)}\n`);
  }

  append(verdict: Line): void {
    appendFileSync(this.#path, `${JSON.stringify(verdict)}\n`);
  }
}
