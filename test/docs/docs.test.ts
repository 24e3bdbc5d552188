import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { skipReason } from "../skip.ts";
import { fencedLines, headingAnchors, hubCommands, npmScripts, ownAnchors, projectPaths, relativeLinks } from "./markdown.ts";

const projectFolder = resolve(import.meta.dirname, "../..");
const documents = ["README.md", ...globSync("docs/**/*.md", { cwd: projectFolder })].map((path) => ({
  path,
  text: readFileSync(resolve(projectFolder, path), "utf8"),
}));
const readme = documents[0]?.text ?? "";

/** Folders that the layout names and that may not be there yet: what docs name inside of them is held as soon as they are. */
const toCome = [
  "adapters",
  "bench",
  "bin",
  "cli",
  "hub",
  "lib",
  "policies",
  "sample",
  "sandbox-erp",
  "simulation",
  "state-machines",
  "test/contracts",
  "wiring",
];
/** Files that the hub writes into its data folder, and that documents of the project name. */
const writtenAtRunTime = ["secrets.json", "order.json"];

function isThere(path: string): boolean {
  const full = resolve(projectFolder, path);
  return existsSync(full) && (!path.endsWith("/") || readdirSync(full).length > 0);
}

function mayCome(path: string): boolean {
  return toCome.some((folder) => (path === `${folder}/` || path.startsWith(`${folder}/`)) && !isThere(`${folder}/`));
}

describe("reading Markdown", () => {
  const sample = [
    "# One page",
    "See [a](a.md#x), [b](https://example.com/b), [c](#one-page) and `domain/money/`, `ports/erp.ts`, `npm test`, `data.value`.",
    "```sh",
    "npm ci && npm run demo",
    "npm run -s hub -- report trial-balance",
    "[no](link.md) `no/path.ts`",
    "```",
    "`npm run -s hub -- <command>`",
  ].join("\n");

  test("finds commands, scripts, links, anchors and paths, and nothing else", () => {
    expect(fencedLines(sample).map(({ language, line }) => `${language}: ${line}`)).toEqual([
      "sh: npm ci && npm run demo",
      "sh: npm run -s hub -- report trial-balance",
      "sh: [no](link.md) `no/path.ts`",
    ]);
    expect(hubCommands(sample)).toEqual(["report"]);
    expect(npmScripts(sample)).toEqual(["test", "demo", "hub", "hub"]);
    expect(relativeLinks(sample)).toEqual(["a.md"]);
    expect(ownAnchors(sample)).toEqual(["one-page"]);
    expect(headingAnchors(sample)).toEqual(["one-page"]);
    expect(projectPaths(sample)).toEqual(["domain/money/", "ports/erp.ts"]);
  });
});

test("the README shows the two commands, each alone on its line", () => {
  const lines = fencedLines(readme).filter(({ language }) => language === "sh");
  expect(lines.map(({ line }) => line)).toEqual(["npm ci && npm run demo", "npm ci && npm test"]);
});

test("the README says what it is in five lines", () => {
  const [, introduction = ""] = /^# .+\n\n([\s\S]*?)\n\n/.exec(readme) ?? [];
  expect(introduction.split("\n")).toHaveLength(5);
});

test("the README has a picture of both hosts that a code host renders", () => {
  const picture = fencedLines(readme)
    .filter(({ language }) => language === "mermaid")
    .map(({ line }) => line)
    .join("\n");
  expect(picture).toMatch(/^flowchart LR\n/);
  for (const part of ["embedded hub", "AWS", "lineage", "posting queue", "ERP"]) expect(picture).toContain(part);
});

describe.each(documents)("$path", ({ path, text }) => {
  test("every relative link leads to a file", () => {
    const broken = relativeLinks(text).filter((link) => !existsSync(resolve(projectFolder, dirname(path), link)));
    expect(broken).toEqual([]);
  });

  test("every link within the page leads to a heading", () => {
    const headings = headingAnchors(text);
    expect(ownAnchors(text).filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  test("every path in backticks is there", () => {
    const missing = projectPaths(text).filter((name) => !isThere(name) && !mayCome(name) && !writtenAtRunTime.includes(name));
    expect(missing).toEqual([]);
  });

  test("every npm script shown is one of package.json", () => {
    const { scripts } = JSON.parse(readFileSync(resolve(projectFolder, "package.json"), "utf8")) as { scripts: Record<string, string> };
    expect(npmScripts(text).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

const commands = globSync("cli/commands/*.ts", { cwd: projectFolder }).map((file) => file.replace(/^.*\/(.+)\.ts$/, "$1"));
if (commands.length === 0) skipReason("hub commands in docs", "cli/commands/ has no files yet");

test.skipIf(commands.length === 0)("every hub command shown is one of cli/commands", () => {
  const shown = documents.flatMap(({ path, text }) => hubCommands(text).map((command) => ({ path, command })));
  expect(shown.filter(({ command }) => !commands.includes(command))).toEqual([]);
  expect(new Set(shown.map(({ command }) => command)).size).toBeGreaterThan(5);
});
