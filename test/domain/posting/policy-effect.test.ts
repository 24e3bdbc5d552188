import { describe, expect, test } from "vitest";
import type { TargetDocument } from "#domain/ledger";
import { type LineageItem, viewTransaction } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { PolicyEffects, type PostingRules, policyEffect } from "#domain/posting";
import { posted, problem } from "../../fixtures/posting.ts";
import { account, at, decide, fact, journal, keyOf, outcome, planned, policy, released, rulesOf } from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const draft = (changes: Partial<Policy> = {}) => released(2, "v2", changes);
const effect = (items: readonly LineageItem[], rules: PostingRules, after: Policy = draft(), before: Policy = policy) =>
  policyEffect({ view: viewTransaction(sale, items), before, after, rules, now: at(300), coveredKeys: new Map() });
/** "restatement replace a: 1100 100 → 120, 4000 -100 → -120". */
const texts = (...given: Parameters<typeof effect>) =>
  effect(...given).documents.map(({ outcome: becomes, kind, document, accounts, priced }) => {
    const lines = accounts.map((line) => `${line.account} ${line.posted} → ${line.draft}`).join(", ");
    return `${becomes} ${kind} ${document.slice(keyOf("").length)}: ${lines}${priced ? "" : " (cost unknown)"}`;
  });

/** `a` over 100 and, from release 2 on, over 120. */
const dearer = rulesOf((facts, { release }) => [...facts].sort().map((name) => journal(name, name === "a" && release > 1 ? 120 : 100)));
const always = (amount: number, version = 1) => rulesOf((facts) => [...facts].sort().map((name) => journal(name, amount)), { version });

describe("a draft", () => {
  test("that changes nothing of a transaction has no effect on it", () => {
    const { items } = posted(["a"]);
    expect(effect(items, dearer, draft(), draft())).toMatchObject({ documents: [], opened: [], closed: [], undecided: [] });
    expect(texts(items, always(100))).toEqual([]);
  });

  test("that would change what is posted asks for a restatement, by account", () => {
    const { items } = posted(["a", "b"]);
    expect(texts(items, dearer)).toEqual(["restatement replace a: 1100 100 → 120, 4000 -100 → -120"]);
    expect(effect(items, dearer).opened).toMatchObject([{ class: "policy.restatement", code: "replace", document: keyOf("a") }]);
  });

  test("that no longer wants a document would take it back, and one that wants another would post it", () => {
    const { items } = posted(["a"]);
    const none = rulesOf((facts, { release }) => (release > 1 ? [] : [...facts].map((name) => journal(name, 100))));
    expect(texts(items, none)).toEqual(["restatement reverse a: 1100 100 → 0, 4000 -100 → 0"]);
    const more = rulesOf((_, { release }) => (release > 1 ? [journal("a", 100), journal("n", 7)] : [journal("a", 100)]));
    expect(texts(items, more)).toEqual(["restatement post n: 1100 0 → 7, 4000 0 → -7"]);
  });

  test("that gives a role another account changes no posted document, and shows the books as they would be", () => {
    const { items } = posted(["a"]);
    const moved = draft({ accounts: [account("payment-clearing", "1100"), account("sales", "4500")] });
    expect(texts(items, always(100), moved)).toEqual(["stays account a: 4000 -100 → 0, 4500 0 → -100"]);
    expect(effect(items, always(100), moved).opened).toEqual([]);
  });

  test("that maps what was missing posts by itself what it held, and closes the exception", () => {
    const unmapped = draft({ accounts: [account("payment-clearing", "1100")] });
    const first = decide([fact("a")], { policy: unmapped });
    const items = [fact("a"), ...first.exceptions];
    const then = released(3, "v3");
    expect(texts(items, always(100), then, unmapped)).toEqual(["posts post a: 1100 0 → 100, 4000 0 → -100"]);
    const { closed, opened } = effect(items, always(100), then, unmapped);
    expect([closed.map((each) => each.class), opened]).toEqual([["data.unmapped"], []]);
  });

  test("that loses a mapping opens an exception, and leaves what is posted", () => {
    const { items } = posted(["a"]);
    const lost = rulesOf((facts, { release }) => (release > 1 ? [] : [...facts].map((name) => journal(name, 100))), {});
    const holding: PostingRules = {
      version: 1,
      target: (events, given, of) => ({
        ...lost.target(events, given, of),
        ...(given.release > 1 ? { problems: [problem({ class: "data.unmapped", code: "item", event: "a" })], heldEvents: ["a"] } : {}),
      }),
    };
    expect(texts(items, holding)).toEqual(["held reverse a: 1100 100 → 0, 4000 -100 → 0"]);
    expect(effect(items, holding).opened.map((each) => `${each.class}/${each.code}`)).toEqual(["data.unmapped/item"]);
  });

  test("is not blamed for what the rules in force are about to do anyway", () => {
    const { items } = posted(["a"]);
    // A new fact that nobody has looked at, and a restatement that the release before this one asked for.
    const waiting = [...items, fact("b")];
    expect(texts(waiting, dearer, released(3, "v3"), released(2, "v2"))).toEqual([]);
    expect(effect(waiting, dearer, released(3, "v3"), released(2, "v2")).opened).toEqual([]);
  });

  test("tried while a plan is being executed shows the books, and says that the rest can be told later", () => {
    const facts = [fact("a")];
    const plan = planned(decide(facts));
    const running = policyEffect({
      view: viewTransaction(sale, [...facts, plan]),
      before: policy,
      after: draft(),
      rules: dearer,
      now: at(5),
      coveredKeys: new Map(),
    });
    expect([running.undecided, running.opened, running.documents.map(({ outcome: becomes }) => becomes)]).toEqual([["erp"], [], ["held"]]);
  });
});

