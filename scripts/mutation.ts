// npm run mutation: changes every place of domain/ that Stryker can change, one at a time, and sees whether a test tells. It leaves a verdict for
// each in reports/mutation/, can be ended and started again at any moment, and runs again what has changed since: a source, or the tests that reach it.
//   npm run mutation                                  all of domain/
//   npm run mutation -- --folder domain/ledger        that folder; may stand more than once, and then in that order
//   npm run mutation -- --part 3/20                   the third of twenty parts, a random sample of the whole
//   npm run mutation -- --report                      the score by folder, and what no test told
import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { parseArgs } from "node:util";
import mutationTests from "../vitest.mutation.config.ts";
import { inShares, instrument, numbersInAll, numbersOf, type Place, placesOfPart, readSources, type Source } from "./mutation/places.ts";
import { reportOf } from "./mutation/report.ts";
import { ResultFile } from "./mutation/results.ts";
import { runMutants } from "./mutation/run-mutants.ts";

const results = "reports/mutation";
/** Most mutants are told within a few milliseconds; the tests of what survives the first round go on in the second. */
const patienceMilliseconds = [400, 2_000];
/** A run that is ended early has seen some of so many random shares of the whole. */
const shares = 32;
const waitMilliseconds = 5_000;

const { values } = parseArgs({
  options: { part: { type: "string" }, folder: { type: "string", multiple: true }, report: { type: "boolean", default: false } },
});
process.chdir(`${import.meta.dirname}/..`);
const folders = (values.folder ?? ["domain"]).map((folder) => folder.replace(/\/$/, ""));
for (const folder of folders)
  if (!/^domain(?:\/|$)/.test(folder)) throw new Error(`--folder ${folder}: write it as domain/ledger, a folder of domain/`);

const sources = readSources(
  globSync("domain/**/*.ts")
    .filter((file) => !file.endsWith("/index.ts") && folders.some((folder) => file.startsWith(`${folder}/`)))
    .sort((a, b) => folderAt(a) - folderAt(b) || (a < b ? -1 : 1)),
);
const { places, instrumented } = await instrument(sources);
const wanted = partOf(values.part);

if (!values.report) {
  await runMutants(
    {
      root: process.cwd(),
      testFiles: testFiles(),
      instrumented: new Map(instrumented.map(({ file, content }) => [file, content])),
      sources: sources.map((source) => ({ ...numbersOf(source.file, places), file: source.file, hash: hashOf(source) })),
      numbersInAll: numbersInAll(places),
      wanted: inShares(wanted, shares),
      results,
      patience: patienceMilliseconds,
      wait: waitMilliseconds,
    },
    (line) => process.stdout.write(`${line}\n`),
  );
}
process.stdout.write(`\n${report()}`);

function folderAt(file: string): number {
  return folders.findIndex((folder) => file.startsWith(`${folder}/`));
}

function partOf(asked: string | undefined): Place[] {
  if (asked === undefined) return places;
  const [part = 0, parts = 0] = (/^(\d+)\/(\d+)$/.exec(asked)?.slice(1) ?? []).map(Number);
  if (part < 1 || part > parts) throw new Error(`--part ${asked}: write it as 3/20, the third of twenty parts`);
  return placesOfPart(places, part, parts);
}

function testFiles(): string[] {
  const { include = [], exclude = [] } = mutationTests.test ?? {};
  return [...new Set(include.flatMap((pattern) => globSync(pattern, { exclude })))].sort();
}

function hashOf({ content }: Source): string {
  return createHash("sha256").update(content).digest("hex");
}

/** What is known of the part of the sources as they stand; verdicts on another text of a file are not counted. */
function report(): string {
  const asked = new Set(wanted.flatMap(({ mutants }) => mutants.map(({ id }) => id)));
  const verdicts = new Map(
    sources.flatMap((source) => {
      const known = new ResultFile(results, source.file).read();
      if (known === undefined || known.of.source !== hashOf(source)) return [];
      const { first } = numbersOf(source.file, places);
      return [...known.lines.values()].map((line) => [first + line.mutant, line] as const).filter(([id]) => asked.has(id));
    }),
  );
  return reportOf(places, verdicts);
}
