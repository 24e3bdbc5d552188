import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const project = resolve(import.meta.dirname, "../..");
const page = readFileSync(resolve(project, "docs/security.md"), "utf8");

/** A threat's last cell: a file, and the title of a test in it where one is named. */
const named = [...page.matchAll(/\| `(?<file>[^`]+)`(?:: (?<title>.+?))? \|$/gm)].map(
  ({ groups }) => [groups?.file ?? "", groups?.title] as const,
);

test("every threat names its test", () => {
  const threats = page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| threat |"));
  expect(named).toHaveLength(threats.length);
  expect(threats.length).toBeGreaterThan(20);
});

test.each(named)("%s has: %s", (file, title) => {
  expect(existsSync(resolve(project, file))).toBe(true);
  if (title !== undefined) expect(readFileSync(resolve(project, file), "utf8")).toContain(title);
});
