import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onlyPlaces } from "../../scripts/mutation/only-places.ts";
import { placesOf, placesOfPart, quiet } from "../../scripts/mutation/places.ts";
import { type PartResult, reportOf, scoreOf } from "../../scripts/mutation/report.ts";

const content = `export function fare(age: number): string {
  if (age < 6) return "free";
  return age < 18 ? "half" : "full";
}
`;
let folder = "";
let file = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-mutation-"));
  file = join(folder, "fare.ts");
  writeFileSync(file, content);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a place is a piece of source with everything that Stryker makes of it", async () => {
  const places = await placesOf([{ file: "fare.ts", content }]);
  expect(
    places.map(({ range, text, mutants }) => `${range} ${text.split("\n")[0]} → ${mutants.map(({ becomes }) => becomes).join(" | ")}`),
  ).toEqual([
    "1:42-4:1 { → {}",
    "2:6-2:13 age < 6 → true | false | age <= 6 | age >= 6",
    '2:22-2:28 "free" → ""',
    "3:9-3:17 age < 18 → true | false | age <= 18 | age >= 18",
    '3:20-3:26 "half" → ""',
    '3:29-3:35 "full" → ""',
  ]);
});

test("every place is in one part of twenty, and stays in it when lines are put in above", async () => {
  const parts = async (text: string) => {
    const places = await placesOf([{ file: "fare.ts", content: text }]);
    return Array.from({ length: 20 }, (_, index) => placesOfPart(places, index + 1, 20).map((place) => place.text));
  };
  const before = await parts(content);
  expect(before.flat()).toHaveLength(6);
  expect(await parts(`// What a ride costs.\n\n${content}`)).toEqual(before);
});

test("the third of twenty parts is the fifth and the sixth of forty", async () => {
  const places = await placesOf([
    { file: "rides.ts", content: Array.from({ length: 400 }, (_, n) => `export const ride${n} = "ride ${n}";`).join("\n") },
  ]);
  const halves = [...placesOfPart(places, 5, 40), ...placesOfPart(places, 6, 40)].map(({ text }) => text).sort();
  expect(halves.length).toBeGreaterThan(5);
  expect(
    placesOfPart(places, 3, 20)
      .map(({ text }) => text)
      .sort(),
  ).toEqual(halves);
});

test("Stryker is held to the places that were named, although a range takes what is nested in it along", async () => {
  const body = { start: { line: 0, column: 42 }, end: { line: 3, column: 1 } };
  const full = { start: { line: 2, column: 29 }, end: { line: 2, column: 35 } };
  const { mutants } = await new Instrumenter(quiet).instrument([{ name: file, content, mutate: [body, full] }], {
    plugins: null,
    excludedMutations: [],
    ignorers: [onlyPlaces({ mutate: [`${file}:1:42-4:1`, `${file}:3:29-3:35`] })],
  });
  const run = mutants.filter(({ status }) => status !== "Ignored");
  // "{}" and "full" were named; what stands between them, the return with its condition, cannot be left out.
  expect(run.map(({ replacement }) => replacement)).toEqual(["{}", '""']);
  expect(mutants.filter(({ status }) => status === "Ignored").length).toBeGreaterThan(3);
});

test("a whole file is no place", () => {
  expect(() => onlyPlaces({ mutate: ["domain/money/scaled.ts"] })).toThrow("domain/money/scaled.ts names no place");
});

const place = (at: string, ...statuses: string[]): PartResult["places"][number] => ({
  file: at.slice(0, at.indexOf(":")),
  range: at.slice(at.indexOf(":") + 1),
  text: "a < b",
  mutants: statuses.map((status, index) => ({ mutator: "EqualityOperator", becomes: ["a <= b", "a >= b"][index] ?? "", status })),
});
const part = (number: number, ...places: PartResult["places"]): PartResult => ({
  part: number,
  parts: 20,
  sources: "s",
  placesInAll: 100,
  places,
});

describe("the score", () => {
  test("counts what a test told, of what a test could have told", () => {
    const places = [
      place("a/b.ts:1:0-1:5", "Killed", "Survived"),
      place("a/b.ts:2:0-2:5", "Timeout", "NoCoverage"),
      place("a/b.ts:3:0-3:5", "Ignored"),
    ];
    expect(scoreOf(places, 1)).toEqual({ mutants: 4, detected: 2, survived: 1, uncovered: 1, percent: 50, error: 0 });
  });

  test("of a sample is as exact as its places are many: 100 places of one mutant, half of them told, are 50 ± 9.8 %", () => {
    const places = Array.from({ length: 100 }, (_, index) =>
      place(`a/b.ts:${index}:0-${index}:5`, index % 2 === 0 ? "Killed" : "Survived"),
    );
    expect(scoreOf(places, 0).error).toBeCloseTo(9.85, 2);
    expect(scoreOf(places, 0.75).error).toBeCloseTo(4.92, 2);
  });

  test("of mutants that live and die together is less exact", () => {
    const places = Array.from({ length: 50 }, (_, index) => {
      const status = index % 2 === 0 ? "Killed" : "Survived";
      return place(`a/b.ts:${index}:0-${index}:5`, status, status);
    });
    expect(scoreOf(places, 0).error).toBeCloseTo(14, 1);
  });
});

test("the report joins parts by folder, counts a place of both once, and names what survived", () => {
  const both = place("domain/money/scaled.ts:9:2-9:7", "Killed");
  const report = reportOf([
    part(1, both, place("domain/csv/split.ts:12:4-12:9", "Killed", "Survived")),
    part(2, both, place("domain/money/scaled.ts:3:0-3:5", "NoCoverage", "RuntimeError")),
  ]);
  expect(report.split("\n").map((line) => line.trimEnd())).toEqual([
    "parts 1/20, 2/20: 3.0 % of all places",
    "",
    "folder                               mutants  detected  survived   no test           score",
    "domain/csv                                 2         1         1         0    50.0 ± 0.0 %",
    "domain/money                               2         1         0         1   50.0 ± 96.5 %",
    "all                                        4         2         1         1   50.0 ± 41.8 %",
    "",
    "not counted: 0 in code that runs once at load (schemas, tables), 1 that do not load",
    "",
    "domain/csv/split.ts:12:4 survived EqualityOperator: a < b → a >= b",
    "domain/money/scaled.ts:3:0 no test EqualityOperator: a < b → a <= b",
    "",
  ]);
});
