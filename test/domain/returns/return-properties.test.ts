import fc from "fast-check";
import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import type { ReturnJudgement } from "#domain/returns";
import { captured, order, refund, refunded, shipped } from "../ledger/sale-events.ts";
import { goods, judge, rule, withRules } from "./return-house.ts";

/** An order of one line, paid by card and gift card, shipped in part, with refunds of some units before anybody asks for a return. */
const anySale = fc
  .record({
    pieces: fc.integer({ min: 1, max: 6 }),
    gross: fc.integer({ min: 1, max: 99_999 }),
    tax: fc.integer({ min: 0, max: 9_999 }),
    shippedPart: fc.integer({ min: 0, max: 6 }),
    refundedPieces: fc.integer({ min: 0, max: 3 }),
    giftPart: fc.integer({ min: 0, max: 100 }),
    paidPart: fc.integer({ min: 0, max: 100 }),
  })
  .map((given) => {
    const total = given.gross + given.tax;
    const gift = Math.floor((total * given.giftPart) / 100);
    const card = Math.floor(((total - gift) * given.paidPart) / 100);
    const handedOver = Math.min(given.shippedPart, given.pieces);
    const back = Math.min(given.refundedPieces, handedOver);
    const net = Math.floor((given.gross * back) / given.pieces);
    const tax = Math.floor((given.tax * back) / given.pieces);
    const money = Math.min(net + tax, card);
    const events: BusinessEvent[] = [
      order({ A: { quantity: given.pieces, gross: given.gross, tax: given.tax } }),
      captured("gift", "09:05", gift, { gateway: "gift_card" }),
      captured("card", "09:06", card),
      shipped("f1", "10:00", { A: handedOver }),
    ];
    if (back > 0) {
      events.push(refund("r1", "12:00", { lines: { A: { quantity: back, subtotal: net, tax, restock: "return" } }, money: { m1: money } }));
      if (money > 0) events.push(refunded("m1", "12:01", money, { parent: "card" }));
    }
    return {
      events,
      returnable: handedOver - back,
      gross: given.gross,
      tax: given.tax,
      net,
      backTax: tax,
      card: card - (back > 0 ? money : 0),
      gift,
    };
  });

test("however many returns are asked for, no unit and no cent is given twice, and no payment gives more than it took in", () => {
  const requests = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(anySale, requests, fc.boolean(), (sale, asked, credit) => {
      const policy = withRules(rule({ refundTo: credit ? "store-credit" : "original-tender", refundOrder: ["gift-card-liability"] }));
      const granted: ReturnJudgement[] = [];
      for (const pieces of asked) granted.push(judge(sale.events, [goods("A", pieces)], { policy, reservations: granted.map(held) }));
      const units = granted.flatMap(({ allowed }) => allowed.map(({ quantityMillionths }) => quantityMillionths));
      const wanted = asked.reduce((total, each) => total + each, 0);
      expect(units.reduce((total, each) => total + each, 0)).toBe(Math.min(wanted, sale.returnable) * 1_000_000);
      const net = granted.reduce((total, { refund: { net: each } }) => total + each, 0);
      const tax = granted.reduce((total, { refund: { taxes } }) => total + (taxes[0]?.amount ?? 0), 0);
      expect(net + sale.net).toBeLessThanOrEqual(sale.gross);
      expect(tax + sale.backTax).toBeLessThanOrEqual(sale.tax);
      const tenders = granted.flatMap(({ refund: each }) => each.tenders);
      const to = (name: string) =>
        tenders.reduce(
          (total, each) => total + (each.to === name || ("paymentId" in each && each.paymentId === name) ? each.amount : 0),
          0,
        );
      expect(to("card")).toBeLessThanOrEqual(sale.card);
      expect(to("gift")).toBeLessThanOrEqual(sale.gift);
      expect(to("card") + to("gift") + to("store-credit")).toBeLessThanOrEqual(sale.card + sale.gift);
      for (const { refund: each } of granted) {
        const value = each.net + (each.taxes[0]?.amount ?? 0);
        expect(each.settlesUnpaid + each.notCovered + each.payable).toBe(value);
      }
    }),
    { numRuns: 500 },
  );
});

test("when everything was handed over and paid, everything that comes back unit by unit is exactly what it was sold for", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 99_999 }),
      fc.integer({ min: 0, max: 9_999 }),
      (pieces, gross, tax) => {
        const events = [
          order({ A: { quantity: pieces, gross, tax } }),
          captured("p1", "09:05", gross + tax),
          shipped("f1", "10:00", { A: pieces }),
        ];
        const granted: ReturnJudgement[] = [];
        for (let piece = 0; piece < pieces; piece++) granted.push(judge(events, [goods("A")], { reservations: granted.map(held) }));
        expect(granted.reduce((total, each) => total + each.refund.payable, 0)).toBe(gross + tax);
      },
    ),
    { numRuns: 200 },
  );
});

test("however an order is returned, its shipping is given back once at most, and wholly with the last goods", () => {
  const requests = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 });
  const charges = fc.record({
    net: fc.integer({ min: 0, max: 2_999 }),
    tax: fc.integer({ min: 0, max: 299 }),
    before: fc.integer({ min: 0, max: 999 }),
  });
  fc.assert(
    fc.property(
      requests,
      charges,
      fc.constantFrom("whole-order" as const, "proportionate" as const),
      (asked, { net, tax, before }, refundsShipping) => {
        const given = Math.min(before, net);
        const events: BusinessEvent[] = [
          order({ A: { quantity: 4, gross: 9_999, tax: 801 }, B: { gross: 501 } }, { shipping: { gross: net, tax } }),
          captured("p1", "09:05", 9_999 + 801 + 501 + net + tax),
          shipped("f1", "10:00", { A: 4, B: 1 }),
        ];
        if (given > 0) events.push(refund("r1", "11:00", { shipping: { amount: given }, money: { m1: given } }));
        const policy = withRules(rule({ refundsShipping }));
        const granted: ReturnJudgement[] = [];
        for (const pieces of [...asked, 4]) {
          const lines = pieces === 2 ? [goods("B")] : [goods("A", pieces)];
          granted.push(judge(events, lines, { policy, reservations: granted.map(held) }));
        }
        const paid = granted.map(({ refund: { shipping } }) => shipping ?? { net: 0, taxes: [] });
        const [allNet, allTax] = [sum(paid.map((each) => each.net)), sum(paid.flatMap(({ taxes }) => taxes.map(({ amount }) => amount)))];
        expect(allNet).toBeLessThanOrEqual(net - given);
        expect(allTax).toBeLessThanOrEqual(tax);
        const isAllBack = sum(granted.flatMap(({ allowed }) => allowed.map(({ quantityMillionths }) => quantityMillionths))) === 5_000_000;
        if (isAllBack && given === 0) expect([allNet, allTax]).toEqual([net, tax]);
        for (const { refund: each } of granted) {
          const value =
            each.net +
            sum(each.taxes.map(({ amount }) => amount)) +
            (each.shipping?.net ?? 0) +
            sum((each.shipping?.taxes ?? []).map(({ amount }) => amount));
          expect(each.settlesUnpaid + each.notCovered + each.payable).toBe(value);
        }
      },
    ),
    { numRuns: 300 },
  );
});

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

function held({ allowed, refund: given }: ReturnJudgement) {
  return { lines: allowed, refund: given };
}
