import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { type ReturnJudgement, saleOf } from "#domain/returns";
import { captured, order, refund, refunded, shipped, transaction, unshipped } from "../ledger/sale-events.ts";
import { allowedText, finalSale, goods, judge, refusedText, rule, saleIn, tenderText, withRules } from "./return-house.ts";

/** Three shirts for 100.00 with 10.00 tax, paid by card, all shipped. */
const threeShirts = [
  order({ A: { quantity: 3, gross: 10_000, tax: 1_000 } }),
  captured("p1", "09:05", 11_000),
  shipped("f1", "10:00", { A: 3 }),
];

const received = (lineId: string, pieces: number, more: object = {}): BusinessEvent => ({
  name: "return.received",
  schema: 1,
  key: `return.received:${lineId}${pieces}`,
  version: "1",
  occurredAt: "2026-11-27T12:00:00.000Z",
  orderId: "1",
  receiptId: `${lineId}${pieces}`,
  lineId,
  item: "SHIRT",
  quantityMillionths: pieces * 1_000_000,
  disposition: "restocked",
  ...more,
});
const agreed = (returnId: string, lineId: string, pieces: number): BusinessEvent => ({
  name: "return.authorized",
  schema: 1,
  key: `return.authorized:${returnId}`,
  version: "1",
  occurredAt: "2026-11-27T11:00:00.000Z",
  orderId: "1",
  returnId,
  lines: [{ id: "1", lineId, item: "SHIRT", quantityMillionths: pieces * 1_000_000 }],
  fees: [],
});

describe("how much", () => {
  test("of three shirts for 100.00 each return gives its cumulative share, and the last takes the cent", () => {
    const first = judge(threeShirts, [goods("A")]);
    expect(allowedText(first)).toEqual(["1 of A: 3333 + IL 333"]);
    const one = refund("r1", "12:00", { lines: { A: { subtotal: 3_333, tax: 333, restock: "return" } }, money: { m1: 3_666 } });
    expect(allowedText(judge([...threeShirts, one], [goods("A")]))).toEqual(["1 of A: 3334 + IL 334"]);
    const two = refund("r2", "13:00", { lines: { A: { subtotal: 3_334, tax: 334, restock: "return" } }, money: { m2: 3_668 } });
    expect(allowedText(judge([...threeShirts, one, two], [goods("A")]))).toEqual(["1 of A: 3333 + IL 333"]);
  });

  test("the last shirt takes what the channel's own rounding left", () => {
    const two = refund("r1", "12:00", {
      lines: { A: { quantity: 2, subtotal: 6_666, tax: 666, restock: "return" } },
      money: { m1: 7_332 },
    });
    expect(allowedText(judge([...threeShirts, two], [goods("A")]))).toEqual(["1 of A: 3334 + IL 334"]);
  });

  test("an earlier refund at a lower price is not made good by the last shirt", () => {
    const two = refund("r1", "12:00", {
      lines: { A: { quantity: 2, subtotal: 5_000, tax: 500, restock: "return" } },
      money: { m1: 5_500 },
    });
    expect(allowedText(judge([...threeShirts, two], [goods("A")]))).toEqual(["1 of A: 3333 + IL 333"]);
  });

  test("an earlier refund at a higher price leaves less, and never less than nothing", () => {
    const two = refund("r1", "12:00", {
      lines: { A: { quantity: 2, subtotal: 9_000, tax: 900, restock: "return" } },
      money: { m1: 9_900 },
    });
    expect(allowedText(judge([...threeShirts, two], [goods("A")]))).toEqual(["1 of A: 1000 + IL 100"]);
  });

  test("discounts are those that the channel allocated, and included taxes are taken out", () => {
    const events = [
      order(
        { A: { quantity: 2, gross: 12_000, discounts: [{ amount: 2_000, promotion: "TEN" }], tax: { VAT: 1_667 } } },
        { taxesIncluded: true },
      ),
      captured("p1", "09:05", 10_000),
      shipped("f1", "10:00", { A: 2 }),
    ];
    const judgement = judge(events, [goods("A")]);
    expect(allowedText(judgement)).toEqual(["1 of A: 4167 + VAT 834"]);
    expect(judgement.refund.payable).toBe(5_001);
  });

  test("a fee that policy keeps is a share of the value with tax, and one amount of each return", () => {
    const policy = withRules(rule({ fees: [{ reason: "restocking", rate: "0.15", minorUnits: { USD: 250 }, conditions: ["opened"] }] }));
    const opened = judge(threeShirts, [goods("A", 2, { condition: "opened" })], { policy });
    // 66.67 + 6.67 = 73.34, of which 11.00, and 2.50.
    expect(opened.refund.fees).toEqual([{ reason: "restocking", amount: 1_350 }]);
    expect(opened.refund.payable).toBe(5_984);
    expect(judge(threeShirts, [goods("A", 2)], { policy }).refund).toMatchObject({ fees: [], payable: 7_334 });
  });
});

