import { describe, expect, test } from "vitest";
import type { TargetDocument } from "#domain/ledger";
import { opened, posted, problem, summary } from "../../fixtures/posting.ts";
import {
  at,
  closedBy,
  decide,
  exceptionTexts,
  fact,
  journal,
  keyOf,
  outcome,
  planned,
  policy,
  released,
  rulesOf,
  stepTexts,
} from "../../fixtures/posting-case.ts";

/** Rules under which the document of every fact is over `amount`. */
const each = (amount: number, version = 1) => rulesOf((facts) => [...facts].sort().map((name) => journal(name, amount)), { version });
/** `a` over 100 and, from release 2 on, over 120. */
const dearer = rulesOf((facts, { release }) => [...facts].sort().map((name) => journal(name, name === "a" && release > 1 ? 120 : 100)));
const release2 = released(2, "v2");

const cogsLines = [
  { role: "cogs", dimensions: {}, amount: 100 },
  { role: "sales", dimensions: {}, amount: -100 },
];

describe("only new facts post by themselves", () => {
  test("what new rules alone would change is a restatement, and held", () => {
    const { items } = posted(["a"]);
    const decision = decide(items, { policy: release2, rules: dearer });
    expect(summary(decision)).toEqual(["held", "open policy.restatement/replace #1"]);
    expect(opened(decision)[0]).toMatchObject({
      document: keyOf("a"),
      event: "a",
      connection: "erp",
      message: `the rules of release 2 would replace ${keyOf("a")}, which no new fact asks for`,
    });
  });

  test("also what they would add, and what they would take away", () => {
    const { items } = posted(["a"]);
    const more = rulesOf(() => [journal("a", 100), journal("b", 100)], { version: 2 });
    expect(summary(decide(items, { rules: more }))).toEqual(["held", "open policy.restatement/post #1"]);
    const fewer = rulesOf(() => [], { version: 2 });
    expect(summary(decide(items, { rules: fewer }))).toEqual(["held", "open policy.restatement/reverse #1"]);
  });

  test("the rest posts, and the restatement stays held after that plan, too", () => {
    const { items } = posted(["a"]);
    const held = decide(items, { policy: release2, rules: dearer });
    const withNew = [...items, ...held.exceptions, fact("b")];
    const decision = decide(withNew, { policy: release2, rules: dearer, now: at(2) });
    expect(decision).toMatchObject({ kind: "plan", afterwards: "held", exceptions: [] });
    const second = planned(decision);
    expect([stepTexts(second.steps), second.heldBack]).toEqual([["post b@2"], []]);
    const after = decide([...withNew, second, outcome(second, undefined, 3)], { policy: release2, rules: dearer, now: at(4) });
    expect(summary(after)).toEqual(["held"]);
  });

  test("new rules that say the same change nothing", () => {
    expect(summary(decide(posted(["a"]).items, { policy: release2, rules: each(100, 2) }))).toEqual(["settled"]);
  });

  test("a document that new facts and new rules both change waits, too: its past is not rewritten on the way", () => {
    const { items } = posted(["a"]);
    const rules = rulesOf((facts, { release }) => [journal("a", (release > 1 ? 120 : 100) - (facts.has("edit") ? 10 : 0))]);
    expect(summary(decide([...items, fact("edit")], { policy: release2, rules }))).toEqual(["held", "open policy.restatement/replace #1"]);
    expect(stepTexts(planned(decide([...items, fact("edit")], { rules })).steps)).toEqual(["reverse a@1", "post a@2"]);
  });

  test("a restatement that is gone with the next release is closed by a person only", () => {
    const { items } = posted(["a"]);
    const held = decide(items, { policy: release2, rules: dearer });
    const back = released(3, "v1");
    expect(summary(decide([...items, ...held.exceptions], { policy: back, rules: each(100) }))).toEqual(["held"]);
    const closure = closedBy(opened(held)[0]!, "ana");
    expect(summary(decide([...items, ...held.exceptions, closure], { policy: back, rules: each(100) }))).toEqual(["settled"]);
  });

  test("closing a restatement is no approval to post it", () => {
    const { items } = posted(["a"]);
    const held = decide(items, { policy: release2, rules: dearer });
    const closure = closedBy(opened(held)[0]!, "ana");
    expect(summary(decide([...items, ...held.exceptions, closure], { policy: release2, rules: dearer }))).toEqual(["held"]);
  });
});

