import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  ambientEffects,
  ambientReferences,
  moduleState,
  namelessExports,
  namesThatSayNothing,
  runtimeStatements,
  sourceFiles,
  zodImportsByName,
} from "./source-rules.ts";

const projectFolder = resolve(import.meta.dirname, "../..");

/** Where code is pure or simulated: given time, ids and policy, reaching the world through ports only. */
const ambientFree = ["domain", "ports", "functions", "wiring"];
const outsideAdapters = ["adapters/channels", "adapters/settlements", "adapters/banks", "adapters/erps"];
const lambdaPath = ["functions", "domain", "adapters/channels", "adapters/aws"];
const product = [
  "adapters",
  "bench",
  "bin",
  "cli",
  "domain",
  "functions",
  "hub",
  "lib",
  "ports",
  "sample",
  "sandbox-erp",
  "scripts",
  "simulation",
  "test",
  "wiring",
];

function broken(folders: readonly string[], rule: (source: string) => string[], except: (path: string) => boolean = () => false): string[] {
  return sourceFiles(projectFolder, folders)
    .filter((path) => !except(path))
    .flatMap((path) => rule(readFileSync(resolve(projectFolder, path), "utf8")).map((finding) => `${path}:${finding}`));
}

describe("pure code takes nothing from its surroundings", () => {
  test.each([
    ["const now = Date.now();", ["1: Date"]],
    ["const at: Date = given;", ["1: Date"]],
    ["\nexport const luck = () => Math.random();", ["2: Math.random"]],
    ['const luck = Math["random"]();', ['1: Math["random"]']],
    ["const home = process.env.HOME;", ["1: process"]],
    ["const home = globalThis.process.env;", ["1: globalThis"]],
    ["await fetch(url);", ["1: fetch"]],
    ["const ambient = { fetch };", ["1: fetch"]],
    ["const today = Temporal.Now.plainDateISO();", ["1: Temporal.Now"]],
    ["setTimeout(run, 10);", ["1: setTimeout"]],
    ['import { globSync, readFileSync } from "node:fs";', ["1: node:fs"]],
    ['const fs = await import("node:fs");', ["1: node:fs"]],
    ['export { join } from "node:path";', ["1: node:path"]],
  ])("%s is reported", (source, findings) => {
    expect(ambientReferences(source)).toEqual(findings);
  });

  test.each([
    '// Date.now() and fetch are given\nexport const text = "process the Date by fetch";',
    "const businessDate = order.Date; const rows = store.fetch(1); port.process();",
    "export function layer(global: Layer) { return global.accounts; }",
    "interface Row { readonly process: string; fetch(): number }",
    "const half = Math.round(0.5); const day = Temporal.PlainDate.from(text);",
  ])("%s is lawful", (source) => {
    expect(ambientReferences(source)).toEqual([]);
  });

  test("domain, ports, functions and wiring use no time, chance, process or network of their own", () => {
    expect(broken(ambientFree, ambientReferences, (path) => path.startsWith("functions/aws/"))).toEqual([]);
  });

  test.each([
    ["const now = Date.now();", ["1: Date.now"]],
    ["const now = new Date();", ["1: new Date()"]],
    ["const now = Date();", ["1: Date()"]],
    ["const answer = await fetch(url);", ["1: fetch"]],
    ["const id = Math.random();", ["1: Math.random"]],
    ["const key = process.env.KEY;", ["1: process"]],
    ["const at = new Date(stated).toISOString(); const left = Date.parse(until); const bytes = Buffer.from(text);", []],
  ])("an adapter of something outside with %s gives %j", (source, findings) => {
    expect(ambientEffects(source)).toEqual(findings);
  });

  test("adapters of channels, settlements, banks and ERPs reach clock and network through ports", () => {
    expect(broken(outsideAdapters, ambientEffects)).toEqual([]);
  });

  test("module-level let is reported, const and inner let are not", () => {
    expect(moduleState("let count = 0;\nconst max = 3;\nexport function f() { let n = 0; return n; }\nvar old;")).toEqual([
      "1: count",
      "4: old",
    ]);
  });

  test("domain and functions keep no module-level state", () => {
    expect(broken(["domain", "functions"], moduleState)).toEqual([]);
  });
});

describe("ports", () => {
  test("a value in a file of types is reported, a type is not", () => {
    expect(
      runtimeStatements(
        'import type { A } from "./a.ts";\nexport interface B {}\nexport type C = A | B;\nexport const d = 1;\nimport "./e.ts";',
      ),
    ).toEqual(["4: export const d = 1;", '5: import "./e.ts";']);
  });

  test("have no runtime code", () => {
    expect(broken(["ports"], runtimeStatements)).toEqual([]);
  });
});

describe("exports", () => {
  test.each([
    ['export * from "./a.ts";', ["1: export *"]],
    ['export * as a from "./a.ts";', ["1: export *"]],
    ["export default {};", ["1: export default"]],
    ["export default function f() {}", ["1: export default"]],
    ["const f = 1;\nexport { f as default };", ["2: export default"]],
    ['export { f } from "./a.ts";\n// export default\nexport const text = "export *";', []],
  ])("%s gives %j", (source, findings) => {
    expect(namelessExports(source)).toEqual(findings);
  });

  test("are listed by name, and none is a default", () => {
    // A declaration file describes what somebody else's package exports.
    expect(broken(product, namelessExports, (path) => path.endsWith(".d.ts"))).toEqual([]);
  });
});

describe("zod on the Lambda path", () => {
  test.each([
    ['import { z } from "zod";', ['1: import { z } from "zod";']],
    ['import z from "zod";', ['1: import z from "zod";']],
    ['import { object } from "zod/mini";', ['1: import { object } from "zod/mini";']],
    ['import * as z from "zod/mini";\nimport type { ZodType } from "zod";', []],
  ])("%s gives %j", (source, findings) => {
    expect(zodImportsByName(source)).toEqual(findings);
  });

  test("is imported as a namespace", () => {
    expect(broken(lambdaPath, zodImportsByName)).toEqual([]);
  });
});

describe("names", () => {
  test.each([
    ["functions/utils/money.ts", ["utils"]],
    ["domain/posting/types.ts", ["types.ts"]],
    ["test/helpers/clock.ts", ["helpers"]],
    ["hub/queue-manager.ts", ["queue-manager.ts"]],
    ["domain/common.ts", ["common.ts"]],
    ["domain/money/minor-units.ts", []],
    ["domain/management/mischief.ts", []],
    ["domain/policy/policy-types.ts", []],
  ])("%s gives %j", (path, findings) => {
    expect(namesThatSayNothing(path)).toEqual(findings);
  });

  test("of files and folders say what is inside", () => {
    const paths = globSync("**/*", { cwd: projectFolder, exclude: (path) => /(?:^|\/)(?:node_modules|cdk\.out|coverage)$/.test(path) });
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => namesThatSayNothing(path).length > 0)).toEqual([]);
  });
});

test("the rules are held over files that exist", () => {
  expect(sourceFiles(projectFolder, ["domain"]).length).toBeGreaterThan(20);
  expect(sourceFiles(projectFolder, ["ports"]).length).toBeGreaterThan(10);
});