test("a fee is never more than what the goods are worth", () => {
  const policy = withRules(
    rule({
      fees: [
        { reason: "restocking", minorUnits: { USD: 4_000 } },
        { reason: "return-label", minorUnits: { USD: 500 } },
      ],
    }),
  );
  expect(judge(threeShirts, [goods("A")], { policy }).refund).toMatchObject({
    fees: [{ reason: "restocking", amount: 3_666 }],
    payable: 0,
  });
});

describe("to which tender", () => {
  const twoTenders = [
    order({ A: { quantity: 2, gross: 10_000 } }, { gateways: ["shopify_payments", "gift_card"] }),
    captured("card", "09:05", 7_000),
    captured("gift", "09:06", 3_000, { gateway: "gift_card" }),
    shipped("f1", "10:00", { A: 2 }),
  ];

  test("money goes back to the payments in the order of the policy, each up to what is left of it", () => {
    const policy = withRules(rule({ refundOrder: ["gift-card-liability", "payment-clearing"] }));
    expect(tenderText(judge(twoTenders, [goods("A")], { policy }))).toEqual(["gift_card gift 3000", "shopify_payments card 2000"]);
  });

  test("without an order of its own, to the payment that was made first", () => {
    expect(tenderText(judge(twoTenders, [goods("A", 2)]))).toEqual(["shopify_payments card 7000", "gift_card gift 3000"]);
  });

  test("what was refunded of a payment is not there again, be it pending, and what failed is", () => {
    const goodwill = refund("r1", "12:00", { discrepancy: { amount: -2_000 }, money: { m1: { amount: 2_000, status: "pending" } } });
    const settled = refunded("m1", "12:01", 2_000, { parent: "card" });
    expect(tenderText(judge([...twoTenders, goodwill, settled], [goods("A", 2)]))).toEqual([
      "shopify_payments card 5000",
      "gift_card gift 3000",
    ]);
    expect(judge([...twoTenders, goodwill, settled], [goods("A", 2)]).refund).toMatchObject({ payable: 8_000, notCovered: 2_000 });
    const failed = refunded("m1", "12:01", 2_000, { parent: "card", status: "failed" });
    expect(tenderText(judge([...twoTenders, goodwill, failed], [goods("A", 2)]))).toEqual([
      "shopify_payments card 7000",
      "gift_card gift 3000",
    ]);
  });

  test("a refund that names no payment counts against those of its own gateway", () => {
    const given = refund("r1", "12:00", { discrepancy: { amount: -1_000 }, money: { m1: { amount: 1_000, gateway: "gift_card" } } });
    expect(tenderText(judge([...twoTenders, given], [goods("A", 2)]))).toEqual(["shopify_payments card 7000", "gift_card gift 2000"]);
  });

  test("store credit is given where policy says so, and never more than was paid", () => {
    const policy = withRules(rule({ refundTo: "store-credit" }));
    expect(tenderText(judge(twoTenders, [goods("A", 2)], { policy }))).toEqual(["store-credit 10000"]);
  });

  test("what an earlier authorisation settles of the debt is not settled again", () => {
    const events = [order({ A: { quantity: 2, gross: 10_000 } }), captured("p1", "09:05", 6_000), shipped("f1", "10:00", { A: 2 })];
    const first = judge(events, [goods("A")]);
    const second = judge(events, [goods("A")], { reservations: [{ lines: first.allowed, refund: first.refund }] });
    expect(second.refund).toMatchObject({ settlesUnpaid: 0, payable: 5_000, notCovered: 0 });
  });

  test("goods that were not paid for settle what is owed first, and only the rest is money", () => {
    const events = [order({ A: { quantity: 2, gross: 10_000 } }), captured("p1", "09:05", 6_000), shipped("f1", "10:00", { A: 2 })];
    expect(judge(events, [goods("A")]).refund).toMatchObject({ settlesUnpaid: 4_000, payable: 1_000 });
  });
});

