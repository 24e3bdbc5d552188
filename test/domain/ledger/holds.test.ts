import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import { ledger, ledgerText } from "./ledger-text.ts";
import { captured, order, refund, refunded, shipped, transaction, unshipped } from "./sale-events.ts";
import { policy } from "./sale-policy.ts";

const target = (...events: BusinessEvent[]) => ledgerText(targetLedger(events, policy, transaction));
const paid = captured("P1", "10:00", 1000);
const capture = ledger`
  payment.captured:P1 → capture
    Dr payment-clearing{gateway:shopify_payments,currency:USD} 10.00
      Cr deferred-revenue{channel:web,currency:USD} 10.00
`;
const revenue = ledger`
  fulfillment.shipped:F1 → revenue
    Dr deferred-revenue{channel:web,currency:USD} 10.00
      Cr sales{channel:web,item-class:apparel} 10.00
`;

const byDelivery = {
  election: "controlPasses",
  value: "delivered",
  when: {},
  from: "2020-01-01",
  owner: "finance",
  why: "test",
  layer: 0,
} as const;

describe("what is missing is waited for", () => {
  test("events before their order wait, each by name; a pending refund and an authorisation have nothing to wait with", () => {
    expect(
      target(
        captured("P1", "10:00", 1000),
        shipped("F1", "11:00", { L1: 1 }),
        unshipped("F1", "12:00"),
        refund("R1", "13:00", { money: { T1: 500 } }),
        refunded("T1", "13:00", 500),
        refunded("T2", "13:00", 500, { status: "pending" }),
      ),
    ).toBe(ledger`
      ! sequence.parent-missing/payment.captured payment.captured:P1
      ! sequence.parent-missing/fulfillment.shipped fulfillment.shipped:F1
      ! sequence.parent-missing/fulfillment.cancelled fulfillment.cancelled:F1
      ! sequence.parent-missing/refund.issued refund.issued:R1
      ! sequence.parent-missing/payment.refunded payment.refunded:T1
      held payment.captured:P1
      held fulfillment.shipped:F1
      held fulfillment.cancelled:F1
      held refund.issued:R1
      held payment.refunded:T1
    `);
  });

  test("a cancellation without its fulfilment waits; the rest posts", () => {
    expect(target(order({ L1: { gross: 1000 } }), paid, unshipped("F9", "11:00"))).toBe(
      `${capture}\n${ledger`
      ! sequence.parent-missing/fulfillment.cancelled fulfillment.cancelled:F9
      held fulfillment.cancelled:F9
    `}`,
    );
  });

  test("a delivery that is stamped before its shipment is left out with it", () => {
    const delivered: BusinessEvent = {
      name: "fulfillment.delivered",
      schema: 1,
      key: "fulfillment.delivered:F1",
      version: "1",
      occurredAt: "2026-11-27T10:30:00.000Z",
      orderId: "1",
      fulfillmentId: "F1",
    };
    const onDelivery = { ...policy, elections: [...policy.elections, byDelivery] };
    const shipping = (line: string) => {
      const { problems, ...rest } = targetLedger(
        [order({ L1: { gross: 1000 } }), delivered, shipped("F1", "11:00", { [line]: 2 })],
        onDelivery,
        transaction,
      );
      return { ...rest, problems: problems.map(({ code, cause }) => `${code} ${cause}`) };
    };
    const nothing = { documents: [], heldEvents: [] };
    expect(shipping("L9")).toEqual({ ...nothing, problems: ["order-line fulfillment.shipped:F1"] });
    expect(shipping("L1")).toEqual({ ...nothing, problems: ["over-fulfilment fulfillment.shipped:F1"] });
  });

  test("a refund transaction without its refund, and one without its payment", () => {
    expect(
      target(
        order({ L1: { gross: 1000 } }),
        paid,
        refund("R1", "11:00", { money: { T1: 100 } }),
        refunded("T1", "11:00", 100, { parent: "P9" }),
        refunded("T2", "11:00", 100, { parent: "P1" }),
      ),
    ).toBe(
      `${capture}\n${ledger`
      refund.issued:R1 → refund
        Dr price-concessions{reason:goodwill} 1.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 1.00
      ! sequence.parent-missing/payment payment.refunded:T1
      ! sequence.parent-missing/refund payment.refunded:T2
      held payment.refunded:T1
      held payment.refunded:T2
    `}`,
    );
  });

  test("a refund of a line that the order does not have is left out, and the sale goes on", () => {
    expect(
      target(
        order({ L1: { gross: 1000 } }),
        paid,
        refund("R1", "11:00", { lines: { L9: { subtotal: 100, restock: "cancel" } }, money: { T1: 100 } }),
        refunded("T1", "11:00", 100, { parent: "P1" }),
        shipped("F1", "12:00", { L1: 1 }),
        unshipped("F1", "13:00"),
      ),
    ).toBe(
      `${capture}\n${ledger`
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 10.00
          Cr sales{channel:web,item-class:apparel} 10.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      fulfillment.cancelled:F1 → revenue-cancelled
        Dr sales{channel:web,item-class:apparel} 10.00
          Cr deferred-revenue{channel:web,currency:USD} 10.00
      fulfillment.cancelled:F1 → issue-cancelled
        L1: 1 SHIRT (apparel) dc at fulfillment.shipped:F1 L1
      ! sequence.parent-missing/order-line refund.issued:R1
    `}`,
    );
  });

  test.each([
    ["a line that the order does not have", { L9: 1 }, "order-line"],
    ["more pieces than were ordered", { L1: 2 }, "over-fulfilment"],
  ])("a fulfilment of %s is left out until the order's newer version explains it", (_, lines, code) => {
    expect(target(order({ L1: { gross: 1000 } }), paid, shipped("F1", "11:00", lines))).toBe(
      [capture, `! sequence.parent-missing/${code} fulfillment.shipped:F1`].join("\n"),
    );
  });

  test("pieces that were refunded before they left cannot leave", () => {
    expect(
      target(
        order({ L1: { gross: 1000 } }),
        paid,
        refund("R1", "11:00", { lines: { L1: { subtotal: 1000, restock: "cancel" } }, money: { T1: 1000 } }),
        shipped("F1", "12:00", { L1: 1 }),
      )
        .split("\n")
        .slice(-1),
    ).toEqual(["! sequence.parent-missing/over-fulfilment fulfillment.shipped:F1"]);
  });

  test("a fulfilment of which a piece came back cannot be undone", () => {
    expect(
      target(
        order({ L1: { gross: 1000, quantity: 2 } }),
        paid,
        shipped("F1", "11:00", { L1: 1 }),
        shipped("F2", "12:00", { L1: 1 }),
        refund("R1", "13:00", { lines: { L1: { subtotal: 500, restock: "return", location: "100" } }, money: { T1: 500 } }),
        unshipped("F1", "14:00"),
      )
        .split("\n")
        .slice(-1),
    ).toEqual(["! policy.over-return/cancelled-after-return fulfillment.cancelled:F1"]);
  });
});

