import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { basisOf, isAuthorizationId, type ReturnJudgement, roundedAsGiven, shippingBasisOf, type TakenBackUnits } from "#domain/returns";
import { captured, order, refund, refunded, shipped } from "../ledger/sale-events.ts";
import { goods, judge, rule, saleIn, tenderText, withRules } from "./return-house.ts";

const reserve = ({ allowed, refund: given }: ReturnJudgement) => ({ lines: allowed, refund: given });

/** Two shirts for 100.00, 70.00 by Visa and 30.00 by gift card. */
const twoTenders = [
  order({ A: { quantity: 2, gross: 10_000 } }, { gateways: ["shopify_payments", "gift_card"] }),
  { ...captured("card", "09:05", 7_000), cardBrand: "VISA", parentPaymentId: "auth" } as BusinessEvent,
  captured("gift", "09:06", 3_000, { gateway: "gift_card" }),
  shipped("f1", "10:00", { A: 2 }),
];

describe("to which tender a refund goes", () => {
  test("with the brand of the card, and what can be given back of the payment after it", () => {
    expect(judge(twoTenders, [goods("A")]).refund.tenders).toEqual([
      { to: "original-tender", paymentId: "card", tender: "shopify_payments", cardBrand: "VISA", amount: 5_000, left: 2_000 },
    ]);
    const earlier = refund("r1", "12:00", { discrepancy: { amount: -1_000 }, money: { m1: 1_000 } });
    expect(judge([...twoTenders, earlier], [goods("A")]).refund.tenders).toEqual([
      { to: "original-tender", paymentId: "card", tender: "shopify_payments", cardBrand: "VISA", amount: 5_000, left: 1_000 },
    ]);
  });

  test("a refund counts against the payment that it names, or its authorisation, before those of its gateway", () => {
    const three = [...twoTenders.slice(0, 1), captured("first", "09:01", 4_000), ...twoTenders.slice(1)];
    const left = (...events: readonly BusinessEvent[]) =>
      tenderText(judge([...three, ...events], [goods("A", 2)], { policy: withRules(rule()) }));
    expect(left()).toEqual(["shopify_payments first 4000", "shopify_payments card 6000"]);
    expect(left(refunded("m1", "12:00", 3_000, { parent: "auth" }))).toEqual([
      "shopify_payments first 4000",
      "shopify_payments card 4000",
      "gift_card gift 2000",
    ]);
    expect(left(refunded("m1", "12:00", 3_000, { parent: "card" }))).toEqual([
      "shopify_payments first 4000",
      "shopify_payments card 4000",
      "gift_card gift 2000",
    ]);
    expect(left(refunded("m1", "12:00", 3_000, { parent: "gift" }))).toEqual(["shopify_payments first 4000", "shopify_payments card 6000"]);
    expect(left(refunded("m1", "12:00", 3_000))).toEqual([
      "shopify_payments first 1000",
      "shopify_payments card 7000",
      "gift_card gift 2000",
    ]);
  });

  test("a refund that failed when it was issued took nothing, and one that both tell of is told once", () => {
    const of = (status: "failed" | "success") =>
      refund("r1", "12:00", { discrepancy: { amount: -2_000 }, money: { m1: { amount: 2_000, status } } });
    expect(tenderText(judge([...twoTenders, of("failed")], [goods("A", 2)]))).toEqual([
      "shopify_payments card 7000",
      "gift_card gift 3000",
    ]);
    expect(tenderText(judge([...twoTenders, of("success")], [goods("A", 2)]))).toEqual([
      "shopify_payments card 5000",
      "gift_card gift 3000",
    ]);
    const paid = refunded("m1", "11:00", 2_000, { parent: "gift" });
    expect(tenderText(judge([...twoTenders, paid, of("success")], [goods("A", 2)]))).toEqual([
      "shopify_payments card 7000",
      "gift_card gift 1000",
    ]);
  });

  test("what another return was promised of a payment is promised of that one", () => {
    const policy = withRules(rule({ refundOrder: ["gift-card-liability"] }));
    const first = judge(twoTenders, [goods("A")], { policy });
    expect(tenderText(first)).toEqual(["gift_card gift 3000", "shopify_payments card 2000"]);
    expect(tenderText(judge(twoTenders, [goods("A")], { policy, reservations: [reserve(first)] }))).toEqual(["shopify_payments card 5000"]);
    expect(tenderText(judge(twoTenders, [goods("A")], { reservations: [reserve(first)] }))).toEqual(["shopify_payments card 5000"]);
    // Store credit is promised of no payment by name: it uses up the first.
    const credit = judge(twoTenders, [goods("A")], { policy: withRules(rule({ refundTo: "store-credit" })) });
    expect(tenderText(judge(twoTenders, [goods("A")], { reservations: [reserve(credit)] }))).toEqual([
      "shopify_payments card 2000",
      "gift_card gift 3000",
    ]);
  });

  test("goods of two rules: what goes back to its tender comes before store credit, whatever comes first", () => {
    const both = [
      order({ A: { item: "MUG", gross: 4_000 }, B: { gross: 6_000 } }),
      captured("card", "09:05", 5_000),
      captured("later", "09:06", 5_000),
      shipped("f1", "10:00", { A: 1, B: 1 }),
    ];
    const policy = withRules(rule(), rule({ when: { item: "MUG" }, refundTo: "store-credit" }));
    expect(tenderText(judge(both, [goods("A"), goods("B")], { policy }))).toEqual([
      "shopify_payments card 5000",
      "shopify_payments later 1000",
      "store-credit 4000",
    ]);
  });

  test("payments of a role that the rule does not order come after those that it does, in their own order", () => {
    const policy = { ...withRules(rule({ refundOrder: ["payment-clearing"] })) };
    const unknown = [
      order({ A: { quantity: 1, gross: 10_000 } }),
      captured("barter", "09:04", 2_000, { gateway: "barter" }),
      captured("gift", "09:05", 3_000, { gateway: "gift_card" }),
      captured("card", "09:06", 5_000),
      shipped("f1", "10:00", { A: 1 }),
    ];
    expect(tenderText(judge(unknown, [goods("A")], { policy }))).toEqual([
      "shopify_payments card 5000",
      "barter barter 2000",
      "gift_card gift 3000",
    ]);
  });

  test("an amount of each return is kept once for a reason, from one rule's goods after the other's", () => {
    const both = [
      order({ A: { item: "MUG", gross: 300 }, B: { gross: 6_000 } }),
      captured("card", "09:05", 6_300),
      shipped("f1", "10:00", { A: 1, B: 1 }),
    ];
    const fees = (amount: number) => [{ reason: "return-label" as const, minorUnits: { USD: amount } }];
    const policy = withRules(rule({ fees: fees(500) }), rule({ when: { item: "MUG" }, fees: fees(450) }));
    expect(judge(both, [goods("A"), goods("B")], { policy }).refund).toMatchObject({
      fees: [{ reason: "return-label", amount: 500 }],
      payable: 5_800,
    });
    const opened = withRules(rule({ fees: [{ reason: "restocking", minorUnits: { USD: 500 }, conditions: ["opened"] }] }));
    const some = judge(both, [goods("A", 1, { condition: "opened" }), goods("B")], { policy: opened }).refund;
    expect([some.fees, some.payable]).toEqual([[{ reason: "restocking", amount: 500 }], 5_800]);
  });
});