describe("what may not come back", () => {
  test("more than was sold and has not come back, across refunds and received goods", () => {
    const one = refund("r1", "12:00", { lines: { A: { subtotal: 3_333, tax: 333, restock: "return" } }, money: { m1: 3_666 } });
    const judgement = judge([...threeShirts, one, received("A", 2)], [goods("A", 3)]);
    expect(allowedText(judgement)).toEqual(["1 of A: 3333 + IL 333"]);
    expect(refusedText(judgement)).toEqual(["0: 2 over-return"]);
  });

  test("goods that never came are still with the customer", () => {
    expect(allowedText(judge([...threeShirts, received("A", 2, { disposition: "missing" })], [goods("A", 3)]))).toEqual([
      "3 of A: 10000 + IL 1000",
    ]);
  });

  test("what the channel agreed to take back, until that is over", () => {
    const over = { ...received("A", 1), name: "return.closed", key: "return.closed:R1", returnId: "R1" } as unknown as BusinessEvent;
    expect(refusedText(judge([...threeShirts, agreed("R1", "A", 2)], [goods("A", 3)]))).toEqual(["0: 2 reserved"]);
    const came = received("A", 1, { returnId: "R1" });
    expect(refusedText(judge([...threeShirts, agreed("R1", "A", 2), came], [goods("A", 3)]))).toEqual([
      "0: 1 reserved",
      "0: 1 over-return",
    ]);
    expect(refusedText(judge([...threeShirts, agreed("R1", "A", 2), over], [goods("A", 3)]))).toEqual([]);
  });

  test("what was not handed over, or came back from the carrier", () => {
    const sale = [order({ A: { quantity: 3, gross: 9_000 } }), captured("p1", "09:05", 9_000), shipped("f1", "10:00", { A: 2 })];
    expect(refusedText(judge(sale, [goods("A", 3)]))).toEqual(["0: 1 not-delivered"]);
    expect(refusedText(judge([...sale, unshipped("f1", "11:00")], [goods("A", 3)]))).toEqual(["0: 3 not-delivered"]);
  });

  test("after the window, which is counted in days of the entity that sold", () => {
    // In Chicago it is still 27 December.
    expect(refusedText(judge(threeShirts, [goods("A")], { at: "2026-12-28T05:59:59.000Z" }))).toEqual([]);
    const late = judge(threeShirts, [goods("A")], { at: "2026-12-28T06:00:00.000Z" });
    expect(late.refusals).toEqual([
      {
        request: 0,
        reason: "return-window",
        quantityMillionths: 1_000_000,
        message: "SHIRT was taken back until 2026-12-27, 30 days after 2026-11-27; today is 2026-12-28",
      },
    ]);
  });

  test("the refund is due by the strictest of the rules that the goods come back under, and in fourteen days where none says so", () => {
    expect(judge(threeShirts, [goods("A")]).refundWithinHours).toBe(336);
    const policy = withRules(rule({ refundWithinHours: 240 }), rule({ when: { item: "MUG" }, refundWithinHours: 72 }));
    const both = [
      order({ A: { gross: 5_000 }, B: { item: "MUG", gross: 1_000 } }),
      captured("p1", "09:05", 6_000),
      shipped("f1", "10:00", { A: 1 }),
      shipped("f2", "10:00", { B: 1 }, "100", "MUG"),
    ];
    const hours = (...lines: string[]) =>
      judge(
        both,
        lines.map((line) => goods(line)),
        { policy },
      ).refundWithinHours;
    expect([hours("A"), hours("B"), hours("A", "B")]).toEqual([240, 72, 72]);
  });

  test("a window may begin when the goods were handed over", () => {
    const delivered = {
      ...shipped("f1", "10:00", {}),
      name: "fulfillment.delivered",
      key: "fulfillment.delivered:f1",
      occurredAt: "2026-12-03T12:00:00.000Z",
    } as unknown as BusinessEvent;
    const policy = withRules(rule({ windowFrom: "handover" }));
    const at = "2027-01-02T12:00:00.000Z";
    expect(refusedText(judge([...threeShirts, delivered], [goods("A")], { policy, at }))).toEqual([]);
    expect(refusedText(judge(threeShirts, [goods("A")], { policy, at }))).toEqual(["0: 1 return-window"]);
  });

  test("in another condition, at another place, or in another currency", () => {
    expect(refusedText(judge(threeShirts, [goods("A", 1, { condition: "damaged" })]))).toEqual(["0: 1 condition"]);
    expect(refusedText(judge(threeShirts, [goods("A")], { policy: withRules(rule({ channels: ["shopify"] })) }))).toEqual(["0: 1 place"]);
    expect(refusedText(judge(threeShirts, [goods("A")], { place: "8" }))).toEqual(["0: 1 place"]);
    expect(refusedText(judge(threeShirts, [goods("A")], { place: "9" }))).toEqual(["0: 1 currency"]);
  });

  test("a store of another currency takes it where the rate of today is known, and is told what to pay out (c33)", () => {
    const fxRates = [{ of: "USD", in: "CAD", rate: "1.4", from: "2026-11-30", why: "test" }];
    const known = judge(threeShirts, [goods("A")], { place: "9", policy: { ...withRules(rule()), fxRates } });
    expect(refusedText(known)).toEqual([]);
    expect(known.refund).toMatchObject({ currency: "USD", payable: 3_666, paidOut: { currency: "CAD", amount: 5_132, rate: "1.4" } });
    expect(judge(threeShirts, [goods("A")]).refund.paidOut).toBeUndefined();
    const old = [{ ...fxRates[0]!, from: "2026-11-20" }];
    expect(refusedText(judge(threeShirts, [goods("A")], { place: "9", policy: { ...withRules(rule()), fxRates: old } }))).toEqual([
      "0: 1 currency",
    ]);
  });

  test("what was sold for good, by its item, its class or the promotion that it was sold under", () => {
    const sale = [
      order({
        A: { gross: 5_000, discounts: [{ amount: 1_000, promotion: "CLEARANCE" }] },
        B: { gross: 5_000, item: "MUG" },
      }),
      captured("p1", "09:05", 9_000),
      shipped("f1", "10:00", { A: 1, B: 1 }),
    ];
    const policy = withRules(rule(), finalSale({ promotion: "CLEARANCE" }), finalSale({ "item-class": "home" }));
    expect(refusedText(judge(sale, [goods("A"), goods("B")], { policy }))).toEqual(["0: 1 final-sale", "1: 1 final-sale"]);
    expect(refusedText(judge(sale, [goods("A"), goods("B")]))).toEqual([]);
  });

  test("what no rule takes back, a gift card, and what was never sold", () => {
    const sale = [
      order({ A: { gross: 5_000, kind: "gift-card", item: "" } }),
      captured("p1", "09:05", 5_000),
      shipped("f1", "10:00", { A: 1 }),
    ];
    expect(refusedText(judge(sale, [goods("A"), goods("Z")]))).toEqual(["0: 1 not-returnable", "1: 1 unknown-line"]);
    expect(refusedText(judge(threeShirts, [goods("A")], { policy: withRules() }))).toEqual(["0: 1 not-returnable"]);
  });

  test("one line that is refused stops no other, and one item is found on whichever line has it", () => {
    const sale = [
      order({ A: { gross: 5_000 }, B: { gross: 6_000 }, C: { gross: 700, item: "MUG" } }),
      captured("p1", "09:05", 11_700),
      shipped("f1", "10:00", { A: 1, B: 1, C: 1 }),
    ];
    const byItem = { item: "SHIRT", quantityMillionths: 2_000_000, condition: "as-new" } as const;
    const judgement = judge(sale, [byItem, goods("C", 1, { condition: "used" })]);
    expect(allowedText(judgement)).toEqual(["1 of A: 5000", "1 of B: 6000"]);
    expect(refusedText(judgement)).toEqual(["1: 1 condition"]);
  });
});

