import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { judgeBlindReturn, type RequestedGoods } from "#domain/returns";
import { captured, order, refund, shipped } from "../ledger/sale-events.ts";
import { finalSale, goods, judge, rule, withRules } from "./return-house.ts";

const whole = (given: readonly { request: number; reason: string; quantityMillionths: number; message: string }[]) =>
  given.map(({ request, reason, quantityMillionths, message }) => `${request} ${reason} ${quantityMillionths / 1_000_000}: ${message}`);

describe("the desk reads why a return is refused", () => {
  const threeShirts = [
    order({ A: { quantity: 3, gross: 10_000 }, B: { item: "", kind: "custom", gross: 500 } }),
    captured("p1", "09:05", 10_500),
    shipped("f1", "10:00", { A: 3, B: 1 }),
  ];
  const read = (lines: readonly RequestedGoods[], more: Parameters<typeof judge>[2] = {}, events: readonly BusinessEvent[] = threeShirts) =>
    whole(judge(events, lines, more).refusals);
  const asked = (more: Partial<RequestedGoods>): RequestedGoods => ({ quantityMillionths: 1_000_000, condition: "as-new", ...more });

  test("a line that the sale does not have, by what the request called it", () => {
    expect(
      read([
        asked({ lineId: "Z" }),
        asked({ item: "MUG" }),
        asked({ lineId: "Z", item: "MUG" }),
        asked({ lineId: "A", item: "MUG" }),
        asked({}),
      ]),
    ).toEqual([
      "0 unknown-line 1: the sale has no such line: line Z. Compare it with the receipt",
      "1 unknown-line 1: the sale has no such line: MUG. Compare it with the receipt",
      "2 unknown-line 1: the sale has no such line: line Z, MUG. Compare it with the receipt",
      "3 unknown-line 1: the sale has no such line: line A, MUG. Compare it with the receipt",
      "4 unknown-line 1: the sale has no such line: . Compare it with the receipt",
    ]);
    expect(read([asked({ lineId: "A", item: "SHIRT" })])).toEqual([]);
  });

  test("goods without an item by their line", () => {
    expect(read([goods("B")], { policy: withRules() })).toEqual([
      "0 not-returnable 1: no return rule takes back line B sold on 2026-11-27",
    ]);
  });

  test("what no rule takes back, what was sold for good, and a gift card", () => {
    expect(read([goods("A")], { policy: withRules() })).toEqual(["0 not-returnable 1: no return rule takes back SHIRT sold on 2026-11-27"]);
    expect(read([goods("A")], { policy: withRules(rule(), finalSale({ item: "SHIRT" })) })).toEqual([
      "0 final-sale 1: SHIRT was sold for good: Clearance goods stay sold.",
    ]);
    const card = [
      order({ A: { gross: 5_000, kind: "gift-card", item: "CARD" } }),
      captured("p1", "09:05", 5_000),
      shipped("f1", "10:00", { A: 1 }),
    ];
    expect(read([goods("A")], {}, card)).toEqual(["0 not-returnable 1: CARD is a gift card: its balance is paid out, it is not returned"]);
  });

  test("another channel, another store, another currency, another condition", () => {
    const elsewhere = withRules(rule({ channels: ["shopify", "phone"] }));
    expect(read([goods("A")], { policy: elsewhere })).toEqual(["0 place 1: SHIRT is taken back by shopify, phone only, and not by pos"]);
    expect(read([goods("A")], { place: "8" })).toEqual(["0 place 1: store 8 is none of ours: name a store of the policies"]);
    expect(read([goods("A")], { place: "9" })).toEqual([
      "0 currency 1: the sale is in USD, store 9 pays out CAD, and no rate of today is known: bring SHIRT to a store in USD, or send it back",
    ]);
    expect(read([goods("A", 1, { condition: "used" })])).toEqual(["0 condition 1: SHIRT is taken back as-new or opened, and not used"]);
    // Sent back to the shop: no till pays anything out, whatever the shop is called.
    const sent = judge(threeShirts, [goods("A")], { channel: "shopify", place: "9" });
    expect([sent.refusals, sent.refund.paidOut, sent.refund.payable]).toEqual([[], undefined, 3_333]);
  });

  test("units that are promised, were not handed over, or came back before", () => {
    const cancelled = refund("r1", "12:00", { lines: { A: { quantity: 1, subtotal: 3_333, restock: "cancel" } }, money: { m1: 3_333 } });
    const returned = refund("r2", "13:00", { lines: { A: { quantity: 1, subtotal: 3_333, restock: "return" } }, money: { m2: 3_333 } });
    const five = [order({ A: { quantity: 5, gross: 20_000 } }), captured("p1", "09:05", 20_000), shipped("f1", "10:00", { A: 3 })];
    const first = judge(five, [goods("A")]);
    const reservations = [{ lines: first.allowed, refund: first.refund }];
    expect(read([goods("A", 6)], { reservations }, [...five, cancelled, returned])).toEqual([
      "0 reserved 1: 1 of it is promised to another return: cancel that one, or wait until it expires",
      "0 not-delivered 1: 1 of it was not handed over yet: cancel it in the order instead",
      "0 over-return 3: 5 of it was sold, and 2 has come back or was cancelled already",
    ]);
    expect(judge([...five, cancelled, returned], [goods("A", 6)], { reservations }).allowed).toMatchObject([
      { quantityMillionths: 1_000_000 },
    ]);
    expect(read([goods("A", 3)], {}, five)).toEqual([]);
  });

  test("one of two shirts on two lines, no more than was asked for", () => {
    const two = [
      order({ A: { gross: 5_000 }, B: { gross: 6_000 } }),
      captured("p1", "09:05", 11_000),
      shipped("f1", "10:00", { A: 1, B: 1 }),
    ];
    const judgement = judge(two, [asked({ item: "SHIRT" })]);
    expect(judgement.allowed.map(({ lineId }) => lineId)).toEqual(["A"]);
    expect(judgement.refusals).toEqual([]);
  });

  test("by its first reason where one line of the item may come back and the other may not", () => {
    const two = [
      order({ A: { gross: 5_000, discounts: [{ amount: 1_000, promotion: "CLEARANCE" }] }, B: { gross: 6_000 } }),
      captured("p1", "09:05", 10_000),
      shipped("f1", "10:00", { A: 1, B: 1 }),
    ];
    const policy = withRules(rule(), finalSale({ promotion: "CLEARANCE" }));
    const judgement = judge(two, [asked({ item: "SHIRT", quantityMillionths: 2_000_000 })], { policy });
    expect(judgement.allowed.map(({ lineId }) => lineId)).toEqual(["B"]);
    expect(whole(judgement.refusals)).toEqual(["0 final-sale 1: SHIRT was sold for good: Clearance goods stay sold."]);
  });
});