describe("what a grant was judged by", () => {
  const shipping = { gross: 1_000, tax: 80 };
  const sold = [
    order({ A: { quantity: 4, gross: 8_000 }, B: { item: "MUG", gross: 500 } }, { shipping }),
    captured("card", "09:05", 9_580),
    shipped("f1", "10:00", { A: 3, B: 1 }),
  ];
  const policy = withRules(rule({ refundsShipping: "proportionate" }));

  test("is kept of the lines that it allows", () => {
    const back = refund("r1", "12:00", { lines: { A: { subtotal: 2_000, restock: "return" } }, money: { m1: 2_000 } });
    const sale = saleIn([...sold, back], policy);
    const first = judge([...sold, back], [goods("A")], { policy });
    expect(basisOf(sale, [], first)).toEqual([
      { lineId: "A", sold: 4_000_000, neverLeft: 0, handedOver: 3_000_000, returned: 1_000_000, expected: 0, promised: 0 },
    ]);
    const second = judge([...sold, back], [goods("A")], { policy, reservations: [reserve(first)] });
    expect(basisOf(sale, [reserve(first)], second)).toEqual([
      { lineId: "A", sold: 4_000_000, neverLeft: 0, handedOver: 3_000_000, returned: 1_000_000, expected: 0, promised: 1_000_000 },
    ]);
    expect(basisOf(sale, [], judge([...sold, back], [goods("Z")], { policy }))).toEqual([]);
  });

  test("and of the shipping, where any of it is promised", () => {
    const back = refund("r1", "12:00", { shipping: { amount: 100, tax: 8 }, money: { m1: 108 } });
    const sale = saleIn([...sold, back], policy);
    const first = judge([...sold, back], [goods("A")], { policy });
    // 20.00 of 85.00 of the goods, and of the shipping 2.35 with 0.19 of tax.
    expect(first.refund.shipping).toEqual({ net: 235, taxes: [{ code: "IL", amount: 19 }] });
    expect(shippingBasisOf(sale, [], first)).toEqual({ charged: 1_080, givenBack: 108, promised: 0 });
    const second = judge([...sold, back], [goods("A")], { policy, reservations: [reserve(first)] });
    expect(shippingBasisOf(sale, [reserve(first)], second)).toEqual({ charged: 1_080, givenBack: 108, promised: 254 });
    expect(shippingBasisOf(sale, [], judge([...sold, back], [goods("A")]))).toBeUndefined();
    const { shipping: _, ...old } = first.refund;
    expect(shippingBasisOf(sale, [], { refund: old })).toBeUndefined();
  });

  test("has an id that is typed in full, and nothing around it", () => {
    const texts = ["RA-0123456789AV", "xRA-0123456789AV", "RA-0123456789AVx", "RA-0123456789AW", "RA-0123456789A", "ra-0123456789av"];
    expect(texts.map(isAuthorizationId)).toEqual([true, false, false, false, false, false]);
  });
});