describe("a sale that was paid in another currency", () => {
  const inEuros = (gross: number, euros: number, tax = 0) => ({
    ...order({ A: { quantity: 2, gross, tax } }),
    presentmentCurrency: "EUR",
    presentment: { total: euros, inOrderCurrency: gross + tax },
  });

  test("the customer's own counts for its share of the order, and so does what was given back of it", () => {
    const events = [inEuros(10_000, 10_000, 1_000), captured("p1", "09:05", 10_000, { currency: "EUR" }), shipped("f1", "10:00", { A: 2 })];
    const one = judge(events, [goods("A")]);
    expect([allowedText(one), tenderText(one)]).toEqual([["1 of A: 5000 + IL 500"], ["shopify_payments p1 5500"]]);
    const back = [
      refund("R1", "12:00", { lines: { A: { quantity: 1, subtotal: 5_000, tax: 500, restock: "return" } }, money: { t1: 5_000 } }),
      refunded("t1", "12:01", 5_000, { currency: "EUR", parent: "p1" }),
    ].map((event) =>
      event.name === "refund.issued" ? { ...event, payments: event.payments.map((each) => ({ ...each, currency: "EUR" })) } : event,
    );
    const other = judge([...events, ...back], [goods("A")]);
    expect([allowedText(other), tenderText(other)]).toEqual([["1 of A: 5000 + IL 500"], ["shopify_payments p1 5500"]]);
  });

  test("a third currency of a refund counts at the rate that is on record, and is asked about until there is one", () => {
    const sale = [order({ A: { quantity: 2, gross: 10_000 } }), captured("p1", "09:05", 10_000), shipped("f1", "10:00", { A: 2 })];
    const given = refund("R1", "12:00", { lines: { A: { quantity: 1, subtotal: 5_000, restock: "return" } }, money: { t1: 4_500 } });
    const back = [
      { ...given, payments: given.payments.map((each) => ({ ...each, currency: "EUR" })) },
      refunded("t1", "12:01", 4_500, { currency: "EUR", parent: "p1" }),
    ];
    expect(saleOf([...sale, ...back], withRules(rule()), transaction)).toEqual({
      reason: "sale-unclear",
      message: "refund.issued:R1 is not in USD, the currency of the order, and nobody says what it counts for: return it by hand",
    });
    const rate = {
      name: "rate.fixed",
      schema: 1,
      key: "rate.fixed:EUR-USD-2026-11-27",
      version: "1",
      occurredAt: "2026-11-27T00:00:00.000Z",
      from: "EUR",
      to: "USD",
      day: "2026-11-27",
      rate: "1.1",
      publishedOn: "2026-11-27",
      source: "test",
    } as const;
    expect(tenderText(judge([...sale, ...back, rate], [goods("A")]))).toEqual(["shopify_payments p1 5000"]);
    // 49.50 dollars went out by now.
    expect(saleIn([...sale, ...back, rate], withRules(rule())).payments).toMatchObject([{ captured: 10_000, refunded: 4_950 }]);
  });
});

