import { describe, expect, test } from "vitest";
import { type ApprovalDecisionItem, type ApprovalItem, viewTransaction } from "#domain/lineage";
import type { BoundStock, SentStep } from "#domain/posting";
import type { Posted, RefusedStep } from "../../../domain/posting/fold-plans.ts";
import { lateEvents, movedElsewhere, openAgain, refusals, restatements, stockWarnings } from "../../../domain/posting/posting-problems.ts";
import { opened, posted, problem } from "../../fixtures/posting.ts";
import {
  at,
  boundJournal,
  closedBy,
  decide,
  fact,
  journal,
  keyOf,
  outcome,
  plan,
  policy,
  postStep,
  refused,
  reverseStep,
} from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const nothing: Posted = { live: new Map(), told: new Map(), contents: new Map(), refused: new Map(), warnings: [], late: [] };
const live = {
  key: keyOf("a"),
  hash: "h1",
  erpKey: `${keyOf("a")}@1`,
  erpNumber: "1",
  plan: 1,
  document: boundJournal("a", 100),
  costs: [],
};
const telling = {
  type: "told",
  key: keyOf("t"),
  kind: "t",
  event: "t",
  entity: "us",
  currency: "USD",
  businessDate: "2026-11-27",
  to: "x:y:z:1",
  facts: [],
} as const;
const post = (hash: string, name = "a") => ({ kind: "post", key: keyOf(name), hash, document: journal(name, 100) }) as const;
const replace = (hash: string) => ({ kind: "replace", key: keyOf("a"), hash, document: journal("a", 120), live }) as const;
const reverse = { kind: "reverse", key: keyOf("a"), live } as const;

describe("what a release would change of the past", () => {
  test.each([
    [post("h2"), "post"],
    [replace("h2"), "replace"],
    [reverse, "reverse"],
  ] as const)("is told by what it would do: %j", (change, verb) => {
    expect(restatements([{ change, wish: "wish" }], policy)).toEqual([
      {
        class: "policy.restatement",
        code: verb,
        cause: `${keyOf("a")} wish`,
        document: keyOf("a"),
        event: "a",
        message: `the rules of release 1 would ${verb} ${keyOf("a")}, which no new fact asks for`,
      },
    ]);
  });

  test("is nothing where nothing is", () => {
    expect(restatements([], policy)).toEqual([]);
  });
});

describe("what somebody refused to write off", () => {
  const asked = (document: string, hash: string, when: number): ApprovalItem => ({
    ...{ type: "approval", transaction: sale, key: `A#${hash}`, at: at(when), connection: "erp", hash, occurrence: 1, kind: "write-off" },
    ...{ role: "controller", document, entity: "us", amount: 5, currency: "USD", message: "m", requestedBy: "hub", expiresAt: at(9_999) },
  });
  const decided = (of: ApprovalItem, answer: ApprovalDecisionItem["answer"], when: number): ApprovalDecisionItem =>
    ({
      type: "approval-decision",
      transaction: sale,
      key: `${of.key}#decision`,
      approval: of.key,
      at: at(when),
      answer,
      by: "bo",
      reason: "too much",
    }) as never;
  const view = (approvals: readonly { asked: ApprovalItem; decision?: ApprovalDecisionItem }[]) =>
    ({ ...viewTransaction(sale, [fact("a")]), approvals }) as ReturnType<typeof viewTransaction>;
  const open = problem({ class: "money.amount-mismatch", document: keyOf("a"), message: "5.00 USD are open." });
  const { document: _, ...again } = open;

  test("is open again, and says by whom and why", () => {
    const first = asked(keyOf("a"), "1", 1);
    expect(openAgain([open], new Set([keyOf("a")]), view([{ asked: first, decision: decided(first, "refused", 2) }]))).toEqual([
      {
        ...again,
        message: "5.00 USD are open. To write it off was refused by bo: too much. It may be proposed again, with another reason.",
      },
    ]);
  });

  test("is open again also where nobody finds who refused it", () => {
    expect(openAgain([open], new Set([keyOf("a")]), view([]))).toEqual([
      { ...again, message: "5.00 USD are open. To write it off was refused. It may be proposed again, with another reason." },
    ]);
  });

  test("is one of these alone", () => {
    const other = problem({ class: "data.value", message: "m" });
    expect(openAgain([open, other], new Set([keyOf("b")]), view([]))).toEqual([]);
  });
});

