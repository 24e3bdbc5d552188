import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Instrumenter } from "@stryker-mutator/instrumenter";

/** One mutant as Stryker names it: what stands at the place, and what replaces it. */
export interface Mutant {
  /** What switches it on in the instrumented source: numbered through all the sources that were instrumented together. */
  id: number;
  mutator: string;
  becomes: string;
}

/** A piece of source that Stryker can change, with all the ways in which it does; nested pieces are places of their own. */
export interface Place {
  file: string;
  /** As in Stryker's `mutate` option: first line, column, last line, column; lines from 1, columns from 0. */
  range: string;
  text: string;
  mutants: Mutant[];
  /** Where the place falls between 0 and 1: a hash of its file and text, so that no edit elsewhere moves it. */
  point: number;
}

const silent = () => undefined;
const off = () => false;
const quiet = {
  isTraceEnabled: off,
  isDebugEnabled: off,
  isInfoEnabled: off,
  isWarnEnabled: off,
  isErrorEnabled: off,
  isFatalEnabled: off,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
};

export interface Source {
  file: string;
  content: string;
}

/** Every place of these sources in Stryker's own reading of them, and the sources with all mutants in them, each to be switched on by its number. */
export async function instrument(sources: Source[]): Promise<{ places: Place[]; instrumented: Source[] }> {
  const given = sources.map(({ file, content }) => ({ name: file, content, mutate: true }));
  const { mutants, files } = await new Instrumenter(quiet).instrument(given, { plugins: null, excludedMutations: [], ignorers: [] });
  const instrumented = files.map(({ name, content }) => ({ file: name, content: withCounters(name, content) }));
  return { places: byPlace(sources, mutants), instrumented };
}

/** Stryker's record of what a test reached is an object per test; ours is one array of counters, and nothing at all once every test has been seen. */
function withCounters(file: string, content: string): string {
  const head = "  function cover() {\n";
  if (!content.includes("stryCov_9fa48(")) return content;
  if (!content.includes(head)) throw new Error(`${file}: Stryker's instrumenter writes another head than this runner knows`);
  return content.replace(
    head,
    `${head}    if (ns.counts !== undefined) for (var k = 0; k < arguments.length; k++) ns.counts[+arguments[k]]++;\n    return;\n`,
  );
}

function byPlace(sources: Source[], mutants: Awaited<ReturnType<Instrumenter["instrument"]>>["mutants"]): Place[] {
  const lines = new Map(sources.map(({ file, content }) => [file, content.split("\n")]));
  const places = new Map<string, Place>();
  const seen = new Map<string, number>();
  for (const { id: name, fileName: file, location, mutatorName: mutator, replacement: becomes } of mutants) {
    const id = Number(name);
    const { start, end } = location;
    const range = `${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`;
    const known = places.get(`${file}:${range}`);
    if (known !== undefined) {
      known.mutants.push({ id, mutator, becomes });
      continue;
    }
    const text = textBetween(lines.get(file) ?? [], start, end);
    const content = `${file}\n${text}`;
    const occurrence = seen.get(content) ?? 0;
    seen.set(content, occurrence + 1);
    places.set(`${file}:${range}`, { file, range, text, mutants: [{ id, mutator, becomes }], point: pointOf(`${content}\n${occurrence}`) });
  }
  return [...places.values()];
}

/** The places of part `part` of `parts`, counted from 1. Each place is in one part only, and part 3 of 20 is parts 5 and 6 of 40. */
export function placesOfPart(places: Place[], part: number, parts: number): Place[] {
  return places.filter((place) => Math.floor(place.point * parts) === part - 1);
}

/** Of a file: the number of its first mutant, and how many numbers it has. Some stand for no mutant: Stryker numbers what it leaves out again, too. */
export function numbersOf(file: string, places: Place[]): { first: number; numbers: number } {
  const ids = places.filter((place) => place.file === file).flatMap(({ mutants }) => mutants.map(({ id }) => id));
  if (ids.length === 0) return { first: 0, numbers: 0 };
  const first = Math.min(...ids);
  return { first, numbers: Math.max(...ids) + 1 - first };
}

/**
 * The mutants of these places by their numbers, in shares that each are a random sample of the whole; within a share they stand as the places do.
 * Whoever ends after some of the shares knows the score of all, with an error.
 */
export function inShares(places: Place[], shares: number): number[][] {
  return Array.from({ length: shares }, (_, index) =>
    placesOfPart(places, index + 1, shares).flatMap(({ mutants }) => mutants.map(({ id }) => id)),
  ).filter((share) => share.length > 0);
}

/** How many numbers the mutants of all places have. */
export function numbersInAll(places: Place[]): number {
  return 1 + places.reduce((most, { mutants }) => mutants.reduce((last, { id }) => Math.max(last, id), most), -1);
}

export function readSources(files: string[]): Source[] {
  return files.map((file) => ({ file, content: readFileSync(file, "utf8") }));
}

interface Position {
  line: number;
  column: number;
}

function textBetween(lines: string[], start: Position, end: Position): string {
  const text = lines.slice(start.line, end.line + 1);
  text[text.length - 1] = (text.at(-1) ?? "").slice(0, end.column);
  text[0] = (text[0] ?? "").slice(start.column);
  return text.join("\n");
}

function pointOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;
}
