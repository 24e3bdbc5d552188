import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { kpis } from "#domain/kpi";

const reports = readFileSync(resolve(import.meta.dirname, "../../docs/reports.md"), "utf8");

test("docs/reports.md lists every KPI as it is defined, and no other", () => {
  const [, section = ""] = reports.split("## KPIs");
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toEqual(
    kpis.map(
      ({ id, title, meaning, formula, dimensions, measured }) =>
        `| \`${id}\`: ${title} | ${meaning} | ${formula} | ${dimensions.join(", ")} | ${measured} |`,
    ),
  );
});
