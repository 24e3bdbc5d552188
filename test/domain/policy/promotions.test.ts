import { describe, expect, test } from "vitest";
import { judgeRedemption, type PromotionRule, type PromotionVerdict, promotionRuleFor, type Redemption } from "#domain/policy";

const rule = (code: string, more: Partial<PromotionRule> = {}): PromotionRule => ({
  code,
  when: {},
  from: "2026-01-01",
  why: "test",
  layer: 2,
  ...more,
});
const redeemed = (code: string, more: Partial<Redemption> = {}): Redemption => ({
  code,
  entity: "US1",
  channel: "shopify",
  day: "2026-11-27",
  currency: "USD",
  rows: [{ amount: 1_000, gross: 10_000 }],
  ...more,
});
const judge = (promotions: readonly PromotionRule[], redemption: Redemption) => text(judgeRedemption({ promotions }, redemption));

function text(verdict: PromotionVerdict): string {
  switch (verdict.kind) {
    case "accepted":
    case "unknown":
      return verdict.kind;
    case "expired":
      return `expired: ${verdict.last.why}`;
    case "channel-mismatch":
      return `channel-mismatch: ${verdict.rule.why}`;
    case "over-limit":
      return `over-limit: ${verdict.given} per ${verdict.limit}, ${verdict.allowed} allowed`;
  }
}

describe("a code", () => {
  test("is asked for nothing while no rule speaks for its entity", () => {
    expect(judgeRedemption({}, redeemed("ANY"))).toEqual({ kind: "accepted" });
    expect(judge([rule("MAY", { entity: "CA1" })], redeemed("ANY"))).toBe("accepted");
  });

  test("that no rule names is unknown, in upper and lower case alike", () => {
    expect(judge([rule("WELCOME")], redeemed("WELKOME"))).toBe("unknown");
    expect(judge([rule("WELCOME")], redeemed("welcome"))).toBe("accepted");
    expect(judge([rule("welcome")], redeemed("WELCOME"))).toBe("accepted");
  });

  test("with a * in the end stands for all that begin like it, and alone for every other one", () => {
    expect(judge([rule("FRIEND-*")], redeemed("FRIEND-7Q2"))).toBe("accepted");
    expect(judge([rule("FRIEND-*")], redeemed("FRIEND"))).toBe("unknown");
    expect(judge([rule("*")], redeemed("WHATEVER"))).toBe("accepted");
    expect(judge([rule("A.C*")], redeemed("ABC"))).toBe("unknown");
  });

  test("is judged by the rule that names most of it, also when a wider one would let it pass", () => {
    const rules = [rule("*"), rule("SALE*", { channels: ["pos"], why: "tills" }), rule("SALE", { to: "2026-06-30", why: "summer" })];
    expect(judge(rules, redeemed("SALE"))).toBe("expired: summer");
    expect(judge(rules, redeemed("SALES"))).toBe("channel-mismatch: tills");
    expect(judge(rules, redeemed("OTHER"))).toBe("accepted");
  });
});

describe("its dates", () => {
  const rules = [
    rule("BF", { from: "2025-11-28", to: "2025-12-01", why: "last year" }),
    rule("BF", { from: "2026-11-27", to: "2026-11-30", why: "this year" }),
    rule("BF", { from: "2027-11-26", why: "next year" }),
  ];

  test.each([
    ["2025-11-27", "expired: last year"],
    ["2025-11-28", "accepted"],
    ["2025-12-01", "accepted"],
    ["2025-12-02", "expired: last year"],
    ["2026-11-27", "accepted"],
    ["2026-11-30", "accepted"],
    ["2026-12-01", "expired: this year"],
    ["2028-01-01", "accepted"],
  ])("on %s: %s", (day, verdict) => {
    expect(judge(rules, redeemed("BF", { day }))).toBe(verdict);
    expect(judge(rules.toReversed(), redeemed("BF", { day }))).toBe(verdict);
  });
});

