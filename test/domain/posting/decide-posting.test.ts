import { describe, expect, test } from "vitest";
import type { LineageItem } from "#domain/lineage";
import type { Decision } from "#domain/posting";
import {
  at,
  closedBy,
  decide,
  exceptionTexts,
  fact,
  journal,
  keyOf,
  oneEach,
  outcome,
  planned,
  refused,
  released,
  rulesOf,
  stepTexts,
  takeOver,
} from "../../fixtures/posting-case.ts";

/** What is on record once the facts are posted: facts, plan, outcome. */
function posted(...names: string[]): LineageItem[] {
  const facts = names.map((name) => fact(name));
  const plan = planned(decide(facts));
  return [...facts, plan, outcome(plan)];
}

const opened = (decision: Decision) => decision.exceptions.filter((item) => item.type === "exception");

describe("the difference is planned", () => {
  test("what is missing posts; a second decision over the same facts has nothing to do", () => {
    expect(stepTexts(planned(decide([fact("capture")])).steps)).toEqual(["post capture@1"]);
    expect(decide(posted("capture"))).toMatchObject({ kind: "settled", exceptions: [] });
  });

  test("a new fact posts its own document under the next number, chained to the plan and outcome before", () => {
    const before = posted("capture");
    const plan = planned(decide([...before, fact("ship")]));
    expect([plan.number, stepTexts(plan.steps), plan.covers.keys]).toEqual([2, ["post ship@2"], ["D#capture", "D#ship"]]);
    expect(plan.previous).toMatch(/^[0-9a-f]{64}$/);
    const other = planned(decide([...before.map((item) => (item.type === "outcome" ? { ...item, at: at(2) } : item)), fact("ship")]));
    expect(other.previous).not.toBe(plan.previous);
  });

  test("a changed document is reversed and posted again side by side; one that is no longer asked for is reversed", () => {
    const amounts = rulesOf((facts) => [
      journal("capture", facts.has("edit") ? 90 : 100),
      ...(facts.has("void") ? [] : [journal("ship", 50)]),
    ]);
    const facts = [fact("capture")];
    const plan = planned(decide(facts, { rules: amounts }));
    const items = [...facts, plan, outcome(plan), fact("edit"), fact("void")];
    expect(stepTexts(planned(decide(items, { rules: amounts })).steps)).toEqual(["reverse ship@1", "reverse capture@1", "post capture@2"]);
  });

  test("more than a hundred steps are cut, and the rest follows in this run", () => {
    const many = Array.from({ length: 101 }, (_, index) => fact(`fact-${String(index).padStart(3, "0")}`));
    const decision = decide(many);
    expect(planned(decision).steps.length).toBe(100);
    expect(decision).toMatchObject({ afterwards: "again" });
    expect(planned(decision).heldBack).toEqual([keyOf("fact-100")]);
  });
});

// A lease of 70 s and 10 s until what the ERP took can be seen: another may take over from second 80.
describe("a plan without an outcome is finished first", () => {
  const facts = [fact("capture")];
  const plan = planned(decide(facts));

  test("while its lease runs nothing is decided", () => {
    expect(decide([...facts, plan, fact("ship")], { now: at(79) })).toMatchObject({
      kind: "busy",
      until: at(80),
    });
  });

  test("after it the stored plan is taken over, new facts or not", () => {
    const decision = decide([...facts, plan, fact("ship")], { now: at(80) });
    expect(decision).toMatchObject({ kind: "take-over", item: { key: "P#erp#000001#T0001", take: 1 }, plan: { number: 1 } });
  });

  test("the third take-over is brought to the desk", () => {
    const decision = decide([...facts, plan, takeOver(plan, 1, 80), takeOver(plan, 2, 160)], { now: at(240) });
    expect(exceptionTexts(decision.exceptions)).toEqual(["open erp.unknown-outcome/erp #1"]);
  });

  test("a reader that is behind the last plan does not decide", () => {
    expect(decide([plan, outcome(plan)])).toMatchObject({ kind: "busy", reason: "the last plan covers a document that was not read" });
  });
});

