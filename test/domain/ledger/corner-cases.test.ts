import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { foldFacts, targetLedger } from "#domain/ledger";
import { ledgerText } from "./ledger-text.ts";
import { captured, order, refund, refunded, shipped, transaction, unshipped } from "./sale-events.ts";
import { policy } from "./sale-policy.ts";

const lines = (...events: BusinessEvent[]) => ledgerText(targetLedger(events, policy, transaction)).split("\n");
const refundLine = (id: string, time: string, given: Parameters<typeof refund>[2], change: object) => {
  const whole = refund(id, time, given);
  return { ...whole, lines: whole.lines.map((line) => ({ ...line, ...change })) };
};

describe("held with what they depend on", () => {
  test("a refund after a capture that is left out has no money to give back, and its own money goes nowhere", () => {
    expect(
      lines(
        order({ L1: { gross: 1000 } }),
        captured("P1", "10:00", 1001),
        refund("R1", "11:00", { lines: { L1: { subtotal: 1000, restock: "cancel" } }, money: { T1: 1000 } }),
        refunded("T1", "11:00", 1000, { parent: "P1" }),
      ),
    ).toEqual([
      "! money.amount-mismatch/over-capture payment.captured:P1 0.01",
      "! policy.refund-exceeds-capture/order refund.issued:R1 10.00",
    ]);
  });

  test("a cancellation whose fulfilment is left out misses nothing", () => {
    expect(lines(order({ L1: { gross: 1000 } }), unshipped("F1", "09:30"), shipped("F1", "11:00", { L1: 2 }))).toEqual([
      "! sequence.parent-missing/over-fulfilment fulfillment.shipped:F1",
    ]);
  });

  test("goods of a cancelled fulfilment whose issue waits for its location", () => {
    expect(
      lines(order({ L1: { gross: 1000 } }), shipped("F1", "11:00", { L1: 1 }, "999"), unshipped("F1", "12:00")).filter(
        (line) => line.includes("issue") || line.startsWith("held"),
      ),
    ).toEqual(["held fulfillment.shipped:F1", "held fulfillment.cancelled:F1"]);
  });

  test("one trouble in two fulfilments is one problem, on the first", () => {
    const { problems } = targetLedger(
      [order({ L1: { gross: 1000, quantity: 2 } }), shipped("F1", "11:00", { L1: 1 }, "999"), shipped("F2", "12:00", { L1: 1 }, "999")],
      policy,
      transaction,
    );
    expect(problems.map((problem) => [problem.cause, problem.event, problem.document])).toEqual([
      ["location:999", "fulfillment.shipped:F1", "sale:shopify:demo.example:1/fulfillment.shipped:F1/issue/us/USD"],
    ]);
  });
});

describe("fulfilments", () => {
  test("a line that stands twice in one fulfilment gives two movements", () => {
    const twice = shipped("F1", "11:00", { L1: 1 });
    if (twice.name !== "fulfillment.shipped") throw new Error("a fulfilment was expected");
    expect(lines(order({ L1: { gross: 1000, quantity: 2 } }), { ...twice, lines: [...twice.lines, ...twice.lines] }).slice(-2)).toEqual([
      "  L1: -1 SHIRT (apparel) dc at average",
      "  L1.1: -1 SHIRT (apparel) dc at average",
    ]);
  });

  test("shipped, cancelled, shipped again and returned: the cost is that of the issue that stands", () => {
    expect(
      lines(
        order({ L1: { gross: 1000 } }),
        captured("P1", "10:00", 1000),
        shipped("F1", "11:00", { L1: 1 }),
        unshipped("F1", "12:00"),
        shipped("F2", "13:00", { L1: 1 }),
        refund("R1", "14:00", { lines: { L1: { subtotal: 1000, restock: "return", location: "100" } }, money: { T1: 1000 } }),
      ).slice(-1),
    ).toEqual(["  R1-L1: 1 SHIRT (apparel) dc at fulfillment.shipped:F2 L1"]);
  });

  test("a fulfilment of something that is not stocked cannot be undone after its return either", () => {
    expect(
      lines(
        order({ L1: { gross: 1000, item: "ENGRAVING" } }),
        captured("P1", "10:00", 1000),
        shipped("F1", "11:00", { L1: 1 }, "100", "ENGRAVING"),
        refund("R1", "12:00", { lines: { L1: { subtotal: 1000, restock: "none" } }, money: { T1: 1000 } }),
        unshipped("F1", "13:00"),
      ).slice(-1),
    ).toEqual(["! policy.over-return/cancelled-after-return fulfillment.cancelled:F1"]);
  });

  test("shipping of which the unearned part was given back is not un-earned by the next fulfilment", () => {
    expect(
      lines(
        order({ L1: { gross: 1000 }, L2: { gross: 1000 }, L3: { gross: 1000 } }, { shipping: { gross: 900 } }),
        captured("P1", "10:00", 3900),
        shipped("F1", "11:00", { L1: 1 }),
        refund("R1", "12:00", { shipping: { amount: 600 }, money: { T1: 600 } }),
        shipped("F2", "13:00", { L2: 1 }),
      ).slice(-5),
    ).toEqual([
      "fulfillment.shipped:F2 → revenue",
      "  Dr deferred-revenue{channel:web,currency:USD} 10.00",
      "    Cr sales{channel:web,item-class:apparel} 10.00",
      "fulfillment.shipped:F2 → issue",
      "  L2: -1 SHIRT (apparel) dc at average",
    ]);
  });

  test("cents that rounding moved between a shipped and a refunded unit do not upset the share of shipping", () => {
    expect(
      lines(
        order({ L1: { gross: 3, quantity: 4 }, L2: { gross: 0, item: "MUG" } }, { shipping: { gross: 100 } }),
        captured("P1", "10:00", 103),
        shipped("F1", "11:00", { L1: 2 }),
        refund("R1", "12:00", { lines: { L1: { subtotal: 2, restock: "cancel" } }, money: { T1: 2 } }),
        shipped("F2", "13:00", { L2: 1 }, "100", "MUG"),
      ).filter((line) => line.startsWith("!") || line.includes("shipping-revenue")),
    ).toEqual(["    Cr shipping-revenue{channel:web} 0.67", "    Cr shipping-revenue{channel:web} 0.33"]);
  });
});

