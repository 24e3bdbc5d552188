import { dirname } from "node:path";
import type { Place } from "./places.ts";
import type { Line } from "./results.ts";

type PlaceResult = Omit<Place, "point" | "mutants"> & { mutants: { mutator: string; becomes: string; status: string }[] };

interface Score {
  /** Mutants that count: killed, timed out, survived, or reached by no test. */
  mutants: number;
  detected: number;
  timedOut: number;
  survived: number;
  uncovered: number;
  /** Detected of those that count, in percent; undefined when none counts. */
  percent: number | undefined;
  /** Half the 95 % interval in percentage points; 0 once every place has a verdict. */
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
      timedOut: mutants.filter(({ status }) => status === "Timeout").length,
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
    timedOut: sum("timedOut"),
    survived: sum("survived"),
    uncovered: sum("uncovered"),
    percent: mutants === 0 ? undefined : 100 * share,
    error: mutants === 0 ? 0 : 196 * deviation,
  };
}

/**
 * What is known of some places as one table by folder, then every mutant that no test told, by file and line.
 * @param verdicts by the number of the mutant; places of which a mutant has none are not counted
 */
export function reportOf(all: readonly Place[], verdicts: ReadonlyMap<number, Pick<Line, "status" | "unmet">>): string {
  const places = all
    .filter(({ mutants }) => mutants.every(({ id }) => verdicts.has(id)))
    .map((place) => ({ ...place, mutants: place.mutants.map((mutant) => ({ ...mutant, status: verdicts.get(mutant.id)?.status ?? "" })) }));
  if (places.length === 0) return "no mutant of this has a verdict: npm run mutation\n";
  const shareDrawn = places.length / all.length;
  const folders = Map.groupBy(places, ({ file }) => dirname(file));
  const mutants = places.flatMap((place) => place.mutants);
  const count = (status: string) => mutants.filter((mutant) => mutant.status === status).length;
  const unmet = mutants.filter(({ id, status }) => status === "Survived" && (verdicts.get(id)?.unmet ?? 0) > 0).length;
  return [
    `${places.length} of ${all.length} places, ${(100 * shareDrawn).toFixed(1)} %`,
    "",
    row("folder", "mutants", "killed", "timeout", "survived", "no test", "score"),
    ...[...folders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([folder, ofFolder]) => scoreRow(folder, scoreOf(ofFolder, shareDrawn))),
    scoreRow("all", scoreOf(places, shareDrawn)),
    "",
    `not counted: ${count("RuntimeError")} with which a test file does not load; survivors that did not meet all their tests: ${unmet}`,
    "",
    ...places.flatMap(survivorsOf).sort(byFileAndLine),
    "",
  ].join("\n");
}

function scoreRow(folder: string, score: Score): string {
  const percent = score.percent === undefined ? "-" : `${score.percent.toFixed(1)} ± ${score.error.toFixed(1)} %`;
  const { mutants, detected, timedOut, survived, uncovered } = score;
  return row(folder, ...[mutants, detected - timedOut, timedOut, survived, uncovered].map(String), percent);
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
