import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import type { Policy, PromotionRule } from "#domain/policy";
import { order, transaction } from "./sale-events.ts";
import { policy } from "./sale-policy.ts";

const rule = (code: string, more: Partial<PromotionRule> = {}): PromotionRule => ({
  code,
  when: {},
  from: "2026-01-01",
  why: "test",
  layer: 0,
  ...more,
});
const off = (promotion: string, amount: number) => ({ promotion, amount });
const ruled = (...promotions: PromotionRule[]): Policy => ({ ...policy, promotions });

/** What the desk is told of the promotions of a sale. */
function told(rules: Policy, event: BusinessEvent, of = transaction) {
  const { problems } = targetLedger([event], rules, of);
  return problems.filter((problem) => problem.class.startsWith("promotion."));
}

function ticket(
  lines: readonly {
    kind?: "sale" | "return";
    gross: number;
    discounts?: readonly { promotion?: string; amount: number; employee?: true }[];
  }[],
  discounts: readonly { promotion: string; amount: number }[] = [],
): BusinessEvent {
  const rows = lines.map(({ kind = "sale", gross, discounts: given = [] }, index) => ({
    id: String(index + 1),
    kind,
    item: "SHIRT",
    quantityMillionths: 1_000_000,
    gross,
    discounts: [...given],
    taxes: [],
    restock: true,
  }));
  const head = { schema: 1, key: "ticket.completed:1", version: "1", occurredAt: "2026-11-27T18:00:00.000Z" } as const;
  return {
    name: "ticket.completed",
    ...head,
    store: "7",
    register: "1",
    sequence: "1",
    businessDate: "2026-11-26",
    currency: "USD",
    taxesIncluded: false,
    lines: rows,
    discounts: [...discounts],
    taxes: [],
    tenders: [],
    cashRounding: 0,
    rounding: 0,
    stated: {},
  };
}
const tillSale = "sale:pos:7:1:2026-11-26:1";

describe("an order", () => {
  test("tells what an unknown code took off, and how much over all its lines and shipping", () => {
    const sold = order(
      { L1: { gross: 10_000, discounts: [off("SUMMR", 500), off("TEN", 1_000)] }, L2: { gross: 5_000, discounts: [off("SUMMR", 250)] } },
      { shipping: { gross: 900, discounts: [off("SUMMR", 900)] } },
    );
    expect(told(ruled(rule("TEN")), sold)).toEqual([
      {
        class: "promotion.unknown",
        code: "shopify",
        cause: "order.placed:1 SUMMR",
        event: "order.placed:1",
        amount: 1_650,
        currency: "USD",
        message: 'promotion "SUMMR" took 16.50 USD off order.placed:1 of 2026-11-27, and no promotion rule of us names it.',
      },
    ]);
  });

  test("is asked nothing while no rule is stated, for staff discounts, for such without a name, and when it is a test", () => {
    const sold = order({ L1: { gross: 10_000, discounts: [off("ANY", 500)] } });
    expect(told(policy, sold)).toEqual([]);
    expect(told(ruled(), sold)).toEqual([]);
    expect(told(ruled(rule("TEN", { entity: "ca" })), sold)).toEqual([]);
    const staff = order({
      L1: { gross: 10_000, discounts: [{ promotion: "STAFF", employee: true, amount: 500 }, { amount: 300 }, off("NIL", 0)] },
    });
    expect(told(ruled(rule("TEN")), staff)).toEqual([]);
    expect(told(ruled(rule("TEN")), { ...sold, test: true })).toEqual([]);
  });

  test("is judged by the day in the zone of its shop", () => {
    // 03:00 UTC is still the evening before in Chicago.
    const sold = { ...order({ L1: { gross: 10_000, discounts: [off("BF", 500)] } }), occurredAt: "2026-11-28T03:00:00.000Z" };
    expect(told(ruled(rule("BF", { to: "2026-11-27" })), sold)).toEqual([]);
    expect(told(ruled(rule("BF", { to: "2026-11-26", severity: "error" })), sold)).toEqual([
      expect.objectContaining({
        class: "promotion.expired",
        code: "ended",
        severity: "error",
        message: 'promotion "BF" took 5.00 USD off order.placed:1 of 2026-11-27; by its rule it ended on 2026-11-26.',
      }),
    ]);
    expect(told(ruled(rule("BF", { from: "2026-11-28" })), sold)).toEqual([
      expect.objectContaining({
        class: "promotion.expired",
        code: "not-begun",
        message: 'promotion "BF" took 5.00 USD off order.placed:1 of 2026-11-27; by its rule it begins on 2026-11-28.',
      }),
    ]);
  });

  test("from before the cut-over is past telling", () => {
    const sold = order({ L1: { gross: 10_000, discounts: [off("ANY", 500)] } });
    const cutOver = (at: string): Policy => ({
      ...ruled(rule("TEN")),
      entities: { ...policy.entities, us: { ...policy.entities.us!, cutOver: { shopify: { at, why: "test" } } } },
    });
    expect(told(cutOver("2026-11-27T09:00:00.001Z"), sold)).toEqual([]);
    expect(told(cutOver("2026-11-27T09:00:00.000Z"), sold)).toHaveLength(1);
  });

  test("of a shop that no policy knows has trouble of its own", () => {
    const sold = order({ L1: { gross: 10_000, discounts: [off("ANY", 500)] } });
    const { problems } = targetLedger([sold], ruled(rule("TEN")), "sale:shopify:other.example:1");
    expect(problems.map((problem) => problem.class)).toEqual(["data.unmapped"]);
  });
});

describe("a ticket", () => {
  test("tells of each promotion once, with the lines that it stands on; what comes back redeems nothing", () => {
    const sold = ticket([
      { gross: 5_000, discounts: [off("HALF", 2_600)] },
      { gross: 1_000, discounts: [off("HALF", 500)] },
      { gross: 9_000 },
      { kind: "return", gross: 7_000, discounts: [off("OLD", 1_000)] },
    ]);
    expect(told(ruled(rule("HALF", { percentMax: "50", channels: ["pos"] })), sold, tillSale)).toEqual([
      {
        class: "promotion.over-limit",
        code: "percent",
        cause: "ticket.completed:1 HALF",
        event: "ticket.completed:1",
        amount: 98,
        currency: "USD",
        message:
          'promotion "HALF" took 31.00 USD off ticket.completed:1 of 2026-11-26, 31.00 USD of it counted for 50 % of its lines; its rule allows 30.02 USD.',
      },
    ]);
  });

  test("counts a discount of the whole ticket against all that it sells", () => {
    const sold = ticket([{ gross: 5_000 }, { gross: 5_000 }, { kind: "return", gross: 4_000 }], [off("TEN", 1_001)]);
    expect(told(ruled(rule("TEN", { percentMax: "10" })), sold, tillSale)).toEqual([]);
    expect(told(ruled(rule("TEN", { percentMax: "9.99" })), sold, tillSale)).toHaveLength(1);
  });

  test("is told where its promotion is for another channel, and graded as the rule says", () => {
    const sold = ticket([{ gross: 5_000, discounts: [off("WEB", 500)] }]);
    expect(told(ruled(rule("WEB", { channels: ["shopify"], severity: "info" })), sold, tillSale)).toEqual([
      {
        class: "promotion.channel-mismatch",
        code: "pos",
        cause: "ticket.completed:1 WEB",
        event: "ticket.completed:1",
        amount: 500,
        currency: "USD",
        severity: "info",
        message: 'promotion "WEB" took 5.00 USD off ticket.completed:1 of 2026-11-26 in channel pos; by its rule it is for shopify alone.',
      },
    ]);
  });
});
