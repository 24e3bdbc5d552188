import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { headingAnchors } from "./markdown.ts";

const project = resolve(import.meta.dirname, "../..");
const page = (name: string) => readFileSync(resolve(project, "docs", name), "utf8");
const operations = page("operations.md");

/** What an operator does on either host, as the page's own table says it: what, on one machine, on AWS. */
const rows = operations
  .split("\n")
  .filter((line) => /^\| (install|upgrade|rotate a secret|redrive|restore|uninstall) \|/.test(line))
  .map(
    (line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()) as [string, string, string],
  );

const { scripts } = JSON.parse(readFileSync(resolve(project, "package.json"), "utf8")) as { scripts: Record<string, string> };
const hubCommands = globSync("cli/commands/*.ts", { cwd: project }).map((file) => file.replace(/^.*\/(.+)\.ts$/, "$1"));
const functionNames = globSync("functions/aws/*.ts", { cwd: project }).map((file) => file.replace(/^.*\/(.+)\.ts$/, "$1"));

/** Undefined: it is a command that is there. */
function faultOf(command: string): string | undefined {
  const [, hub] = /^npm run -s hub -- ([a-z-]+)/.exec(command) ?? [];
  if (hub !== undefined) return hubCommands.includes(hub) ? undefined : `the hub has no command ${hub}`;
  const [, script] = /^npm run -s ([a-z:-]+)/.exec(command) ?? [];
  if (script !== undefined) return Object.hasOwn(scripts, script) ? undefined : `package.json has no script ${script}`;
  if (functionNames.includes(command)) return undefined;
  return /^(npx cdk (deploy|destroy)|aws [a-z-]+ [a-z-]+|npm ci|git pull|rm -r|\$\{EDITOR)/.test(command)
    ? undefined
    : `${command} is no command`;
}

const spans = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

describe("install, upgrade, rotate, redrive, restore, uninstall, each a command on either host", () => {
  test("all six are told", () => {
    expect(rows.map(([what]) => what)).toEqual(["install", "upgrade", "rotate a secret", "redrive", "restore", "uninstall"]);
  });

  test.each(rows.flatMap(([what, machine, aws]) => [[`${what} on one machine`, machine] as const, [`${what} on AWS`, aws] as const]))(
    "%s",
    (_what, cell) => {
      expect(spans(cell).length).toBeGreaterThan(0);
      expect(
        spans(cell)
          .map(faultOf)
          .filter((fault) => fault !== undefined),
      ).toEqual([]);
      for (const [, name = "", anchor] of cell.matchAll(/\]\(([a-z-]+\.md)?(?:#([a-z-]+))?\)/g))
        if (anchor !== undefined) expect(headingAnchors(name === "" ? operations : page(name))).toContain(anchor);
    },
  );

  test("a command that is not there would be told", () => {
    expect(["npm run -s hub -- rescue", "npm run -s rescue-table", "ask somebody"].map(faultOf)).toEqual([
      "the hub has no command rescue",
      "package.json has no script rescue-table",
      "ask somebody is no command",
    ]);
  });
});
