import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { escalationsAt, exceptionClasses } from "#domain/exceptions";

const refused = { class: "erp.rejected", dueAt: "2026-11-27T12:00:00.000Z" } as const;

describe("without a rule of the policies", () => {
  test("nothing happens before the due time", () => {
    expect(escalationsAt(refused, "2026-11-27T11:59:59.999Z")).toEqual([]);
  });

  test("at the due time the desk itself sees it one step graver", () => {
    expect(escalationsAt(refused, "2026-11-27T12:00:00.000Z")).toEqual([{ step: 1, owner: "finance", severity: "critical" }]);
  });

  test("a day later whoever answers for the desk has it", () => {
    expect(escalationsAt({ ...refused, class: "period.closed" }, "2026-11-28T12:00:00.000Z")).toEqual([
      { step: 1, owner: "finance", severity: "error" },
      { step: 2, owner: "controller", severity: "critical" },
    ]);
  });

  test("what only informs is nobody's alarm", () => {
    expect(escalationsAt({ ...refused, class: "period.late-event" }, "2027-01-01T00:00:00.000Z")).toEqual([]);
  });
});

describe("the policies", () => {
  const why = "for this test";
  const rules = [
    { afterHours: 1, owner: "everybody", why },
    { class: "erp", afterHours: 48, owner: "treasurer", why },
    { class: "erp", afterHours: 2, owner: "integration", severity: "warning", why },
    { class: "erp.unavailable", afterHours: 0, owner: "on-call", severity: "critical", why },
  ] as const;
  const later = "2026-11-30T12:00:00.000Z";

  test("a rule that names the class stands before one of its family, and that before one of all; each in the order of its hours", () => {
    expect(escalationsAt(refused, later, rules)).toEqual([
      { step: 1, owner: "integration", severity: "warning" },
      { step: 2, owner: "treasurer", severity: "error" },
    ]);
    expect(escalationsAt({ ...refused, class: "erp.unavailable" }, later, rules).map(({ owner }) => owner)).toEqual(["on-call"]);
    expect(escalationsAt({ ...refused, class: "data.unmapped" }, later, rules).map(({ owner }) => owner)).toEqual(["everybody"]);
  });

  test("hours count from the due time", () => {
    expect(escalationsAt(refused, "2026-11-27T13:59:59.999Z", rules)).toEqual([]);
    expect(escalationsAt(refused, "2026-11-27T14:00:00.000Z", rules)).toHaveLength(1);
  });
});

test("every class of the taxonomy is opened by some code", () => {
  const project = resolve(import.meta.dirname, "../../..");
  const files = globSync(["domain/**/*.ts", "functions/**/*.ts", "adapters/**/*.ts", "hub/**/*.ts", "state-machines/*.json"], {
    cwd: project,
  });
  const text = files
    // The taxonomy itself, and the KPIs, which measure exceptions and open none.
    .filter((file) => !file.startsWith("domain/exceptions/") && !file.startsWith("domain/kpi/"))
    .map((file) => readFileSync(resolve(project, file), "utf8"))
    .join("\n");
  expect(Object.keys(exceptionClasses).filter((name) => !text.includes(`"${name}"`) && !text.includes(`${name}\\"`))).toEqual([]);
});
