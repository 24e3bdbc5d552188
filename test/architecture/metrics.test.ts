import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { metrics } from "#wiring";

const project = resolve(import.meta.dirname, "../..");

/** What a source records: name, unit and names of the dimensions. */
function recorded(source: string): string[] {
  return [...source.matchAll(/metrics\.record\("(\w+)",[^"]*"([a-z-]+)",\s*\{([^}]*)\}/g)].map(([, name, unit, dimensions = ""]) => {
    const names = dimensions
      .split(",")
      .map((each) => each.split(":")[0]?.trim() ?? "")
      .filter((each) => each !== "");
    return `${name} ${unit} ${names.join(" ")}`.trimEnd();
  });
}

test("every metric that is recorded is one of wiring/, with its unit and dimensions, and the other way round", () => {
  const files = globSync(["functions/**/*.ts", "hub/**/*.ts"], { cwd: project });
  const found = new Set(files.flatMap((file) => recorded(readFileSync(resolve(project, file), "utf8"))));
  expect([...found].sort()).toEqual(
    metrics.map(({ name, unit, dimensions }) => `${name} ${unit} ${dimensions.join(" ")}`.trimEnd()).sort(),
  );
});

test("a metric that is recorded otherwise would be seen", () => {
  expect(recorded('metrics.record("Parcels", list.length, "bytes", { shop: name, outcome });')).toEqual(["Parcels bytes shop outcome"]);
  expect(recorded('hub.metrics.record("Faults", 1, "count", {});')).toEqual(["Faults count"]);
});