describe("a till that rounds the tax otherwise (c29)", () => {
  type Line = EventOf<"return.taken-back">["lines"][number];
  const given = (net: number, ...amounts: number[]): Line => ({
    id: "1",
    item: "SHIRT",
    quantityMillionths: 1_000_000,
    net,
    taxes: amounts.map((amount, index) => ({ code: `T${index}`, amount })),
    restock: true,
  });
  const units = (line: Line, net: number, ...amounts: number[]): TakenBackUnits => ({
    line,
    lineId: "A",
    quantityMillionths: 1_000_000,
    value: { net, taxes: amounts.map((amount, index) => ({ code: `T${index}`, amount })) },
  });
  const rounded = (...placed: TakenBackUnits[]) =>
    roundedAsGiven(placed, 1).map(({ value }) => [value.net, ...value.taxes.map(({ amount }) => amount)].join(" "));

  test("gave back what it gave back, where it is off by a cent for each tax and no more", () => {
    expect(rounded(units(given(1_000, 80, 20), 1_000, 80, 18))).toEqual(["1000 80 20"]);
    expect(rounded(units(given(1_000, 80, 20), 1_000, 80, 22))).toEqual(["1000 80 20"]);
    expect(rounded(units(given(1_000, 80, 20), 1_000, 80, 17))).toEqual(["1000 80 17"]);
    expect(rounded(units(given(1_000, 80), 1_000, 79))).toEqual(["1000 80"]);
    expect(rounded(units(given(1_000, 80), 1_000, 78))).toEqual(["1000 78"]);
    expect(rounded(units(given(1_000, 80), 1_000, 80))).toEqual(["1000 80"]);
  });

  test("takes the difference off the goods where no tax has room for it", () => {
    expect(rounded(units(given(1_001), 1_000))).toEqual(["1001"]);
    expect(rounded(units(given(1_002), 1_000))).toEqual(["1000"]);
    expect(rounded(units(given(999, 0), 1_000, 0))).toEqual(["999 0"]);
    expect(rounded(units(given(1_000, 0), 1_000, 1))).toEqual(["1000 0"]);
  });

  test("leaves the difference to the last units of the line, and to no other line's", () => {
    const one = given(1_000, 81);
    const other = { ...given(500, 40), id: "2" };
    expect(rounded(units(one, 500, 40), units(one, 500, 40), units(other, 500, 40))).toEqual(["500 40", "500 41", "500 40"]);
  });
});