describe("its channels", () => {
  test("are all while the rule names none", () => {
    expect(judge([rule("TEN")], redeemed("TEN", { channel: "pos" }))).toBe("accepted");
  });

  test("may have rules of their own, each with its limit", () => {
    const rules = [
      rule("TEN", { channels: ["shopify"], transactionMaxMinorUnits: { USD: 500 } }),
      rule("TEN", { channels: ["pos"], transactionMaxMinorUnits: { USD: 1_000 } }),
    ];
    expect(judge(rules, redeemed("TEN"))).toBe("over-limit: 1000 per transaction, 500 allowed");
    expect(judge(rules, redeemed("TEN", { channel: "pos" }))).toBe("accepted");
    expect(judge(rules, redeemed("TEN", { channel: "marketplace" }))).toMatch("channel-mismatch");
  });
});

describe("its limits", () => {
  const rows = [
    { amount: 600, gross: 3_000 },
    { amount: 400, gross: 2_000 },
  ];

  test("hold up to the amount itself, for the largest line, for all lines, and for a part of their gross", () => {
    const given = redeemed("TEN", { rows });
    expect(judge([rule("TEN", { lineMaxMinorUnits: { USD: 600 } })], given)).toBe("accepted");
    expect(judge([rule("TEN", { lineMaxMinorUnits: { USD: 599 } })], given)).toBe("over-limit: 600 per line, 599 allowed");
    expect(judge([rule("TEN", { transactionMaxMinorUnits: { USD: 1_000 } })], given)).toBe("accepted");
    expect(judge([rule("TEN", { transactionMaxMinorUnits: { USD: 999 } })], given)).toBe("over-limit: 1000 per transaction, 999 allowed");
    expect(judge([rule("TEN", { percentMax: "20" })], given)).toBe("accepted");
    expect(judge([rule("TEN", { percentMax: "19.9" })], given)).toBe("over-limit: 1000 per percent, 997 allowed");
  });

  test("in percent leave a minor unit for the rounding of each row", () => {
    const thirds = { rows: [1, 2, 3].map(() => ({ amount: 34, gross: 100 })) };
    expect(judge([rule("THIRD", { percentMax: "33.3333" })], redeemed("THIRD", thirds))).toBe("accepted");
    const more = { rows: [{ amount: 36, gross: 100 }, ...thirds.rows.slice(1)] };
    expect(judge([rule("THIRD", { percentMax: "33.3333" })], redeemed("THIRD", more))).toBe("over-limit: 104 per percent, 103 allowed");
  });

  test("say nothing about a currency that they do not name", () => {
    expect(judge([rule("TEN", { transactionMaxMinorUnits: { CAD: 1 }, lineMaxMinorUnits: { CAD: 1 } })], redeemed("TEN"))).toBe("accepted");
  });

  test("are those of the nearest layer, and there of the rule that began last", () => {
    const rules = [
      rule("TEN", { layer: 0, transactionMaxMinorUnits: { USD: 1 } }),
      rule("TEN", { layer: 2, entity: "US1", transactionMaxMinorUnits: { USD: 2 } }),
      rule("TEN", { layer: 2, entity: "US1", from: "2026-10-01", transactionMaxMinorUnits: { USD: 3 } }),
      rule("TEN", { layer: 3, entity: "US2", transactionMaxMinorUnits: { USD: 4 } }),
    ];
    expect(judge(rules, redeemed("TEN"))).toBe("over-limit: 1000 per transaction, 3 allowed");
    expect(judge(rules, redeemed("TEN", { entity: "US2" }))).toBe("over-limit: 1000 per transaction, 4 allowed");
    expect(judge(rules, redeemed("TEN", { entity: "CA1" }))).toBe("over-limit: 1000 per transaction, 1 allowed");
  });
});

test("a report shows the rule of the day in whatever channel, else the one that ended last", () => {
  const promotions = [
    rule("TEN", { to: "2026-05-31", why: "spring" }),
    rule("TEN", { from: "2026-11-01", channels: ["pos"], why: "autumn" }),
  ];
  const of = (day: string, entity = "US1") => promotionRuleFor({ promotions }, { code: "ten", entity, day })?.why;
  expect([of("2026-03-01"), of("2026-08-01"), of("2026-11-27")]).toEqual(["spring", "spring", "autumn"]);
  expect(promotionRuleFor({ promotions }, { code: "SIX", entity: "US1", day: "2026-03-01" })).toBeUndefined();
  expect(promotionRuleFor({}, { code: "TEN", entity: "US1", day: "2026-03-01" })).toBeUndefined();
});
