import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { defences } from "../simulation/defences.ts";

const project = resolve(import.meta.dirname, "../..");
const reliability = readFileSync(resolve(project, "docs/reliability.md"), "utf8");

/** Pages whose every row ends with a test, and how many rows they have at least. */
describe.each([
  ["docs/security.md", "threat", 30],
  ["docs/reliability.md", "promise", 35],
] as const)("%s", (path, what, rowsMin) => {
  // What is measured by the bench is no promise.
  const page = readFileSync(resolve(project, path), "utf8").replaceAll(/<!-- bench: [\s\S]*?<!-- end of bench -->/g, "");
  const rows = page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith(`| ${what} |`));
  /** The last cell: a file, and the title of a test in it where one is named. */
  const named = rows.map((row) => /\| `(?<file>[^`]+)`(?:: (?<title>.+?))? \|$/.exec(row)?.groups);

  test(`every ${what} names its test`, () => {
    expect(rows.filter((_, index) => named[index] === undefined)).toEqual([]);
    expect(rows.length).toBeGreaterThanOrEqual(rowsMin);
    expect(new Set(rows).size).toBe(rows.length);
  });

  test.each(named.map((each) => [each?.file ?? "", each?.title] as const))("%s has: %s", (file, title) => {
    expect(existsSync(resolve(project, file))).toBe(true);
    // A title, and no comment that says the same: it stands behind a quotation mark, or behind what a table of cases puts before it.
    if (title !== undefined)
      expect(readFileSync(resolve(project, file), "utf8")).toMatch(new RegExp(`["'\`][^"'\`\\n]*${literally(title)}`));
  });
});

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

test("docs/reliability.md says how many defences are taken away", () => {
  expect(/(\d+) defences of the product are taken away/.exec(reliability)?.[1]).toBe(String(defences.length));
});
