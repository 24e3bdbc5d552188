import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";

/**
 * Reads a vitest JSON report and the skip records of the same run; prints the reasons of skips and, last, `<passed> <failed>`.
 * A skipped test of a file that gave no reason is printed by name and counted as failed: nothing is skipped in silence.
 * Usage: node scripts/count-tests.ts REPORT.json SKIPS.jsonl
 */
const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});
const skipRecord = z.object({ name: z.string(), reason: z.string(), file: z.string() });

const [reportFile, skipsFile] = process.argv.slice(2);
if (reportFile === undefined || skipsFile === undefined) {
  process.stderr.write("usage: node scripts/count-tests.ts REPORT.json SKIPS.jsonl\n");
  process.exit(2);
}

const files = report.parse(JSON.parse(readFileSync(reportFile, "utf8"))).testResults;
const skips = existsSync(skipsFile)
  ? readFileSync(skipsFile, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => skipRecord.parse(JSON.parse(line)))
  : [];
const explained = new Set(skips.map((skip) => skip.file));

let passed = 0;
let failed = 0;
const lines = new Set(skips.map((skip) => `SKIPPED ${skip.name}: ${skip.reason}`));
for (const file of files) {
  // A file that could not be loaded has no tests to fail: it counts as one.
  if (file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed")) failed += 1;
  for (const test of file.assertionResults) {
    if (test.status === "passed") passed += 1;
    else if (test.status === "failed") failed += 1;
    else if (!explained.has(file.name)) {
      failed += 1;
      lines.add(`SKIPPED ${test.fullName}: without a reason (say it with test/skip.ts); counted as failed`);
    }
  }
}
for (const line of lines) process.stdout.write(`${line}\n`);
process.stdout.write(`${passed} ${failed}\n`);
