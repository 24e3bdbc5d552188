import { describe, expect, test } from "vitest";
import type { Problem } from "#domain/exceptions";
import { opened, posted, problem, summary } from "../../fixtures/posting.ts";
import { closedBy, decide, fact, journal, keyOf, planned, rulesOf, stepTexts } from "../../fixtures/posting-case.ts";

describe("what a problem blocks", () => {
  const facts = [fact("a"), fact("b")];
  const blockedBy = (found: Problem, heldEvents: readonly string[] = []) =>
    rulesOf((names) => [...names].sort().map((name) => journal(name, 100)), { problems: [found], heldEvents });

  test("a transaction-blocking one: nothing posts", () => {
    const decision = decide(facts, { rules: blockedBy(problem({ class: "money.currency-mismatch", event: "a" })) });
    expect(summary(decision)).toEqual(["held", "open money.currency-mismatch/test #1"]);
  });

  test("a document-blocking one: its document is left out, the rest posts", () => {
    const decision = decide(facts, { rules: blockedBy(problem({ class: "data.unmapped", document: keyOf("a") })) });
    expect([stepTexts(planned(decision).steps), (decision as { afterwards?: string }).afterwards]).toEqual([["post b@1"], "held"]);
  });

  test("one that blocks nothing: everything posts and the transaction settles", () => {
    const decision = decide(facts, { rules: blockedBy(problem({ class: "money.missing-transaction", document: keyOf("a"), event: "a" })) });
    expect(stepTexts(planned(decision).steps)).toEqual(["post a@1", "post b@1"]);
    expect(decision).toMatchObject({ afterwards: "settled" });
  });

  test("a document's own issue holds the transaction until a later version replaces it", () => {
    const broken = fact("c", { issues: [problem({ class: "data.value" })] });
    const held = decide([...facts, broken]);
    expect(summary(held)).toEqual(["held", "open data.value/test #1"]);
    const mended = fact("c", { key: "D#c2" });
    const decision = decide([...facts, broken, ...held.exceptions, mended]);
    expect(summary(decision)).toEqual(["plan", "close data.value by hub"]);
    expect(stepTexts(planned(decision).steps)).toEqual(["post a@1", "post b@1", "post c@1"]);
  });

  test("a posted document of a held event is left alone: its target is not known", () => {
    const { items } = posted(["a", "b"]);
    const uncertain = rulesOf((names) => (names.has("c") ? [journal("b", 100)] : [journal("a", 100), journal("b", 100)]), {
      problems: [problem({ class: "data.unmapped", event: "c" })],
      heldEvents: ["a", "c"],
    });
    expect(summary(decide([...items, fact("c")], { rules: uncertain }))).toEqual(["held", "open data.unmapped/test #1"]);
    const certain = rulesOf((names) => (names.has("c") ? [journal("b", 100)] : [journal("a", 100), journal("b", 100)]));
    expect(stepTexts(planned(decide([...items, fact("c")], { rules: certain })).steps)).toEqual(["reverse a@1"]);
  });

  test("a document that the target states for a held event posts all the same", () => {
    const rules = blockedBy(problem({ class: "data.unmapped", document: keyOf("a/stock"), event: "x" }), ["a"]);
    expect(stepTexts(planned(decide(facts, { rules })).steps)).toEqual(["post a@1", "post b@1"]);
  });

  test("stock gone negative is a warning that only a person closes, and holds nothing", () => {
    const { items } = posted(["a"], [{ kind: "done", number: "1", warnings: ["negative-stock: MUG at dc"] }]);
    const decision = decide(items);
    expect(summary(decision)).toEqual(["settled", "open inventory.negative/stock #1"]);
    const closed = [...items, ...decision.exceptions, closedBy(opened(decision)[0]!, "ana")];
    expect(summary(decide(closed))).toEqual(["settled"]);
  });
});