describe("refunds", () => {
  const sale = (...rest: BusinessEvent[]) =>
    lines(
      order({ L1: { gross: 1000, tax: { IL: 60, Chicago: 40 } } }),
      captured("P1", "10:00", 1100),
      shipped("F1", "11:00", { L1: 1 }),
      ...rest,
    );

  test("everything leaves the order before anything left the house, its shipping is kept: not earned, still deferred", () => {
    expect(
      lines(
        order({ L1: { gross: 1000 } }, { shipping: { gross: 500 } }),
        captured("P1", "10:00", 1500),
        refund("R1", "11:00", { lines: { L1: { subtotal: 1000, restock: "cancel" } }, money: { T1: 1000 } }),
      ).slice(-3),
    ).toEqual([
      "refund.issued:R1 → refund",
      "  Dr deferred-revenue{channel:web,currency:USD} 10.00",
      "    Cr refund-payable{gateway:shopify_payments,currency:USD} 10.00",
    ]);
  });

  test("two goodwill refunds cannot give back more than came in", () => {
    expect(sale(refund("R1", "12:00", { money: { T1: 600 } }), refund("R2", "13:00", { money: { T2: 600 } })).slice(-1)).toEqual([
      "! policy.refund-exceeds-capture/order refund.issued:R2 1.00",
    ]);
  });

  test("a concession with tax of an order with two jurisdictions is not placed by guess", () => {
    expect(sale(refund("R1", "12:00", { discrepancy: { amount: -500, tax: -100 }, money: { T1: 600 } })).slice(-2)).toEqual([
      "! data.unmapped/tax refund.issued:R1 1.00",
      "held refund.issued:R1",
    ]);
  });

  test("tax of a concession above the concession itself, in one jurisdiction", () => {
    expect(
      lines(
        order({ L1: { gross: 1000, tax: 100 } }),
        captured("P1", "10:00", 1100),
        refund("R1", "12:00", { discrepancy: { amount: 0, tax: -200 }, money: { T1: 100 } }),
      ).slice(-2),
    ).toEqual(["! data.unmapped/tax refund.issued:R1 2.00", "held refund.issued:R1"]);
  });

  test("all tax stands on the first line; the second line's refund states its tax without codes: it lies where the order's tax lies", () => {
    expect(
      lines(
        order({ L1: { gross: 1000, tax: { IL: 200 } }, L2: { gross: 1000 } }),
        captured("P1", "10:00", 2200),
        shipped("F1", "11:00", { L1: 1, L2: 1 }),
        refundLine(
          "R1",
          "12:00",
          { lines: { L2: { subtotal: 1000, tax: { any: 100 }, restock: "none" } }, money: { T1: 1100 } },
          { taxes: [] },
        ),
      ).slice(-4),
    ).toEqual([
      "refund.issued:R1 → refund",
      "  Dr sales-returns{channel:web} 10.00",
      "  Dr tax-payable{jurisdiction:US-IL} 1.00",
      "    Cr refund-payable{gateway:shopify_payments,currency:USD} 11.00",
    ]);
  });

  test("two rows of one refund cannot share the one piece that had not left", () => {
    const once = refund("R1", "12:00", { lines: { L1: { subtotal: 500, restock: "cancel" } }, money: { T1: 1000 } });
    expect(
      lines(order({ L1: { gross: 1000 } }), captured("P1", "10:00", 1000), {
        ...once,
        lines: [...once.lines, { ...once.lines[0]!, id: "again" }],
      }).slice(-1),
    ).toEqual(["! policy.over-return/quantity refund.issued:R1"]);
  });

  test("one of two open pieces leaves at the price of both", () => {
    expect(
      lines(
        order({ L1: { gross: 2000, quantity: 2 } }),
        captured("P1", "10:00", 2000),
        refund("R1", "12:00", { lines: { L1: { subtotal: 2000, restock: "cancel" } }, money: { T1: 2000 } }),
      ).slice(3),
    ).toEqual(["! money.amount-mismatch/refund refund.issued:R1 -10.00"]);
  });

  test("money for no pieces at all", () => {
    expect(
      sale(refund("R1", "12:00", { lines: { L1: { quantity: 0, subtotal: 500, restock: "none" } }, money: { T1: 500 } })).slice(-1),
    ).toEqual(["! money.amount-mismatch/refund-quantity refund.issued:R1 5.00"]);
  });

  test("a refund transaction may name the authorisation of its capture", () => {
    expect(
      lines(
        order({ L1: { gross: 1000 } }),
        { ...captured("P1", "10:00", 1000), parentPaymentId: "A1" } as BusinessEvent,
        refund("R1", "12:00", { money: { T1: 500 } }),
        refunded("T1", "12:00", 500, { parent: "A1" }),
      ).slice(-3),
    ).toEqual([
      "payment.refunded:T1 → refund-settlement",
      "  Dr refund-payable{gateway:shopify_payments,currency:USD} 5.00",
      "    Cr payment-clearing{gateway:shopify_payments,currency:USD} 5.00",
    ]);
  });

  test("what was owed at one gateway and went out at another clears what was owed", () => {
    expect(
      sale(refund("R1", "12:00", { money: { T1: 500 } }), refunded("T1", "12:00", 500, { parent: "P1", gateway: "gift_card" })).slice(-3),
    ).toEqual([
      "payment.refunded:T1 → refund-settlement",
      "  Dr refund-payable{gateway:shopify_payments,currency:USD} 5.00",
      "    Cr gift-card-liability{issuer:us} 5.00",
    ]);
  });
});

