import { expect, test } from "vitest";
import { documentHash, foldPlans } from "#domain/posting";
import { changeSignature, difference, eventOf } from "../../../domain/posting/difference.ts";
import { journal, keyOf, outcome, plan, postStep } from "../../fixtures/posting-case.ts";

/** Documents over 100 that are posted already, in this order. */
function posted(...names: string[]) {
  const first = plan(
    1,
    names.map((name) => postStep(name, 1, documentHash(journal(name, 100)))),
  );
  return foldPlans([first], new Map([[1, outcome(first)]])).live;
}

const texts = (...given: Parameters<typeof difference>) =>
  difference(...given).map(({ kind, key }) => `${kind} ${key.slice(keyOf("").length)}`);

test("missing → post, in the target's order", () => {
  expect(texts([journal("b", 100), journal("a", 100)], posted())).toEqual(["post b", "post a"]);
});

test("same content → nothing", () => {
  expect(texts([journal("a", 100)], posted("a"))).toEqual([]);
});

test("other content → replace", () => {
  expect(texts([journal("a", 90), journal("b", 100)], posted("a", "b"))).toEqual(["replace a"]);
});

test("no longer in the target → reverse, the latest document first and before everything else", () => {
  expect(texts([journal("n", 100)], posted("a", "b"))).toEqual(["reverse b", "reverse a", "post n"]);
});

test("a change is caused by the event of the document that it posts, or takes back", () => {
  const changes = difference([journal("b", 90), journal("n", 100)], posted("a", "b"));
  expect(changes.map((change) => `${change.kind} ${eventOf(change)}`)).toEqual(["reverse a", "replace b", "post n"]);
});

test("a wish is named by what it wants: the document to reverse, or the content to post", () => {
  const [reverse, replace] = difference([journal("b", 90)], posted("a", "b"));
  expect(changeSignature(reverse!)).toBe(`reverse ${keyOf("a")}@1`);
  expect(changeSignature(replace!)).toBe(`post ${documentHash(journal("b", 90))}`);
});
