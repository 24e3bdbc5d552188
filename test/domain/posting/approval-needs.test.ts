import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import type { TargetDocument } from "#domain/ledger";
import { type ApprovalDecisionItem, type ApprovalItem, type ApprovalState, type LineageItem, viewTransaction } from "#domain/lineage";
import type { ApprovalRule, Policy } from "#domain/policy";
import { type Decision, isWriteOffRefused } from "#domain/posting";
import { opened, summary } from "../../fixtures/posting.ts";
import { account, at, decide, fact, journal, keyOf, outcome, planned, policy, rulesOf, stepTexts } from "../../fixtures/posting-case.ts";

const rule = (kind: ApprovalRule["kind"], above?: number): ApprovalRule => ({
  ...{ kind, role: "controller", expiresAfterHours: 24, from: "2026-01-01", why: "test", layer: 0 },
  ...(above === undefined ? {} : { aboveMinorUnits: { USD: above } }),
});
const roles = ["price-concessions", "credit-loss", "settlement-differences", "cash-over-short", "refund-liability"];
const gated = (approvals: readonly ApprovalRule[], more: Partial<Policy> = {}): Policy => ({
  ...policy,
  accounts: [...policy.accounts, ...roles.map((role) => account(role, "6000"))],
  approvals,
  ...more,
});
const all = gated([rule("concession"), rule("write-off"), rule("over-short"), rule("estimate")]);

const lines = (role: string, amount: number) => [
  { role, dimensions: {}, amount },
  { role: "payment-clearing", dimensions: {}, amount: -amount },
];
const one = (document: TargetDocument) => rulesOf(() => [document]);
const askedBy = (decision: Decision): readonly ApprovalItem[] => ("approvals" in decision ? (decision.approvals ?? []) : []);
const asked = (decision: Decision) => askedBy(decision).map(({ kind, amount, requestedBy }) => `${kind} ${amount} by ${requestedBy}`);
const decided = (item: ApprovalItem, answer: ApprovalDecisionItem["answer"], second = 10): ApprovalDecisionItem => ({
  ...{ type: "approval-decision", transaction: item.transaction, key: `${item.key}#D`, at: at(second), connection: item.connection },
  ...{ answer, by: "ana", reason: "said so" },
});

describe("what somebody has to approve", () => {
  test.each([
    ["price-concessions", 3_000, ["concession 3000 by hub"]],
    ["price-concessions", -3_000, ["concession 3000 by hub"]],
    ["credit-loss", 3_000, ["write-off 3000 by hub"]],
    ["settlement-differences", -1, ["write-off 1 by hub"]],
    ["cash-over-short", 3_000, ["over-short 3000 by hub"]],
    ["refund-liability", 3_000, ["estimate 3000 by hub"]],
    ["sales", 3_000, []],
    ["price-concessions", 0, []],
  ])("%s of %i", (role, amount, expected) => {
    expect(asked(decide([fact("a")], { policy: all, rules: one(journal("a", 0, { lines: lines(role, amount) })) }))).toEqual(expected);
  });

  test("is the first of two things that policy wants approved, each by its own threshold", () => {
    const both = [...lines("price-concessions", 3_000), ...lines("cash-over-short", 2_000)];
    const told = (...approvals: ApprovalRule[]) =>
      asked(decide([fact("a")], { policy: gated(approvals), rules: one(journal("a", 0, { lines: both })) }));
    expect(told(rule("over-short"), rule("concession"))).toEqual(["concession 3000 by hub"]);
    expect(told(rule("over-short"), rule("concession", 3_000))).toEqual(["over-short 2000 by hub"]);
    expect(told(rule("over-short", 2_000), rule("concession", 3_000))).toEqual([]);
  });

  test("is nothing of what takes back an approved document, and is posted after that alone", () => {
    const follows = journal("b", 0, { lines: lines("credit-loss", 3_000), follows: keyOf("a") });
    const decision = decide([fact("a")], { policy: all, rules: rulesOf(() => [journal("a", 100), follows]) });
    expect([asked(decision), stepTexts(planned(decision).steps)]).toEqual([[], ["post a@1"]]);
  });

  test("is told with its amount, and the desk with its class and code", () => {
    const decision = decide([fact("a")], { policy: all, rules: one(journal("a", 0, { lines: lines("credit-loss", 3_000) })) });
    expect(opened(decision)[0]).toMatchObject({
      class: "policy.approval-needed",
      code: "write-off",
      document: keyOf("a"),
      event: "a",
      amount: 3_000,
      currency: "USD",
      message: `${keyOf("a")} books a write-off above what policy lets post by itself: that is for controller to decide.`,
    });
  });
});

describe("who proposed it may not approve it", () => {
  const said = (name: string, by: string, version: string): BusinessEvent =>
    ({ name, schema: 1, key: "a", version, occurredAt: at(0), by }) as unknown as BusinessEvent;
  const told = (...events: BusinessEvent[]) =>
    asked(
      decide(
        events.map((event) => fact(`${event.version}`, { source: "hub:x:fact:a", events: [event] })),
        { policy: all, rules: one(journal("a", 0, { lines: lines("credit-loss", 3_000) })) },
      ),
    );

  test.each([
    ["variance.written-off", "Ann"],
    ["period-sales.stated", "Ann"],
    ["order.cancelled", "hub"],
  ])("of %s: %s", (name, by) => {
    expect(told(said(name, "Ann", "1"))).toEqual([`write-off 3000 by ${by}`]);
  });

  test("is whoever said it last, in whatever order that came", () => {
    const [first, second] = [said("variance.written-off", "Ann", "1"), said("variance.written-off", "Bea", "2")];
    expect(told(first, second)).toEqual(["write-off 3000 by Bea"]);
    expect(told(second, first)).toEqual(["write-off 3000 by Bea"]);
  });

  test("is whoever said this, and not what came beside it", () => {
    const beside = { ...said("variance.written-off", "Cay", "3"), key: "b" };
    expect(told(said("variance.written-off", "Ann", "1"), beside)).toEqual(["write-off 3000 by Ann"]);
  });
});