describe("the day of an effect", () => {
  const closed = (state: "closed" | "open"): Partial<Policy> => ({
    entities: {
      ...policy.entities,
      us: { ...policy.entities.us!, periods: [{ period: "2026-11", state, from: "2026-11-27", why: "test" }] },
    },
  });
  const dayOf = (rules: PostingRules, after: Policy) => effect(posted(["a"]).items, rules, after).documents.map(({ day }) => day);

  test("is that of the document while its period is open, else the first of the next open one; what stays stands where it is", () => {
    expect(dayOf(dearer, draft(closed("open")))).toEqual(["2026-11-27"]);
    expect(dayOf(dearer, draft(closed("closed")))).toEqual(["2026-12-01"]);
    const accounts = [account("payment-clearing", "1100"), account("sales", "4500")];
    expect(dayOf(always(100), draft({ ...closed("closed"), accounts }))).toEqual(["2026-11-27"]);
  });
});

describe("goods", () => {
  const issue = (location: string, pieces = 1): TargetDocument => ({
    ...journal("a", 1),
    type: "stock",
    movements: [
      {
        id: "1",
        item: "MUG",
        itemClass: "home",
        location,
        quantityMillionths: pieces * -1_000_000,
        counterRole: "cogs",
        cost: "average",
      },
    ],
  });
  const rules = (before: TargetDocument, after: TargetDocument) => rulesOf((_, { release }) => [release > 1 ? after : before]);
  const issued = (before: TargetDocument) => {
    const facts = [fact("a")];
    const first = planned(decide(facts, { rules: rules(before, before) }));
    return [...facts, first, outcome(first, [{ kind: "done", number: "1", costs: [{ movement: "1", totalCost: 500 }] }])];
  };
  const byPlace = draft({
    accounts: [
      ...policy.accounts,
      account("inventory", "1490", { when: { location: "seven" } }),
      account("cogs", "5100", { from: "2026-11-01" }),
    ],
  });

  test("that would have left elsewhere cost the same", () => {
    expect(texts(issued(issue("dc")), rules(issue("dc"), issue("seven")), byPlace)).toEqual([
      "restatement replace a: 1400 -500 → 0, 1490 0 → -500, 5000 500 → 0, 5100 0 → 500",
    ]);
  });

  test("in another quantity cost what only the ERP can tell", () => {
    expect(texts(issued(issue("dc")), rules(issue("dc"), issue("dc", 2)))).toEqual([
      "restatement replace a: 1400 -500 → 0, 5000 500 → 0 (cost unknown)",
    ]);
  });
});

