import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const script = resolve(import.meta.dirname, "../../scripts/count-tests.ts");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-count-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function count(testResults: unknown, skips: readonly unknown[]): string {
  writeFileSync(join(folder, "report.json"), JSON.stringify({ testResults }));
  writeFileSync(join(folder, "skips.jsonl"), skips.map((skip) => `${JSON.stringify(skip)}\n`).join(""));
  const run = spawnSync(process.execPath, [script, join(folder, "report.json"), join(folder, "skips.jsonl")], { encoding: "utf8" });
  return run.status === 0 ? run.stdout : `exit status ${run.status}`;
}

test("passed and failed tests are counted, and a skip with a reason is shown", () => {
  const report = [
    {
      name: "money.test.ts",
      status: "failed",
      assertionResults: [
        { fullName: "adds", status: "passed" },
        { fullName: "splits", status: "passed" },
        { fullName: "rounds", status: "failed" },
      ],
    },
    { name: "dynamodb.test.ts", status: "passed", assertionResults: [{ fullName: "inserts", status: "skipped" }] },
  ];
  expect(count(report, [{ name: "DynamoDB", reason: "Java 17 is absent", file: "dynamodb.test.ts" }])).toBe(
    "SKIPPED DynamoDB: Java 17 is absent\n2 1\n",
  );
});

test("a skip without a reason counts as failed and is named", () => {
  const report = [{ name: "money.test.ts", status: "passed", assertionResults: [{ fullName: "money adds", status: "skipped" }] }];
  expect(count(report, [{ name: "other", reason: "absent", file: "other.test.ts" }])).toBe(
    "SKIPPED other: absent\nSKIPPED money adds: without a reason (say it with test/skip.ts); counted as failed\n0 1\n",
  );
});

test("a file that could not be loaded counts as failed", () => {
  expect(count([{ name: "money.test.ts", status: "failed", assertionResults: [] }], [])).toBe("0 1\n");
});

test("a report of another shape is an error, not an empty count", () => {
  expect(count(undefined, [])).toBe("exit status 1");
});