describe("c52: captures above the order's total", () => {
  test("a second capture of a paid order is left out alone", () => {
    expect(target(order({ L1: { gross: 1000 } }), paid, captured("P2", "10:30", 1000), shipped("F1", "11:00", { L1: 1 }))).toBe(
      `${capture}\n${revenue}\n${ledger`
        fulfillment.shipped:F1 → issue
          L1: -1 SHIRT (apparel) dc at average
        ! money.amount-mismatch/over-capture payment.captured:P2 10.00
      `}`,
    );
  });

  test("one capture of more than the order is left out alone: the sale goes on as one that is not paid", () => {
    expect(target(order({ L1: { gross: 1000 } }), captured("P1", "10:00", 1001), shipped("F1", "11:00", { L1: 1 }))).toBe(ledger`
      fulfillment.shipped:F1 → revenue
        Dr accounts-receivable{currency:USD} 10.00
          Cr sales{channel:web,item-class:apparel} 10.00
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      ! money.amount-mismatch/over-capture payment.captured:P1 0.01
    `);
  });

  test("a refund without lines gives back what was captured above the order: both post", () => {
    expect(
      target(order({ L1: { gross: 1000 } }), captured("P1", "10:00", 1100), refund("R1", "12:00", { money: { T1: 100 } })),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 11.00
          Cr deferred-revenue{channel:web,currency:USD} 10.00
          Cr refund-payable{currency:USD} 1.00
      refund.issued:R1 → refund
        Dr refund-payable{currency:USD} 1.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 1.00
    `);
  });
});

describe("what is not mapped blocks the least it can", () => {
  test("tender: only the capture; the revenue is known", () => {
    expect(
      target(order({ L1: { gross: 1000 } }), captured("P1", "10:00", 1000, { gateway: "klarna" }), shipped("F1", "11:00", { L1: 1 })),
    ).toBe(
      `${revenue}\n${ledger`
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) dc at average
      ! data.unmapped/tender tender:klarna
      held payment.captured:P1
    `}`,
    );
  });

  test("location: only the stock documents, also the return that takes its cost from there", () => {
    expect(
      target(
        order({ L1: { gross: 1000 } }),
        paid,
        shipped("F1", "11:00", { L1: 1 }, "999"),
        refund("R1", "12:00", { lines: { L1: { subtotal: 1000, restock: "return", location: "100" } }, money: { T1: 1000 } }),
        refunded("T1", "12:00", 1000, { parent: "P1" }),
      ),
    ).toBe(
      `${capture}\n${revenue}\n${ledger`
      refund.issued:R1 → refund
        Dr sales-returns{channel:web} 10.00
          Cr refund-payable{gateway:shopify_payments,currency:USD} 10.00
      payment.refunded:T1 → refund-settlement
        Dr refund-payable{gateway:shopify_payments,currency:USD} 10.00
          Cr payment-clearing{gateway:shopify_payments,currency:USD} 10.00
      ! data.unmapped/location location:999
      held fulfillment.shipped:F1
      held refund.issued:R1
    `}`,
    );
  });

  test("location of another entity without a transfer price: its stock goes down, what is owed for it waits", () => {
    expect(target(order({ L1: { gross: 1000 } }), paid, shipped("F1", "11:00", { L1: 1 }, "300"))).toBe(
      `${capture}\n${revenue}\n${ledger`
      fulfillment.shipped:F1 → issue
        L1: -1 SHIRT (apparel) north at average
      ! data.unmapped/transfer-price transfer-price:ca:us:apparel
      held fulfillment.shipped:F1
    `}`,
    );
  });

  test("item: revenue and issue of its fulfilment, named once", () => {
    expect(
      target(
        order({ L1: { gross: 400, item: "NEW" }, L2: { gross: 600 } }),
        paid,
        shipped("F1", "11:00", { L1: 1 }, "100", "NEW"),
        shipped("F2", "12:00", { L2: 1 }),
      ),
    ).toBe(
      `${capture}\n${ledger`
      fulfillment.shipped:F2 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 6.00
          Cr sales{channel:web,item-class:apparel} 6.00
      fulfillment.shipped:F2 → issue
        L2: -1 SHIRT (apparel) dc at average
      ! data.unmapped/item item:NEW
      held fulfillment.shipped:F1
    `}`,
    );
  });

  test("a custom line without a product earns revenue of the default class and moves nothing", () => {
    expect(target(order({ L1: { gross: 1000, item: "", kind: "custom" } }), paid, shipped("F1", "11:00", { L1: 1 }, "100", ""))).toBe(
      `${capture}\n${ledger`
      fulfillment.shipped:F1 → revenue
        Dr deferred-revenue{channel:web,currency:USD} 10.00
          Cr sales{channel:web,item-class:general} 10.00
    `}`,
    );
  });

  test("tax: every journal of the order splits by it, so all wait", () => {
    expect(target(order({ L1: { gross: 900, tax: { Utopia: 100 } } }), paid)).toBe(ledger`
      ! data.unmapped/tax tax:Utopia
      held payment.captured:P1
    `);
  });

  test("shop: nobody knows whose sale it is", () => {
    expect(ledgerText(targetLedger([order({ L1: { gross: 1000 } }), paid], policy, "sale:shopify:other.example:1"))).toBe(ledger`
      ! data.unmapped/entity shop:other.example
      held payment.captured:P1
    `);
  });
});

describe("amounts that contradict each other", () => {
  test("duties given back that the order never charged", () => {
    const withDuties = { ...refund("R1", "12:00", { money: { T1: 100 } }), duties: 100 };
    expect(target(order({ L1: { gross: 1000 } }), paid, withDuties)).toBe(
      `${capture}\n${ledger`
      ! money.amount-mismatch/refund-duties refund.issued:R1 1.00
    `}`,
    );
  });

  test("c28: cash rounding that the order states and its payments do not", () => {
    const whole = order({ L1: { gross: 1000 } });
    expect(target({ ...whole, totals: { ...whole.totals, cashRounding: 5 } }, paid)).toBe(ledger`
      ! money.amount-mismatch/cash-rounding payment.captured:P1 0.05
      held payment.captured:P1
    `);
  });
});

describe("money that does not fit", () => {
  test("an order in a currency that the entity does not keep its books in, and no rate on record", () => {
    expect(target(order({ L1: { gross: 1000 } }, { currency: "CAD" }), captured("P1", "10:00", 1000, { currency: "CAD" }))).toBe(ledger`
      ! money.fx-rate-missing/CAD:USD CAD:USD:2026-11-27
      held payment.captured:P1
    `);
  });

  test("a payment in another currency than its order waits for its rate, alone", () => {
    expect(
      target(order({ L1: { gross: 1000 } }), captured("P1", "10:00", 500), captured("P2", "11:00", 500, { currency: "CAD" })),
    ).toBe(ledger`
      payment.captured:P1 → capture
        Dr payment-clearing{gateway:shopify_payments,currency:USD} 5.00
          Cr deferred-revenue{channel:web,currency:USD} 5.00
      ! money.fx-rate-missing/CAD:USD CAD:USD:2026-11-27
    `);
  });

  test("an order whose total is not that of its parts", () => {
    expect(target(order({ L1: { gross: 1000 } }, { total: 1001 }), paid)).toBe(ledger`
      ! money.amount-mismatch/order-total order.placed:1 0.01
      held payment.captured:P1
    `);
  });

  test("contents that contradict each other stop the transaction until the source is asked", () => {
    expect(target(order({ L1: { gross: 1000 } }), paid, captured("P2", "10:30", 0), captured("P2", "10:30", 1))).toBe(ledger`
      ! data.duplicate/contradiction payment.captured:P2
      held payment.captured:P1
      held payment.captured:P2
    `);
  });

  test("problems say what, which and what next, and carry amount and currency apart", () => {
    const { problems } = targetLedger([order({ L1: { gross: 1000 } }), captured("P1", "10:00", 1250)], policy, transaction);
    expect(problems).toEqual([
      {
        class: "money.amount-mismatch",
        code: "over-capture",
        cause: "payment.captured:P1",
        amount: 250,
        currency: "USD",
        message: "payment P1 captures 2.50 USD more than order #1001 still owes. Refund it, or let the source state the order's new total.",
      },
    ]);
  });

  test("a stream of another kind has no sale ledger", () => {
    expect(targetLedger([order({ L1: { gross: 1000 } }), paid], policy, "file:pos:abc")).toEqual({
      documents: [],
      problems: [],
      heldEvents: [],
    });
  });
});