describe("an event that is held excuses what it could not post, and nothing that stands", () => {
  // Of the event "ship" the revenue posts and the stock document is held.
  const ship = (name: string, amount: number, kind = name) => journal(name, amount, { event: "ship", kind });
  const missing = problem({ class: "data.unmapped", code: "item", cause: "ship" });
  const partly = (documents: readonly TargetDocument[], heldEvents = ["ship"]) =>
    rulesOf(() => documents, { problems: heldEvents.length > 0 ? [missing] : [], heldEvents });
  const first = decide([fact("ship")], { rules: partly([ship("revenue", 100)]) });
  const items = [fact("ship"), ...first.exceptions, planned(first), outcome(planned(first))];

  test("what it posted is restated like anything else", () => {
    expect(stepTexts(planned(first).steps)).toEqual(["post revenue@1"]);
    expect(summary(decide(items, { policy: release2, rules: partly([ship("revenue", 120)]) }))).toEqual([
      "held",
      "open policy.restatement/replace #1",
    ]);
  });

  test("what it could not post does, when its trouble is gone", () => {
    const mended = decide(items, { policy: release2, rules: partly([ship("revenue", 100), ship("stock", 50)], []) });
    expect(summary(mended)).toEqual(["plan", "close data.unmapped by hub"]);
    expect(stepTexts(planned(mended).steps)).toEqual(["post stock@2"]);
  });

  test("what would take the place of a standing document waits with it, and is not posted beside it", () => {
    const renamed = decide(items, { policy: release2, rules: partly([ship("revenue-net", 100)], []) });
    expect(summary(renamed).sort()).toEqual([
      "close data.unmapped by hub",
      "held",
      "open policy.restatement/post #1",
      "open policy.restatement/reverse #1",
    ]);
  });

  test("a document that is left alone, as its event is held since new facts came, posts anew without a question when they can be booked", () => {
    const before = posted(["a"]).items;
    const waits = problem({ class: "sequence.parent-missing", code: "parent", cause: "a", event: "a" });
    const held = rulesOf((facts) => (facts.has("b") ? [journal("b", 100)] : [journal("a", 100)]), { problems: [waits], heldEvents: ["a"] });
    const second = decide([...before, fact("b")], { rules: held });
    expect([stepTexts(planned(second).steps), planned(second).heldBack]).toEqual([["post b@2"], ["a", keyOf("a")]]);
    const after = [...before, fact("b"), ...second.exceptions, planned(second), outcome(planned(second))];
    const found = rulesOf(() => [journal("a", 90), journal("b", 100)]);
    expect(stepTexts(planned(decide(after, { rules: found, policy: release2 })).steps)).toEqual(["reverse a@1", "post a@3"]);
  });

  test("rules that lose a mapping hold what stands and restate nothing; when it is back all is as before", () => {
    const { items: before } = posted(["a"]);
    const lost = rulesOf(() => [], {
      problems: [problem({ class: "data.unmapped", code: "item", cause: "a", event: "a" })],
      heldEvents: ["a"],
    });
    const held = decide(before, { policy: release2, rules: lost });
    expect(summary(held)).toEqual(["held", "open data.unmapped/item #1"]);
    expect(summary(decide([...before, ...held.exceptions], { policy: released(3, "v3") }))).toEqual([
      "settled",
      "close data.unmapped by hub",
    ]);
  });

  test("trouble does not launder a restatement: it is one still when the trouble is gone", () => {
    const { items: before } = posted(["a"]);
    const trouble = problem({ class: "data.unmapped", code: "item", cause: "a", document: keyOf("a"), event: "a" });
    const both = rulesOf((facts) => (facts.has("b") ? [journal("a", 120), journal("b", 100)] : [journal("a", 120)]), {
      problems: [trouble],
    });
    const second = decide([...before, fact("b")], { policy: release2, rules: both });
    expect([stepTexts(planned(second).steps), planned(second).heldBack]).toEqual([["post b@2"], []]);
    const after = [...before, fact("b"), ...second.exceptions, planned(second), outcome(planned(second))];
    const gone = rulesOf(() => [journal("a", 120), journal("b", 100)]);
    expect(summary(decide(after, { policy: released(3, "v3"), rules: gone })).sort()).toEqual([
      "close data.unmapped by hub",
      "held",
      "open policy.restatement/replace #1",
    ]);
  });
});

