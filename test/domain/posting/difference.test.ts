import { describe, expect, test } from "vitest";
import type { ToldDocument } from "#domain/ledger";
import { documentHash, foldPlans } from "#domain/posting";
import { changeSignature, difference, documentOf, eventOf, isNew, isTelling } from "../../../domain/posting/difference.ts";
import type { LiveTelling } from "../../../domain/posting/fold-plans.ts";
import { at, journal, keyOf, outcome, plan, postStep } from "../../fixtures/posting-case.ts";

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

describe("what other streams are told", () => {
  const telling = (name: string, orderId: string): ToldDocument => {
    const head = { kind: name, event: `event ${name}`, entity: "us", currency: "USD", businessDate: "2026-11-27" };
    const fact = { name: "order.cancelled", schema: 1, key: name, version: "1", occurredAt: at(0), orderId } as const;
    return { type: "told", key: keyOf(name), ...head, to: "sale:shopify:shop.example:2", facts: [fact] };
  };
  const told = (...documents: ToldDocument[]) =>
    new Map<string, LiveTelling>(
      documents.map((document) => [
        document.key,
        { key: document.key, hash: documentHash(document), erpKey: `${document.key}@1`, plan: 1, document },
      ]),
    );

  test("is told when it is missing, told again with what was told before when its content changes, and left alone otherwise", () => {
    const before = told(telling("a", "1"), telling("b", "1"));
    const changes = difference([telling("a", "1"), telling("b", "2"), telling("n", "1")], new Map(), before);
    expect(changes).toEqual([
      { kind: "tell", key: keyOf("b"), hash: documentHash(telling("b", "2")), document: telling("b", "2"), live: before.get(keyOf("b")) },
      { kind: "tell", key: keyOf("n"), hash: documentHash(telling("n", "1")), document: telling("n", "1") },
    ]);
    expect(changes.map(isNew)).toEqual([false, true]);
  });

  test("is withdrawn when nobody wants it any more, before documents are reversed and anything new is posted", () => {
    const before = told(telling("w", "1"));
    const changes = difference([journal("n", 100)], posted("a"), before);
    expect(changes[0]).toEqual({ kind: "withdraw", key: keyOf("w"), live: before.get(keyOf("w")) });
    expect(changes.map(({ kind }) => kind)).toEqual(["withdraw", "reverse", "post"]);
    expect(changes.map(isTelling)).toEqual([true, false, false]);
    expect(changes.map(isNew)).toEqual([false, false, true]);
  });

  test("is named by what is told, or by what is withdrawn, and caused by the event of what it tells", () => {
    const [withdraw, tell] = difference([telling("b", "2")], new Map(), told(telling("a", "1")));
    expect([changeSignature(withdraw!), changeSignature(tell!)]).toEqual([
      `withdraw ${keyOf("a")}@1`,
      `tell ${documentHash(telling("b", "2"))}`,
    ]);
    expect([eventOf(withdraw!), eventOf(tell!)]).toEqual(["event a", "event b"]);
    expect([documentOf(withdraw!), documentOf(tell!)]).toEqual([telling("a", "1"), telling("b", "2")]);
    expect(isTelling(tell!)).toBe(true);
  });
});
