import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import { ledger, ledgerText } from "./ledger-text.ts";
import { captured, order, refund, refunded, shipped, transaction } from "./sale-events.ts";
import { policy } from "./sale-policy.ts";

/** The ledger of what follows the sale: documents of events before 15:00 are left out. */
const afterSale = (...events: BusinessEvent[]) => {
  const target = targetLedger(events, policy, transaction);
  const late = new Set(events.filter((event) => event.occurredAt >= "2026-11-27T15:00:00.000Z").map((event) => event.key));
  return ledgerText({ ...target, documents: target.documents.filter((document) => late.has(document.event)) });
};

const shirt = order({ L1: { gross: 10000, tax: 1000 } });
const paid = captured("P1", "10:00", 11000);
const gone = shipped("F1", "12:00", { L1: 1 });

describe("c16–c18: refund created", () => {
  test("before fulfilment, tax point fulfilment: deferred and tax in advance shrink", () => {
    expect(
      afterSale(
        shirt,
        paid,
        refund("R1", "15:00", { lines: { L1: { subtotal: 10000, tax: 1000, restock: "cancel" } }, money: { T1: 11000 } }),
        refunded("T1", "15:01", 11000, { parent: "P1" }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr deferred-revenue{channel:web,currency:USD} 100.00
        Dr tax-collected-in-advance{jurisdiction:US-IL} 10.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 110.00
      payment.refunded:T1 → refund-settlement
        Dr refund-payable{gateway:shopify_payments,currency:USD} 110.00
          Cr payment-clearing{gateway:shopify_payments,currency:USD} 110.00
    `);
  });

  test("before fulfilment, tax point capture: the tax payable shrinks", () => {
    expect(
      afterSale(
        order({ L1: { gross: 10000, tax: { VAT: 2000 } } }),
        captured("P1", "10:00", 12000),
        refund("R1", "15:00", { lines: { L1: { subtotal: 10000, tax: { VAT: 2000 }, restock: "cancel" } }, money: { T1: 12000 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr deferred-revenue{channel:web,currency:USD} 100.00
        Dr tax-payable{jurisdiction:GB} 20.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 120.00
    `);
  });

  test.each([
    ["IL", "US-IL"],
    ["VAT", "GB"],
    ["MwSt", "DE"],
  ])("after fulfilment a return is sales returns and tax, whatever the tax point (%s)", (code, jurisdiction) => {
    expect(
      afterSale(
        order({ L1: { gross: 10000, tax: { [code]: 1000 } } }),
        paid,
        gone,
        refund("R1", "15:00", { lines: { L1: { subtotal: 10000, tax: { [code]: 1000 }, restock: "none" } }, money: { T1: 11000 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:${jurisdiction}} 10.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 110.00
    `);
  });

  test("c7: a discounted line returns at its stated net; the discount stays untouched", () => {
    expect(
      afterSale(
        order({ L1: { gross: 10000, discounts: [{ amount: 2000, promotion: "BF26" }], tax: 800 } }),
        captured("P1", "10:00", 8800),
        gone,
        refund("R1", "15:00", { lines: { L1: { subtotal: 8000, tax: 800, restock: "none" } }, money: { T1: 8800 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 80.00
        Dr tax-payable{jurisdiction:US-IL} 8.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 88.00
    `);
  });

  test("c8: prices include tax: the stated subtotal holds it", () => {
    expect(
      afterSale(
        order({ L1: { gross: 12000, tax: { VAT: 2000 } } }, { taxesIncluded: true }),
        captured("P1", "10:00", 12000),
        gone,
        refund("R1", "15:00", { lines: { L1: { subtotal: 12000, tax: { VAT: 2000 }, restock: "none" } }, money: { T1: 12000 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:GB} 20.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 120.00
    `);
  });

  test("one of three pieces had left: a cancel takes the two that had not, a return takes the one that had first", () => {
    const three = order({ L1: { gross: 3000, quantity: 3 } });
    const sale = [three, captured("P1", "10:00", 3000), shipped("F1", "12:00", { L1: 1 })];
    expect(
      afterSale(...sale, refund("R1", "15:00", { lines: { L1: { quantity: 2, subtotal: 2000, restock: "cancel" } }, money: { T1: 2000 } })),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr deferred-revenue{channel:web,currency:USD} 20.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 20.00
    `);
    expect(
      afterSale(...sale, refund("R1", "15:00", { lines: { L1: { quantity: 2, subtotal: 2000, restock: "return" } }, money: { T1: 2000 } })),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr deferred-revenue{channel:web,currency:USD} 10.00
        Dr sales-returns{channel:web} 10.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 20.00
      refund.issued:R1 → restock
        R1-L1: 1 SHIRT (apparel) dc at fulfillment.shipped:F1 L1
    `);
  });

  test("two thirds of 10.00 leave the order at 6.66: the piece that had left earns the cent that rounding left", () => {
    expect(
      afterSale(
        order({ L1: { gross: 1000, quantity: 3 } }),
        captured("P1", "10:00", 1000),
        shipped("F1", "12:00", { L1: 1 }),
        refund("R1", "15:00", { lines: { L1: { quantity: 2, subtotal: 666, restock: "cancel" } }, money: { T1: 666 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr deferred-revenue{channel:web,currency:USD} 6.67
          Cr refund-payable{gateway:shopify_payments,currency:USD} 6.66
          Cr sales{channel:web,item-class:apparel} 0.01
    `);
  });

  test("pending: owed at once, settled only when the money goes out", () => {
    const pendingRefund = refund("R1", "15:00", {
      lines: { L1: { subtotal: 10000, tax: 1000, restock: "none" } },
      money: { T1: { amount: 11000, status: "pending" } },
    });
    expect(afterSale(shirt, paid, gone, pendingRefund, refunded("T1", "15:00", 11000, { parent: "P1", status: "pending" }))).toBe(
      ledger`
        refund.issued:R1 → refund
          Dr sales-returns{channel:web} 100.00
          Dr tax-payable{jurisdiction:US-IL} 10.00
            Cr refund-payable{gateway:shopify_payments,currency:USD} 110.00
      `,
    );
    expect(
      afterSale(
        shirt,
        paid,
        gone,
        pendingRefund,
        refunded("T1", "15:00", 11000, { parent: "P1", status: "pending", version: "0" }),
        refunded("T1", "18:00", 11000, { parent: "P1" }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 110.00
      payment.refunded:T1 → refund-settlement
        Dr refund-payable{gateway:shopify_payments,currency:USD} 110.00
          Cr payment-clearing{gateway:shopify_payments,currency:USD} 110.00
    `);
  });

  test("a failed payment is not money: the refund is left out for the difference", () => {
    expect(
      afterSale(
        shirt,
        paid,
        gone,
        refund("R1", "15:00", {
          lines: { L1: { subtotal: 10000, tax: 1000, restock: "none" } },
          money: { T1: { amount: 11000, status: "failed" } },
        }),
        refunded("T1", "15:00", 11000, { parent: "P1", status: "failed" }),
      ),
    ).toBe(ledger`
      ! money.amount-mismatch/refund refund.issued:R1 110.00
    `);
  });

  test("an amount without lines is a price concession", () => {
    expect(
      afterSale(shirt, paid, gone, refund("R1", "15:00", { money: { T1: 1500 } }), refunded("T1", "15:00", 1500, { parent: "P1" })),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr price-concessions{reason:goodwill} 15.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 15.00
      payment.refunded:T1 → refund-settlement
        Dr refund-payable{gateway:shopify_payments,currency:USD} 15.00
          Cr payment-clearing{gateway:shopify_payments,currency:USD} 15.00
    `);
  });

  test("a concession with stated tax gives the tax back", () => {
    expect(
      afterSale(shirt, paid, gone, refund("R1", "15:00", { discrepancy: { amount: -1000, tax: -100 }, money: { T1: 1100 } })),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr price-concessions{reason:goodwill} 10.00
        Dr tax-payable{jurisdiction:US-IL} 1.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 11.00
    `);
  });

  test("more money than value with a stated discrepancy: the excess is a concession", () => {
    expect(
      afterSale(
        order({ L1: { gross: 10000, tax: 1000 }, L2: { gross: 5000, item: "MUG" } }),
        captured("P1", "10:00", 16000),
        gone,
        refund("R1", "15:00", {
          lines: { L1: { subtotal: 10000, tax: 1000, restock: "none" } },
          discrepancy: { amount: -500 },
          money: { T1: 11500 },
        }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr price-concessions{reason:goodwill} 5.00
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 115.00
    `);
  });

  test("more money than value without a reason is left out, with the amount named", () => {
    expect(
      afterSale(
        order({ L1: { gross: 10000, tax: 1000 }, L2: { gross: 5000, item: "MUG" } }),
        captured("P1", "10:00", 16000),
        gone,
        refund("R1", "15:00", { lines: { L1: { subtotal: 10000, tax: 1000, restock: "none" } }, money: { T1: 11500 } }),
        refunded("T1", "15:00", 11500, { parent: "P1" }),
      ),
    ).toBe(ledger`
      ! money.amount-mismatch/refund refund.issued:R1 -5.00
    `);
  });

  test("less money than value of a paid order is left out (a return fee is a later row)", () => {
    expect(
      afterSale(
        shirt,
        paid,
        gone,
        refund("R1", "15:00", {
          lines: { L1: { subtotal: 10000, tax: 1000, restock: "return", location: "100" } },
          discrepancy: { amount: 1000 },
          money: { T1: 10000 },
        }),
      ),
    ).toBe(ledger`
      ! money.amount-mismatch/refund refund.issued:R1 10.00
    `);
  });

  test("a line that leaves the order far below its price is left out: what the shop kept is not guessed to be sales", () => {
    expect(
      afterSale(
        shirt,
        paid,
        refund("R1", "15:00", { lines: { L1: { subtotal: 1000, tax: 100, restock: "cancel" } }, money: { T1: 1100 } }),
      ),
    ).toBe(ledger`
      ! money.amount-mismatch/refund refund.issued:R1 90.00
    `);
  });

  test("a line that leaves the order without its tax is left out", () => {
    expect(
      afterSale(shirt, paid, refund("R1", "15:00", { lines: { L1: { subtotal: 10000, restock: "cancel" } }, money: { T1: 10000 } })),
    ).toBe(ledger`
      ! money.amount-mismatch/refund refund.issued:R1 10.00
    `);
  });

  test("shipping of a shipped order goes back as a return, with its tax", () => {
    expect(
      afterSale(
        order({ L1: { gross: 10000 } }, { shipping: { gross: 1000, tax: 80 } }),
        captured("P1", "10:00", 11080),
        gone,
        refund("R1", "15:00", { shipping: { amount: 1000, tax: 80 }, money: { T1: 1080 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 10.00
        Dr tax-payable{jurisdiction:US-IL} 0.80
          Cr refund-payable{gateway:shopify_payments,currency:USD} 10.80
    `);
  });

  test("shipping half earned: the unearned 5.00 leave deferred first, the other 3.00 are a return", () => {
    expect(
      afterSale(
        order({ L1: { gross: 5000 }, L2: { gross: 5000, item: "MUG" } }, { shipping: { gross: 1000, tax: 100 } }),
        captured("P1", "10:00", 11100),
        gone,
        refund("R1", "15:00", { shipping: { amount: 800, tax: 80 }, money: { T1: 880 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr deferred-revenue{channel:web,currency:USD} 5.00
        Dr sales-returns{channel:web} 3.00
        Dr tax-collected-in-advance{jurisdiction:US-IL} 0.50
        Dr tax-payable{jurisdiction:US-IL} 0.30
          Cr refund-payable{gateway:shopify_payments,currency:USD} 8.80
    `);
  });

  test("the unshipped rest of an order is refunded and its shipping kept: the shipping is earned with what had left", () => {
    expect(
      afterSale(
        order({ L1: { gross: 5000 }, L2: { gross: 5000, item: "MUG" } }, { shipping: { gross: 1000 } }),
        captured("P1", "10:00", 11000),
        gone,
        refund("R1", "15:00", { lines: { L2: { subtotal: 5000, restock: "cancel" } }, money: { T1: 5000 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr deferred-revenue{channel:web,currency:USD} 55.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 50.00
          Cr shipping-revenue{channel:web} 5.00
    `);
  });

  test("split tender: each part is owed and settled by its own tender", () => {
    expect(
      afterSale(
        shirt,
        captured("P1", "10:00", 3000, { gateway: "gift_card" }),
        captured("P2", "10:00", 8000),
        gone,
        refund("R1", "15:00", {
          lines: { L1: { subtotal: 10000, tax: 1000, restock: "none" } },
          money: { T1: { amount: 3000, gateway: "gift_card" }, T2: 8000 },
        }),
        refunded("T1", "15:01", 3000, { parent: "P1", gateway: "gift_card" }),
        refunded("T2", "15:02", 8000, { parent: "P2" }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr refund-payable{gateway:gift_card,currency:USD} 30.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 80.00
      payment.refunded:T1 → refund-settlement
        Dr refund-payable{gateway:gift_card,currency:USD} 30.00
          Cr gift-card-liability{issuer:us} 30.00
      payment.refunded:T2 → refund-settlement
        Dr refund-payable{gateway:shopify_payments,currency:USD} 80.00
          Cr payment-clearing{gateway:shopify_payments,currency:USD} 80.00
    `);
  });

  test("money that went out a second before its refund was written settles it all the same", () => {
    expect(
      afterSale(
        shirt,
        paid,
        gone,
        refunded("T1", "15:00", 11000, { parent: "P1" }),
        refund("R1", "15:01", { lines: { L1: { subtotal: 10000, tax: 1000, restock: "none" } }, money: { T1: 11000 } }),
      ),
    ).toBe(ledger`
      payment.refunded:T1 → refund-settlement
        Dr refund-payable{gateway:shopify_payments,currency:USD} 110.00
          Cr payment-clearing{gateway:shopify_payments,currency:USD} 110.00
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 110.00
    `);
  });

  test("tax of the refund is stated without codes: it lies where the line's own tax lies, 6 to 4", () => {
    const uncoded = refund("R1", "15:00", {
      lines: { L1: { subtotal: 10000, tax: { whole: 1000 }, restock: "none" } },
      money: { T1: 11000 },
    });
    expect(
      afterSale(order({ L1: { gross: 10000, tax: { IL: 600, Chicago: 400 } } }), paid, gone, {
        ...uncoded,
        lines: uncoded.lines.map((line) => ({ ...line, taxes: [] })),
      }),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:US-CHI} 4.00
        Dr tax-payable{jurisdiction:US-IL} 6.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 110.00
    `);
  });
});

describe("c16–c18: refunds of what was not paid", () => {
  test("an unpaid order is cancelled: it only shrinks, without an entry", () => {
    expect(afterSale(shirt, refund("R1", "15:00", { lines: { L1: { subtotal: 10000, tax: 1000, restock: "cancel" } } }))).toBe("");
  });

  test("half is paid, the other half leaves the order: no entry, and shipping the rest ends at zero", () => {
    expect(
      afterSale(
        order({ L1: { gross: 10000, tax: 1000 }, L2: { gross: 10000, tax: 1000, item: "MUG" } }),
        captured("P1", "10:00", 11000),
        refund("R1", "15:00", { lines: { L2: { subtotal: 10000, tax: 1000, restock: "cancel" } } }),
        shipped("F1", "16:00", { L1: 1 }),
      ),
    ).toBe(ledger`
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 100.00
        Dr tax-collected-in-advance{jurisdiction:US-IL} 10.00
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr tax-payable{jurisdiction:US-IL} 10.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
    `);
  });

  test("c3: the half that stays carries all the tax: what was captured for it is split anew", () => {
    expect(
      afterSale(
        order({ L1: { gross: 10000, tax: 1000 }, L2: { gross: 11000, item: "MUG" } }),
        captured("P1", "10:00", 11000),
        refund("R1", "15:00", { lines: { L2: { subtotal: 11000, restock: "cancel" } } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr deferred-revenue{channel:web,currency:USD} 5.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 5.00
    `);
  });

  test("COD refused after shipping: the return credits the receivable", () => {
    expect(
      afterSale(
        order({ L1: { gross: 10000, tax: 1000 } }, { paymentTerms: true }),
        gone,
        refund("R1", "15:00", { lines: { L1: { subtotal: 10000, tax: 1000, restock: "return", location: "100" } } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 100.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr accounts-receivable{currency:USD} 110.00
      refund.issued:R1 → restock
        R1-L1: 1 SHIRT (apparel) dc at fulfillment.shipped:F1 L1
    `);
  });

  test("two shipped, one paid; the unpaid one comes back with 10.00 given back: receivable and payable share it", () => {
    expect(
      afterSale(
        order({ L1: { gross: 11000 }, L2: { gross: 11000, item: "MUG" } }),
        captured("P1", "10:00", 12000),
        shipped("F1", "12:00", { L1: 1, L2: 1 }),
        refund("R1", "15:00", { lines: { L2: { subtotal: 11000, restock: "none" } }, money: { T1: 1000 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 110.00
          Cr accounts-receivable{currency:USD} 100.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 10.00
    `);
  });
});

describe("c19: goods back", () => {
  const back = (restock: "return" | "cancel" | "none" | "legacy", location?: string) =>
    afterSale(
      order({ L1: { gross: 10000 } }),
      captured("P1", "10:00", 10000),
      gone,
      refund("R1", "15:00", {
        lines: { L1: { subtotal: 10000, restock, ...(location === undefined ? {} : { location }) } },
        money: { T1: 10000 },
      }),
    ).split("\n");

  test("return: a receipt at the return location, at the cost of its own issue", () => {
    expect(back("return", "200").slice(3)).toEqual([
      "refund.issued:R1 → restock",
      "  R1-L1: 1 SHIRT (apparel) loop at fulfillment.shipped:F1 L1",
    ]);
  });

  test("legacy without a location: back to where it left", () => {
    expect(back("legacy").slice(3)).toEqual(["refund.issued:R1 → restock", "  R1-L1: 1 SHIRT (apparel) dc at fulfillment.shipped:F1 L1"]);
  });

  test.each(["none", "cancel"] as const)("%s: no goods move", (restock) => {
    expect(back(restock).slice(3)).toEqual([]);
  });

  test("two issues: three pieces come back at the cost of the first issue, then of the second", () => {
    expect(
      afterSale(
        order({ L1: { gross: 4000, quantity: 4 } }),
        captured("P1", "10:00", 4000),
        shipped("F1", "11:00", { L1: 2 }),
        shipped("F2", "12:00", { L1: 2 }, "200"),
        refund("R1", "15:00", {
          lines: { L1: { quantity: 3, subtotal: 3000, restock: "return", location: "100" } },
          money: { T1: 3000 },
        }),
        refund("R2", "16:00", { lines: { L1: { subtotal: 1000, restock: "return", location: "200" } }, money: { T2: 1000 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 30.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 30.00
      refund.issued:R1 → restock
        R1-L1.1: 2 SHIRT (apparel) dc at fulfillment.shipped:F1 L1
        R1-L1.2: 1 SHIRT (apparel) dc at fulfillment.shipped:F2 L1
      refund.issued:R2 → refund
        Dr sales-returns{channel:web} 10.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 10.00
      refund.issued:R2 → restock
        R2-L1: 1 SHIRT (apparel) loop at fulfillment.shipped:F2 L1
    `);
  });

  test("goods that are not stocked do not come back to stock", () => {
    expect(
      afterSale(
        order({ L1: { gross: 1500, item: "ENGRAVING" } }),
        captured("P1", "10:00", 1500),
        shipped("F1", "11:00", { L1: 1 }, "100", "ENGRAVING"),
        refund("R1", "15:00", { lines: { L1: { subtotal: 1500, restock: "return", location: "100" } }, money: { T1: 1500 } }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 15.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 15.00
    `);
  });
});

describe("rule 7: no more goes back than came in or went out", () => {
  test("a second return of the one piece sold", () => {
    expect(
      afterSale(
        order({ L1: { gross: 10000 }, L2: { gross: 10000, item: "MUG" } }),
        captured("P1", "10:00", 20000),
        gone,
        refund("R1", "13:00", { lines: { L1: { subtotal: 10000, restock: "none" } }, money: { T1: 10000 } }),
        refund("R2", "15:00", { lines: { L1: { subtotal: 10000, restock: "none" } }, money: { T2: 10000 } }),
      ),
    ).toBe(ledger`
      ! policy.over-return/quantity refund.issued:R2
    `);
  });

  test("two rows of one refund cannot share one piece", () => {
    const twice = refund("R1", "15:00", { lines: { L1: { subtotal: 500, restock: "none" } }, money: { T1: 1000 } });
    expect(
      afterSale(order({ L1: { gross: 1000 } }), captured("P1", "10:00", 1000), gone, {
        ...twice,
        lines: [...twice.lines, { ...twice.lines[0]!, id: "again" }],
      }),
    ).toBe(ledger`
      ! policy.over-return/quantity refund.issued:R1
    `);
  });

  test("a refund above all captures of the order", () => {
    expect(afterSale(shirt, paid, gone, refund("R1", "15:00", { money: { T1: 11001 } }))).toBe(ledger`
      ! policy.refund-exceeds-capture/order refund.issued:R1 0.01
    `);
  });

  test("a refund transaction above its own payment, though the order took in enough", () => {
    expect(
      afterSale(
        shirt,
        captured("P1", "10:00", 3000, { gateway: "gift_card" }),
        captured("P2", "10:00", 8000),
        gone,
        refund("R1", "15:00", { money: { T1: 3100 } }),
        refunded("T1", "15:01", 3100, { parent: "P1" }),
      ),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr price-concessions{reason:goodwill} 31.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 31.00
      ! policy.refund-exceeds-capture/payment payment.refunded:T1 1.00
    `);
  });

  test("a refund transaction that differs from what its refund owes", () => {
    expect(
      afterSale(shirt, paid, gone, refund("R1", "15:00", { money: { T1: 1000 } }), refunded("T1", "15:01", 900, { parent: "P1" })),
    ).toBe(ledger`
      refund.issued:R1 → refund
        Dr price-concessions{reason:goodwill} 10.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 10.00
      ! money.amount-mismatch/refund-payment payment.refunded:T1 1.00
    `);
  });
});