test("a restatement that a person closed is held also after a plan was made under the new rules", () => {
  const { items } = posted(["a"]);
  const given = { policy: release2, rules: dearer };
  const second = decide([...items, fact("b")], given);
  const after = [...items, fact("b"), ...second.exceptions, planned(second), outcome(planned(second))];
  expect(summary(decide([...after, closedBy(opened(second)[0]!, "ana")], given))).toEqual(["held"]);
});

describe("what a problem held back is no restatement when it posts later", () => {
  const unmapped = (document: string) => problem({ class: "data.unmapped", code: "item", document: keyOf(document), event: document });
  const both = (facts: ReadonlySet<string>) => [...facts].sort().map((name) => journal(name, 100));

  test("a document that was named", () => {
    const facts = [fact("a"), fact("b")];
    const held = decide(facts, { rules: rulesOf(both, { problems: [unmapped("b")] }) });
    expect(held).toMatchObject({ kind: "plan", afterwards: "held" });
    expect([stepTexts(planned(held).steps), planned(held).heldBack]).toEqual([["post a@1"], [keyOf("b")]]);
    const later = decide([...facts, planned(held), outcome(planned(held)), ...held.exceptions], { policy: release2, now: at(2) });
    expect(summary(later)).toEqual(["plan", "close data.unmapped by hub"]);
    expect(stepTexts(planned(later).steps)).toEqual(["post b@2"]);
  });

  test("every document of an event that was held", () => {
    const facts = [fact("a"), fact("b")];
    const onlyA = rulesOf(() => [journal("a", 100)], {
      problems: [problem({ class: "data.unmapped", event: "b" })],
      heldEvents: ["b"],
    });
    const held = decide(facts, { rules: onlyA });
    expect(planned(held).heldBack).toEqual(["b"]);
    const later = decide([...facts, planned(held), outcome(planned(held)), ...held.exceptions], { policy: release2, now: at(2) });
    expect(stepTexts(planned(later).steps)).toEqual(["post b@2"]);
  });

  describe("when more was held back than the plan could list", () => {
    const { items, first, answer } = posted(["a"]);
    const unlisted = items.map((item) => (item === first ? { ...first, heldBackMore: true as const } : item));
    const two = (amount: number) => rulesOf(() => [journal("a", amount), journal("b", 100)]);

    test("whatever was never posted may still post, also under new rules", () => {
      expect(answer.results.length).toBe(1);
      expect(stepTexts(planned(decide(unlisted, { rules: two(100) })).steps)).toEqual(["post b@2"]);
      expect(stepTexts(planned(decide(unlisted, { rules: two(100), policy: release2 })).steps)).toEqual(["post b@2"]);
    });

    test("what stands is not rewritten by new rules", () => {
      const decision = decide(unlisted, { rules: two(120), policy: release2 });
      expect(summary(decision)).toEqual(["plan", "open policy.restatement/replace #1"]);
      expect(stepTexts(planned(decision).steps)).toEqual(["post b@2"]);
    });
  });

  test("a document without an account posts when policy has one", () => {
    const bare = released(1, "v1", { accounts: policy.accounts.filter(({ role }) => role !== "cogs") });
    const rules = rulesOf(() => [journal("a", 100), { ...journal("b", 100), lines: cogsLines } as TargetDocument]);
    const held = decide([fact("x")], { policy: bare, rules });
    expect(summary(held)).toEqual(["plan", "open data.unmapped/account #1"]);
    expect(stepTexts(planned(held).steps)).toEqual(["post a@1"]);
    const items = [fact("x"), planned(held), outcome(planned(held)), ...held.exceptions];
    const later = decide(items, { policy: release2, rules, now: at(2) });
    expect(stepTexts(planned(later).steps)).toEqual(["post b@2"]);
    expect(exceptionTexts(later.exceptions)).toEqual(["close data.unmapped by hub"]);
  });
});
