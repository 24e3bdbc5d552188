import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Instrumenter } from "@stryker-mutator/instrumenter";

/** One mutant as Stryker names it: what stands at the place, and what replaces it. */
export interface Mutant {
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
/** A logger that says nothing. */
export const quiet = {
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

/** Every place of these sources, in Stryker's own reading of them. */
export async function placesOf(sources: { file: string; content: string }[]): Promise<Place[]> {
  const files = sources.map(({ file, content }) => ({ name: file, content, mutate: true }));
  const { mutants } = await new Instrumenter(quiet).instrument(files, { plugins: null, excludedMutations: [], ignorers: [] });
  const lines = new Map(sources.map(({ file, content }) => [file, content.split("\n")]));
  const places = new Map<string, Place>();
  const seen = new Map<string, number>();
  for (const { fileName: file, location, mutatorName: mutator, replacement: becomes } of mutants) {
    const { start, end } = location;
    const range = `${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`;
    const known = places.get(`${file}:${range}`);
    if (known !== undefined) {
      known.mutants.push({ mutator, becomes });
      continue;
    }
    const text = textBetween(lines.get(file) ?? [], start, end);
    const content = `${file}\n${text}`;
    const occurrence = seen.get(content) ?? 0;
    seen.set(content, occurrence + 1);
    places.set(`${file}:${range}`, { file, range, text, mutants: [{ mutator, becomes }], point: pointOf(`${content}\n${occurrence}`) });
  }
  return [...places.values()];
}

/** The places of part `part` of `parts`, counted from 1. Each place is in one part only, and part 3 of 20 is parts 5 and 6 of 40. */
export function placesOfPart(places: Place[], part: number, parts: number): Place[] {
  return places.filter((place) => Math.floor(place.point * parts) === part - 1);
}

export function readSources(files: string[]): { file: string; content: string }[] {
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
