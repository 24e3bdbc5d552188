// npm run mutation: changes every place of domain/ that Stryker can change, one at a time, and sees whether a test tells. In parts, because all
// of it takes a night; each part is a random sample of the whole and leaves its result in reports/mutation/.
//   npm run mutation                     every part of 20 that has no result for the sources as they stand
//   npm run mutation -- --part 3/20      that part, again if need be
//   npm run mutation -- --report         the score of all parts that ran on these sources, by folder, and the survivors
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { placesOf, readSources } from "./mutation/places.ts";
import { type PartResult, partResult, reportOf } from "./mutation/report.ts";
import { runPart } from "./mutation/run-part.ts";

const partsOfANight = 20;
const folder = "reports/mutation";

const { values } = parseArgs({ options: { part: { type: "string" }, report: { type: "boolean", default: false } } });
process.chdir(`${import.meta.dirname}/..`);
const sources = readSources(
  globSync("domain/**/*.ts")
    .filter((file) => !file.endsWith("/index.ts"))
    .sort(),
);
const sourcesHash = createHash("sha256").update(JSON.stringify(sources)).digest("hex");

if (!values.report) {
  const places = await placesOf(sources);
  for (const [part, parts] of wantedParts(values.part)) {
    const result = await runPart(places, sourcesHash, part, parts);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/part-${part}-of-${parts}.json`, JSON.stringify(result));
  }
}
process.stdout.write(`\n${report()}`);

function wantedParts(asked: string | undefined): [part: number, parts: number][] {
  if (asked === undefined) {
    const done = new Set(results().map(({ part, parts }) => `${part}/${parts}`));
    return Array.from({ length: partsOfANight }, (_, index): [number, number] => [index + 1, partsOfANight]).filter(
      ([part, parts]) => !done.has(`${part}/${parts}`),
    );
  }
  const [part = 0, parts = 0] = (/^(\d+)\/(\d+)$/.exec(asked)?.slice(1) ?? []).map(Number);
  if (part < 1 || part > parts) throw new Error(`--part ${asked}: write it as 3/20, the third of twenty parts`);
  return [[part, parts]];
}

/** Results for the sources as they stand; what is left of other sources is no part of the figure. */
function results(): PartResult[] {
  return globSync(`${folder}/part-*-of-*.json`)
    .map((file) => partResult.parse(JSON.parse(readFileSync(file, "utf8"))))
    .filter((result) => result.sources === sourcesHash)
    .sort((a, b) => a.parts - b.parts || a.part - b.part);
}

function report(): string {
  const ran = results();
  return ran.length === 0 ? "no part has run on domain/ as it stands: npm run mutation -- --part 1/20\n" : reportOf(ran);
}
