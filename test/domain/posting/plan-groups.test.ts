import { describe, expect, test } from "vitest";
import type { TargetDocument } from "#domain/ledger";
import { summary } from "../../fixtures/posting.ts";
import { at, decide, fact, journal, keyOf, outcome, planned, released, rulesOf, stepTexts } from "../../fixtures/posting-case.ts";

const release2 = released(2, "v2");

describe("one plan is bounded", () => {
  const many = (count: number) => rulesOf(() => Array.from({ length: count }, (_, index) => journal(`d${1000 + index}`, 100)));

  test("100 steps fit", () => {
    expect(decide([fact("x")], { rules: many(100) })).toMatchObject({ kind: "plan", afterwards: "settled" });
  });

  test("the 101st waits for the next plan: again, and it is no restatement then", () => {
    const rules = many(101);
    const decision = decide([fact("x")], { rules });
    expect(decision).toMatchObject({ kind: "plan", afterwards: "again", plan: { heldBack: [keyOf("d1100")] } });
    const first = planned(decision);
    expect([first.steps.length, stepTexts(first.steps).at(-1)]).toEqual([100, "post d1099@1"]);
    const rest = planned(decide([fact("x"), first, outcome(first)], { rules, policy: release2, now: at(2) }));
    expect(stepTexts(rest.steps)).toEqual(["post d1100@2"]);
  });

  test("a reversal and its re-post are never cut apart", () => {
    const first = planned(decide([fact("x")], { rules: many(100) }));
    const rules = rulesOf((facts) => {
      const amount = facts.has("edit") ? 90 : 100;
      const last = Array.from({ length: 99 }, (_, index) => journal(`d${1001 + index}`, amount));
      return facts.has("edit") ? last : [journal("d1000", 100), ...last];
    });
    const next = planned(decide([fact("x"), first, outcome(first), fact("edit")], { rules, now: at(2) }));
    // One reversal alone, then pairs: a fiftieth pair would be cut after its first half.
    expect(stepTexts(next.steps).slice(0, 3)).toEqual(["reverse d1000@1", "reverse d1001@1", "post d1001@2"]);
    expect([next.steps.length, stepTexts(next.steps).at(-1)]).toEqual([99, "post d1049@2"]);
    expect(next.heldBack.length).toBe(50);
  });

  test("steps above 200,000 bytes in all wait for the next plan", () => {
    // About 75,000 bytes each: two fit, a third does not.
    const wide = Array.from({ length: 1_000 }, () => ({ role: "sales", dimensions: {}, amount: 1 }));
    const rules = rulesOf(() => ["a", "b", "c"].map((name) => ({ ...journal(name, 100), lines: wide }) as TargetDocument));
    const decision = decide([fact("x")], { rules });
    expect(decision).toMatchObject({ afterwards: "again", plan: { heldBack: [keyOf("c")] } });
    expect(stepTexts(planned(decision).steps)).toEqual(["post a@1", "post b@1"]);
  });

  test("a single step that would still fit does not overtake a pair that does not", () => {
    const rules = rulesOf((facts) => {
      if (!facts.has("edit")) return [journal("pair", 100)];
      const before = Array.from({ length: 99 }, (_, index) => journal(`d${1000 + index}`, 100));
      return [...before, journal("pair", 90), journal("single", 100)];
    });
    const first = planned(decide([fact("x")], { rules }));
    const next = planned(decide([fact("x"), first, outcome(first), fact("edit")], { rules, now: at(2) }));
    expect([next.steps.length, stepTexts(next.steps).at(-1), next.heldBack]).toEqual([
      99,
      "post d1098@2",
      [keyOf("pair"), keyOf("single")],
    ]);
  });

  test("a single document above them is brought to the desk and stays out", () => {
    const wide = Array.from({ length: 3_000 }, () => ({ role: "sales", dimensions: {}, amount: 1 }));
    const rules = rulesOf(() => [{ ...journal("a", 100), lines: wide } as TargetDocument, journal("b", 100)]);
    const decision = decide([fact("x")], { rules });
    expect(summary(decision)).toEqual(["plan", "open transport.too-large/posting #1"]);
    expect(stepTexts(planned(decision).steps)).toEqual(["post b@1"]);
  });

  test.each([
    [500, "in the plan", { keys: expect.any(Array) }],
    [501, "by address", { address: expect.stringMatching(/^covers\/[0-9a-f]{64}$/) }],
  ])("%i covered facts are listed %s", (count, _, listed) => {
    const facts = Array.from({ length: count }, (_, index) => fact(`f${1000 + index}`));
    const decision = decide(facts, { rules: rulesOf(() => [journal("a", 100)]) });
    expect(planned(decision).covers).toEqual({ ...listed, count, digest: expect.any(String) });
    expect((decision as { coveredKeys?: readonly string[] }).coveredKeys?.length).toBe(count);
  });
});

describe("goods come back at the cost that they left with", () => {
  const stock = (name: string, pieces: number, cost: "average" | { document: string; movement: string }): TargetDocument => ({
    type: "stock",
    key: keyOf(name),
    kind: name,
    event: name,
    entity: "us",
    currency: "USD",
    businessDate: "2026-11-27",
    movements: [
      { id: "m", item: "MUG", itemClass: "home", location: "dc", quantityMillionths: pieces * 1_000_000, counterRole: "cogs", cost },
    ],
  });
  const rules = rulesOf(() => [stock("issue", -2, "average"), stock("back", 1, { document: keyOf("issue"), movement: "m" })]);

  test("a return in the plan of its issue waits for that plan, without an exception", () => {
    const decision = decide([fact("x")], { rules });
    expect(decision).toMatchObject({ kind: "plan", afterwards: "again", plan: { heldBack: [keyOf("back")] }, exceptions: [] });
    expect(stepTexts(planned(decision).steps)).toEqual(["post issue@1"]);
    const first = planned(decision);
    const results = [{ kind: "done" as const, number: "1", costs: [{ movement: "m", totalCost: 700 }] }];
    const next = planned(decide([fact("x"), first, outcome(first, results)], { rules, now: at(2) }));
    expect(next.steps).toMatchObject([{ erpKey: `${keyOf("back")}@2`, document: { movements: [{ totalCost: 350 }] } }]);
  });

  test("two returns of one plan share what three pieces left with: 33 and 34 of 100", () => {
    const ofIssue = { document: keyOf("issue"), movement: "m" };
    const twice = rulesOf(() => [stock("issue", -3, "average"), stock("back", 1, ofIssue), stock("back2", 1, ofIssue)]);
    const first = planned(decide([fact("x")], { rules: twice }));
    const results = [{ kind: "done" as const, number: "1", costs: [{ movement: "m", totalCost: 100 }] }];
    const next = planned(decide([fact("x"), first, outcome(first, results)], { rules: twice, now: at(2) }));
    expect(next.steps).toMatchObject([
      { document: { kind: "back", movements: [{ totalCost: 33 }] } },
      { document: { kind: "back2", movements: [{ totalCost: 34 }] } },
    ]);
  });

  test("alone it is held, as the missing issue is news", () => {
    const alone = rulesOf(() => [stock("back", 1, { document: keyOf("issue"), movement: "m" })]);
    expect(summary(decide([fact("x")], { rules: alone }))).toEqual(["held", "open sequence.parent-missing/cost #1"]);
  });
});
