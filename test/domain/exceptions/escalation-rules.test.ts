import { expect, test } from "vitest";
import { type EscalationRule, escalationRulesFor, escalationsAt } from "../../../domain/exceptions/escalation.ts";

test.each([
  ["transport.connection", "operations", "operations-lead"],
  ["transport.parse", "integration", "operations-lead"],
  ["erp.rejected", "finance", "controller"],
  ["source.sequence-gap", "store-operations", "operations-lead"],
  ["promotion.unknown", "merchandising", "operations-lead"],
] as const)("%s is overdue at the desk %s, and a day later with %s", (name, desk, lead) => {
  expect(escalationRulesFor(name)).toEqual([
    { afterHours: 0, owner: desk, why: "overdue" },
    { afterHours: 24, owner: lead, why: "overdue for a day" },
  ]);
});

test("what only informs has no rule", () => {
  expect(escalationRulesFor("period.late-event")).toEqual([]);
});

const stated: readonly EscalationRule[] = [
  { class: "erp", afterHours: 48, owner: "treasurer", why: "two days" },
  { class: "erp", afterHours: 2, owner: "integration", why: "two hours" },
  { class: "erp.unavailable", afterHours: 0, owner: "on-call", why: "at once" },
];

test("rules are kept in the order of their hours, and the list that the policies state is left as it is", () => {
  const before = [...stated];
  expect(escalationRulesFor("erp.rejected", stated).map(({ owner }) => owner)).toEqual(["integration", "treasurer"]);
  expect(stated).toEqual(before);
});

test("rules that name other classes leave the standard", () => {
  expect(escalationRulesFor("data.unmapped", stated).map(({ afterHours }) => afterHours)).toEqual([0, 24]);
  expect(escalationRulesFor("erp.unavailable", stated).map(({ owner }) => owner)).toEqual(["on-call"]);
});

test("each step is one graver than the one before, from the exception's own severity on, and critical is the gravest", () => {
  const rules: readonly EscalationRule[] = [0, 1, 2, 3].map((afterHours) => ({ afterHours, owner: "desk", why: "a test" }));
  const due = { class: "erp.rejected", dueAt: "2026-11-27T12:00:00.000Z" } as const;
  expect(escalationsAt({ ...due, severity: "info" }, "2026-11-27T15:00:00.000Z", rules)).toEqual([
    { step: 1, owner: "desk", severity: "warning" },
    { step: 2, owner: "desk", severity: "error" },
    { step: 3, owner: "desk", severity: "critical" },
    { step: 4, owner: "desk", severity: "critical" },
  ]);
});
