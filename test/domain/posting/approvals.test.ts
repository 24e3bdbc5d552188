import { describe, expect, test } from "vitest";
import type { ApprovalDecisionItem, ApprovalItem, LineageItem } from "#domain/lineage";
import type { ApprovalRule } from "#domain/policy";
import type { Decision } from "#domain/posting";
import { opened, posted, summary } from "../../fixtures/posting.ts";
import {
  at,
  closedBy,
  decide,
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

const rule = (kind: ApprovalRule["kind"], above: number | undefined, role: string, hours = 24): ApprovalRule => ({
  kind,
  role,
  expiresAfterHours: hours,
  from: "2026-01-01",
  why: "test",
  layer: 0,
  ...(above === undefined ? {} : { aboveMinorUnits: { USD: above } }),
});

/** Goodwill of 30.00 for the fact "goodwill"; every other fact is a sale of 1.00. */
const goodwill = (stated = 30_00, edited = stated) =>
  rulesOf((facts) => {
    const amount = facts.has("edit") ? edited : stated;
    return [...facts]
      .filter((name) => name !== "goodwill" || amount > 0)
      .sort()
      .map((name) =>
        name === "goodwill"
          ? journal(name, amount, {
              lines: [
                { role: "price-concessions", dimensions: {}, amount },
                { role: "payment-clearing", dimensions: {}, amount: -amount },
              ],
            })
          : journal(name, 1_00),
      );
  });
const gated = released(1, "v1", {
  accounts: [...policy.accounts, { ...policy.accounts[0]!, role: "price-concessions", account: "4300" }],
  approvals: [rule("concession", 25_00, "store-operations", 48), rule("concession", 500_00, "group-controller", 48)],
});

const askedBy = (decision: Decision): readonly ApprovalItem[] => ("approvals" in decision ? (decision.approvals ?? []) : []);

function decided(asked: ApprovalItem, answer: ApprovalDecisionItem["answer"], by = "ana", second = 10): ApprovalDecisionItem {
  const { transaction, connection } = asked;
  return { type: "approval-decision", transaction, key: `${asked.key}#D`, at: at(second), connection, answer, by, reason: "said so" };
}

describe("a concession above its threshold", () => {
  const held = decide([fact("goodwill"), fact("sale")], { rules: goodwill(), policy: gated });
  const [asked] = askedBy(held);
  const items = (decision: Decision): LineageItem[] => [...decision.exceptions, ...askedBy(decision)];
  const plan = planned(held);
  const after: LineageItem[] = [fact("goodwill"), fact("sale"), ...items(held), plan, outcome(plan)];

  test("is asked of the role that its amount calls for, while the rest posts", () => {
    expect(stepTexts(plan.steps)).toEqual(["post sale@1"]);
    expect(plan.heldBack).toContain(keyOf("goodwill"));
    expect(asked).toEqual({
      type: "approval",
      transaction: "sale:shopify:shop.example:1",
      key: `A#${asked?.hash}#0001`,
      at: at(0),
      connection: "erp",
      hash: asked?.hash,
      occurrence: 1,
      kind: "concession",
      role: "store-operations",
      document: keyOf("goodwill"),
      entity: "us",
      amount: 30_00,
      currency: "USD",
      message: `${keyOf("goodwill")} books a concession above what policy lets post by itself: that is for store-operations to decide.`,
      requestedBy: "hub",
      expiresAt: "2026-11-29T12:00:00.000Z",
    });
    expect(opened(held).map(({ class: name, code, document }) => [name, code, document])).toEqual([
      ["policy.approval-needed", "concession", keyOf("goodwill")],
    ]);
  });

  test("at its threshold posts by itself; far above it is another role's to decide", () => {
    expect(stepTexts(planned(decide([fact("goodwill")], { rules: goodwill(25_00), policy: gated })).steps)).toEqual(["post goodwill@1"]);
    expect(askedBy(decide([fact("goodwill")], { rules: goodwill(501_00), policy: gated })).map(({ role }) => role)).toEqual([
      "group-controller",
    ]);
  });

  test("is asked once, however often it is looked at", () => {
    const again = decide(after, { rules: goodwill(), policy: gated, now: at(5) });
    expect([summary(again), askedBy(again)]).toEqual([["held"], []]);
  });

  test("posts when it is granted, the exception is closed by whoever decided, and the plan names the approval", () => {
    const granted = decide([...after, decided(asked!, "granted")], { rules: goodwill(), policy: gated, now: at(20) });
    expect(summary(granted)).toEqual(["plan", "close policy.approval-needed by ana"]);
    expect([stepTexts(planned(granted).steps), planned(granted).approvals]).toEqual([["post goodwill@2"], [asked!.key]]);
  });

  test("is left alone when it is refused, and never comes back as a restatement", () => {
    const items = [...after, decided(asked!, "refused")];
    const refused = decide(items, { rules: goodwill(), policy: gated, now: at(20) });
    expect(summary(refused)).toEqual(["settled", "close policy.approval-needed by ana"]);
    const next = planned(decide([...items, ...refused.exceptions, fact("more")], { rules: goodwill(), policy: gated, now: at(30) }));
    expect(stepTexts(next.steps)).toEqual(["post more@2"]);
    const later = [...items, ...refused.exceptions, fact("more"), next, outcome(next)];
    expect(summary(decide(later, { rules: goodwill(), policy: gated, now: at(40) }))).toEqual(["settled"]);
    expect(summary(decide(later, { rules: goodwill(), policy: { ...gated, release: 2, version: "v2" }, now: at(40) }))).toEqual([
      "settled",
    ]);
  });

  test("is asked anew when nobody decided in time", () => {
    const anew = decide([...after, decided(asked!, "expired", "hub")], {
      rules: goodwill(),
      policy: gated,
      now: "2026-11-30T12:00:00.000Z",
    });
    expect(summary(anew)).toEqual(["held"]);
    expect(askedBy(anew).map(({ key, occurrence, expiresAt }) => [key, occurrence, expiresAt])).toEqual([
      [`A#${asked!.hash}#0002`, 2, "2026-12-02T12:00:00.000Z"],
    ]);
  });

  test("of another amount is another question: a grant binds to the exact steps", () => {
    const dearer = decide([...after, decided(asked!, "granted")], { rules: goodwill(31_00), policy: gated, now: at(20) });
    expect(dearer.kind).toBe("held");
    expect(askedBy(dearer).map(({ amount, occurrence }) => [amount, occurrence])).toEqual([[31_00, 1]]);
  });

  test("that grows is asked for what it grows by; one that is taken back needs nobody", () => {
    const done = planned(decide([...after, decided(asked!, "granted")], { rules: goodwill(), policy: gated, now: at(20) }));
    const standing = [...after, decided(asked!, "granted"), done, outcome(done), fact("edit")];
    const dearer = decide(standing, { rules: goodwill(30_00, 60_00), policy: gated, now: at(40) });
    expect(askedBy(dearer).map(({ amount, occurrence }) => [amount, occurrence])).toEqual([[30_00, 1]]);
    expect(stepTexts(planned(decide(standing, { rules: goodwill(30_00, 55_00), policy: gated, now: at(40) })).steps)).toContain(
      "post goodwill@3",
    );
    expect(stepTexts(planned(decide(standing, { rules: goodwill(30_00, 0), policy: gated, now: at(40) })).steps)).toEqual([
      "reverse goodwill@2",
      "post edit@3",
    ]);
  });
});

describe("a restatement", () => {
  const dearer = rulesOf((facts, { release }) => [...facts].sort().map((name) => journal(name, name === "a" && release > 1 ? 120 : 100)));
  const release2 = released(2, "v2", { releasedBy: "Rui", approvals: [rule("restatement", undefined, "group-controller", 72)] });
  const { items } = posted(["a"]);
  const held = decide(items, { policy: release2, rules: dearer });
  const [asked] = askedBy(held);

  test("names who released the rules, what moves and until when it may be decided", () => {
    expect(asked).toMatchObject({ kind: "restatement", role: "group-controller", amount: 20, requestedBy: "Rui", document: keyOf("a") });
    expect(asked?.expiresAt).toBe("2026-11-30T12:00:00.000Z");
    expect(summary(held)).toEqual(["held", "open policy.restatement/replace #1"]);
  });

  test("is asked for also where no policy names anybody", () => {
    expect(askedBy(decide(items, { policy: released(2, "v2"), rules: dearer })).map(({ role }) => role)).toEqual(["group-controller"]);
  });

  test("is posted when it is granted, once, and its exception closes", () => {
    const granting = [...items, ...held.exceptions, asked!, decided(asked!, "granted")];
    const granted = decide(granting, { policy: release2, rules: dearer, now: at(20) });
    expect(summary(granted)).toEqual(["plan", "close policy.restatement by ana"]);
    expect(stepTexts(planned(granted).steps)).toEqual(["reverse a@1", "post a@2"]);
    const plan = planned(granted);
    const done = [...granting, ...granted.exceptions, plan, outcome(plan)];
    expect(summary(decide(done, { policy: release2, rules: dearer, now: at(30) }))).toEqual(["settled"]);
  });

  test("that is granted and wanted again after another one is asked again: an old grant is not used twice", () => {
    const granting = [...items, ...held.exceptions, asked!, decided(asked!, "granted")];
    const granted = decide(granting, { policy: release2, rules: dearer, now: at(20) });
    const second = planned(granted);
    const done = [...granting, ...granted.exceptions, second, outcome(second)];
    // The rules go back: what was restated is restated again.
    const back = { ...release2, release: 3, version: "v3" };
    const cheaper = rulesOf((facts, { release }) =>
      [...facts].sort().map((name) => journal(name, name === "a" && release === 2 ? 120 : 100)),
    );
    const reverted = decide(done, { policy: back, rules: cheaper, now: at(40) });
    const [askedBack] = askedBy(reverted);
    const granting2 = [...done, ...reverted.exceptions, askedBack!, decided(askedBack!, "granted", "ana", 50)];
    const third = decide(granting2, { policy: back, rules: cheaper, now: at(60) });
    const plan3 = planned(third);
    const reached = [...granting2, ...third.exceptions, plan3, outcome(plan3)];
    const forth = { ...release2, release: 4, version: "v4" };
    const dearAgain = rulesOf((facts, { release }) =>
      [...facts].sort().map((name) => journal(name, name === "a" && release !== 3 ? 120 : 100)),
    );
    const wanted = decide(reached, { policy: forth, rules: dearAgain, now: at(70) });
    expect(wanted.kind).toBe("held");
    expect(askedBy(wanted)).toHaveLength(1);
    // The cause has the same name as the one that the first grant closed: it is opened again.
    expect(summary(wanted)).toEqual(["held", "open policy.restatement/replace #2"]);
  });

  test("that is refused is left alone, and its exception closes", () => {
    const refusing = [...items, ...held.exceptions, asked!, decided(asked!, "refused")];
    const refused = decide(refusing, { policy: release2, rules: dearer, now: at(20) });
    expect(summary(refused)).toEqual(["settled", "close policy.restatement by ana"]);
    expect(summary(decide([...refusing, ...refused.exceptions], { policy: release2, rules: dearer, now: at(30) }))).toEqual(["settled"]);
  });

  test("whose exception somebody only closed stays unapproved", () => {
    const closed = [...items, ...held.exceptions, asked!, closedBy(opened(held)[0]!, "ana")];
    expect(summary(decide(closed, { policy: release2, rules: dearer, now: at(20) }))).toEqual(["held"]);
  });
});