describe("a refusal of the ERP", () => {
  const refusedStep = (step: SentStep, more: Partial<RefusedStep> = {}): Posted => ({
    ...nothing,
    refused: new Map([[step.key, { step, plan: 3, policyRelease: 1, code: "closed-account", message: "account 4000 is closed", ...more }]]),
  });
  const view = viewTransaction(sale, [fact("a")]);
  const told = {
    class: "erp.rejected",
    code: "closed-account",
    cause: `${keyOf("a")}@3`,
    document: keyOf("a"),
    event: "a",
    message: "account 4000 is closed",
    amount: 100,
    currency: "USD",
  };

  test("of a posting stands for the same content, with what it would have moved", () => {
    const step = postStep("a", 3, "h2");
    expect(refusals([post("h2")], refusedStep(step), policy, view)).toEqual([told]);
    expect(refusals([replace("h2")], refusedStep(step), policy, view)).toEqual([told]);
  });

  test("of goods has no amount", () => {
    const goods: BoundStock = {
      ...{ type: "stock", key: keyOf("a"), kind: "a", event: "a", entity: "us", currency: "USD", businessDate: "2026-11-27" },
      ...{ postingDate: "2026-11-27", functionalCurrency: "USD", policyVersion: "v1", movements: [] },
    };
    const step = { ...postStep("a", 3, "h2"), document: goods };
    const { amount: _a, currency: _c, ...without } = told;
    expect(refusals([post("h2")], refusedStep(step), policy, view)).toEqual([without]);
  });

  test("of a reversal stands for what is taken back, alone or before another content, and is named by its plan", () => {
    const { amount: _a, currency: _c, ...without } = { ...told, cause: `${keyOf("a")}@1/reversal in plan 3` };
    expect(refusals([reverse], refusedStep(reverseStep("a", 1)), policy, view)).toEqual([without]);
    expect(refusals([replace("h2")], refusedStep(reverseStep("a", 1)), policy, view)).toEqual([without]);
  });

  test.each([
    ["another content", [post("h3")], refusedStep(postStep("a", 3, "h2"))],
    ["another content that takes the place of one", [replace("h3")], refusedStep(postStep("a", 3, "h2"))],
    ["a content, of a reversal", [post("h2")], refusedStep(reverseStep("a", 1))],
    ["the reversal of what was posted by another plan", [reverse], refusedStep(reverseStep("a", 2))],
    ["another document", [post("h2", "b")], refusedStep(postStep("a", 3, "h2"))],
    ["what is told", [{ kind: "tell", key: keyOf("a"), hash: "h2", document: telling }], refusedStep(postStep("a", 3, "h2"))],
    ["the same content under another release", [post("h2")], refusedStep(postStep("a", 3, "h2"), { policyRelease: 2 })],
  ] as const)("is none for %s", (_what, changes, given) => {
    expect(refusals(changes, given, policy, view)).toEqual([]);
  });

  test("is over when a person closed its exception, and not when the hub did, or somebody closed another one", () => {
    const { items, first } = posted(["a"], [refused]);
    const again = decide(items, { now: at(2) });
    const [exception] = opened(again);
    const step = first.steps[0] as Extract<SentStep, { kind: "post" }>;
    const given = refusedStep(step, { plan: 1 });
    const wish = [{ ...post("h"), hash: step.hash }];
    const after = (...more: Parameters<typeof viewTransaction>[1]) => viewTransaction(sale, [...items, ...more]);
    expect(refusals(wish, given, policy, after(exception!))).toHaveLength(1);
    expect(refusals(wish, given, policy, after(exception!, closedBy(exception!, "hub")))).toHaveLength(1);
    expect(refusals(wish, given, policy, after(exception!, closedBy(exception!, "ana")))).toEqual([]);
    const other = { ...exception!, cause: "another" };
    expect(refusals(wish, given, policy, after(other, closedBy(other, "ana")))).toHaveLength(1);
  });
});

