import { dirname } from "node:path";
import * as z from "zod";

/** What a part wrote down: every mutant of its places with what became of it, grouped by place. */
export const partResult = z.object({
  part: z.int(),
  parts: z.int(),
  /** Hash of the sources that were mutated: parts of different sources are not added up. */
  sources: z.string(),
  /** How many places those sources have, in all parts. */
  placesInAll: z.int(),
  places: z.array(
    z.object({
      file: z.string(),
      range: z.string(),
      text: z.string(),
      mutants: z.array(z.object({ mutator: z.string(), becomes: z.string(), status: z.string() })),
    }),
  ),
});
export type PartResult = z.infer<typeof partResult>;
type PlaceResult = PartResult["places"][number];

interface Score {
  /** Mutants that count: killed, timed out, survived, or reached by no test. */
  mutants: number;
  detected: number;
  survived: number;
  uncovered: number;
  /** Detected of those that count, in percent; undefined when none counts. */
  percent: number | undefined;
  /** Half the 95 % interval in percentage points; 0 once every part has run. */
  error: number;
}

const detected = new Set(["Killed", "Timeout"]);
const undetected = new Set(["Survived", "NoCoverage"]);

/**
 * The score of some places. Mutants of one place live and die together more often than not, so the error is that of a sample of places
 * (a ratio estimate), made smaller by the share of all places that was drawn.
 */
export function scoreOf(places: PlaceResult[], shareDrawn: number): Score {
  const counts = places
    .map(({ mutants }) => ({
      detected: mutants.filter(({ status }) => detected.has(status)).length,
      survived: mutants.filter(({ status }) => status === "Survived").length,
      uncovered: mutants.filter(({ status }) => status === "NoCoverage").length,
      mutants: mutants.filter(({ status }) => detected.has(status) || undetected.has(status)).length,
    }))
    .filter(({ mutants }) => mutants > 0);
  const sum = (what: keyof (typeof counts)[number]) => counts.reduce((total, count) => total + count[what], 0);
  const mutants = sum("mutants");
  const share = sum("detected") / mutants;
  const squares = counts.reduce((total, count) => total + (count.detected - share * count.mutants) ** 2, 0);
  const correction = counts.length > 1 ? counts.length / (counts.length - 1) : 1;
  const deviation = Math.sqrt(squares * correction * (1 - shareDrawn)) / mutants;
  return {
    mutants,
    detected: sum("detected"),
    survived: sum("survived"),
    uncovered: sum("uncovered"),
    percent: mutants === 0 ? undefined : 100 * share,
    error: mutants === 0 ? 0 : 196 * deviation,
  };
}

/** Parts of the same sources as one table by folder, then every mutant that no test told, by file and line. */
export function reportOf(results: PartResult[]): string {
  // Parts may overlap when they were cut differently: a place counts once.
  const places = [...new Map(results.flatMap((result) => result.places).map((place) => [`${place.file}:${place.range}`, place])).values()];
  const shareDrawn = places.length / Math.max(1, ...results.map(({ placesInAll }) => placesInAll));
  const folders = Map.groupBy(places, ({ file }) => dirname(file));
  const statuses = (status: string) =>
    places.reduce((total, { mutants }) => total + mutants.filter((mutant) => mutant.status === status).length, 0);
  return [
    `parts ${results.map(({ part, parts }) => `${part}/${parts}`).join(", ")}: ${(100 * shareDrawn).toFixed(1)} % of all places`,
    "",
    row("folder", "mutants", "detected", "survived", "no test", "score"),
    ...[...folders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([folder, ofFolder]) => scoreRow(folder, scoreOf(ofFolder, shareDrawn))),
    scoreRow("all", scoreOf(places, shareDrawn)),
    "",
    `not counted: ${statuses("Ignored")} in code that runs once at load (schemas, tables), ${statuses("CompileError") + statuses("RuntimeError")} that do not load`,
    "",
    ...places.flatMap(survivorsOf).sort(byFileAndLine),
    "",
  ].join("\n");
}

function scoreRow(folder: string, score: Score): string {
  const percent = score.percent === undefined ? "-" : `${score.percent.toFixed(1)} ± ${score.error.toFixed(1)} %`;
  return row(folder, ...[score.mutants, score.detected, score.survived, score.uncovered].map(String), percent);
}

function row(folder: string, ...cells: string[]): string {
  return folder.padEnd(34) + cells.map((cell, index) => cell.padStart(index === cells.length - 1 ? 16 : 10)).join("");
}

function survivorsOf({ file, range, text, mutants }: PlaceResult): string[] {
  return mutants
    .filter(({ status }) => undetected.has(status))
    .map(({ mutator, becomes, status }) => {
      const [line, column] = range.split(/[:-]/);
      return `${file}:${line}:${column} ${status === "NoCoverage" ? "no test" : "survived"} ${mutator}: ${short(text)} → ${short(becomes)}`;
    });
}

function short(code: string): string {
  const line = code.replaceAll(/\s+/g, " ");
  return line.length > 90 ? `${line.slice(0, 60)} … ${line.slice(-25)}` : line;
}

function byFileAndLine(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