describe("what the ERP refused", () => {
  const facts = [fact("capture"), fact("ship")];
  const plan = planned(decide(facts));
  const items = [...facts, plan, outcome(plan, [refused, { kind: "done", number: "2" }])];
  const later = at(80);

  test("is an exception with the ERP's words, and is not sent again", () => {
    const decision = decide(items, { now: later });
    expect(decision.kind).toBe("held");
    expect(opened(decision)).toMatchObject([
      { class: "erp.rejected", code: "closed-account", message: "account 4000 is closed", document: keyOf("capture"), amount: 100 },
    ]);
  });

  test("does not stop other keys, once the lease of its plan is out", () => {
    expect(decide([...items, fact("refund")], { now: at(1) })).toMatchObject({ kind: "busy", until: later });
    const decision = decide([...items, fact("refund")], { now: later });
    expect([stepTexts(planned(decision).steps), decision.kind === "plan" && decision.afterwards]).toEqual([["post refund@2"], "held"]);
  });

  test.each([
    ["a policy release", { policy: released(2, "v2") }],
    ["another content", { rules: rulesOf((names) => [...names].sort().map((name) => journal(name, name === "capture" ? 99 : 100))) }],
  ])("%s sends it again", (_, given) => {
    const decision = decide(items, { now: later, ...given });
    expect(planned(decision).steps[0]).toMatchObject({ kind: "post", erpKey: `${keyOf("capture")}@2` });
  });

  test("a person who closes its exception sends it again", () => {
    const [exception] = opened(decide(items, { now: later }));
    if (exception === undefined) throw new Error("no exception");
    expect(stepTexts(planned(decide([...items, exception, closedBy(exception, "ada")], { now: later })).steps)).toEqual(["post capture@2"]);
  });
});

describe("what no new fact asked for", () => {
  const dearer = rulesOf((facts) => [...facts].sort().map((name) => journal(name, 200)), { version: 1 });

  test("is a restatement and is not posted; what the new fact asks for is", () => {
    const decision = decide([...posted("capture"), fact("ship")], { rules: dearer, policy: released(2, "v2") });
    expect(exceptionTexts(decision.exceptions)).toEqual(["open policy.restatement/replace #1"]);
    expect(stepTexts(planned(decision).steps)).toEqual(["post ship@2"]);
  });

  test("is no restatement when the last plan held it back", () => {
    const unmapped = { class: "data.unmapped", code: "item", cause: "mug", event: "ship", message: "item mug is unknown" } as const;
    const holding = rulesOf((facts) => [...facts].filter((name) => name !== "ship").map((name) => journal(name, 100)), {
      problems: [unmapped],
      heldEvents: ["ship"],
    });
    const facts = [fact("capture"), fact("ship")];
    const first = decide(facts, { rules: holding });
    const plan = planned(first);
    expect([plan.heldBack, first.kind === "plan" && first.afterwards]).toEqual([["ship"], "held"]);
    const items = [...facts, plan, outcome(plan), ...first.exceptions];
    const decision = decide(items, { policy: released(2, "v2") });
    expect([stepTexts(planned(decision).steps), exceptionTexts(decision.exceptions)]).toEqual([
      ["post ship@2"],
      ["close data.unmapped by hub"],
    ]);
  });

  test("a policy or target version older than the last plan's is stale", () => {
    const facts = [fact("capture")];
    const plan = planned(decide(facts, { policy: released(2, "v2") }));
    expect(() => decide([...facts, plan, outcome(plan)])).toThrow(
      /made with policy release 2 and target version 1; in hand are 1 and 1: reload/,
    );
    const newer = planned(decide(facts, { rules: { ...oneEach, version: 2 } }));
    expect(() => decide([...facts, newer, outcome(newer)])).toThrow(/target version 2; in hand are 1 and 1: reload/);
  });
});

describe("what blocks", () => {
  const wrong = (name: string) =>
    fact(name, { issues: [{ class: "data.value", code: "id", cause: name, message: `${name} cannot be read` }] });

  test("a transaction-level problem holds everything", () => {
    const decision = decide([fact("capture"), wrong("order")]);
    expect([decision.kind, exceptionTexts(decision.exceptions)]).toEqual(["held", ["open data.value/id #1"]]);
  });

  test("and stays open without being opened twice, until its cause is gone: then the hub closes it", () => {
    const held = decide([fact("capture"), wrong("order")]);
    const [exception] = held.exceptions;
    if (exception === undefined) throw new Error("no exception");
    expect(decide([fact("capture"), wrong("order"), exception]).exceptions).toEqual([]);
    const mended = fact("order", { source: wrong("order").source, at: at(5), key: "D#order-2" });
    const decision = decide([fact("capture"), wrong("order"), mended, exception]);
    expect([decision.kind, exceptionTexts(decision.exceptions)]).toEqual(["plan", ["close data.value by hub"]]);
  });

  test("what comes back is the next occurrence", () => {
    const items = [fact("capture"), wrong("order")];
    const [exception] = opened(decide(items));
    if (exception === undefined) throw new Error("no exception");
    expect(exceptionTexts(decide([...items, exception, closedBy(exception, "hub")]).exceptions)).toEqual(["open data.value/id #2"]);
  });

  test("what stands for a held event is left alone", () => {
    const holding = rulesOf(() => [], {
      problems: [{ class: "sequence.parent-missing", code: "order", cause: "capture", event: "capture", message: "waits for its order" }],
      heldEvents: ["capture"],
    });
    expect(decide([...posted("capture"), fact("edit")], { rules: holding }).kind).toBe("held");
  });

  test("another connection's documents are another chain's matter", () => {
    expect(decide([fact("capture")], { connection: "erp-2" }).kind).toBe("settled");
  });
});
