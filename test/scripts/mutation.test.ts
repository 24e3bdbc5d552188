import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { inShares, instrument, numbersInAll, numbersOf, type Place, placesOfPart } from "../../scripts/mutation/places.ts";
import { reportOf, scoreOf } from "../../scripts/mutation/report.ts";
import { ResultFile } from "../../scripts/mutation/results.ts";
import { runMutants } from "../../scripts/mutation/run-mutants.ts";

const content = `export function fare(age: number): string {
  if (age < 6) return "free";
  return age < 18 ? "half" : "full";
}
`;

const placesOf = async (file: string, text: string) => (await instrument([{ file, content: text }])).places;

test("a place is a piece of source with everything that Stryker makes of it", async () => {
  const places = await placesOf("fare.ts", content);
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
    const places = await placesOf("fare.ts", text);
    return Array.from({ length: 20 }, (_, index) => placesOfPart(places, index + 1, 20).map((place) => place.text));
  };
  const before = await parts(content);
  expect(before.flat()).toHaveLength(6);
  expect(await parts(`// What a ride costs.\n\n${content}`)).toEqual(before);
});

test("the third of twenty parts is the fifth and the sixth of forty", async () => {
  const places = await placesOf("rides.ts", Array.from({ length: 400 }, (_, n) => `export const ride${n} = "ride ${n}";`).join("\n"));
  const halves = [...placesOfPart(places, 5, 40), ...placesOfPart(places, 6, 40)].map(({ text }) => text).sort();
  expect(halves.length).toBeGreaterThan(5);
  expect(
    placesOfPart(places, 3, 20)
      .map(({ text }) => text)
      .sort(),
  ).toEqual(halves);
});

const place = (at: string, ...statuses: string[]) => ({
  file: at.slice(0, at.indexOf(":")),
  range: at.slice(at.indexOf(":") + 1),
  text: "a < b",
  mutants: statuses.map((status, index) => ({ mutator: "EqualityOperator", becomes: ["a <= b", "a >= b"][index] ?? "", status })),
});

