import { describe, expect, test } from "vitest";
import { judgeBlindReturn } from "#domain/returns";
import { allowedText, goods, judge, refusedText, rule, saleIn, tenderText, withRules } from "./return-house.ts";
import { line, of, ticket } from "./till-ticket.ts";

describe("a till's ticket", () => {
  test("is given back by the entity of its store, by the ticket's own day", () => {
    const sale = saleIn(
      [ticket({ lines: [line("1", 5_000)], tenders: [{ id: "1", type: "Cash", amount: 5_000 }] })],
      withRules(rule()),
      of,
    );
    expect(sale).toMatchObject({ entity: "us", channel: "pos", place: "7", day: "2026-11-27", unpaid: 0 });
  });

  test("carries discounts and taxes that it states as a whole in its lines by their value", () => {
    const events = [
      ticket({
        lines: [line("1", 6_000), line("2", 4_000)],
        discounts: [{ amount: 1_000 }],
        taxes: [{ code: "A", amount: 901 }],
        tenders: [{ id: "1", type: "CreditDebit", amount: 9_901 }],
      }),
    ];
    expect(allowedText(judge(events, [goods("1"), goods("2")], { of }))).toEqual(["1 of 1: 5400 + A 541", "1 of 2: 3600 + A 360"]);
  });

  test("gives change back to nobody twice", () => {
    const events = [
      ticket({
        lines: [line("1", 4_250)],
        tenders: [
          { id: "1", type: "Cash", amount: 5_000 },
          { id: "2", type: "Cash", amount: -750 },
        ],
      }),
    ];
    expect(tenderText(judge(events, [goods("1")], { of }))).toEqual(["Cash 1 4250"]);
  });

  test("that was paid in part with goods gives that part back as store credit", () => {
    const events = [
      ticket({
        lines: [line("1", 10_000), line("2", 6_000, { kind: "return" })],
        tenders: [{ id: "1", type: "CreditDebit", amount: 4_000 }],
      }),
    ];
    const judgement = judge(events, [goods("1")], { of });
    expect(tenderText(judgement)).toEqual(["CreditDebit 1 4000", "store-credit 6000"]);
    expect(judgement.refund.notCovered).toBe(0);
    expect(refusedText(judge(events, [goods("2")], { of }))).toEqual(["0: 1 unknown-line"]);
  });
});

describe("a return without its sale", () => {
  const policy = withRules(
    rule({ blind: { limitMinorUnits: { USD: 5_000 }, refundTo: "store-credit" } }),
    rule({ when: { "item-class": "home" }, blind: { limitMinorUnits: { USD: 2_000 }, refundTo: "store-credit" } }),
    rule({ when: { "item-class": "service" } }),
  );
  const goodsWorth = (item: string, amount?: number, condition: "as-new" | "used" = "as-new") => ({
    item,
    quantityMillionths: 1_000_000,
    condition,
    amount,
  });
  const blind = (...lines: ReturnType<typeof goodsWorth>[]) =>
    judgeBlindReturn({ policy, channel: "pos", place: "7", lines, at: "2026-12-01T18:00:00.000Z" });

  test("is taken up to the limit, to the tender that policy says", () => {
    expect(blind(goodsWorth("SHIRT", 2_500), goodsWorth("SHIRT", 2_500))).toEqual({
      allowed: [0, 1],
      refusals: [],
      refund: { currency: "USD", payable: 5_000, to: "store-credit" },
    });
  });

  test("above the limit nothing of it is taken, and the lowest limit of its goods is the limit of all", () => {
    const above = blind(goodsWorth("SHIRT", 2_500), goodsWorth("SHIRT", 2_501));
    expect([above.allowed, refusedText(above), above.refund.payable]).toEqual([[], ["0: 1 blind-limit", "1: 1 blind-limit"], 0]);
    expect(refusedText(blind(goodsWorth("SHIRT", 1_500), goodsWorth("MUG", 501)))).toEqual(["0: 1 blind-limit", "1: 1 blind-limit"]);
  });

  test("goods that policy takes back with a receipt only, in another condition or without an amount are refused, and no others", () => {
    const mixed = blind(goodsWorth("ENGRAVING", 100), goodsWorth("SHIRT", 100, "used"), goodsWorth("SHIRT"), goodsWorth("SHIRT", 100));
    expect(refusedText(mixed)).toEqual(["0: 1 blind-not-taken", "1: 1 condition", "2: 1 blind-not-taken"]);
    expect([mixed.allowed, mixed.refund.payable]).toEqual([[3], 100]);
    expect(refusedText(blind(goodsWorth("", 100), goodsWorth("TEAPOT", 100)))).toEqual(["0: 1 unknown-line", "1: 1 unknown-line"]);
  });

  test("in a currency without a limit, and at a store that is none of ours, nothing is taken", () => {
    const at = (place: string) =>
      refusedText(judgeBlindReturn({ policy, channel: "pos", place, lines: [goodsWorth("SHIRT", 100)], at: "2026-12-01T18:00:00.000Z" }));
    expect([at("9"), at("8")]).toEqual([["0: 1 blind-not-taken"], ["0: 1 place"]]);
  });
});