test("over all transactions: balances by account and period, documents by outcome, exceptions by kind", () => {
  const effects = new PolicyEffects(draft());
  const { items } = posted(["a", "b"]);
  effects.add("sale:1", effect(items, dearer));
  effects.add("sale:2", effect(items, always(100)));
  const moved = draft({ accounts: [account("payment-clearing", "1100"), account("sales", "4500")] });
  effects.add("sale:3", effect(posted(["a"]).items, always(100), moved));
  expect(effects.summary()).toMatchObject({
    transactions: 3,
    affected: 2,
    books: [
      { entity: "us", currency: "USD", period: "2026-11", account: "1100", posted: 500, draft: 520, difference: 20 },
      { entity: "us", currency: "USD", period: "2026-11", account: "4000", posted: -500, draft: -420, difference: 80 },
      { entity: "us", currency: "USD", period: "2026-11", account: "4500", posted: 0, draft: -100, difference: -100 },
    ],
    documents: { posts: 0, restatement: 1, stays: 1, held: 0, unpriced: 0 },
    restatements: [{ transaction: "sale:1", document: keyOf("a"), kind: "replace", period: "2026-11", day: "2026-11-27" }],
    opened: [{ class: "policy.restatement", code: "replace", count: 1, transactions: ["sale:1"] }],
    closed: [],
    undecided: [],
    failed: [],
  });
});

test("a transaction that cannot be tried is named, and the sums of the others stand", () => {
  const effects = new PolicyEffects(draft());
  effects.fail("sale:1", "the outcome of plan 1 has 2 results for 1 steps");
  effects.add("sale:2", effect(posted(["a"]).items, dearer));
  expect(effects.summary()).toMatchObject({
    transactions: 2,
    affected: 1,
    failed: [{ transaction: "sale:1", message: "the outcome of plan 1 has 2 results for 1 steps" }],
  });
});

describe("what stands in the opening balances", () => {
  const cutOver = (at_: string): Partial<Policy> => ({
    entities: { ...policy.entities, us: { ...policy.entities.us!, cutOver: { shopify: { at: at_, why: "test" } } } },
  });

  test("was never sent: it is no part of the books, and no draft changes it", () => {
    const before = released(1, "v1", cutOver(at(60)));
    const facts = [fact("a")];
    const first = planned(decide(facts, { policy: before }));
    expect(first.steps.map(({ kind }) => kind)).toEqual(["opening"]);
    const told = effect([...facts, first, outcome(first)], dearer, draft(cutOver(at(60))), before);
    expect([told.posted, told.documents]).toEqual([[], []]);
  });
});

test("what several transactions have in common is counted once by kind, with no more than twenty of them named", () => {
  const effects = new PolicyEffects(draft());
  const nothing = { posted: [], documents: [], opened: [], closed: [], undecided: [] };
  const exception = effect(posted(["a"]).items, dearer).opened[0]!;
  for (let number = 1; number <= 25; number += 1) effects.add(`sale:${number}`, { ...nothing, closed: [exception, exception] });
  const document = {
    document: "d",
    entity: "us",
    currency: "USD",
    kind: "post",
    outcome: "posts",
    day: "2026-12-01",
    priced: false,
  } as const;
  effects.add("sale:26", {
    ...nothing,
    undecided: ["erp"],
    documents: [{ ...document, accounts: [{ account: "2", posted: 0, draft: 5 }] }],
  });
  effects.add("sale:27", {
    ...nothing,
    documents: [{ ...document, day: "2026-11-30", accounts: [{ account: "3", posted: 0, draft: 5 }] }],
  });
  effects.add("sale:28", { ...nothing, opened: [exception, { ...exception, class: "data.unmapped", code: "item" }] });
  const { affected, books, documents, opened, closed, undecided } = effects.summary();
  expect([affected, undecided, documents.posts, documents.unpriced, documents.restatement]).toEqual([28, ["sale:26"], 2, 2, 0]);
  expect(books.map(({ period, account, difference }) => `${period} ${account} ${difference}`)).toEqual(["2026-11 3 5", "2026-12 2 5"]);
  expect(closed).toMatchObject([{ class: "policy.restatement", code: "replace", count: 50 }]);
  expect(closed[0]?.transactions).toEqual(Array.from({ length: 20 }, (_, index) => `sale:${index + 1}`));
  expect(opened.map((kind) => `${kind.class}/${kind.code} ${kind.count}`)).toEqual([
    "data.unmapped/item 1",
    "policy.restatement/replace 1",
  ]);
});
