import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { governedKeys } from "#domain/policy";

const page = (name: string) => readFileSync(resolve(import.meta.dirname, "../../docs", name), "utf8");

test("every key that somebody owns is explained in the table of keys", () => {
  const table = page("policies.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|")[1])
    .join(" ");
  expect(governedKeys.filter((key) => !table.includes(`\`${key}\``))).toEqual([]);
});

test.each(["policies.md", "periods.md"])("every example of %s is JSON", (name) => {
  const examples = [...page(name).matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1]!.trim());
  expect(examples.length).toBeGreaterThan(2);
  for (const example of examples) {
    const whole = example.startsWith('"') ? `{${example}}` : example;
    expect(() => JSON.parse(whole), example).not.toThrow();
  }
});