test("a sale that was paid in a currency that nobody states is not guessed at", () => {
  const events = [order({ A: { gross: 5_000 } }), captured("p1", "09:05", 4_600, { currency: "EUR" }), shipped("f1", "10:00", { A: 1 })];
  expect(saleOf(events, withRules(rule()), transaction)).toEqual({
    reason: "sale-unclear",
    message: "payment.captured:p1 is not in USD, the currency of the order, and nobody says what it counts for: return it by hand",
  });
});

test("what is promised to one return is there for no other, neither goods nor money", () => {
  const first = judge(threeShirts, [goods("A", 2)]);
  const second = judge(threeShirts, [goods("A", 2)], { reservations: [{ lines: first.allowed, refund: first.refund }] });
  expect(allowedText(first)).toEqual(["2 of A: 6667 + IL 667"]);
  expect(allowedText(second)).toEqual(["1 of A: 3333 + IL 333"]);
  expect(refusedText(second)).toEqual(["0: 1 reserved"]);
  expect([tenderText(first), tenderText(second)]).toEqual([["shopify_payments p1 7334"], ["shopify_payments p1 3666"]]);
});

test("a line that is asked for twice in one request is given once", () => {
  const judgement = judge(threeShirts, [goods("A", 2), goods("A", 2)]);
  expect(allowedText(judgement)).toEqual(["2 of A: 6667 + IL 667", "1 of A: 3333 + IL 333"]);
  expect(refusedText(judgement)).toEqual(["1: 1 over-return"]);
});

