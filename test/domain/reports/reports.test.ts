import { describe, expect, test } from "vitest";
import type { PromotionRule } from "#domain/policy";
import {
  discountReport,
  type LedgerLine,
  marginReport,
  promotionReport,
  salesReport,
  salesRoles,
  storedValueReport,
  taxReport,
  tiesToLedger,
} from "#domain/reports";

const web = "sale:shopify:vale.myshopify.com:1";
const till = "sale:pos:0101:1:2026-11-27:7";

/** A line in USD of US1: `amount` on the debit side, or below zero on the credit side. */
function line(role: string, amount: number, more: Partial<LedgerLine> = {}): LedgerLine {
  const base = { entity: "US1", currency: "USD", account: "4000", role, dimensions: {}, reversal: false };
  return { ...base, debit: Math.max(amount, 0), credit: Math.max(-amount, 0), ...more };
}
const fromWeb = { transaction: web, dimensions: { channel: "web" } };
const fromTill = { transaction: till, dimensions: { channel: "pos", store: "0101" } };

describe("sales", () => {
  test("net is gross less discounts, returns and concessions; shipping and tax stand apart; a store goes before its channel", () => {
    const lines = [
      line("sales", -100_00, fromWeb),
      line("discounts", 10_00, fromWeb),
      line("sales-returns", 20_00, fromWeb),
      line("price-concessions", 5_00, { transaction: web, dimensions: { reason: "goodwill" } }),
      line("shipping-revenue", -7_00, fromWeb),
      line("tax-payable", -6_00, fromWeb),
      line("sales", -30_00, fromTill),
    ];
    expect(salesReport(lines)).toEqual([
      {
        entity: "US1",
        currency: "USD",
        place: "channel web",
        transactions: 1,
        gross: 100_00,
        discounts: 10_00,
        returns: 20_00,
        concessions: 5_00,
        net: 65_00,
        shipping: 7_00,
      },
      {
        entity: "US1",
        currency: "USD",
        place: "store 0101",
        transactions: 1,
        gross: 30_00,
        discounts: 0,
        returns: 0,
        concessions: 0,
        net: 30_00,
        shipping: 0,
      },
    ]);
  });

  test("a reversal takes its sale back", () => {
    const lines = [line("sales", -100_00, fromWeb), line("sales", 100_00, { ...fromWeb, reversal: true }), line("sales", -90_00, fromWeb)];
    expect(salesReport(lines).map(({ gross, net }) => [gross, net])).toEqual([[90_00, 90_00]]);
  });

  test("a concession that nothing ties to a place is shown, not lost", () => {
    expect(salesReport([line("price-concessions", 5_00)]).map(({ place, net }) => [place, net])).toEqual([["no place", -5_00]]);
  });

  test("entities are never added up, as their currencies differ", () => {
    const lines = [line("sales", -1_00, fromWeb), line("sales", -2_00, { ...fromWeb, entity: "CA1", currency: "CAD" })];
    expect(salesReport(lines).map(({ entity, currency, gross }) => [entity, currency, gross])).toEqual([
      ["CA1", "CAD", 2_00],
      ["US1", "USD", 1_00],
    ]);
  });
});

