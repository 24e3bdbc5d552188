import { describe, expect, test } from "vitest";
import { opened, posted, summary } from "../../fixtures/posting.ts";
import {
  at,
  closedBy,
  decide,
  fact,
  journal,
  keyOf,
  outcome,
  planned,
  refused,
  released,
  rulesOf,
  stepTexts,
  takeOver,
} from "../../fixtures/posting-case.ts";

const release2 = released(2, "v2");

describe("a refusal stands", () => {
  const refusal = posted(["a"], [refused]);
  const held = decide(refusal.items, { now: at(2) });
  const onRecord = [...refusal.items, ...held.exceptions];

  test("as an exception with the amount that is missing; nothing is sent again by itself", () => {
    expect(summary(held)).toEqual(["held", "open erp.rejected/closed-account #1"]);
    expect(opened(held)[0]).toMatchObject({ document: keyOf("a"), message: "account 4000 is closed", amount: 100, currency: "USD" });
    expect(summary(decide(onRecord, { now: at(1000) }))).toEqual(["held"]);
  });

  test("and does not stop other keys, once its plan's lease is out", () => {
    expect(decide([...onRecord, fact("b")], { now: at(79) })).toMatchObject({
      kind: "busy",
      reason: "the last plan had a refusal and its lease still runs",
      until: "2026-11-27T12:01:20.000Z",
    });
    const decision = decide([...onRecord, fact("b")], { now: at(80) });
    expect(decision).toMatchObject({ kind: "plan", afterwards: "held" });
    expect(stepTexts(planned(decision).steps)).toEqual(["post b@2"]);
  });

  test("the lease is that of the last take-over", () => {
    const taken = [...onRecord, takeOver(refusal.first, 1, 100), fact("b")];
    expect(decide(taken, { now: at(179) })).toMatchObject({ kind: "busy", until: "2026-11-27T12:03:00.000Z" });
    expect(decide(taken, { now: at(180) }).kind).toBe("plan");
  });

  test("the exception is on record also while the lease is waited for", () => {
    expect(summary(decide([...refusal.items, fact("b")], { now: at(2) }))).toEqual(["busy", "open erp.rejected/closed-account #1"]);
  });

  test("until the content changes", () => {
    const rules = rulesOf((facts) => [journal("a", facts.has("edit") ? 90 : 100)]);
    const decision = decide([...onRecord, fact("edit")], { rules, now: at(80) });
    expect(summary(decision)).toEqual(["plan", "close erp.rejected by hub"]);
    expect(stepTexts(planned(decision).steps)).toEqual(["post a@2"]);
  });

  test("until the policies change", () => {
    const decision = decide(onRecord, { policy: release2, now: at(80) });
    expect(summary(decision)).toEqual(["plan", "close erp.rejected by hub"]);
    expect(stepTexts(planned(decision).steps)).toEqual(["post a@2"]);
  });

  test("until a person closes it; the hub's own closure does not count", () => {
    const byPerson = [...onRecord, closedBy(opened(held)[0]!, "ana")];
    expect(stepTexts(planned(decide(byPerson, { now: at(80) })).steps)).toEqual(["post a@2"]);
    const byHub = [...onRecord, closedBy(opened(held)[0]!, "hub")];
    expect(summary(decide(byHub, { now: at(80) }))).toEqual(["held", "open erp.rejected/closed-account #2"]);
  });

  test("and a second refusal is a matter of its own", () => {
    const closed = [...onRecord, closedBy(opened(held)[0]!, "ana")];
    const second = planned(decide(closed, { now: at(80) }));
    const again = decide([...closed, second, outcome(second, [refused], 81)], { now: at(82) });
    expect(summary(again)).toEqual(["held", "open erp.rejected/closed-account #1"]);
    expect(opened(again)[0]?.cause).toBe(`${keyOf("a")}@2`);
  });

  describe("of a reversal", () => {
    const rules = rulesOf((facts) => [journal("a", facts.has("edit") ? 90 : 100)]);
    const first = planned(decide([fact("order")], { rules }));
    const before = [fact("order"), first, outcome(first), fact("edit")];
    const second = planned(decide(before, { rules, now: at(2) }));
    const answered = [...before, second, outcome(second, [refused, { kind: "skipped" }], 3)];

    test("keeps the old document, whatever would have taken its place", () => {
      const decision = decide(answered, { rules, now: at(200) });
      expect(summary(decision)).toEqual(["held", "open erp.rejected/closed-account #1"]);
      expect(opened(decision)[0]?.cause).toBe(`${keyOf("a")}@1/reversal in plan 2`);
      const dearerEdit = rulesOf(() => [journal("a", 80)]);
      expect(decide([...answered, fact("edit2")], { rules: dearerEdit, now: at(200) }).kind).toBe("held");
    });

    test("a closure lets it be tried once; refused again it is open again", () => {
      const open = decide(answered, { rules, now: at(200) });
      const closed = [...answered, ...open.exceptions, closedBy(opened(open)[0]!, "ana")];
      const third = planned(decide(closed, { rules, now: at(200) }));
      expect(stepTexts(third.steps)).toEqual(["reverse a@1", "post a@3"]);
      const again = decide([...closed, third, outcome(third, [refused, { kind: "skipped" }], 201)], { rules, now: at(300) });
      expect(summary(again)).toEqual(["held", "open erp.rejected/closed-account #1"]);
      expect(opened(again)[0]?.cause).toBe(`${keyOf("a")}@1/reversal in plan 3`);
    });
  });
});
