import { describe, expect, test } from "vitest";
import type { StockDocument, TargetDocument } from "#domain/ledger";
import type { DocumentItem, LineageItem } from "#domain/lineage";
import { chainOf, viewTransaction } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { foldPlans } from "#domain/posting";
import { opened, summary } from "../../fixtures/posting.ts";
import {
  account,
  at,
  closedBy,
  decide,
  fact,
  journal,
  keyOf,
  outcome,
  policy as plain,
  planned,
  released,
  rulesOf,
  stepTexts,
} from "../../fixtures/posting-case.ts";

/** The shop of "us" was cut over at noon on 27 November. */
const cutOver = { shopify: { at: at(0), why: "Go-live." } };
const policy: Policy = { ...plain, entities: { ...plain.entities, us: { ...plain.entities.us!, cutOver } } };
/** A fact that happened `seconds` after the cut-over. */
const happened = (name: string, seconds: number): DocumentItem => {
  const item = fact(name);
  return { ...item, events: item.events.map((event) => ({ ...event, occurredAt: at(seconds) })) };
};
const before = happened("a", -1);
const after = happened("b", 0);
const liveOf = (items: readonly LineageItem[]) => {
  const { plans, outcomes } = chainOf(viewTransaction(before.transaction, items), "erp");
  return [...foldPlans(plans, outcomes).live.values()].map(({ key, opening, hash }) => [
    key.replace(`${before.transaction}/`, ""),
    opening === true,
    hash.length,
  ]);
};

describe("what happened before the cut-over", () => {
  test("is recorded as an opening and not posted; what happened at it or after it is posted", () => {
    const plan = planned(decide([before, after], { policy }));
    expect(stepTexts(plan.steps)).toEqual(["opening a@1", "post b@1"]);
    expect(liveOf([before, after, plan, outcome(plan)])).toEqual([
      ["a", true, 64],
      ["b", false, 64],
    ]);
    expect(summary(decide([before, after, plan, outcome(plan)], { policy }))).toEqual(["settled"]);
  });

  test.each([
    ["another entity's", { ca: { ...plain.entities.ca!, cutOver } }],
    ["another channel's", { us: { ...plain.entities.us!, cutOver: { pos: cutOver.shopify } } }],
  ])("%s cut-over concerns nobody else", (_, entities) => {
    const plan = planned(decide([before], { policy: { ...plain, entities: { ...plain.entities, ...entities } } }));
    expect(stepTexts(plan.steps)).toEqual(["post a@1"]);
  });

  test("comes in late, after what followed it: it is an opening all the same", () => {
    const first = planned(decide([after], { policy }));
    const second = planned(decide([after, first, outcome(first), before], { policy }));
    expect(stepTexts(second.steps)).toEqual(["opening a@2"]);
  });

  test("and was posted before anybody spoke of a cut-over stays posted", () => {
    const first = planned(decide([before]));
    const items = [before, first, outcome(first)];
    expect(summary(decide(items, { policy }))).toEqual(["settled"]);
    const gone = rulesOf((facts) => (facts.has("b") ? [] : [journal("a", 100)]));
    expect(stepTexts(planned(decide([...items, after], { policy, rules: gone })).steps)).toEqual(["reverse a@1"]);
  });

  test("in a closed period needs no open one", () => {
    const us = { ...policy.entities.us!, periods: [{ period: "2026-12", state: "closed" as const, from: "2020-01-01", why: "test" }] };
    expect(stepTexts(planned(decide([before], { policy: { ...policy, entities: { ...policy.entities, us } } })).steps)).toEqual([
      "opening a@1",
    ]);
  });
});