describe("margin", () => {
  const lines = [
    line("sales", -100_00, fromWeb),
    line("shipping-revenue", -7_00, fromWeb),
    line("cogs", 40_00, { transaction: web, dimensions: { location: "dc" } }),
    line("freight-out", 6_00, { transaction: web, dimensions: { carrier: "ups" } }),
    line("shrink", 9_00, { transaction: web, dimensions: { location: "dc" } }),
    line("sales", -10_00, fromTill),
    line("cogs", 15_00, { transaction: till, dimensions: { location: "store" } }),
  ];

  test("goods and freight are charged where their order was sold; shrink is no cost of a sale", () => {
    expect(marginReport(lines, "place")).toEqual([
      {
        entity: "US1",
        currency: "USD",
        of: "channel web",
        transactions: 1,
        revenue: 107_00,
        costOfGoods: 40_00,
        freight: 6_00,
        intercompany: 0,
        margin: 61_00,
        marginBasisPoints: 5700,
      },
      {
        entity: "US1",
        currency: "USD",
        of: "store 0101",
        transactions: 1,
        revenue: 10_00,
        costOfGoods: 15_00,
        freight: 0,
        intercompany: 0,
        margin: -5_00,
        marginBasisPoints: -5000,
      },
    ]);
  });

  test("by channel all stores are one row, and what is of no sale has none", () => {
    const other = { ...fromTill, transaction: "sale:pos:0102:1:2026-11-27:8", dimensions: { ...fromTill.dimensions, store: "0102" } };
    const more = [...lines, line("sales", -20_00, other), line("cogs", 3_00)];
    expect(marginReport(more, "channel").map(({ of, transactions, margin }) => [of, transactions, margin])).toEqual([
      ["no channel", 0, -3_00],
      ["pos", 2, 15_00],
      ["web", 1, 61_00],
    ]);
  });

  test("by order each transaction has its row", () => {
    expect(marginReport(lines, "transaction").map(({ of, margin }) => [of, margin])).toEqual([
      [till, -5_00],
      [web, 61_00],
    ]);
  });

  test("who ships for another entity earns the transfer price, who sells pays it", () => {
    const transferred = [
      line("sales", -100_00, fromWeb),
      line("intercompany-cogs", 50_00, { transaction: web, dimensions: { counterparty: "US2" } }),
      line("intercompany-revenue", -50_00, { transaction: web, entity: "US2", dimensions: { counterparty: "US1" } }),
      line("cogs", 40_00, { transaction: web, entity: "US2", dimensions: { location: "store" } }),
    ];
    expect(marginReport(transferred, "place").map(({ entity, intercompany, margin }) => [entity, intercompany, margin])).toEqual([
      ["US1", -50_00, 50_00],
      ["US2", 50_00, 10_00],
    ]);
  });

  test("without revenue there is no percentage", () => {
    expect(marginReport([line("cogs", 1_00)], "place")[0]).not.toHaveProperty("marginBasisPoints");
  });
});

describe("tax", () => {
  const ma = { dimensions: { jurisdiction: "US-MA" } };

  test("what fell due, what was given back, what is not due yet and what the channel remits", () => {
    const lines = [
      line("tax-payable", -6_00, ma),
      line("tax-payable", 1_50, ma),
      line("tax-collected-in-advance", -2_00, ma),
      line("channel-liable-tax", -3_00, { dimensions: { jurisdiction: "US-MA", channel: "web" } }),
    ];
    expect(taxReport(lines)).toEqual([
      {
        entity: "US1",
        currency: "USD",
        jurisdiction: "US-MA",
        collected: 6_00,
        refunded: 1_50,
        payable: 4_50,
        inAdvance: 2_00,
        channelRemitted: 3_00,
      },
    ]);
  });

  test("a reversed collection was never collected, and is no refund", () => {
    const lines = [line("tax-payable", -6_00, ma), line("tax-payable", 6_00, { ...ma, reversal: true }), line("tax-payable", -5_00, ma)];
    expect(taxReport(lines).map(({ collected, refunded, payable }) => [collected, refunded, payable])).toEqual([[5_00, 0, 5_00]]);
  });
});

describe("promotions beside their rules", () => {
  const given = (promotion: string, amount: number, businessDate: string, transaction = web) =>
    line("discounts", amount, { dimensions: { channel: "web", promotion }, businessDate, transaction });
  const rule = (code: string, more: Partial<PromotionRule> = {}): PromotionRule => ({
    ...{ code, when: {}, from: "2026-01-01", why: "test", layer: 2 },
    ...more,
  });
  const yearly = [
    rule("BF", { from: "2025-11-28", to: "2025-12-01", totalMaxMinorUnits: { USD: 500 }, why: "last year" }),
    rule("BF", { from: "2026-11-27", to: "2026-11-30", totalMaxMinorUnits: { USD: 900 }, why: "this year" }),
  ];
  const lines = [
    given("BF", 4_00, "2025-11-29"),
    given("BF", 5_00, "2026-11-27"),
    // Sold on the last day, shipped after it; and a return of it.
    given("BF", 3_00, "2026-12-02", till),
    given("BF", -1_00, "2026-12-03", till),
    given("LOOSE", 1_00, "2026-11-27"),
    given("employee", 9_00, "2026-11-27"),
    line("discounts", 8_00, fromTill),
  ];

  test("the rule of the last day, and what it leaves from its first day on; staff and what has no name have none", () => {
    const rows = promotionReport(lines, { promotions: yearly }, true);
    expect(rows.map(({ promotion, transactions, amount, rule: by, left }) => [promotion, transactions, amount, by?.why, left])).toEqual([
      ["BF", 2, 11_00, "this year", 2_00],
      ["LOOSE", 1, 1_00, undefined, undefined],
    ]);
  });

  test("too much given is below zero; nothing is said of what is left of a part of the days, or without a total", () => {
    const left = (promotions: PromotionRule[], wholly: boolean) => promotionReport(lines, { promotions }, wholly)[0]?.left;
    expect(left([rule("BF", { totalMaxMinorUnits: { USD: 10_00 } })], true)).toBe(3_00);
    expect(left([rule("BF", { totalMaxMinorUnits: { USD: 5_00 } })], true)).toBe(-2_00);
    expect(left([rule("BF", { totalMaxMinorUnits: { CAD: 5_00 } })], true)).toBeUndefined();
    expect(left([rule("BF", { totalMaxMinorUnits: { USD: 10_00 } })], false)).toBeUndefined();
    expect(left([rule("BF")], true)).toBeUndefined();
  });
});