test("goods are kept for the customer by the strictest of their rules, and for no time at all where nothing is taken", () => {
  const both = [
    order({ A: { gross: 5_000 }, B: { item: "MUG", gross: 1_000 } }),
    captured("p1", "09:05", 6_000),
    shipped("f1", "10:00", { A: 1 }),
    shipped("f2", "10:00", { B: 1 }, "100", "MUG"),
  ];
  const policy = withRules(rule({ authorizedHours: 240 }), rule({ when: { item: "MUG" }, authorizedHours: 72 }));
  const kept = (...lines: string[]) =>
    judge(
      both,
      lines.map((line) => goods(line)),
      { policy },
    ).authorizedHours;
  expect([kept("A"), kept("B"), kept("A", "B"), kept("Z")]).toEqual([240, 72, 72, Number.POSITIVE_INFINITY]);
  expect(judge(both, [goods("A")]).authorizedHours).toBe(48);
});

describe("the desk reads why a return without its sale is refused", () => {
  const blind = { limitMinorUnits: { USD: 5_000 }, refundTo: "original-tender" } as const;
  const policy = withRules(
    rule({ blind }),
    rule({ when: { item: "MUG" }, blind: { ...blind, refundTo: "store-credit" } }),
    finalSale({ item: "ENGRAVING" }),
  );
  const want = (item: string, amount?: number, more: object = {}) => ({
    item,
    quantityMillionths: 1_000_000,
    condition: "as-new" as const,
    amount,
    ...more,
  });
  const asked = (lines: ReturnType<typeof want>[], more: Partial<Parameters<typeof judgeBlindReturn>[0]> = {}) =>
    judgeBlindReturn({ policy, channel: "pos", place: "7", lines, at: "2026-12-01T18:00:00.000Z", ...more });

  test("at no store of ours", () => {
    for (const [channel, place] of [
      ["shopify", "7"],
      ["pos", "8"],
      ["pos", "constructor"],
      ["shopify", "demo.example"],
    ] as const)
      expect(asked([want("SHIRT", 100)], { channel, place })).toEqual({
        allowed: [],
        refusals: [
          {
            request: 0,
            reason: "place",
            quantityMillionths: 1_000_000,
            message: `without its sale goods are taken by a store of the policies only, and ${channel} ${place} is none`,
          },
        ],
        refund: { currency: "", payable: 0, to: "store-credit" },
      });
  });

  test("goods that nobody knows, that no rule takes, or that a store does not take", () => {
    expect(
      whole(asked([want("", 100), want("TEAPOT", 100), want("ENGRAVING", 100), want("SHIRT", 100, { condition: "used" })]).refusals),
    ).toEqual([
      "0 unknown-line 1: goods without an item are none that we sell: name the item, or the sale",
      "1 unknown-line 1: TEAPOT are none that we sell: name the item, or the sale",
      "2 final-sale 1: ENGRAVING is sold for good: Clearance goods stay sold.",
      "3 condition 1: SHIRT is taken back as-new or opened, and not used",
    ]);
    expect(whole(asked([want("SHIRT", 100)], { policy: withRules() }).refusals)).toEqual([
      "0 not-returnable 1: no return rule takes back SHIRT",
    ]);
    const web = withRules(rule({ blind, channels: ["shopify", "phone"] }), rule({ when: { channel: "shopify" }, blind }));
    expect(whole(asked([want("SHIRT", 100)], { policy: web }).refusals)).toEqual([
      "0 place 1: SHIRT is taken back by shopify, phone only, and not by a store",
    ]);
  });

  test("without a receipt or an amount, and above the limit", () => {
    expect(whole(asked([want("SHIRT", 100)], { policy: withRules(rule()) }).refusals)).toEqual([
      "0 blind-not-taken 1: SHIRT is not taken back without its sale in USD: ask for a receipt or an order name",
    ]);
    expect(whole(asked([want("SHIRT")]).refusals)).toEqual([
      "0 blind-not-taken 1: no sale is known for SHIRT: state the amount that would be given for it, or another name of the sale",
    ]);
    expect(asked([want("SHIRT", 5_001), want("TEAPOT", 1)])).toEqual({
      allowed: [],
      refusals: [
        {
          request: 1,
          reason: "unknown-line",
          quantityMillionths: 1_000_000,
          message: "TEAPOT are none that we sell: name the item, or the sale",
        },
        {
          request: 0,
          reason: "blind-limit",
          quantityMillionths: 1_000_000,
          message: "without its sale a return may refund 50.00 USD, and this one comes to 50.01 USD: ask for a receipt or an order name",
        },
      ],
      refund: { currency: "USD", payable: 0, to: "store-credit" },
    });
  });

  test("and what is taken goes back as money only where all of it may", () => {
    expect(asked([want("SHIRT", 100), want("SHIRT", 200)]).refund).toEqual({ currency: "USD", payable: 300, to: "original-tender" });
    expect(asked([want("SHIRT", 100), want("MUG", 200)]).refund).toEqual({ currency: "USD", payable: 300, to: "store-credit" });
    expect(asked([]).refund).toEqual({ currency: "USD", payable: 0, to: "store-credit" });
  });
});