test("a tax that is mapped to a jurisdiction without an election is unmapped", () => {
  const gap = { ...policy, jurisdictions: {} };
  expect(targetLedger([order({ L1: { gross: 1000, tax: 60 } })], gap, transaction).problems.map((problem) => problem.cause)).toEqual([
    "tax:IL",
  ]);
});

describe("folding contradictions", () => {
  const whole = refund("R1", "11:00", {
    lines: { L1: { subtotal: 1000, tax: { IL: 60, Chicago: 40 }, restock: "none" }, L2: { subtotal: 2000, restock: "none" } },
    money: { T1: 3100 },
  });
  const other = (lines: typeof whole.lines) => foldFacts([whole, { ...whole, lines }]).problems.length;

  test("either content may have the longer list", () => {
    expect(other([whole.lines[0]!])).toBe(1);
    expect(
      foldFacts([
        { ...whole, lines: [whole.lines[1]!, whole.lines[0]!] },
        { ...whole, lines: [whole.lines[0]!] },
      ]).problems,
    ).toHaveLength(1);
    expect(other([{ ...whole.lines[0]!, taxes: [{ code: "IL", amount: 60 }] }, whole.lines[1]!])).toBe(1);
    expect(other([{ ...whole.lines[0]!, taxes: [...whole.lines[0]!.taxes, { code: "Z", amount: 0 }] }, whole.lines[1]!])).toBe(1);
  });

  test("rows that share an id are not matched by it", () => {
    const [row] = whole.lines;
    const twins = { ...whole, lines: [row!, row!] };
    for (const subtotal of [1, 9999]) {
      const changed = { ...whole, lines: [{ ...row!, subtotal }, row!] };
      expect(foldFacts([twins, changed]).problems).toHaveLength(1);
      expect(foldFacts([changed, twins]).problems).toHaveLength(1);
    }
  });

  test("which of two contradicting contents stands in does not depend on arrival", () => {
    const a = captured("P1", "10:00", 100);
    const b = captured("P1", "10:00", 200);
    expect(foldFacts([a, b])).toEqual(foldFacts([b, a]));
  });
});