test("discounts stand by promotion and place, with the number of transactions that used them", () => {
  const welcome = { ...fromWeb, dimensions: { channel: "web", promotion: "WELCOME10" } };
  const lines = [
    line("discounts", 1_00, welcome),
    line("discounts", 2_00, welcome),
    line("discounts", 4_00, { ...welcome, transaction: "sale:shopify:vale.myshopify.com:2" }),
    line("discounts", 8_00, fromTill),
  ];
  expect(discountReport(lines).map(({ promotion, place, transactions, amount }) => [promotion, place, transactions, amount])).toEqual([
    ["WELCOME10", "channel web", 2, 7_00],
    ["none stated", "store 0101", 1, 8_00],
  ]);
});

test("stored value shows what was issued and redeemed, card by kind and issuer", () => {
  const card = { dimensions: { issuer: "US1" } };
  const lines = [
    line("gift-card-liability", -50_00, card),
    line("gift-card-liability", 20_00, card),
    line("gift-card-liability", 50_00, { ...card, reversal: true }),
    line("store-credit-liability", -5_00, card),
    line("sales", -1_00, card),
  ];
  expect(storedValueReport(lines).map(({ kind, issuer, issued, redeemed, change }) => [kind, issuer, issued, redeemed, change])).toEqual([
    ["gift-card-liability", "US1", 0, 20_00, -20_00],
    ["store-credit-liability", "US1", 5_00, 0, 5_00],
  ]);
});

test("a promotional card was never issued and never redeemed, what lapses is no use, and a discount stands against the cards", () => {
  const card = { dimensions: { issuer: "US1" } };
  const lines = [
    line("gift-card-liability", -50_00, { ...card, kind: "ticket" }),
    line("deferred-card-discount", 10_00, { kind: "ticket" }),
    // A promotional card of 20.00 pays an order, and 12.00 of the sold one do.
    line("gift-card-liability", 20_00, { ...card, kind: "capture" }),
    line("gift-card-liability", -20_00, { ...card, kind: "promotion" }),
    line("gift-card-liability", 12_00, { ...card, kind: "capture" }),
    line("deferred-card-discount", -2_40, { kind: "card-discount" }),
    line("gift-card-liability", 3_00, { ...card, kind: "lapsed" }),
    line("gift-card-liability", 2_50, { ...card, kind: "breakage" }),
    line("gift-card-liability", -1_50, { ...card, kind: "breakage" }),
    line("gift-card-liability", 1_00, { ...card, kind: "unclaimed" }),
  ];
  expect(storedValueReport(lines)).toEqual([
    {
      entity: "US1",
      currency: "USD",
      kind: "gift-card-liability",
      issuer: "US1",
      issued: 50_00,
      redeemed: 12_00,
      lapsed: 5_00,
      change: 33_00,
    },
    {
      entity: "US1",
      currency: "USD",
      kind: "deferred-card-discount",
      issuer: "US1",
      issued: -10_00,
      redeemed: -2_40,
      lapsed: 0,
      change: -7_60,
    },
  ]);
});

test("an account ties when its balance is what the report shows; what else stands on it is the difference", () => {
  const lines = [line("sales", -10_00, { account: "4000" }), line("discounts", 1_00, { account: "4100" }), line("tax-payable", -1_00)];
  expect(tiesToLedger(lines, salesRoles, { US1: { "4000": -10_00, "4100": 3_50 } })).toEqual([
    { entity: "US1", currency: "USD", account: "4000", reported: -10_00, ledger: -10_00, difference: 0 },
    { entity: "US1", currency: "USD", account: "4100", reported: 1_00, ledger: 3_50, difference: 2_50 },
  ]);
});
