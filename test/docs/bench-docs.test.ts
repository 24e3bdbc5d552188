import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { docsWithBenchTables, withBenchTables } from "../../scripts/bench-docs.ts";

test.each(docsWithBenchTables)("the tables of the bench in docs/%s show bench/results.json (npm run docs writes them)", (name) => {
  const text = readFileSync(resolve(import.meta.dirname, "../../docs", name), "utf8");
  expect(text).toContain("<!-- bench: ");
  expect(withBenchTables(text)).toBe(text);
});

test("a table that shows something else is written anew, and what stands around it stays", () => {
  const text = "before\n<!-- bench: cost -->\nold\n<!-- end of bench -->\nafter\n";
  const written = withBenchTables(text).split("\n");
  expect(written.slice(0, 4)).toEqual(["before", "<!-- bench: cost -->", "", "| figure | value | floor | ratio | target |"]);
  expect(written.filter((line) => line.startsWith("| AWS, a million orders, steady |"))).toHaveLength(1);
  expect(written.slice(-3)).toEqual(["<!-- end of bench -->", "after", ""]);
  expect(written).not.toContain("old");
});

test("a part that was never measured is no table", () => {
  expect(() => withBenchTables("<!-- bench: nothing -->\n<!-- end of bench -->")).toThrow(
    "the bench has no figures of nothing: npm run bench -- nothing",
  );
});