test("what the ERP says of stock, and what was posted in another period, wait for a person", () => {
  expect(stockWarnings({ ...nothing, warnings: [{ erpKey: "k@1", warning: "MUG is at -2 in dc" }] })).toEqual([
    { class: "inventory.negative", code: "stock", cause: "k@1 MUG is at -2 in dc", message: "MUG is at -2 in dc" },
  ]);
  const late = { key: "k", erpKey: "k@1", ownDate: "2026-10-31", postingDate: "2026-11-01" };
  expect(
    lateEvents({
      ...nothing,
      late: [
        { kind: "post", ...late },
        { kind: "reverse", ...late },
      ],
    }),
  ).toEqual([
    {
      class: "period.late-event",
      code: "post",
      cause: "k@1",
      document: "k",
      message: "k belongs to 2026-10-31 and was posted on 2026-11-01: its period was closed",
    },
    {
      class: "period.late-event",
      code: "reverse",
      cause: "k@1",
      document: "k",
      message: "the reversal of k belongs to 2026-10-31 and was posted on 2026-11-01: its period was closed",
    },
  ]);
  expect([stockWarnings(nothing), lateEvents(nothing)]).toEqual([[], []]);
});

describe("an entity that posts to another ERP now", () => {
  const elsewhere = plan(1, [postStep("a", 1)], { key: "P#other#000001", connection: "other" });
  const input = (...items: Parameters<typeof viewTransaction>[1]) =>
    ({ view: viewTransaction(sale, items), connection: "erp" }) as unknown as Parameters<typeof movedElsewhere>[0];
  const message = `${keyOf("a")} was posted to other, and its entity posts to erp now: it is not posted a second time`;
  const moved = {
    class: "policy.restatement",
    code: "moved",
    cause: `${keyOf("a")} h2`,
    document: keyOf("a"),
    event: "a",
    message,
  };
  const stands = input(fact("a"), elsewhere, outcome(elsewhere));

  test("posts nothing a second time that stands, or may stand, in the first one", () => {
    expect(movedElsewhere(stands, [post("h2")])).toEqual([moved]);
    expect(movedElsewhere(input(fact("a"), elsewhere), [post("h2")])).toEqual([moved]);
  });

  test("tells nothing a second time either", () => {
    const told = { kind: "tell", key: keyOf("t"), hash: "h2", document: telling } as const;
    const tells = plan(1, [{ kind: "tell", key: keyOf("t"), erpKey: "t@1", hash: "h1", entity: "us", to: "x:y:z:1", document: telling }], {
      key: "P#other#000001",
      connection: "other",
    });
    const given = input(fact("t"), tells, outcome(tells));
    expect(movedElsewhere(given, [told]).map(({ cause }) => cause)).toEqual([`${keyOf("t")} h2`]);
    const before = { key: keyOf("t"), hash: "h1", erpKey: "t@1", plan: 1, document: telling };
    expect(
      movedElsewhere(given, [
        { ...told, live: before },
        { kind: "withdraw", key: keyOf("t"), live: before },
      ]),
    ).toEqual([]);
  });

  test("posts what the first one refused, what it never had, and what stands here", () => {
    expect(movedElsewhere(input(fact("a"), elsewhere, outcome(elsewhere, [refused])), [post("h2")])).toEqual([]);
    expect(movedElsewhere(stands, [post("h2", "b")])).toEqual([]);
    expect(movedElsewhere(stands, [replace("h2"), reverse])).toEqual([]);
    const here = plan(1, [postStep("a", 1)]);
    expect(movedElsewhere(input(fact("a"), here), [post("h2")])).toEqual([]);
  });
});
