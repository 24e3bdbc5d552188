import { describe, expect, test } from "vitest";
import type { Problem } from "#domain/exceptions";
import { type ExceptionItem, type LineageItem, viewTransaction } from "#domain/lineage";
import { type Decision, reconcileFound, waitsForRate } from "#domain/posting";
import { problem } from "../../fixtures/posting.ts";
import { at, closedBy, exceptionTexts } from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const drift = problem({ class: "erp.drift", code: "changed", cause: "J-1", message: "J-1 was changed" });
const reconcile = (
  items: readonly LineageItem[],
  found: readonly Problem[],
  lookedAt: (exception: ExceptionItem) => boolean = () => true,
) => reconcileFound(viewTransaction(sale, items), found, lookedAt, "erp", at(30));
const opened = reconcile([], [drift]).filter((item) => item.type === "exception");

describe("what an operation found", () => {
  test("is opened once, as found by an operation", () => {
    expect(exceptionTexts(reconcile([], [drift, drift]))).toEqual(["open erp.drift/changed #1"]);
    expect(opened[0]).toMatchObject({ foundBy: "operation", cause: "J-1", message: "J-1 was changed", at: at(30) });
    expect(reconcile(opened, [drift])).toEqual([]);
  });

  test("is closed by the hub when it is gone and was looked at", () => {
    const [closure, ...others] = reconcile(opened, []);
    expect(closure).toEqual({
      type: "closure",
      transaction: sale,
      key: `${opened[0]!.key}#C`,
      at: at(30),
      by: "hub",
      reason: "its cause is gone",
    });
    expect(others).toEqual([]);
    expect(reconcile(opened, [], () => false)).toEqual([]);
  });

  test("stays closed when a person closed it, and is opened again when the hub did", () => {
    expect(reconcile([...opened, closedBy(opened[0]!, "ana")], [drift])).toEqual([]);
    expect(exceptionTexts(reconcile([...opened, closedBy(opened[0]!, "hub")], [drift]))).toEqual(["open erp.drift/changed #2"]);
    expect(reconcile([...opened, closedBy(opened[0]!, "hub")], [])).toEqual([]);
  });

  test("is nothing that a decision found", () => {
    const { foundBy: _by, ...byDecision } = opened[0]!;
    expect(reconcile([byDecision], [])).toEqual([]);
  });
});

test("a transaction waits for a rate as a decision finds or found", () => {
  const rate = { ...opened[0]!, class: "money.fx-rate-missing" } as ExceptionItem;
  const decision = (...exceptions: Decision["exceptions"]) => ({ kind: "held", exceptions }) as unknown as Decision;
  const view = (...items: LineageItem[]) => viewTransaction(sale, items);
  expect(waitsForRate(view(), decision())).toBe(false);
  expect(waitsForRate(view(), decision(rate))).toBe(true);
  expect(waitsForRate(view(), decision(opened[0]!))).toBe(false);
  expect(waitsForRate(view(), decision(closedBy(rate, "hub")))).toBe(false);
  expect(waitsForRate(view(rate), decision())).toBe(true);
  expect(waitsForRate(view(rate, closedBy(rate, "hub")), decision())).toBe(false);
  expect(waitsForRate(view(...opened), decision())).toBe(false);
});