describe("what happens later to something from before the cut-over", () => {
  test("releases a balance in the account in which the opening holds it", () => {
    const opening = planned(decide([before], { policy }));
    const moved = released(2, "v2", {
      entities: policy.entities,
      accounts: [account("payment-clearing", "1190"), account("sales", "4000")],
    });
    const plan = planned(decide([before, opening, outcome(opening), after], { policy: moved }));
    expect(plan.steps).toMatchObject([
      { kind: "post", document: { lines: [{ role: "payment-clearing", account: "1100" }, { account: "4000" }] } },
    ]);
  });

  test("brings goods back at the average, as nobody asked the ERP what they cost when they left", () => {
    const stock = (name: string, pieces: number, cost: StockDocument["movements"][number]["cost"]): TargetDocument => ({
      type: "stock",
      key: keyOf(name),
      kind: name,
      event: name,
      entity: "us",
      currency: "USD",
      businessDate: "2026-11-27",
      movements: [{ id: "m", item: "MUG", itemClass: "home", location: "dc", quantityMillionths: pieces, counterRole: "cogs", cost }],
    });
    const rules = rulesOf((facts) => [
      stock("a", -2_000_000, "average"),
      ...(facts.has("b") ? [stock("b", 1_000_000, { document: keyOf("a"), movement: "m" })] : []),
    ]);
    const opening = planned(decide([before], { policy, rules }));
    const plan = planned(decide([before, opening, outcome(opening), after], { policy, rules }));
    expect(plan.steps).toMatchObject([{ kind: "post", document: { movements: [{ quantityMillionths: 1_000_000 }] } }]);
    expect(plan.steps[0]).not.toHaveProperty("document.movements.0.totalCost");
  });
});

describe("a change of the opening itself", () => {
  const edited = rulesOf((facts) => [journal("a", facts.has("b") ? 70 : 100)]);
  const opening = planned(decide([before], { policy, rules: edited }));
  const items: LineageItem[] = [before, opening, outcome(opening), after];
  const held = decide(items, { policy, rules: edited });

  test("is held by name, because the hub cannot take back what it never sent", () => {
    expect(summary(held)).toEqual(["held", "open period.cut-over/replace #1"]);
    expect(opened(held)[0]).toMatchObject({
      document: keyOf("a"),
      message: `${keyOf("a")} changed, and it is part of the opening balances of us: book the difference in the ERP by hand, then close this`,
    });
    expect(summary(decide([...items, ...opened(held)], { policy, rules: edited }))).toEqual(["held"]);
  });

  test("is the new opening once a person has booked the difference and closed the exception", () => {
    const settledByHand = [...items, ...opened(held), closedBy(opened(held)[0]!, "Ann")];
    const plan = planned(decide(settledByHand, { policy, rules: edited }));
    expect(plan.steps).toMatchObject([
      { kind: "opening", erpKey: `${keyOf("a")}@2`, document: { lines: [{ amount: 70 }, { amount: -70 }] } },
    ]);
    expect(summary(decide([...settledByHand, plan, outcome(plan)], { policy, rules: edited }))).toEqual(["settled"]);
  });

  test("that takes it away is held, and then forgotten, in the same way", () => {
    const gone = rulesOf((facts) => (facts.has("b") ? [] : [journal("a", 100)]));
    const decision = decide(items, { policy, rules: gone });
    expect(summary(decision)).toEqual(["held", "open period.cut-over/reverse #1"]);
    const seen = [...items, ...opened(decision), closedBy(opened(decision)[0]!, "Ann")];
    const plan = planned(decide(seen, { policy, rules: gone }));
    expect(plan.steps).toEqual([{ kind: "opening", key: keyOf("a"), erpKey: `${keyOf("a")}@2`, hash: "", document: null }]);
    expect(liveOf([...seen, plan, outcome(plan)])).toEqual([]);
    expect(summary(decide([...seen, plan, outcome(plan)], { policy, rules: gone }))).toEqual(["settled"]);
  });

  test("that a release of rules brings is not called a restatement: there is nothing in the ERP to restate", () => {
    const stricter = rulesOf(() => [journal("a", 90)], { version: 2 });
    expect(summary(decide([before, opening, outcome(opening)], { policy, rules: stricter }))).toEqual([
      "held",
      "open period.cut-over/replace #1",
    ]);
  });
});
