import { describe, expect, test } from "vitest";
import {
  type ApprovalRule,
  approvalRuleFor,
  type ElectionRule,
  electionFor,
  policyOn,
  type ReturnRule,
  returnRuleFor,
  toleranceFor,
} from "#domain/policy";
import { policy } from "../ledger/sale-policy.ts";

const why = "test";
const rule = (more: object = {}) => ({ when: {}, from: "2026-01-01", why, layer: 0, ...more });

describe("an election", () => {
  const elected = (...elections: readonly Partial<ElectionRule>[]) => ({
    elections: elections.map((each) => rule(each)) as ElectionRule[],
  });
  const mirrored = { election: "correctionStyle", value: "reversal" } as const;
  const negative = { election: "correctionStyle", value: "negative" } as const;

  test("holds from its day on and not before", () => {
    const policy = elected(mirrored, { ...negative, from: "2027-01-01" });
    expect(electionFor(policy, "correctionStyle", { entity: "us", day: "2026-12-31" })).toBe("reversal");
    expect(electionFor(policy, "correctionStyle", { entity: "us", day: "2027-01-01" })).toBe("negative");
  });

  test("ends with its last day, and what held before counts again", () => {
    const policy = elected(mirrored, { ...negative, from: "2026-06-01", to: "2026-06-30" });
    expect(electionFor(policy, "correctionStyle", { entity: "us", day: "2026-06-30" })).toBe("negative");
    expect(electionFor(policy, "correctionStyle", { entity: "us", day: "2026-07-01" })).toBe("reversal");
  });

  test("of a nearer layer wins, and what is about the case wins over both", () => {
    const policy = elected(
      mirrored,
      { ...negative, layer: 3, entity: "us" },
      { election: "correctionStyle", value: "credit-note", when: { channel: "pos" } },
    );
    expect(electionFor(policy, "correctionStyle", { entity: "us", day: "2026-12-31" })).toBe("negative");
    expect(electionFor(policy, "correctionStyle", { entity: "ca", day: "2026-12-31" })).toBe("reversal");
    expect(electionFor(policy, "correctionStyle", { entity: "us", day: "2026-12-31", about: { channel: "pos" } })).toBe("credit-note");
  });

  test("is the standard's treatment where nobody elects", () => {
    const day = { entity: "us", day: "2025-12-31" };
    expect(electionFor(elected({ ...negative }), "correctionStyle", day)).toBe("reversal");
    expect(electionFor(elected(), "tips", day)).toBe("liability");
    expect(electionFor(elected(), "correctionStyle", day)).toBe("reversal");
  });
});

test("without a tolerance nothing may be off", () => {
  const policy = { tolerances: [{ ...rule({ from: "2026-06-01" }), tolerance: "ticketTaxGroup" as const, minorUnits: 2 }] };
  expect(toleranceFor(policy, "ticketTaxGroup", { entity: "us", day: "2026-06-01" })).toBe(2);
  expect(toleranceFor(policy, "ticketTaxGroup", { entity: "us", day: "2026-05-31" })).toBe(0);
});

describe("a return rule", () => {
  const returnRule = (windowDays: number, more: object = {}) =>
    ({ ...rule(more), windowDays, conditions: ["as-new"], channels: ["pos"], refundTo: "original-tender" }) as ReturnRule;
  const policy = {
    returns: [
      returnRule(30),
      returnRule(14, { when: { "item-class": "garden" } }),
      returnRule(60, { from: "2026-11-01", to: "2026-12-24" }),
    ],
  };
  test.each([
    ["2026-06-01", {}, 30],
    ["2026-11-27", {}, 60],
    ["2026-12-25", {}, 30],
    ["2026-06-01", { "item-class": "garden", channel: "shopify" }, 14],
    ["2025-12-31", {}, undefined],
  ])("for goods sold on %s, %j, gives %s days", (day, about, days) => {
    expect(returnRuleFor(policy, { entity: "us", day, about })?.windowDays).toBe(days);
  });
});

describe("an approval", () => {
  const approval = (role: string, above: number | undefined, more: object = {}): ApprovalRule => ({
    from: "2026-01-01",
    why,
    layer: 0,
    kind: "concession",
    role,
    expiresAfterHours: 48,
    ...(above === undefined ? {} : { aboveMinorUnits: { USD: above } }),
    ...more,
  });
  const asked = (approvals: ApprovalRule[], amount: number | undefined, more: object = {}) =>
    approvalRuleFor({ approvals }, { entity: "us", day: "2026-11-27", kind: "concession", amount, currency: "USD", ...more })?.role;
  const ladder = [approval("floor", 2_500), approval("controller", 50_000)];

  test.each([
    [2_500, undefined],
    [2_501, "floor"],
    [50_000, "floor"],
    [50_001, "controller"],
    [undefined, undefined],
  ])("of %s minor units is given by %s", (amount, role) => {
    expect(asked(ladder, amount)).toBe(role);
  });

  test("is of its kind, and on its day", () => {
    expect(asked(ladder, 99_999, { kind: "write-off" })).toBeUndefined();
    expect(asked(ladder, 99_999, { day: "2025-12-31" })).toBeUndefined();
  });

  test("in a currency without a threshold is always asked for", () => {
    expect(asked(ladder, 1, { currency: "SEK" })).toBe("floor");
  });

  test("without thresholds is asked for at any amount, also where none is known", () => {
    expect(asked([approval("controller", undefined)], undefined)).toBe("controller");
  });

  test("follows the thresholds of the nearest layer alone", () => {
    const relaxed = [...ladder, approval("controller", 100_000, { layer: 3, entity: "us" })];
    expect(asked(relaxed, 60_000)).toBeUndefined();
    expect(asked(relaxed, 60_000, { entity: "ca" })).toBe("controller");
  });

  test("a role's new threshold replaces its old one from its day on", () => {
    const raised = [...ladder, approval("floor", 5_000, { from: "2026-06-01" })];
    expect(asked(raised, 4_000)).toBeUndefined();
    expect(asked(raised, 4_000, { day: "2026-05-31" })).toBe("floor");
  });
});

describe("the names of a channel", () => {
  test("are read as they count on the day: tenders and taxes of other days are left out", () => {
    const [cash, ...others] = policy.tenders;
    const changed = { ...policy, tenders: [{ ...cash!, to: "2026-12-31" }, { ...cash!, role: "safe", from: "2027-01-01" }, ...others] };
    expect(policyOn(changed, "2026-12-31").tenders[0]?.role).toBe("payment-clearing");
    expect(policyOn(changed, "2027-01-01").tenders[0]?.role).toBe("safe");
    expect(policyOn(changed, "2027-01-01").tenders).toHaveLength(policy.tenders.length);
  });
});
