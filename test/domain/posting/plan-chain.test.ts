import { describe, expect, test } from "vitest";
import { StalePolicy } from "#domain/failures";
import type { OutcomeItem, PlanItem } from "#domain/lineage";
import { posted, summary } from "../../fixtures/posting.ts";
import {
  at,
  decide,
  done,
  fact,
  journal,
  outcome,
  plan,
  planned,
  policy,
  postStep,
  released,
  rulesOf,
  stepTexts,
} from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";

const release2 = released(2, "v2");
/** Each fact asks for one journal over 100, by the second version of the rules. */
const secondVersion = rulesOf((facts) => [...facts].map((name) => journal(name, 100)), { version: 2 });

describe("what is missing is planned", () => {
  test("nothing known → settled", () => {
    expect(decide([])).toEqual({ kind: "settled", exceptions: [] });
  });

  test("the first plan carries its facts, rules, steps and lease; its run settles the transaction", () => {
    const decision = decide([fact("b"), fact("a")]);
    expect(decision).toMatchObject({ kind: "plan", afterwards: "settled", coveredKeys: ["D#a", "D#b"], exceptions: [] });
    const { steps, covers, ...rest } = planned(decision);
    expect(stepTexts(steps)).toEqual(["post a@1", "post b@1"]);
    expect(covers).toEqual({ keys: ["D#a", "D#b"], count: 2, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(rest).toEqual({
      type: "plan",
      transaction: sale,
      key: "P#erp#000001",
      at: "2026-11-27T12:00:00.000Z",
      connection: "erp",
      number: 1,
      previous: null,
      policyRelease: 1,
      policyVersion: "v1",
      targetVersion: 1,
      heldBack: [],
      lease: { leaseSeconds: 70, requestTimeoutSeconds: 2, serverRunSeconds: 1, clockSkewSeconds: 5, visibilityLagSeconds: 10 },
    });
  });

  test("what was posted is not posted again", () => {
    expect(decide(posted(["a"]).items)).toEqual({ kind: "settled", exceptions: [] });
  });

  test("a new fact that changes a document reverses it and posts it anew, side by side", () => {
    const rules = rulesOf((facts) => (facts.has("edit") ? [journal("a", 90), journal("b", 100)] : [journal("a", 100), journal("b", 100)]));
    const first = planned(decide([fact("order")], { rules }));
    const next = planned(decide([fact("order"), first, outcome(first), fact("edit")], { rules }));
    expect(stepTexts(next.steps)).toEqual(["reverse a@1", "post a@2"]);
  });

  test("a new fact that takes a document away reverses it", () => {
    const rules = rulesOf((facts) => (facts.has("cancel") ? [] : [journal("a", 100)]));
    const first = planned(decide([fact("order")], { rules }));
    const next = planned(decide([fact("order"), first, outcome(first), fact("cancel")], { rules }));
    expect(stepTexts(next.steps)).toEqual(["reverse a@1"]);
  });

  test("a new fact posts its own document alone, in the next plan, without waiting for a lease", () => {
    const next = planned(decide([...posted(["a"]).items, fact("b")], { now: at(2) }));
    expect([next.key, next.number, stepTexts(next.steps)]).toEqual(["P#erp#000002", 2, ["post b@2"]]);
  });

  test("another connection's documents are left to its own chain", () => {
    const rules = rulesOf(() => [journal("here", 100), journal("there", 100, { entity: "ca" })]);
    expect(stepTexts(planned(decide([fact("a")], { rules })).steps)).toEqual(["post here@1"]);
    const there = planned(decide([fact("a")], { rules, connection: "other" }));
    expect([there.key, stepTexts(there.steps)]).toEqual(["P#other#000001", ["post there@1"]]);
  });

  test("a document that stands in the books of another connection is not posted a second time", () => {
    const { items } = posted(["a"]);
    const moved = released(1, "v1", { entities: { us: { ...policy.entities.us!, connection: "other" } } });
    expect(summary(decide(items, { connection: "other", policy: moved }))).toEqual(["held", "open policy.restatement/moved #1"]);
  });
});

test("nor while another connection's plan for it has no answer yet: it may stand there", () => {
  const { items, answer } = posted(["a"]);
  const unanswered = items.filter((item) => item !== answer);
  const moved = released(1, "v1", { entities: { us: { ...policy.entities.us!, connection: "other" } } });
  expect(summary(decide(unanswered, { connection: "other", policy: moved }))).toEqual(["held", "open policy.restatement/moved #1"]);
});

describe("a plan names the one before it", () => {
  const hashOf = (answer: (first: PlanItem) => OutcomeItem) => {
    const first = planned(decide([fact("a")]));
    return planned(decide([fact("a"), first, answer(first), fact("b")])).previous;
  };

  test("by a hash that tells another answer apart", () => {
    const hash = hashOf((first) => outcome(first, [done("1")]));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf((first) => outcome(first, [done("1")]))).toBe(hash);
    expect(hashOf((first) => outcome(first, [done("2")]))).not.toBe(hash);
  });

  test("and that tells another plan apart", () => {
    const items = (more: Partial<PlanItem>) => {
      const first = { ...planned(decide([fact("a")])), ...more };
      return [fact("a"), first, outcome(first), fact("b")];
    };
    expect(planned(decide(items({ at: at(-1) }))).previous).not.toBe(planned(decide(items({}))).previous);
  });
});

describe("a read that missed something decides nothing", () => {
  test("a covered fact that was not read → busy", () => {
    const { first, answer } = posted(["a", "b"]);
    expect(decide([fact("a"), first, answer])).toEqual({
      kind: "busy",
      reason: "the last plan covers a document that was not read",
      exceptions: [],
    });
  });

  test("also when the covered facts are listed by address", () => {
    const { first, answer } = posted(["a"]);
    const byAddress = { ...first, covers: { address: "covers/00", count: 2, digest: "00" } };
    const items = [fact("a"), byAddress, answer];
    expect(decide(items, { coveredKeys: ["D#a", "D#b"] }).kind).toBe("busy");
    expect(decide(items, { coveredKeys: ["D#a"] }).kind).toBe("settled");
  });

  test("a hole in the chain → busy", () => {
    const second = plan(2, [postStep("a", 2)]);
    expect(decide([fact("a"), second, outcome(second)])).toMatchObject({ kind: "busy", reason: "a plan of the chain was not read" });
  });
});

describe("rules older than the last plan's are refused", () => {
  test("a policy release", () => {
    const { items } = posted(["a"]);
    const newer = planned(decide([...items, fact("b")], { policy: release2 }));
    const after = [...items, fact("b"), newer, outcome(newer)];
    expect(() => decide(after)).toThrow(StalePolicy);
    expect(() => decide(after)).toThrow(
      `plan 2 of ${sale} was made with policy release 2 and target version 1; in hand are 1 and 1: reload`,
    );
    expect(decide(after, { policy: release2 }).kind).toBe("settled");
  });

  test("a target version", () => {
    const first = planned(decide([fact("a")], { rules: secondVersion }));
    expect(() => decide([fact("a"), first, outcome(first)])).toThrow(StalePolicy);
  });
});
