import { describe, expect, test } from "vitest";
import { type LineageItem, viewTransaction } from "#domain/lineage";
import { isSettledEverywhere } from "#domain/posting";
import { isSettledIn } from "../../../domain/posting/settled.ts";
import { posted, problem } from "../../fixtures/posting.ts";
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
  refused,
  released,
  rulesOf,
} from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const oneEach = rulesOf((facts) => [...facts].sort().map((name) => journal(name, 100)));
const none = rulesOf(() => []);
const { items } = posted(["a"]);

describe("a connection is settled", () => {
  const settled = (given: readonly LineageItem[], rules = oneEach, connection = "erp") =>
    isSettledIn(viewTransaction(sale, given), policy, rules, connection, at(9));
  const held = (...events: string[]) => rulesOf(() => [], { heldEvents: events, problems: [problem({ class: "data.value" })] });

  test("when all that the facts ask for stands, and when they ask for nothing", () => {
    expect([settled(items), settled([fact("a")], none), settled([])]).toEqual([true, true, true]);
  });

  test("not while a plan has no answer, whatever stands", () => {
    const { first, answer } = posted(["a"]);
    expect(settled([fact("a"), first])).toBe(false);
    expect(settled([fact("a"), first, answer, { ...plan(2, [postStep("b", 2)]), previous: first.key } as LineageItem], oneEach)).toBe(
      false,
    );
  });

  test("not while something is to be posted, replaced or taken back", () => {
    expect(settled([fact("a")])).toBe(false);
    expect(settled(posted(["a"], [refused]).items)).toBe(false);
    expect(settled([...items, fact("b")])).toBe(false);
    expect(
      settled(
        items,
        rulesOf(() => [journal("a", 90)]),
      ),
    ).toBe(false);
    expect(settled(items, none)).toBe(false);
  });

  test("with what stands for an event that is held, and not with what would be posted or replaced for one", () => {
    expect(settled(items, held("a"))).toBe(true);
    expect(settled(items, held("b"))).toBe(false);
    const posts = rulesOf(() => [journal("a", 100), journal("b", 100)], { heldEvents: ["a", "b"] });
    expect(settled(items, posts)).toBe(false);
    expect(
      settled(
        items,
        rulesOf(() => [journal("a", 90)], { heldEvents: ["a"] }),
      ),
    ).toBe(false);
  });

  test("whatever another connection's entities lack", () => {
    const theirs = rulesOf(() => [journal("a", 100), journal("c", 5, { entity: "ca" }), journal("d", 5, { entity: "nobody" })]);
    expect(settled(items, theirs)).toBe(true);
    expect(
      settled(
        [fact("a")],
        rulesOf(() => [journal("c", 5, { entity: "ca" })]),
        "other",
      ),
    ).toBe(false);
  });
});

describe("a transaction is settled everywhere", () => {
  const settled = (given: readonly LineageItem[], rules = oneEach, by = policy) =>
    isSettledEverywhere(viewTransaction(sale, given), by, rules, at(9));
  const theirs = rulesOf(() => [journal("a", 100), journal("c", 5, { entity: "ca" })]);

  test("when no connection that it concerns has anything to do", () => {
    expect(settled(items)).toBe(true);
    expect(settled([])).toBe(true);
    expect(settled([...items, fact("b")])).toBe(false);
    expect(settled(items, theirs)).toBe(false);
  });

  test("when the last of them has posted, too", () => {
    const other = planned(decide(items, { rules: theirs, connection: "other", now: at(2) }));
    expect(settled([...items, other], theirs)).toBe(false);
    expect(settled([...items, other, outcome(other, undefined, 3)], theirs)).toBe(true);
  });

  test("not by a policy older than the one that it was planned with", () => {
    const later = planned(decide([fact("a")], { policy: released(2, "v2") }));
    const given = [fact("a"), later, outcome(later)];
    expect(settled(given)).toBe(false);
    expect(settled(given, oneEach, released(2, "v2"))).toBe(true);
  });

  test("not where policy does not say how its connection is reached", () => {
    const { erp } = policy.connections;
    expect(settled(items, oneEach, { ...policy, connections: { other: erp! } })).toBe(false);
  });

  test("and what is wrong with the rules is no answer", () => {
    const broken = { version: 1, target: () => { throw new RangeError("broken"); } }; // biome-ignore format: one line
    expect(() => settled(items, broken)).toThrow(new RangeError("broken"));
  });
});
