import { describe, expect, test } from "vitest";
import type { PlanItem } from "#domain/lineage";
import { posted, summary } from "../../fixtures/posting.ts";
import {
  at,
  decide,
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
  test("by a hash that tells another plan apart", () => {
    const items = (more: Partial<PlanItem>) => {
      const first = { ...planned(decide([fact("a")])), ...more };
      return [fact("a"), first, outcome(first), fact("b")];
    };
    expect(planned(decide(items({ at: at(-1) }))).previous).not.toBe(planned(decide(items({}))).previous);
  });
});

describe("a read that missed something decides nothing", () => {
  test("a covered fact that was not read → busy, also when the facts are listed by address", () => {
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
