import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Vitest's global set-up: collects the skip reasons of all workers and prints each once, below the results. */
export function setup(): () => void {
  const given = process.env.THROUGHLINE_SKIP_LOG;
  const folder = given === undefined ? mkdtempSync(join(tmpdir(), "throughline-skips-")) : undefined;
  const log = given ?? join(folder ?? "", "skips.jsonl");
  process.env.THROUGHLINE_SKIP_LOG = log;
  return () => {
    const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean) : [];
    const printed = new Set(
      lines.map((line) => JSON.parse(line) as { name: string; reason: string }).map((each) => `SKIPPED ${each.name}: ${each.reason}`),
    );
    if (printed.size > 0) process.stdout.write(`\n${[...printed].join("\n")}\n`);
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
}
