import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import type { ToldDocument } from "#domain/ledger";
import type { PlanItem } from "#domain/lineage";
import { chainOf, viewTransaction } from "#domain/lineage";
import { foldPlans, type TellStep, toldItem } from "#domain/posting";
import { gatherFacts } from "../../../domain/posting/gather-facts.ts";
import { opened, summary } from "../../fixtures/posting.ts";
import {
  at,
  decide,
  done,
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

const original = "sale:shopify:shop.example:1000";
const another = "sale:shopify:shop.example:2000";
const sale = "sale:shopify:shop.example:1";

const takenBack = (orderId: string): BusinessEvent => ({
  name: "order.cancelled",
  schema: 1,
  key: `taken-back:${sale}`,
  version: "1",
  occurredAt: at(0),
  orderId,
});
const telling = (orderId: string, to = original): ToldDocument => ({
  type: "told",
  key: keyOf("back"),
  kind: "back",
  event: "back",
  entity: "us",
  currency: "USD",
  businessDate: "2026-11-27",
  to,
  facts: [takenBack(orderId)],
});
/** The till's fact "back" is told to the original sale; "edit" says other content, "moved" another sale, "void" that nothing came back. */
const rules = rulesOf((facts) => {
  if (!facts.has("back") || facts.has("void")) return [];
  return [telling(facts.has("edit") ? "two" : "one", facts.has("moved") ? another : original)];
});
const told = (plan: PlanItem) => plan.steps.flatMap((step) => (step.kind === "tell" ? [toldItem(plan, step, at(3))] : []));
const live = (items: Parameters<typeof viewTransaction>[1]) => {
  const { plans, outcomes } = chainOf(viewTransaction(sale, items), "erp");
  const { told: tellings, live: posted } = foldPlans(plans, outcomes);
  return [[...tellings.values()].map(({ erpKey, document }) => `${erpKey.slice(sale.length + 1)} to ${document.to}`), [...posted.keys()]];
};

describe("what is told to another stream", () => {
  const first = planned(decide([fact("back")], { rules }));
  const items = [fact("back"), first, outcome(first, [done("told")])];

  test("is a step of the plan, and stands once it is done, beside no document of the ERP", () => {
    expect(stepTexts(first.steps)).toEqual(["tell back@1"]);
    expect(live([fact("back"), first])).toEqual([[], []]);
    expect(live(items)).toEqual([[`back@1 to ${original}`], []]);
    expect(summary(decide(items, { rules }))).toEqual(["settled"]);
  });

  test("becomes a document of that stream, which says who told it", () => {
    expect(told(first)).toEqual([
      {
        type: "document",
        transaction: original,
        key: expect.stringMatching(/^D#told:erp:document:[0-9a-f]{32}#[0-9a-f]{64}$/),
        at: at(3),
        kind: "sale",
        source: expect.stringMatching(/^told:erp:document:[0-9a-f]{32}$/),
        contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        channel: "shopify",
        shop: "shop.example",
        version: "000001",
        events: [takenBack("one")],
        references: [],
        issues: [],
        raw: { hash: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: 0 },
        told: { from: sale, document: keyOf("back"), entity: "us", connection: "erp", plan: 1 },
      },
    ]);
  });

  test("is the same item whoever repeats the step, at whatever time", () => {
    const step = first.steps[0] as TellStep;
    expect(toldItem(first, step, at(900)).key).toBe(told(first)[0]?.key);
  });

  test("is told again, at a higher version, when its content changes: the later one counts, in whatever order they arrive", () => {
    const again = planned(decide([...items, fact("edit")], { rules }));
    expect(stepTexts(again.steps)).toEqual(["tell back@2"]);
    const [one, two] = [...told(first), ...told(again)];
    expect(two?.source).toBe(one?.source);
    for (const documents of [
      [one!, two!],
      [two!, one!],
    ])
      expect(gatherFacts(documents).events).toEqual([takenBack("two")]);
  });

  test("is withdrawn when nothing asks for it any more: no fact of it is left", () => {
    const gone = planned(decide([...items, fact("void")], { rules }));
    expect(stepTexts(gone.steps)).toEqual(["tell back@2/withdrawn"]);
    expect(gatherFacts([...told(first), ...told(gone)]).events).toEqual([]);
    expect(live([...items, gone, { ...outcome(gone), key: "P#erp#000002#R" }])).toEqual([[], []]);
  });

  test("is told anew after it was withdrawn, though its content is the old one", () => {
    const flipping = rulesOf((facts) => (facts.has("void") && !facts.has("again") ? [] : [telling("one")]));
    const gone = planned(decide([...items, fact("void")], { rules: flipping }));
    const gap = [...items, fact("void"), gone, outcome(gone)];
    const again = planned(decide([...gap, fact("again")], { rules: flipping }));
    expect(gatherFacts([...told(again), ...told(gone), ...told(first)]).events).toEqual([takenBack("one")]);
  });

  test("is withdrawn from the one and told to the other when it turns out to concern another sale", () => {
    const moved = planned(decide([...items, fact("moved")], { rules }));
    expect(moved.steps.map((step) => step.kind === "tell" && [step.to, step.document?.facts.length ?? 0])).toEqual([
      [original, 0],
      [another, 1],
    ]);
    expect(live([...items, moved, outcome(moved)])).toEqual([[`back@2 to ${another}`], []]);
  });

  test("needs no open period and no approval", () => {
    const closed = released(2, "v2", {
      entities: {
        ...policy.entities,
        us: { ...policy.entities.us!, periods: [{ period: "2026-11", state: "closed", from: "2020-01-01", why: "test" }] },
      },
    });
    expect(summary(decide([fact("back")], { rules, policy: closed }))).toEqual(["plan"]);
  });

  test("is told also when it happened before the cut-over: that stream knows its own opening", () => {
    const cutOver = { shopify: { at: at(60), why: "Go-live." } };
    const late = { ...policy, entities: { ...policy.entities, us: { ...policy.entities.us!, cutOver } } };
    expect(stepTexts(planned(decide([fact("back")], { rules, policy: late })).steps)).toEqual(["tell back@1"]);
  });

  test("is a restatement where only other rules ask for it: no policy moves another stream by itself", () => {
    const newRules = rulesOf(() => [journal("a", 100), telling("one")], { version: 2 });
    const oldRules = rulesOf(() => [journal("a", 100)]);
    const before = planned(decide([fact("back")], { rules: oldRules }));
    const decision = decide([fact("back"), before, outcome(before)], { rules: newRules });
    expect([decision.kind, opened(decision).map(({ class: name, document }) => `${name} ${document}`)]).toEqual([
      "held",
      [`policy.restatement ${keyOf("back")}`],
    ]);
  });

  test("stays told while the event that told it is held: its target is not known", () => {
    const heldRules = rulesOf(() => [], {
      heldEvents: ["back"],
      problems: [{ class: "data.unmapped", code: "item", cause: "item:X", message: "x", event: "back" }],
    });
    expect(summary(decide([...items, fact("other")], { rules: heldRules }))).toEqual(["held", "open data.unmapped/item #1"]);
  });
});

test("a deposit that is told is found by its bag and by where it goes and how much it is", () => {
  const sent: BusinessEvent = {
    name: "bank-deposit.sent",
    schema: 1,
    key: "bank-deposit.sent:1",
    version: "1",
    occurredAt: at(0),
    depositId: "D1",
    bankAccount: "operating",
    currency: "USD",
    amount: 45_000,
    sentOn: "2026-11-27",
    names: ["b-0042"],
    lagDays: 5,
  };
  const plan = planned(decide([fact("back")], { rules: rulesOf(() => [{ ...telling("one", "payout:store:0101:D1"), facts: [sent] }]) }));
  expect(told(plan).map(({ transaction, kind, references }) => ({ transaction, kind, references }))).toEqual([
    {
      transaction: "payout:store:0101:D1",
      kind: "payout",
      references: [
        { type: "trace", value: "b-0042" },
        { type: "trace", value: "B-0042" },
        { type: "payout-amount", value: "operating USD 45000" },
      ],
    },
  ]);
});