describe("what was paid for shipping", () => {
  /** Three shirts for 100.00 with 10.00 tax and 9.00 of shipping with 0.90 tax, paid by card, all shipped. */
  const sent = [
    order({ A: { quantity: 3, gross: 10_000, tax: 1_000 } }, { shipping: { gross: 900, tax: 90 } }),
    captured("p1", "09:05", 11_990),
    shipped("f1", "10:00", { A: 3 }),
  ];
  const by = (refundsShipping: "never" | "whole-order" | "proportionate") => withRules(rule({ refundsShipping }));
  const shippingText = (judgement: ReturnJudgement) => {
    const { shipping, payable } = judgement.refund;
    return `${shipping?.net} + ${shipping?.taxes.map(({ code, amount }) => `${code} ${amount}`).join(", ")}; payable ${payable}`;
  };

  test("stays with the shop where no rule says otherwise", () => {
    expect(shippingText(judge(sent, [goods("A", 3)]))).toBe("0 + ; payable 11000");
    expect(shippingText(judge(sent, [goods("A", 3)], { policy: by("never") }))).toBe("0 + ; payable 11000");
  });

  test("goes back with the last goods of the order, after some came back and were refunded before", () => {
    const policy = by("whole-order");
    expect(shippingText(judge(sent, [goods("A", 2)], { policy }))).toBe("0 + ; payable 7334");
    expect(shippingText(judge(sent, [goods("A", 3)], { policy }))).toBe("900 + IL 90; payable 11990");
    const one = refund("r1", "12:00", { lines: { A: { subtotal: 3_333, tax: 333, restock: "return" } }, money: { m1: 3_666 } });
    expect(shippingText(judge([...sent, one], [goods("A", 2)], { policy }))).toBe("900 + IL 90; payable 8324");
  });

  test("is given for the whole order by the later of two returns that are promised at once, and not while the channel alone expects goods", () => {
    const policy = by("whole-order");
    const first = judge(sent, [goods("A")], { policy });
    expect(shippingText(first)).toBe("0 + ; payable 3666");
    const reservations = [{ lines: first.allowed, refund: first.refund }];
    const second = judge(sent, [goods("A", 2)], { policy, reservations });
    expect(shippingText(second)).toBe("900 + IL 90; payable 8324");
    expect(shippingText(judge([...sent, agreed("R1", "A", 1)], [goods("A", 2)], { policy }))).toBe("0 + ; payable 7334");
    // The first one is cancelled and its goods come back after all: the shipping is promised to the second one.
    const left = [{ lines: second.allowed, refund: second.refund }];
    expect(shippingText(judge(sent, [goods("A")], { policy, reservations: left }))).toBe("0 + ; payable 3666");
  });

  test("goes back by quantity where the goods cost nothing", () => {
    const free = [
      order({ A: { quantity: 3, gross: 0 } }, { shipping: { gross: 900 } }),
      captured("p1", "09:05", 900),
      shipped("f1", "10:00", { A: 3 }),
    ];
    const policy = by("proportionate");
    expect(shippingText(judge(free, [goods("A")], { policy }))).toBe("300 + ; payable 300");
    expect(shippingText(judge(free, [goods("A", 3)], { policy }))).toBe("900 + ; payable 900");
  });

  test("goes back to the tenders of the rules under which its goods do, by what these are worth", () => {
    const events = [
      order({ A: { gross: 6_000 }, B: { item: "MUG", gross: 3_000 } }, { shipping: { gross: 900 } }),
      captured("p1", "09:05", 9_900),
      shipped("f1", "10:00", { A: 1, B: 1 }),
    ];
    const policy = withRules(
      rule({ refundsShipping: "whole-order" }),
      rule({ when: { item: "MUG" }, refundTo: "store-credit", refundsShipping: "whole-order", layer: 1 }),
    );
    expect(tenderText(judge(events, [goods("A"), goods("B")], { policy }))).toEqual(["shopify_payments p1 6600", "store-credit 3300"]);
    expect(tenderText(judge(events, [goods("B"), goods("A")], { policy }))).toEqual(["shopify_payments p1 6600", "store-credit 3300"]);
  });

  test("goes back in proportion to the goods, and every cent of it once", () => {
    const policy = by("proportionate");
    const reservations: { lines: ReturnJudgement["allowed"]; refund: ReturnJudgement["refund"] }[] = [];
    const texts = [1, 2, 3].map(() => {
      const judgement = judge(sent, [goods("A")], { policy, reservations });
      reservations.push({ lines: judgement.allowed, refund: judgement.refund });
      return shippingText(judgement);
    });
    expect(texts).toEqual(["300 + IL 30; payable 3996", "300 + IL 30; payable 3998", "300 + IL 30; payable 3996"]);
  });

  test("that was given back before, or is promised, is not there again", () => {
    const late = refund("r1", "12:00", { shipping: { amount: 600, tax: 60 }, money: { m1: 660 } });
    expect(shippingText(judge([...sent, late], [goods("A", 3)], { policy: by("whole-order") }))).toBe("300 + IL 30; payable 11330");
    // Somebody promised all of it with goods that the customer then kept: what they keep of it is not promised a second time.
    const promised = judge(sent, [goods("A", 3)], { policy: by("whole-order") });
    const reservations = [{ lines: [], refund: promised.refund }];
    expect(judge(sent, [goods("A", 3)], { policy: by("whole-order"), reservations }).refund.shipping).toEqual({ net: 0, taxes: [] });
    expect(judge(sent, [goods("A", 3)], { policy: by("proportionate"), reservations }).refund.shipping).toEqual({ net: 0, taxes: [] });
  });

  test("follows the strictest of the rules that its goods come back under", () => {
    const events = [
      order({ A: { gross: 5_000 }, B: { item: "MUG", gross: 5_000 } }, { shipping: { gross: 900 } }),
      captured("p1", "09:05", 10_900),
      shipped("f1", "10:00", { A: 1, B: 1 }),
    ];
    const both = [goods("A"), goods("B")];
    const mugs = (refundsShipping: "never" | "whole-order") =>
      withRules(rule({ refundsShipping: "proportionate" }), rule({ when: { item: "MUG" }, refundsShipping, layer: 1 }));
    expect(judge(events, both, { policy: mugs("never") }).refund.shipping).toEqual({ net: 0, taxes: [] });
    expect(judge(events, both, { policy: mugs("whole-order") }).refund.shipping).toEqual({ net: 900, taxes: [] });
    expect(judge(events, [goods("B")], { policy: mugs("whole-order") }).refund.shipping).toEqual({ net: 0, taxes: [] });
    expect(judge(events, [goods("A")], { policy: mugs("whole-order") }).refund.shipping).toEqual({ net: 450, taxes: [] });
  });

  test("is no part of what a fee is reckoned of, and is settled by what was never paid", () => {
    const policy = withRules(rule({ refundsShipping: "whole-order", fees: [{ reason: "restocking", rate: "0.5" }] }));
    const unpaid = [sent[0]!, captured("p1", "09:05", 11_000), sent[2]!];
    expect(judge(unpaid, [goods("A", 3)], { policy }).refund).toMatchObject({
      fees: [{ reason: "restocking", amount: 5_500 }],
      shipping: { net: 900, taxes: [{ code: "IL", amount: 90 }] },
      settlesUnpaid: 990,
      payable: 5_500,
    });
  });
});