describe("the score", () => {
  test("counts what a test told, of what a test could have told", () => {
    const places = [
      place("a/b.ts:1:0-1:5", "Killed", "Survived"),
      place("a/b.ts:2:0-2:5", "Timeout", "NoCoverage"),
      place("a/b.ts:3:0-3:5", "RuntimeError"),
    ];
    expect(scoreOf(places, 1)).toEqual({ mutants: 4, detected: 2, timedOut: 1, survived: 1, uncovered: 1, percent: 50, error: 0 });
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

test("the report adds up by folder what has a verdict, and names what survived", () => {
  const places: Place[] = [
    {
      file: "domain/money/scaled.ts",
      range: "9:2-9:7",
      text: "a < b",
      point: 0.1,
      mutants: [{ id: 0, mutator: "Equality", becomes: "a <= b" }],
    },
    {
      file: "domain/money/scaled.ts",
      range: "3:0-3:5",
      text: "a > b",
      point: 0.2,
      mutants: [{ id: 1, mutator: "Equality", becomes: "a >= b" }],
    },
    {
      ...{ file: "domain/csv/split.ts", range: "12:4-12:9", text: "a < b", point: 0.3 },
      mutants: ["true", "false", "a >= b"].map((becomes, index) => ({ id: 2 + index, mutator: "Condition", becomes })),
    },
    { file: "domain/csv/split.ts", range: "14:4-14:9", text: "c", point: 0.4, mutants: [{ id: 5, mutator: "Block", becomes: "{}" }] },
  ];
  const verdicts = new Map([
    [0, { status: "Killed" as const }],
    [1, { status: "NoCoverage" as const }],
    [2, { status: "Timeout" as const }],
    [3, { status: "RuntimeError" as const }],
    [4, { status: "Survived" as const, unmet: 3 }],
  ]);
  expect(
    reportOf(places, verdicts)
      .split("\n")
      .map((line) => line.trimEnd()),
  ).toEqual([
    "3 of 4 places, 75.0 %",
    "",
    "folder                               mutants    killed   timeout  survived   no test           score",
    "domain/csv                                 2         0         1         1         0    50.0 ± 0.0 %",
    "domain/money                               2         1         0         0         1   50.0 ± 49.0 %",
    "all                                        4         1         1         1         1   50.0 ± 21.2 %",
    "",
    "not counted: 1 with which a test file does not load; survivors that did not meet all their tests: 1",
    "",
    "domain/csv/split.ts:12:4 survived Condition: a < b → a >= b",
    "domain/money/scaled.ts:3:0 no test Equality: a > b → a >= b",
    "",
  ]);
});

/** A line of trains with its tests: each statement of the first file is there for one thing that a mutant can come to. */
const project = {
  "domain/trains.ts": `export const classes = ["first", "second"];
export const motto = "slowly";
export const unread = "nobody reads this";
if (classes.length !== 2) throw new Error("two classes");
let doors = 0;
export function openAndClose(): number {
  open();
  doors -= 1;
  return doors;
}
function open(): void {
  doors += 1;
}
export function halts(stations: number): number {
  let at = 0;
  const step = at + 1;
  while (at < stations) at += step;
  return at;
}
export function fare(age: number): string {
  return age < 6 ? "free" : "full";
}
export function never(): number {
  return 1;
}
`,
  "domain/timetable.ts": `import { classes } from "./trains.ts";

export const coaches = classes.map((name) => name + " class");
`,
  "test/trains.test.ts": `import { afterEach, describe, expect, test } from "vitest";
import { coaches } from "../domain/timetable.ts";
import { fare, halts, motto, openAndClose } from "../domain/trains.ts";

test("coaches have a class", () => expect(coaches).toEqual(["first class", "second class"]));
test("there is a motto", () => expect(motto).toBeTypeOf("string"));
test("whoever opens a door closes it", () => expect(openAndClose()).toBe(0));
describe("a train", () => {
  afterEach(() => undefined);
  test.each([[3, 3], [0, 0]])("halts at %i stations", async (stations, count) => expect(halts(stations)).toBe(count));
});
test("a child rides free", () => expect([fare(5), fare(7)]).toEqual(["free", "full"]));
`,
};

describe("a run over a small project", () => {
  const root = mkdtempSync(join(tmpdir(), "throughline-mutation-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(project)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const results = join(root, "results");
  const run = async (testsHaveChanged: boolean) => {
    const sources = (["domain/trains.ts", "domain/timetable.ts"] as const).map((file) => ({ file, content: project[file] }));
    if (testsHaveChanged) writeFileSync(join(root, "test/trains.test.ts"), project["test/trains.test.ts"].replaceAll("fare(7)", "fare(6)"));
    const { places, instrumented } = await instrument(sources);
    const said: string[] = [];
    await runMutants(
      {
        ...{ root, results, testFiles: ["test/trains.test.ts"], patience: [1000], wait: 300 },
        instrumented: new Map(instrumented.map((source) => [source.file, source.content])),
        sources: sources.map(({ file }) => ({ ...numbersOf(file, places), file, hash: "of the sources" })),
        wanted: inShares(places, 1),
        numbersInAll: numbersInAll(places),
      },
      (line) => said.push(line),
    );
    const verdicts = new Map(
      sources.flatMap(({ file }) => {
        const { first } = numbersOf(file, places);
        return [...(new ResultFile(results, file).read()?.lines ?? [])].map(([mutant, { status }]) => [first + mutant, status] as const);
      }),
    );
    return {
      said,
      verdicts: places.flatMap(({ range, text, mutants }) =>
        mutants.map(({ id, becomes }) => `${range.split(":")[0]} ${short(text)} → ${short(becomes)}: ${verdicts.get(id)}`),
      ),
    };
  };

  test("tells of each mutant what became of it", { timeout: 60_000 }, async () => {
    expect((await run(false)).verdicts).toEqual([
      '1 ["first", "second"] → []: RuntimeError',
      '1 "first" → "": Killed',
      '1 "second" → "": Killed',
      '2 "slowly" → "": Survived',
      '3 "nobody reads this" → "": Survived',
      "4 classes.length !== 2 → true: RuntimeError",
      "4 classes.length !== 2 → false: Survived",
      "4 classes.length !== 2 → classes.length === 2: RuntimeError",
      '4 "two classes" → "": NoCoverage',
      "6 { open(); doors -= 1; return doors; } → {}: Killed",
      "7 open(); → ;: Killed",
      "8 doors -= 1 → doors += 1: Killed",
      "11 { doors += 1; } → {}: Killed",
      "12 doors += 1 → doors -= 1: Killed",
      "14 { let at = 0; const step = at + 1; while → {}: Killed",
      "16 at + 1 → at - 1: Timeout",
      "17 at < stations → false: Killed",
      "17 at < stations → at <= stations: Killed",
      "17 at < stations → at >= stations: Killed",
      "17 at += step → at -= step: Timeout",
      '20 { return age < 6 ? "free" : "full"; } → {}: Killed',
      "21 age < 6 → true: Killed",
      "21 age < 6 → false: Killed",
      "21 age < 6 → age <= 6: Survived",
      "21 age < 6 → age >= 6: Killed",
      '21 "free" → "": Killed',
      '21 "full" → "": Killed',
      "23 { return 1; } → {}: NoCoverage",
      '3 (name) => name + " class" → () => undefined: Killed',
      '3 " class" → "": Killed',
    ]);
  });

  test("runs nothing again until a source or a test has changed", { timeout: 60_000 }, async () => {
    const { said } = await run(false);
    expect(said.filter((line) => line.includes("; ")).map((line) => line.split(";")[0])).toEqual(["6 tests", "0 left"]);
    expect((await run(true)).verdicts.filter((line) => line.includes("age <= 6"))).toEqual(["21 age < 6 → age <= 6: Killed"]);
  });
});

function short(code: string): string {
  return code.replaceAll(/\s+/g, " ").slice(0, 40);
}
