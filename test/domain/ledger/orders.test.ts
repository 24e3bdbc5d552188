import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import { ledger, ledgerText } from "./ledger-text.ts";
import { authorized, captured, order, refund, shipped, transaction, unshipped } from "./sale-events.ts";
import { policy } from "./sale-policy.ts";

const target = (...events: BusinessEvent[]) => ledgerText(targetLedger(events, policy, transaction));

describe("c1–c5: capture and fulfilment", () => {
  test("c1, c2: an order placed and authorised has no entry", () => {
    expect(target(order({ L1: { gross: 10000, tax: 1000 } }), authorized("P1", "10:00", 11000))).toBe("");
  });

  test("c3, c4, c8: paid, then shipped; tax is due at fulfilment", () => {
    expect(target(order({ L1: { gross: 10000, tax: 1000 } }), captured("P1", "10:00", 11000), shipped("F1", "12:00", { L1: 1 }))).toBe(
      ledger`
        payment.captured:P1 → capture
          Dr payment-clearing{gateway:shopify_payments,currency:USD} 110.00
            Cr deferred-revenue{channel:web,currency:USD} 100.00
            Cr tax-collected-in-advance{jurisdiction:US-IL} 10.00
        fulfillment.shipped:F1 → revenue
          Dr deferred-revenue{channel:web,currency:USD} 100.00
          Dr tax-collected-in-advance{jurisdiction:US-IL} 10.00
            Cr sales{channel:web,item-class:apparel} 100.00
            Cr tax-payable{jurisdiction:US-IL} 10.00
        fulfillment.shipped:F1 → issue
          L1: -1 SHIRT (apparel) dc at average
      `,
    );
  });

  test("c8: paid, then shipped; tax is due at capture", () => {
    expect(
      target(order({ L1: { gross: 10000, tax: { VAT: 2000 } } }), captured("P1", "10:00", 12000), shipped("F1", "12:00", { L1: 1 })),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 120.00
          Cr deferred-revenue{channel:web,currency:USD} 100.00
          Cr tax-payable{jurisdiction:GB} 20.00
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 100.00
          Cr sales{channel:web,item-class:apparel} 100.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
    `);
  });

  test("c8: two jurisdictions of one order follow their own tax points", () => {
    expect(
      target(
        order({ L1: { gross: 10000, tax: { IL: 600, VAT: 400 } } }),
        captured("P1", "10:00", 11000),
        shipped("F1", "12:00", { L1: 1 }),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 110.00
          Cr deferred-revenue{channel:web,currency:USD} 100.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 6.00
          Cr tax-payable{jurisdiction:GB} 4.00
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 100.00
        Dr tax-collected-in-advance{jurisdiction:US-IL} 6.00
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr tax-payable{jurisdiction:US-IL} 6.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
    `);
  });

  test("c5: COD 100 + tax 10 is a receivable of 110 when shipped; the capture clears it", () => {
    expect(
      target(
        order({ L1: { gross: 10000, tax: 1000 } }, { gateways: ["Cash on Delivery (COD)"] }),
        shipped("F1", "10:00", { L1: 1 }),
        captured("P1", "18:00", 11000, { gateway: "Cash on Delivery (COD)", manual: true }),
      ),
    ).toBe(ledger`
      fulfillment.shipped:F1 → revenue
        Dr accounts-receivable{currency:USD} 110.00
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr tax-payable{jurisdiction:US-IL} 10.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:cod,currency:USD} 110.00
          Cr accounts-receivable{currency:USD} 110.00
    `);
  });

  test("c8: COD under a capture tax point: tax is due at fulfilment, because no money came before", () => {
    expect(
      target(
        order({ L1: { gross: 10000, tax: { VAT: 2000 } } }),
        shipped("F1", "10:00", { L1: 1 }),
        captured("P1", "18:00", 12000, { manual: true }),
      ),
    ).toBe(ledger`
      fulfillment.shipped:F1 → revenue
        Dr accounts-receivable{currency:USD} 120.00
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr tax-payable{jurisdiction:GB} 20.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 120.00
          Cr accounts-receivable{currency:USD} 120.00
    `);
  });

  test("c8: on payment terms under a capture tax point, shipped and not yet paid", () => {
    expect(
      target(order({ L1: { gross: 10000, tax: { VAT: 2000 } } }, { paymentTerms: true }), shipped("F1", "10:00", { L1: 1 })),
    ).toBe(ledger`
      fulfillment.shipped:F1 → revenue
        Dr accounts-receivable{currency:USD} 120.00
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr tax-payable{jurisdiction:GB} 20.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
    `);
  });

  test("c8: a card captured after shipping under a capture tax point: no tax before the money", () => {
    expect(
      target(order({ L1: { gross: 10000, tax: { VAT: 2000 } } }), shipped("F1", "10:00", { L1: 1 }), captured("P1", "18:00", 12000)),
    ).toBe(ledger`
      fulfillment.shipped:F1 → revenue
        Dr accounts-receivable{currency:USD} 100.00
          Cr sales{channel:web,item-class:apparel} 100.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 120.00
          Cr accounts-receivable{currency:USD} 100.00
          Cr tax-payable{jurisdiction:GB} 20.00
    `);
  });

  test("c8: the earlier of capture and fulfilment, half paid before and half after", () => {
    expect(
      target(
        order({ L1: { gross: 10000, tax: { MwSt: 1900 } } }),
        captured("P1", "10:00", 5950),
        shipped("F1", "12:00", { L1: 1 }),
        captured("P2", "18:00", 5950),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 59.50
          Cr deferred-revenue{channel:web,currency:USD} 50.00
          Cr tax-payable{jurisdiction:DE} 9.50
      fulfillment.shipped:F1 → revenue
        Dr accounts-receivable{currency:USD} 59.50
        Dr deferred-revenue{channel:web,currency:USD} 50.00
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr tax-payable{jurisdiction:DE} 9.50
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      payment.captured:P2 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 59.50
          Cr accounts-receivable{currency:USD} 59.50
    `);
  });

  test("c3: three captures of 11.00 split net and tax cumulatively; the last takes the cent", () => {
    expect(
      target(
        order({ L1: { gross: 1000, tax: 100 } }),
        captured("P1", "10:00", 367),
        captured("P2", "11:00", 367),
        captured("P3", "12:00", 366),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 3.67
          Cr deferred-revenue{channel:web,currency:USD} 3.34
          Cr tax-collected-in-advance{jurisdiction:US-IL} 0.33
      payment.captured:P2 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 3.67
          Cr deferred-revenue{channel:web,currency:USD} 3.33
          Cr tax-collected-in-advance{jurisdiction:US-IL} 0.34
      payment.captured:P3 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 3.66
          Cr deferred-revenue{channel:web,currency:USD} 3.33
          Cr tax-collected-in-advance{jurisdiction:US-IL} 0.33
    `);
  });

  test("c4: three pieces of 100.00 shipped one by one: 33.33, 33.34, 33.33, and tax 2.67, 2.66, 2.67", () => {
    expect(
      target(
        order({ L1: { gross: 10000, quantity: 3, tax: 800 } }),
        captured("P1", "10:00", 10800),
        shipped("F1", "11:00", { L1: 1 }),
        shipped("F2", "12:00", { L1: 1 }),
        shipped("F3", "13:00", { L1: 1 }),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 108.00
          Cr deferred-revenue{channel:web,currency:USD} 100.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 8.00
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 33.33
        Dr tax-collected-in-advance{jurisdiction:US-IL} 2.67
          Cr sales{channel:web,item-class:apparel} 33.33
          Cr tax-payable{jurisdiction:US-IL} 2.67
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      fulfillment.shipped:F2 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 33.34
        Dr tax-collected-in-advance{jurisdiction:US-IL} 2.66
          Cr sales{channel:web,item-class:apparel} 33.34
          Cr tax-payable{jurisdiction:US-IL} 2.66
      fulfillment.shipped:F2 → issue
        L1: -1 SHIRT (apparel) dc at average
      fulfillment.shipped:F3 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 33.33
        Dr tax-collected-in-advance{jurisdiction:US-IL} 2.67
          Cr sales{channel:web,item-class:apparel} 33.33
          Cr tax-payable{jurisdiction:US-IL} 2.67
      fulfillment.shipped:F3 → issue
        L1: -1 SHIRT (apparel) dc at average
    `);
  });

  test("c3: half captured, then all shipped, then the rest captured: deferred, then receivable, then nothing", () => {
    expect(
      target(
        order({ L1: { gross: 10000, tax: 1000 } }),
        captured("P1", "10:00", 5500),
        shipped("F1", "12:00", { L1: 1 }),
        captured("P2", "18:00", 5500),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 55.00
          Cr deferred-revenue{channel:web,currency:USD} 50.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 5.00
      fulfillment.shipped:F1 → revenue
        Dr accounts-receivable{currency:USD} 55.00
        Dr deferred-revenue{channel:web,currency:USD} 50.00
        Dr tax-collected-in-advance{jurisdiction:US-IL} 5.00
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr tax-payable{jurisdiction:US-IL} 10.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      payment.captured:P2 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 55.00
          Cr accounts-receivable{currency:USD} 55.00
    `);
  });

  test("c3: gift card and card together pay one order", () => {
    expect(
      target(
        order({ L1: { gross: 10000, tax: 1000 } }),
        captured("P1", "10:00", 1100, { gateway: "gift_card" }),
        captured("P2", "10:00", 9900),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr gift-card-liability{issuer:us} 11.00
          Cr deferred-revenue{channel:web,currency:USD} 10.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 1.00
      payment.captured:P2 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 99.00
          Cr deferred-revenue{channel:web,currency:USD} 90.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 9.00
    `);
  });

  test("c4: one order ships in two parts, from the distribution centre and from a store of the same entity", () => {
    expect(
      target(
        order({ L1: { gross: 6000 }, L2: { gross: 4000, item: "MUG" } }),
        captured("P1", "10:00", 10000),
        shipped("F1", "11:00", { L1: 1 }),
        shipped("F2", "12:00", { L2: 1 }, "200", "MUG"),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 100.00
          Cr deferred-revenue{channel:web,currency:USD} 100.00
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 60.00
          Cr sales{channel:web,item-class:apparel} 60.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      fulfillment.shipped:F2 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 40.00
          Cr sales{channel:web,item-class:home} 40.00
      fulfillment.shipped:F2 → issue
        L2: -1 MUG (home) loop at average
    `);
  });

  test("c4: shipping 10.00 and its tax 0.80 follow the net value of the lines shipped, 1 to 2", () => {
    expect(
      target(
        order({ L1: { gross: 3000 }, L2: { gross: 6000, item: "MUG" } }, { shipping: { gross: 1000, tax: 80 } }),
        captured("P1", "10:00", 10080),
        shipped("F1", "11:00", { L1: 1 }),
        shipped("F2", "12:00", { L2: 1 }, "100", "MUG"),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 100.80
          Cr deferred-revenue{channel:web,currency:USD} 100.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 0.80
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 33.33
        Dr tax-collected-in-advance{jurisdiction:US-IL} 0.27
          Cr sales{channel:web,item-class:apparel} 30.00
          Cr shipping-revenue{channel:web} 3.33
          Cr tax-payable{jurisdiction:US-IL} 0.27
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      fulfillment.shipped:F2 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 66.67
        Dr tax-collected-in-advance{jurisdiction:US-IL} 0.53
          Cr sales{channel:web,item-class:home} 60.00
          Cr shipping-revenue{channel:web} 6.67
          Cr tax-payable{jurisdiction:US-IL} 0.53
      fulfillment.shipped:F2 → issue
        L2: -1 MUG (home) dc at average
    `);
  });

  test("c4: shipping of an order of free lines is earned with the last of them", () => {
    expect(
      target(
        order(
          {
            L1: { gross: 2000, discounts: [{ amount: 2000, promotion: "GIFT" }] },
            L2: { gross: 1000, item: "MUG", discounts: [{ amount: 1000, promotion: "GIFT" }] },
          },
          { shipping: { gross: 500 } },
        ),
        captured("P1", "10:00", 500),
        shipped("F1", "11:00", { L1: 1 }),
        shipped("F2", "12:00", { L2: 1 }, "100", "MUG"),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 5.00
          Cr deferred-revenue{channel:web,currency:USD} 5.00
      fulfillment.shipped:F1 → revenue
        Dr discounts{channel:web,promotion:GIFT} 20.00
          Cr sales{channel:web,item-class:apparel} 20.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      fulfillment.shipped:F2 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 5.00
        Dr discounts{channel:web,promotion:GIFT} 10.00
          Cr sales{channel:web,item-class:home} 10.00
          Cr shipping-revenue{channel:web} 5.00
      fulfillment.shipped:F2 → issue
        L2: -1 MUG (home) dc at average
    `);
  });

  test("c4, c38: an engraving earns revenue and moves no stock", () => {
    expect(
      target(
        order({ L1: { gross: 1500, item: "ENGRAVING" } }),
        captured("P1", "10:00", 1500),
        shipped("F1", "11:00", { L1: 1 }, "100", "ENGRAVING"),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 15.00
          Cr deferred-revenue{channel:web,currency:USD} 15.00
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 15.00
          Cr sales{channel:web,item-class:service} 15.00
    `);
  });

  test("c4: a fulfilment that names no location leaves the shop's default location", () => {
    expect(
      target(order({ L1: { gross: 1000, quantity: 0.42, item: "MUG" } }), shipped("F1", "11:00", { L1: 0.42 }, null, "MUG")),
    ).toBe(ledger`
      fulfillment.shipped:F1 → revenue
        Dr accounts-receivable{currency:USD} 10.00
          Cr sales{channel:web,item-class:home} 10.00
      fulfillment.shipped:F1 → issue
        L1: -0.42 MUG (home) dc at average
    `);
  });

  test("the business date is the shop's: 23:30 in Chicago on the 26th is 05:30 UTC on the 27th", () => {
    const { documents } = targetLedger([order({ L1: { gross: 1000 } }), captured("P1", "05:30", 1000)], policy, transaction);
    expect(documents.map((document) => [document.businessDate, document.entity, document.currency, document.key])).toEqual([
      ["2026-11-26", "us", "USD", "sale:shopify:demo.example:1/payment.captured:P1/capture/us/USD"],
    ]);
  });

  test("a test order is settled without documents", () => {
    expect(target(order({ L1: { gross: 1000 } }, { test: true }), captured("P1", "10:00", 1000), shipped("F1", "11:00", { L1: 1 }))).toBe(
      "",
    );
  });

  test("a free order ships: sales and their discount, no money", () => {
    expect(
      target(
        order({ L1: { gross: 1000, discounts: [{ amount: 1000, promotion: "PRESS" }] } }),
        captured("P1", "10:00", 0),
        shipped("F1", "11:00", { L1: 1 }),
      ),
    ).toBe(ledger`
      fulfillment.shipped:F1 → revenue
        Dr discounts{channel:web,promotion:PRESS} 10.00
          Cr sales{channel:web,item-class:apparel} 10.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
    `);
  });
});

describe("c6: cancelled fulfilments", () => {
  test("c6: a paid order's fulfilment is cancelled: back to deferred, and the goods return at the issue's cost", () => {
    expect(
      target(
        order({ L1: { gross: 10000, tax: 1000 } }, { shipping: { gross: 500 } }),
        captured("P1", "10:00", 11500),
        shipped("F1", "12:00", { L1: 1 }),
        unshipped("F1", "13:00"),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 115.00
          Cr deferred-revenue{channel:web,currency:USD} 105.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 10.00
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 105.00
        Dr tax-collected-in-advance{jurisdiction:US-IL} 10.00
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr shipping-revenue{channel:web} 5.00
          Cr tax-payable{jurisdiction:US-IL} 10.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      fulfillment.cancelled:F1 → revenue-cancelled
        Dr sales{channel:web,item-class:apparel} 100.00
        Dr shipping-revenue{channel:web} 5.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr deferred-revenue{channel:web,currency:USD} 105.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 10.00
      fulfillment.cancelled:F1 → issue-cancelled
        L1: 1 SHIRT (apparel) dc at fulfillment.shipped:F1 L1
    `);
  });

  test("c6: a COD fulfilment is cancelled: the receivable goes", () => {
    expect(
      target(
        order({ L1: { gross: 10000, tax: 1000 } }, { paymentTerms: true }),
        shipped("F1", "12:00", { L1: 1 }),
        unshipped("F1", "13:00"),
      ),
    ).toBe(ledger`
      fulfillment.shipped:F1 → revenue
        Dr accounts-receivable{currency:USD} 110.00
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr tax-payable{jurisdiction:US-IL} 10.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      fulfillment.cancelled:F1 → revenue-cancelled
        Dr sales{channel:web,item-class:apparel} 100.00
        Dr tax-payable{jurisdiction:US-IL} 10.00
          Cr accounts-receivable{currency:USD} 110.00
      fulfillment.cancelled:F1 → issue-cancelled
        L1: 1 SHIRT (apparel) dc at fulfillment.shipped:F1 L1
    `);
  });

  test("c6: cancelled and shipped again from a store: the second fulfilment ends the order to the cent", () => {
    expect(
      target(
        order({ L1: { gross: 1000, quantity: 3 } }),
        captured("P1", "10:00", 1000),
        shipped("F1", "11:00", { L1: 2 }),
        unshipped("F1", "12:00"),
        shipped("F2", "13:00", { L1: 1 }),
        shipped("F3", "14:00", { L1: 2 }, "200"),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 10.00
          Cr deferred-revenue{channel:web,currency:USD} 10.00
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 6.67
          Cr sales{channel:web,item-class:apparel} 6.67
      fulfillment.shipped:F1 → issue
        L1: -2 SHIRT (apparel) dc at average
      fulfillment.cancelled:F1 → revenue-cancelled
        Dr sales{channel:web,item-class:apparel} 6.67
          Cr deferred-revenue{channel:web,currency:USD} 6.67
      fulfillment.cancelled:F1 → issue-cancelled
        L1: 2 SHIRT (apparel) dc at fulfillment.shipped:F1 L1
      fulfillment.shipped:F2 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 3.33
          Cr sales{channel:web,item-class:apparel} 3.33
      fulfillment.shipped:F2 → issue
        L1: -1 SHIRT (apparel) dc at average
      fulfillment.shipped:F3 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 6.67
          Cr sales{channel:web,item-class:apparel} 6.67
      fulfillment.shipped:F3 → issue
        L1: -2 SHIRT (apparel) loop at average
    `);
  });

  test("c6, c18: shipping that was already given back as a return is not deferred again", () => {
    expect(
      target(
        order({ L1: { gross: 10000 } }, { shipping: { gross: 1000, tax: 80 } }),
        captured("P1", "10:00", 11080),
        shipped("F1", "11:00", { L1: 1 }),
        refund("R1", "12:00", { shipping: { amount: 1000, tax: 80 }, money: { T1: 1080 } }),
        unshipped("F1", "13:00"),
        shipped("F2", "14:00", { L1: 1 }),
      )
        .split("\n")
        .slice(12),
    ).toEqual(
      ledger`
        refund.issued:R1 → refund
          Dr sales-returns{channel:web} 10.00
          Dr tax-payable{jurisdiction:US-IL} 0.80
            Cr refund-payable{gateway:shopify_payments,currency:USD} 10.80
        fulfillment.cancelled:F1 → revenue-cancelled
          Dr sales{channel:web,item-class:apparel} 100.00
            Cr deferred-revenue{channel:web,currency:USD} 100.00
        fulfillment.cancelled:F1 → issue-cancelled
          L1: 1 SHIRT (apparel) dc at fulfillment.shipped:F1 L1
        fulfillment.shipped:F2 → revenue
          Dr deferred-revenue{channel:web,currency:USD} 100.00
            Cr sales{channel:web,item-class:apparel} 100.00
        fulfillment.shipped:F2 → issue
          L1: -1 SHIRT (apparel) dc at average
      `.split("\n"),
    );
  });

  test("c6: a cancellation stamped before its own fulfilment still undoes it", () => {
    const text = target(order({ L1: { gross: 1000 } }), unshipped("F1", "11:00"), shipped("F1", "11:01", { L1: 1 }));
    expect(text).toBe(ledger`
      fulfillment.cancelled:F1 → revenue-cancelled
        Dr sales{channel:web,item-class:apparel} 10.00
          Cr accounts-receivable{currency:USD} 10.00
      fulfillment.cancelled:F1 → issue-cancelled
        L1: 1 SHIRT (apparel) dc at fulfillment.shipped:F1 L1
      fulfillment.shipped:F1 → revenue
        Dr accounts-receivable{currency:USD} 10.00
          Cr sales{channel:web,item-class:apparel} 10.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
    `);
  });
});

describe("c7, c8: discounts and included taxes", () => {
  test("c7: gross sales and their discounts stay apart, by promotion; an employee discount has its own", () => {
    expect(
      target(
        order({
          L1: {
            gross: 10000,
            discounts: [
              { amount: 1000, promotion: "BF26" },
              { amount: 500, promotion: "STAFF", employee: true },
            ],
            tax: 850,
          },
        }),
        captured("P1", "10:00", 9350),
        shipped("F1", "12:00", { L1: 1 }),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 93.50
          Cr deferred-revenue{channel:web,currency:USD} 85.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 8.50
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 85.00
        Dr discounts{channel:web,promotion:BF26} 10.00
        Dr discounts{channel:web,promotion:employee} 5.00
        Dr tax-collected-in-advance{jurisdiction:US-IL} 8.50
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr tax-payable{jurisdiction:US-IL} 8.50
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
    `);
  });

  test("c7: free shipping is shipping revenue and a discount", () => {
    expect(
      target(
        order({ L1: { gross: 2000 } }, { shipping: { gross: 500, discounts: [{ amount: 500, promotion: "SHIPFREE" }] } }),
        captured("P1", "10:00", 2000),
        shipped("F1", "12:00", { L1: 1 }),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 20.00
          Cr deferred-revenue{channel:web,currency:USD} 20.00
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 20.00
        Dr discounts{channel:web,promotion:SHIPFREE} 5.00
          Cr sales{channel:web,item-class:apparel} 20.00
          Cr shipping-revenue{channel:web} 5.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
    `);
  });

  test("c8: prices include the tax: it is split out of gross and shipping as stated", () => {
    expect(
      target(
        order({ L1: { gross: 12000, tax: { VAT: 2000 } } }, { taxesIncluded: true, shipping: { gross: 600, tax: { VAT: 100 } } }),
        captured("P1", "10:00", 12600),
        shipped("F1", "12:00", { L1: 1 }),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 126.00
          Cr deferred-revenue{channel:web,currency:USD} 105.00
          Cr tax-payable{jurisdiction:GB} 21.00
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 105.00
          Cr sales{channel:web,item-class:apparel} 100.00
          Cr shipping-revenue{channel:web} 5.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
    `);
  });

  test("c8: included tax of the whole order sits on its first, small line: shipping follows the lines' gross value", () => {
    expect(
      target(
        order(
          { L1: { gross: 1200, tax: { IL: 2000 } }, L2: { gross: 10800, item: "MUG" } },
          { taxesIncluded: true, shipping: { gross: 1000 } },
        ),
        captured("P1", "10:00", 13000),
        shipped("F1", "11:00", { L1: 1 }),
        shipped("F2", "12:00", { L2: 1 }, "100", "MUG"),
      ),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 130.00
          Cr deferred-revenue{channel:web,currency:USD} 110.00
          Cr tax-collected-in-advance{jurisdiction:US-IL} 20.00
      fulfillment.shipped:F1 → revenue
        Dr sales{channel:web,item-class:apparel} 8.00
        Dr tax-collected-in-advance{jurisdiction:US-IL} 20.00
          Cr deferred-revenue{channel:web,currency:USD} 7.00
          Cr shipping-revenue{channel:web} 1.00
          Cr tax-payable{jurisdiction:US-IL} 20.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      fulfillment.shipped:F2 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 117.00
          Cr sales{channel:web,item-class:home} 108.00
          Cr shipping-revenue{channel:web} 9.00
      fulfillment.shipped:F2 → issue
        L2: -1 MUG (home) dc at average
    `);
  });

  test("c8: two codes of one jurisdiction are one line", () => {
    const both = { ...policy, taxes: [{ channel: "shopify", match: "*", jurisdiction: "GB" } as const] };
    const target = targetLedger(
      [order({ L1: { gross: 10000, tax: { One: 300, Two: 200 } } }), captured("P1", "10:00", 10500)],
      both,
      transaction,
    );
    expect(ledgerText(target)).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 105.00
          Cr deferred-revenue{channel:web,currency:USD} 100.00
          Cr tax-payable{jurisdiction:GB} 5.00
    `);
  });
});
