import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { lastReport } from "../bench/report.ts";

/** Documents with a table of the bench between its marks: `<!-- bench: PART -->` and `<!-- end of bench -->`. */
export const docsWithBenchTables = ["reliability.md"] as const;

const between = /(<!-- bench: ([a-z-]+) -->\n)[\s\S]*?(<!-- end of bench -->)/g;

/** The text with every table as bench/results.json has it. Throws for a part that was never measured. */
export function withBenchTables(text: string): string {
  return text.replaceAll(between, (_all, begin: string, part: string, end: string) => `${begin}${tableOf(part)}${end}`);
}

export function writeBenchTables(): void {
  for (const name of docsWithBenchTables) {
    const path = resolve(import.meta.dirname, "../docs", name);
    writeFileSync(path, withBenchTables(readFileSync(path, "utf8")));
  }
}

function tableOf(part: string): string {
  const report = lastReport();
  const measured = report?.parts[part];
  if (report === undefined || measured === undefined) throw new Error(`the bench has no figures of ${part}: npm run bench -- ${part}`);
  const { machine } = report;
  const rows = measured.results.map(({ name, value, unit, floor, ratio, target }) => [
    name,
    `${value} ${unit}`,
    floor === undefined ? "" : `${floor} ${unit}`,
    ratio ?? "",
    target ?? "",
  ]);
  return [
    "",
    "| figure | value | floor | ratio | target |",
    "|---|---:|---:|---:|---|",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    "",
    `Measured on ${measured.measuredOn}: ${machine.cores} cores, ${machine.memoryGigabytes} GB, Node ${machine.node}; ${measured.load} processes wanted a core.`,
    "",
    "",
  ].join("\n");
}
