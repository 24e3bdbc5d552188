import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { type LineageItem, viewTransaction } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { type PostingRules, periodOpenItems } from "#domain/posting";
import { opened, posted, problem } from "../../fixtures/posting.ts";
import { at, closedBy, decide, fact, journal, keyOf, outcome, planned, policy, released, rulesOf } from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const oneEach = rulesOf((facts) => [...facts].sort().map((name) => journal(name, 100)));
interface Asked {
  readonly entity?: string;
  readonly to?: string;
  readonly rules?: PostingRules;
  readonly policy?: Policy;
  readonly transaction?: string;
}
const open = (
  items: readonly LineageItem[],
  { entity = "us", to = "2026-11-30", rules = oneEach, policy: under = policy, transaction = sale }: Asked = {},
) =>
  periodOpenItems(viewTransaction(transaction, items), { entity, to }, { policy: under, rules, now: at(100) }).map(
    ({ kind, day, text }) => `${kind} ${day} ${text}`,
  );

describe("what is open of a sale in a period", () => {
  const { items, first } = posted(["a"]);

  test("is what no plan has sent, on its business day, up to the last day of the period", () => {
    expect(open([fact("a")])).toEqual(["unposted 2026-11-27 a of a is to be posted"]);
    expect([open([fact("a")], { to: "2026-11-27" }).length, open([fact("a")], { to: "2026-11-26" })]).toEqual([1, []]);
  });

  test("is what a plan without an answer waits for", () => {
    expect(open([fact("a"), first])).toEqual(["unposted 2026-11-27 plan 1 of erp has no answer yet"]);
    expect(open(items)).toEqual([]);
  });

  test("is what is to be corrected, or taken back", () => {
    const dearer = rulesOf(() => [journal("a", 120)]);
    expect(open(items, { rules: dearer })).toEqual(["unposted 2026-11-27 a of a is to be corrected"]);
    expect(open(items, { rules: rulesOf(() => []) })).toEqual(["unposted 2026-11-27 a of a is to be corrected"]);
  });

  test("is nothing of what its exceptions hold: those are told instead, on the day of their event", () => {
    const found = problem({ class: "data.unmapped", code: "item", cause: "item:MUG", message: "map MUG", event: "a" });
    const held = decide([fact("a")], { rules: rulesOf(() => [], { problems: [found], heldEvents: ["a"] }) });
    const told = ["exception 2026-11-27 data.unmapped/item: map MUG"];
    expect(open([fact("a"), ...held.exceptions])).toEqual(told);
    expect(open([fact("a"), ...held.exceptions], { to: "2026-11-26" })).toEqual([]);
    expect(
      open([fact("a"), ...held.exceptions, closedBy(opened(held)[0]!, "ana")], { rules: rulesOf(() => [], { heldEvents: ["a"] }) }),
    ).toEqual([]);
    expect(open([fact("a")], { rules: rulesOf(() => [journal("a", 100)], { heldEvents: ["a"] }) })).toEqual([]);
  });

  test("is on the business day that its fact states, or else on the day on which it was opened", () => {
    const stated = (event: object) => fact("a", { events: [{ ...fact("a").events[0]!, ...event } as unknown as BusinessEvent] });
    const found = (event?: string) =>
      problem({ class: "data.unmapped", code: "item", cause: "c", message: "m", ...(event === undefined ? {} : { event }) });
    const told = (document: LineageItem, event?: string) => {
      const held = decide([document], { rules: rulesOf(() => [], { problems: [found(event)] }) });
      return open([document, ...held.exceptions]).map((text) => text.split(" ")[1]);
    };
    expect(told(stated({ businessDate: "2026-11-20" }), "a")).toEqual(["2026-11-20"]);
    expect(told(stated({ businessDate: 20 }), "a")).toEqual(["2026-11-27"]);
    expect(told(stated({ occurredAt: "2026-11-21T12:00:00.000Z" }), "a")).toEqual(["2026-11-21"]);
    expect(told(stated({ occurredAt: "2026-11-21T12:00:00.000Z" }))).toEqual(["2026-11-27"]);
  });

  test("is nobody's but whose it is: the shop's, and whose books it is in", () => {
    const abroad = rulesOf(() => [journal("a", 100), journal("b", 100, { entity: "ca" })]);
    expect(open([fact("a")], { rules: abroad, entity: "ca" })).toEqual(["unposted 2026-11-27 b of b is to be posted"]);
    expect(open([fact("a")], { rules: abroad })).toEqual(["unposted 2026-11-27 a of a is to be posted"]);
    expect(open([fact("a")], { entity: "ca" })).toEqual([]);
    expect(open([fact("a")], { entity: "gb" })).toEqual([]);
    expect(open([])).toEqual([]);
  });

  test("is everybody's where nobody knows the place and nothing of it can be booked", () => {
    const transaction = "sale:shopify:moon.example:1";
    const found = problem({ class: "data.unmapped", code: "shop", cause: "shop", message: "map the shop" });
    const document = fact("a", { transaction });
    const view = viewTransaction(transaction, [document]);
    const held = decide([], { view, rules: rulesOf(() => [], { problems: [found] }) });
    const items = [document, ...held.exceptions];
    const told = ["exception 2026-11-27 data.unmapped/shop: map the shop"];
    expect([
      open(items, { transaction, rules: rulesOf(() => []) }),
      open(items, { transaction, rules: rulesOf(() => []), entity: "ca" }),
    ]).toEqual([told, told]);
    const inBooks = rulesOf(() => [journal("a", 100)]);
    expect([open(items, { transaction, rules: inBooks }), open(items, { transaction, rules: inBooks, entity: "ca" })]).toEqual([told, []]);
  });

  test.each([
    ["period:hub:us:2026-11", ["us"]],
    ["payout:stripe:eu:po_1", ["ca"]],
    ["settlement-row:stripe:eu:r1", ["ca"]],
    ["sale:shopify:shop.example:1", ["us"]],
    ["sale:pos:7:1:2026-11-27:4", ["ca"]],
  ])("%s is of %s", (transaction, entities) => {
    const under: Policy = { ...policy, gatewayAccounts: { eu: { entity: "ca" } } as unknown as NonNullable<Policy["gatewayAccounts"]> };
    const found = problem({ class: "data.unmapped", code: "x", cause: "x", message: "m" });
    const document = fact("a", { transaction });
    const held = decide([], { view: viewTransaction(transaction, [document]), rules: rulesOf(() => [], { problems: [found] }) });
    const concerned = ["us", "ca"].filter(
      (entity) => open([document, ...held.exceptions], { transaction, entity, policy: under, rules: rulesOf(() => []) }).length > 0,
    );
    expect(concerned).toEqual(entities);
  });
});

describe("what the ERP refused", () => {
  test("is told with what is missing there, and with nothing for goods", () => {
    const first = planned(decide([fact("a")]));
    const refused = outcome(first, [{ kind: "refused", code: "closed-account", message: "account 4000 is closed" }]);
    const [told] = opened(decide([fact("a"), first, refused], { now: at(500) }));
    expect(told).toMatchObject({
      class: "erp.rejected",
      code: "closed-account",
      document: keyOf("a"),
      event: "a",
      cause: `${keyOf("a")}@1`,
      message: "account 4000 is closed",
      amount: 100,
      currency: "USD",
    });
    const again = decide([fact("a"), first, refused], { now: at(500), policy: released(2, "v2") });
    expect(opened(again)).toEqual([]);
  });
});
