import { expect, test } from "vitest";
import type { ClosureItem, ExceptionItem, LineageItem } from "#domain/lineage";
import { createHandler } from "#functions/escalate-exceptions";
import { listedException, openExceptions } from "#functions/open-exceptions";
import type { WorkListEntry } from "#ports/work-lists";
import { memoryHouse } from "./memory-house.ts";
import { policy } from "./posting-house.ts";

const refused: ExceptionItem = {
  type: "exception",
  transaction: "sale:1",
  key: "X#erp.rejected#abc#0001",
  at: "2026-11-27T08:00:00.000Z",
  class: "erp.rejected",
  code: "period",
  cause: "sale:1/placed@1",
  message: "the period is closed",
  occurrence: 1,
  dueAt: "2026-11-27T12:00:00.000Z",
};
const closed: ClosureItem = { type: "closure", transaction: "sale:1", key: `${refused.key}#C`, at: refused.at, by: "hub", reason: "gone" };

function desk(items: readonly LineageItem[], insert?: "unavailable" | "unknown") {
  const house = memoryHouse();
  void house.lineage.insert(items);
  const list = new Map<string, WorkListEntry>();
  const first = listedException({ opened: refused });
  list.set(first.id, first);
  const measured: string[] = [];
  let now = refused.at;
  const handler = createHandler({
    lineage: insert === undefined ? house.lineage : { ...house.lineage, insert: async (given) => given.map(() => insert) },
    workLists: {
      put: async (_, entries) => {
        for (const entry of entries) list.set(entry.id, entry);
      },
      remove: async (_, ids) => {
        for (const id of ids) list.delete(id);
      },
      read: async (name) => ({ entries: name === openExceptions ? [...list.values()] : [] }),
    },
    policies: { current: async () => policy, reload: async () => policy, lastRelease: () => Promise.reject(new Error("not asked")) },
    clock: { now: () => now },
    metrics: {
      record: (name, value, _unit, dimensions) => void measured.push(`${name} ${Object.values(dimensions).join(" ")} ${value}`),
    },
  });
  const at = (instant: string) => {
    now = instant;
    return handler();
  };
  return { at, list: () => [...list.values()], measured, escalations: () => house.items().filter(({ type }) => type === "escalation") };
}

test("what is in time stays where it is, and is counted", async () => {
  const { at, escalations, measured } = desk([refused]);
  expect(await at("2026-11-27T11:59:00.000Z")).toEqual({ open: 1, overdue: 0, escalated: 0 });
  expect([escalations(), measured]).toEqual([[], ["OpenExceptionAge erp.rejected finance 14340000", "OpenExceptions finance in-time 1"]]);
});

test("an overdue exception is escalated once per step: on record, on the list, and in a metric", async () => {
  const { at, escalations, list, measured } = desk([refused]);
  expect(await at("2026-11-27T12:00:00.000Z")).toEqual({ open: 1, overdue: 1, escalated: 1 });
  expect(await at("2026-11-27T12:15:00.000Z")).toEqual({ open: 1, overdue: 1, escalated: 0 });
  expect(escalations()).toEqual([
    {
      type: "escalation",
      transaction: "sale:1",
      key: "X#erp.rejected#abc#0001#E0001",
      at: "2026-11-27T12:00:00.000Z",
      step: 1,
      class: "erp.rejected",
      owner: "finance",
      severity: "critical",
    },
  ]);
  expect(await at("2026-11-28T12:00:00.000Z")).toEqual({ open: 1, overdue: 1, escalated: 1 });
  expect(list()).toMatchObject([{ body: { owner: "controller", severity: "critical", escalation: { step: 2 }, dueAt: refused.dueAt } }]);
  expect(measured.filter((line) => line.startsWith("ExceptionsEscalated"))).toEqual([
    "ExceptionsEscalated erp.rejected critical 1",
    "ExceptionsEscalated erp.rejected critical 1",
  ]);
  expect(measured.at(-1)).toBe("OpenExceptions finance overdue 1");
});

test("a host that was down for days records every step that it missed, in their order", async () => {
  const { at, escalations } = desk([{ ...refused, severity: "info" }]);
  expect(await at("2026-12-01T00:00:00.000Z")).toMatchObject({ escalated: 2 });
  expect(escalations()).toMatchObject([
    { step: 1, owner: "finance", severity: "warning" },
    { step: 2, owner: "controller", severity: "error" },
  ]);
});

test("a step that is on record and not on the list, as after a crash between the two, is put there and not recorded again", async () => {
  const { at, list, escalations } = desk([
    refused,
    {
      type: "escalation",
      transaction: "sale:1",
      key: `${refused.key}#E0001`,
      at: "2026-11-27T12:00:00.000Z",
      step: 1,
      class: "erp.rejected",
      owner: "finance",
      severity: "critical",
    },
  ]);
  expect(await at("2026-11-27T12:15:00.000Z")).toMatchObject({ escalated: 0 });
  expect([escalations().length, list()[0]?.body]).toMatchObject([1, { severity: "critical", escalation: { step: 1 } }]);
});

test("what was closed meanwhile is taken from the list and not escalated", async () => {
  const { at, list, escalations } = desk([refused, closed]);
  expect(await at("2026-11-27T12:15:00.000Z")).toEqual({ open: 1, overdue: 1, escalated: 0 });
  expect([list(), escalations()]).toEqual([[], []]);
});

test.each(["unavailable", "unknown"] as const)("a store that answers %s is told, and the list is left alone", async (answer) => {
  const { at, list } = desk([refused], answer);
  await expect(at("2026-11-27T12:15:00.000Z")).rejects.toMatchObject({ name: "Unavailable" });
  expect(list()).toEqual([listedException({ opened: refused })]);
});