describe("a document that two questions are asked about", () => {
  const may = { period: "2026-10", from: "2026-11-05", why: "Closed." };
  const closed = gated([rule("concession"), rule("late-posting")], {
    entities: { ...policy.entities, us: { ...policy.entities.us!, periods: [{ ...may, state: "closed" }] } },
  });
  const late = one(journal("a", 0, { lines: lines("price-concessions", 3_000), businessDate: "2026-10-20" }));
  const first = decide([fact("a")], { policy: closed, rules: late });
  const [concession, posting] = askedBy(first);
  const with_ = (...decisions: LineageItem[]) =>
    decide([fact("a"), ...first.exceptions, concession!, posting!, ...decisions], { policy: closed, rules: late, now: at(20) });

  test("waits for both answers", () => {
    expect(asked(first)).toEqual(["concession 3000 by hub", "late-posting 3000 by hub"]);
    expect(posting?.message).toBe(
      `${keyOf("a")} of 2026-10-20 would be posted on 2026-11-01, as its period is closed: that is for controller to decide.`,
    );
    expect(with_(decided(concession!, "granted")).kind).toBe("held");
    expect(with_(decided(posting!, "granted")).kind).toBe("held");
    const both = planned(with_(decided(concession!, "granted"), decided(posting!, "granted")));
    expect([stepTexts(both.steps), both.approvals]).toEqual([["post a@1"], [concession!.key, posting!.key]]);
  });

  test("is left alone when one of them is no", () => {
    expect(with_(decided(concession!, "granted"), decided(posting!, "refused")).kind).toBe("settled");
    expect(with_(decided(concession!, "refused"), decided(posting!, "granted")).kind).toBe("settled");
  });

  test("is asked the one again that nobody answered in time", () => {
    const again = with_(decided(concession!, "granted"), decided(posting!, "expired"));
    expect([again.kind, askedBy(again).map(({ kind, occurrence }) => `${kind} #${occurrence}`)]).toEqual(["held", ["late-posting #2"]]);
  });
});

describe("a change that no new fact asks for", () => {
  const dimensions = { channel: "web" };
  const change = (before: TargetDocument, after: TargetDocument, more: Partial<Policy> = {}) => {
    const first = planned(decide([fact("a")], { policy: all, rules: one(before) }));
    const items = [fact("a"), first, outcome(first)];
    return decide(items, { policy: { ...all, release: 2, version: "v2", ...more }, rules: one(after), now: at(9) });
  };
  const sold = journal("a", 100);
  const split = (web: number) =>
    journal("a", 100, {
      lines: [
        { role: "payment-clearing", dimensions: {}, amount: 100 },
        { role: "sales", dimensions, amount: -web },
        { role: "sales", dimensions: {}, amount: web - 100 },
      ],
    });

  test.each([
    ["a larger amount", journal("a", 130), "restatement 30 by hub"],
    ["a smaller amount", journal("a", 60), "restatement 40 by hub"],
    ["another place of the same amount", split(100), "restatement 100 by hub"],
    ["another place of a part", split(30), "restatement 30 by hub"],
    ["another day", journal("a", 100, { businessDate: "2026-11-26" }), "restatement 0 by hub"],
  ])("to %s moves what it moves", (_what, after, expected) => {
    expect(asked(change(sold, after))).toEqual([expected]);
  });

  test("names its release and who made it, and what it would do", () => {
    const [item] = askedBy(change(sold, journal("a", 130), { releasedBy: "Rui" }));
    expect([item?.requestedBy, item?.message]).toEqual([
      "Rui",
      `the rules of release 2 would replace ${keyOf("a")}, which no new fact asks for: that is for group-controller to decide.`,
    ]);
    expect(summary(change(sold, journal("a", 130)))).toEqual(["held", "open policy.restatement/replace #1"]);
  });
});

test("what somebody gave up is refused as long as the last answer about it is no", () => {
  const event = "variance.written-off:1";
  const transaction = "settlement-row:s:a:r1";
  const state = (document: string, second: number, answer?: ApprovalDecisionItem["answer"]): ApprovalState => {
    const item = { document, at: at(second) } as ApprovalItem;
    return answer === undefined ? { asked: item } : { asked: item, decision: { answer } as ApprovalDecisionItem };
  };
  const mine = `${transaction}/${event}/write-off/us`;
  const told = (...approvals: ApprovalState[]) => isWriteOffRefused({ ...viewTransaction(transaction, []), approvals }, event);
  expect(told()).toBe(false);
  expect(told(state(mine, 1))).toBe(false);
  expect(told(state(mine, 1, "refused"))).toBe(true);
  expect(told(state(mine, 1, "granted"))).toBe(false);
  expect(told(state(mine, 1, "refused"), state(mine, 2, "granted"))).toBe(false);
  expect(told(state(mine, 2, "granted"), state(mine, 1, "refused"))).toBe(false);
  expect(told(state(mine, 1, "granted"), state(mine, 2, "refused"))).toBe(true);
  expect(told(state(mine, 1, "granted"), state(mine, 1, "refused"))).toBe(true);
  expect(told(state(mine, 1, "refused"), state(mine, 2))).toBe(false);
  expect(told(state(mine, 1, "refused"), state(mine, 2, "expired"))).toBe(true);
  expect(told(state(`${transaction}/variance.written-off:2/write-off/us`, 1, "refused"))).toBe(false);
});
