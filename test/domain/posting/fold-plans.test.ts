import { describe, expect, test } from "vitest";
import { foldPlans } from "#domain/posting";
import { done, keyOf, outcome, plan, postStep, refused, reverseStep } from "../../fixtures/posting-case.ts";

const first = plan(1, [postStep("a", 1), postStep("b", 1)]);

describe("what is posted is the fold of plans and outcomes", () => {
  test("a plan without an outcome changes nothing", () => {
    expect(foldPlans([first], new Map()).live.size).toBe(0);
  });

  test("a document that was taken is live with its plan, its ERP number and its costs", () => {
    const costs = [{ movement: "m1", totalCost: 700 }];
    const results = [{ kind: "done" as const, number: "J-7", costs }, done("J-8")];
    const { live } = foldPlans([first], new Map([[1, outcome(first, results)]]));
    expect([...live.keys()]).toEqual([keyOf("a"), keyOf("b")]);
    expect(live.get(keyOf("a"))).toMatchObject({ hash: "h1", erpKey: `${keyOf("a")}@1`, erpNumber: "J-7", plan: 1, costs });
  });

  test("a reversal takes its document away; its re-post in the same plan puts the new one in its place", () => {
    const second = plan(2, [reverseStep("a", 1), postStep("a", 2, "h2"), reverseStep("b", 1)]);
    const outcomes = new Map([
      [1, outcome(first)],
      [2, outcome(second)],
    ]);
    const { live } = foldPlans([first, second], outcomes);
    expect([...live.values()].map(({ erpKey, hash }) => [erpKey, hash])).toEqual([[`${keyOf("a")}@2`, "h2"]]);
  });

  test("a refusal is remembered with its plan and release until the key is answered otherwise", () => {
    const results = [refused, done()];
    const after = foldPlans([first], new Map([[1, outcome(first, results)]]));
    expect(after.live.has(keyOf("a"))).toBe(false);
    expect(after.refused.get(keyOf("a"))).toMatchObject({ plan: 1, policyRelease: 1, code: "closed-account" });
    const second = plan(2, [postStep("a", 2)]);
    const outcomes = new Map([
      [1, outcome(first, results)],
      [2, outcome(second)],
    ]);
    expect(foldPlans([first, second], outcomes).refused.size).toBe(0);
  });

  test("after a refused reversal the skipped re-post changes nothing: the old document stands", () => {
    const second = plan(2, [reverseStep("a", 1), postStep("a", 2, "h2")]);
    const outcomes = new Map([
      [1, outcome(first)],
      [2, outcome(second, [refused, { kind: "skipped" }])],
    ]);
    const { live, refused: refusals } = foldPlans([first, second], outcomes);
    expect(live.get(keyOf("a"))?.erpKey).toBe(`${keyOf("a")}@1`);
    expect(refusals.get(keyOf("a"))?.step.kind).toBe("reverse");
  });

  test("warnings are kept by ERP key", () => {
    const warned = { kind: "done" as const, number: "1", warnings: ["negative-stock: MUG at dc"] };
    expect(foldPlans([first], new Map([[1, outcome(first, [warned, done()])]])).warnings).toEqual([
      { erpKey: `${keyOf("a")}@1`, warning: "negative-stock: MUG at dc" },
    ]);
  });

  test.each([
    ["fewer", [done()]],
    ["more", [done(), done(), done()]],
  ])("an outcome with %s results than its plan has steps is a fault, never half a fold", (_, results) => {
    expect(() => foldPlans([first], new Map([[1, outcome(first, results)]]))).toThrow(
      `the outcome of plan 1 has ${results.length} results for 2 steps`,
    );
  });
});
