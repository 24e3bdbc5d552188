import { appendFileSync } from "node:fs";
import { expect } from "vitest";

/**
 * Says why tests of this file are skipped: prints `SKIPPED name: reason` and records it. A skipped test in a file that gave no reason
 * fails the project's check. Use it beside the skip: `test.skipIf(skipped)(…)` after `if (skipped) skipReason("…", "…")`.
 */
export function skipReason(name: string, reason: string): void {
  const record = { name: oneLine(name), reason: oneLine(reason), file: expect.getState().testPath ?? "" };
  console.log(`SKIPPED ${record.name}: ${record.reason}`);
  // The file that collects the records of all workers; test/skip-report.ts names it and prints them below the results.
  const log = process.env.THROUGHLINE_SKIP_LOG;
  if (log !== undefined) appendFileSync(log, `${JSON.stringify(record)}\n`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
