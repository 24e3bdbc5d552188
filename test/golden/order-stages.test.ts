import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { expectedLedger, ledgerOf } from "./ledger-of.ts";
import { type Scenario, scenarioOf } from "./scenario.ts";
import { eventsOf, instant, transactionOf } from "./scenario-events.ts";
import { sellerOf } from "./seller-of.ts";
import { SmallHub } from "./small-hub.ts";

/*
 * What may happen to an order × the stage at which it happens: every cell with its journals, worked out by hand from c3 to c6, c16 to c19, c30 and
 * c31. The retailer and the notation are those of the golden scenarios.
 */

type Given = Parameters<typeof scenarioOf>[0];
type Ledger = Pick<Scenario, "journals" | "stock" | "open">;

function play(given: Given, ...more: readonly BusinessEvent[]): Ledger {
  const scenario = scenarioOf(given);
  const hub = new SmallHub(transactionOf(scenario));
  for (const event of [...eventsOf(scenario), ...more]) hub.arrive(event);
  return ledgerOf(hub.view, sellerOf(scenario));
}

/** In the order in which `play` tells it. */
const expected = (given: Given, ledger: Partial<Ledger>) =>
  expectedLedger({ ...scenarioOf(given), journals: {}, stock: {}, open: [], ...ledger });

type Restock = "return" | "legacy" | "none" | "cancel";

describe("an edited order: units up or down, before or after the payment, before or after shipping", () => {
  /** A shirt of 60.00 and a mug of 40.00, each with ten percent of tax. */
  const shirt = { L1: { gross: "60.00", tax: { IL: "6.00" } } };
  const both = { ...shirt, L2: { item: "MUG", gross: "40.00", tax: { IL: "4.00" } } };
  const placed = { at: "09:00", order: { lines: shirt } };
  const placedWithMug = { at: "09:00", order: { lines: both } };
  /** The order's newer version, which the channel sends beside the edit. */
  const withoutMug = { at: "09:00", order: { lines: shirt, version: "09:30" } };
  const withMug = { at: "09:00", order: { lines: both, version: "09:30" } };
  const edit = (deltaMillionths: number): BusinessEvent => ({
    name: "order.edited",
    schema: 1,
    key: "order.edited:E1",
    version: "1",
    occurredAt: instant("09:30"),
    orderId: "1",
    editId: "E1",
    lines: [{ lineId: "L2", deltaMillionths }],
  });
  const pay = (at: string, id: string, amount: string) => ({ at, capture: id, amount });
  const ship = (at: string, id: string, ...lines: string[]) => ({
    at,
    ship: id,
    lines: Object.fromEntries(lines.map((line) => [line, 1])),
  });
  const mugMoneyBack = [
    { at: "15:00", refund: "R1", money: { T1: { amount: "44.00" } } },
    { at: "15:05", refunded: "T1", of: "P1", amount: "44.00" },
  ];

  const paidForShirt = [
    "Dr payment-clearing shopify_payments 66.00",
    "Cr deferred-revenue web 60.00",
    "Cr tax-collected-in-advance US-IL 6.00",
  ];
  const paidForMug = [
    "Dr payment-clearing shopify_payments 44.00",
    "Cr deferred-revenue web 40.00",
    "Cr tax-collected-in-advance US-IL 4.00",
  ];
  const paidForBoth = [
    "Dr payment-clearing shopify_payments 110.00",
    "Cr deferred-revenue web 100.00",
    "Cr tax-collected-in-advance US-IL 10.00",
  ];
  const earnedShirt = [
    "Dr deferred-revenue web 60.00",
    "Dr tax-collected-in-advance US-IL 6.00",
    "Cr sales web apparel 60.00",
    "Cr tax-payable US-IL 6.00",
  ];
  const earnedMug = [
    "Dr deferred-revenue web 40.00",
    "Dr tax-collected-in-advance US-IL 4.00",
    "Cr sales web home 40.00",
    "Cr tax-payable US-IL 4.00",
  ];
  const earnedBoth = [
    "Dr deferred-revenue web 100.00",
    "Dr tax-collected-in-advance US-IL 10.00",
    "Cr sales web apparel 60.00",
    "Cr sales web home 40.00",
    "Cr tax-payable US-IL 10.00",
  ];
  const owedForShirt = ["Dr accounts-receivable 66.00", "Cr sales web apparel 60.00", "Cr tax-payable US-IL 6.00"];
  const shirtLeft = ["-1 SHIRT dc at 40.00"];
  const mugLeft = ["-1 MUG dc at 5.00"];
  /** What was paid for the mug is owed back as soon as the order is without it, and goes back by a refund of money alone. */
  const paidTooMuch = [
    "Dr payment-clearing shopify_payments 110.00",
    "Cr deferred-revenue web 60.00",
    "Cr tax-collected-in-advance US-IL 6.00",
    "Cr refund-payable 44.00",
  ];
  const mugPaidBack = {
    "R1 refund": ["Dr refund-payable 44.00", "Cr refund-payable shopify_payments 44.00"],
    "T1 refund-settlement": ["Dr refund-payable shopify_payments 44.00", "Cr payment-clearing shopify_payments 44.00"],
  };

  interface Cell {
    readonly cell: string;
    readonly events: Given["events"];
    readonly journals: Ledger["journals"];
    readonly stock: Ledger["stock"];
  }
  const cells: readonly Cell[] = [
    {
      cell: "down, before the payment, before shipping",
      events: [placedWithMug, withoutMug, pay("10:00", "P1", "66.00"), ship("12:00", "F1", "L1")],
      journals: { "P1 capture": paidForShirt, "F1 revenue": earnedShirt },
      stock: { "F1 issue": shirtLeft },
    },
    {
      cell: "down, before the payment, after shipping",
      events: [placedWithMug, ship("09:10", "F1", "L1"), withoutMug, pay("10:00", "P1", "66.00")],
      journals: {
        "F1 revenue": owedForShirt,
        "P1 capture": ["Dr payment-clearing shopify_payments 66.00", "Cr accounts-receivable 66.00"],
      },
      stock: { "F1 issue": shirtLeft },
    },
    {
      cell: "down, after the payment, before shipping",
      events: [placedWithMug, pay("09:10", "P1", "110.00"), withoutMug, ship("12:00", "F1", "L1"), ...mugMoneyBack],
      journals: { "P1 capture": paidTooMuch, "F1 revenue": earnedShirt, ...mugPaidBack },
      stock: { "F1 issue": shirtLeft },
    },
    {
      cell: "down, after the payment, after shipping",
      events: [placedWithMug, pay("09:10", "P1", "110.00"), ship("09:20", "F1", "L1"), withoutMug, ...mugMoneyBack],
      journals: { "P1 capture": paidTooMuch, "F1 revenue": earnedShirt, ...mugPaidBack },
      stock: { "F1 issue": shirtLeft },
    },
    {
      cell: "up, before the payment, before shipping",
      events: [placed, withMug, pay("10:00", "P1", "110.00"), ship("12:00", "F1", "L1", "L2")],
      journals: { "P1 capture": paidForBoth, "F1 revenue": earnedBoth },
      stock: { "F1 issue": [...shirtLeft, ...mugLeft] },
    },
    {
      cell: "up, before the payment, after shipping",
      events: [placed, ship("09:10", "F1", "L1"), withMug, pay("10:00", "P1", "110.00"), ship("12:00", "F2", "L2")],
      journals: {
        "F1 revenue": owedForShirt,
        "P1 capture": [
          "Dr payment-clearing shopify_payments 110.00",
          "Cr accounts-receivable 66.00",
          "Cr deferred-revenue web 40.00",
          "Cr tax-collected-in-advance US-IL 4.00",
        ],
        "F2 revenue": earnedMug,
      },
      stock: { "F1 issue": shirtLeft, "F2 issue": mugLeft },
    },
    {
      cell: "up, after the payment, before shipping",
      events: [placed, pay("09:10", "P1", "66.00"), withMug, pay("10:00", "P2", "44.00"), ship("12:00", "F1", "L1", "L2")],
      journals: { "P1 capture": paidForShirt, "P2 capture": paidForMug, "F1 revenue": earnedBoth },
      stock: { "F1 issue": [...shirtLeft, ...mugLeft] },
    },
    {
      cell: "up, after the payment, after shipping",
      events: [
        placed,
        pay("09:10", "P1", "66.00"),
        ship("09:20", "F1", "L1"),
        withMug,
        ship("12:00", "F2", "L2"),
        pay("15:00", "P2", "44.00"),
      ],
      journals: {
        "P1 capture": paidForShirt,
        "F1 revenue": earnedShirt,
        "F2 revenue": ["Dr accounts-receivable 44.00", "Cr sales web home 40.00", "Cr tax-payable US-IL 4.00"],
        "P2 capture": ["Dr payment-clearing shopify_payments 44.00", "Cr accounts-receivable 44.00"],
      },
      stock: { "F1 issue": shirtLeft, "F2 issue": mugLeft },
    },
  ];

  test.each(cells.map((each) => [each.cell, each] as const))("%s", (cell, { events, journals, stock }) => {
    const delta = cell.startsWith("up") ? 1_000_000 : -1_000_000;
    // The edit may be told before the order's newer version and after it: it books nothing by itself.
    expect(play({ events }, edit(delta))).toEqual(expected({ events }, { journals, stock }));
    expect(play({ events: [...events].reverse() }, edit(delta))).toEqual(expected({ events }, { journals, stock }));
  });
});

describe("refunded goods: what the channel says of them × where they are", () => {
  const sold = (from: string) => [
    { at: "09:00", order: { lines: { L1: { gross: "100.00" } } } },
    { at: "10:00", capture: "P1", amount: "100.00" },
    { at: "12:00", ship: "F1", lines: { L1: 1 }, from },
  ];
  const refunded = (restock: Restock, to?: string) => [
    {
      at: "15:00",
      refund: "R1",
      lines: { L1: { subtotal: "100.00", restock, ...(to === undefined ? {} : { to }) } },
      money: { T1: { amount: "100.00" } },
    },
    { at: "15:05", refunded: "T1", of: "P1", amount: "100.00" },
  ];
  const paid = { "P1 capture": ["Dr payment-clearing shopify_payments 100.00", "Cr deferred-revenue web 100.00"] };
  const wentOut = { "T1 refund-settlement": ["Dr refund-payable shopify_payments 100.00", "Cr payment-clearing shopify_payments 100.00"] };
  /** The money side of a returned shirt: the same in every cell. */
  const money = {
    ...paid,
    "F1 revenue": ["Dr deferred-revenue web 100.00", "Cr sales web apparel 100.00"],
    "R1 refund": ["Dr sales-returns web 100.00", "Cr refund-payable shopify_payments 100.00"],
    ...wentOut,
  };
  const nowhere = { open: ["data.unmapped/location location:999"] };

  /** From our own distribution centre, at 40.00. */
  const ours: readonly (readonly [to: string | undefined, beside: Partial<Ledger>])[] = [
    [undefined, { stock: { "R1 restock": ["+1 SHIRT dc at 40.00"] } }],
    ["100", { stock: { "R1 restock": ["+1 SHIRT dc at 40.00"] } }],
    ["110", { stock: { "R1 restock": ["+1 SHIRT loop at 40.00"] } }],
    [
      "200",
      {
        journals: { "R1 intercompany-restock-us": ["Dr due-from two 40.00", "Cr cogs dc apparel 40.00"] },
        stock: { "R1 restock in two": ["+1 SHIRT mesa at 40.00 against due-to us"] },
      },
    ],
    [
      // A sister in euros, at 0.91.
      "800",
      {
        journals: {
          "R1 intercompany-restock-us": ["Dr due-from paris 40.00", "Cr cogs dc apparel 40.00"],
          "R1 restock-owed in paris": ["Dr inventory-in-transit dc rivoli 40.00 = 36.40 EUR", "Cr due-to us 40.00 = 36.40 EUR"],
        },
        stock: { "R1 restock in paris": ["+1 SHIRT rivoli at 36.40 against inventory-in-transit dc rivoli"] },
      },
    ],
    ["999", nowhere],
  ];
  /** From a store of two, which charges us its 40.00 and ten percent. */
  const home = {
    journals: {
      "R1 intercompany-returned": ["Dr due-to two 44.00", "Cr intercompany-cogs two 44.00"],
      "R1 intercompany-returned in two": ["Dr intercompany-revenue us 44.00", "Cr due-from us 44.00"],
    },
    stock: { "R1 restock in two": ["+1 SHIRT mesa at 40.00"] },
  };
  const sisters: typeof ours = [
    [undefined, home],
    ["200", home],
    ["100", { stock: { "R1 restock": ["+1 SHIRT dc at 44.00"] } }],
    ["110", { stock: { "R1 restock": ["+1 SHIRT loop at 44.00"] } }],
    [
      "300",
      {
        journals: { "R1 intercompany-restock-two": ["Dr due-from three 44.00", "Cr cogs mesa apparel 44.00"] },
        stock: { "R1 restock in three": ["+1 SHIRT pier at 44.00 against due-to us"] },
      },
    ],
    ["999", nowhere],
  ];
  const bySister = {
    "F1 intercompany": ["Dr intercompany-cogs two 44.00", "Cr due-to two 44.00"],
    "F1 intercompany in two": ["Dr due-from us 44.00", "Cr intercompany-revenue us 44.00"],
  };
  const leaving = [
    { from: "100", journals: money, stock: { "F1 issue": ["-1 SHIRT dc at 40.00"] }, places: ours },
    { from: "200", journals: { ...money, ...bySister }, stock: { "F1 issue in two": ["-1 SHIRT mesa at 40.00"] }, places: sisters },
  ];
  const cells = leaving.flatMap(({ from, journals, stock, places }) =>
    places.flatMap(([to, beside]) =>
      (["return", "legacy", "none", "cancel"] as const).map((restock) => {
        const moves = restock === "return" || restock === "legacy" ? beside : {};
        const ledger = { journals: { ...journals, ...moves.journals }, stock: { ...stock, ...moves.stock }, open: moves.open ?? [] };
        return [`from ${from}, ${restock} to ${to ?? "a place that nobody names"}`, { from, to, restock, ledger }] as const;
      }),
    ),
  );

  test.each(cells)("%s", (_, { from, to, restock, ledger }) => {
    const events = [...sold(from), ...refunded(restock, to)];
    expect(play({ events })).toEqual(expected({ events }, ledger));
  });

  test.each(
    (["return", "legacy", "none", "cancel"] as const).flatMap((restock) =>
      [undefined, "110", "200", "999"].map((to) => [restock, to] as const),
    ),
  )("before they were shipped they leave the order, and no stock: %s to %s", (restock, to) => {
    const events = [...sold("100").slice(0, 2), ...refunded(restock, to)];
    const gone = { "R1 refund": ["Dr deferred-revenue web 100.00", "Cr refund-payable shopify_payments 100.00"] };
    expect(play({ events })).toEqual(expected({ events }, { journals: { ...paid, ...gone, ...wentOut } }));
  });
});

describe("an order that is cancelled, by the stage that it had come to", () => {
  const placed = { at: "09:00", order: { lines: { L1: { gross: "100.00", tax: { IL: "10.00" } } } } };
  const cancelled = { at: "13:00", cancelOrder: "customer" };
  const line = (restock: Restock) => ({ L1: { subtotal: "100.00", tax: { IL: "10.00" }, restock } });
  const back = (amount: string, restock: Restock = "cancel") => [
    { at: "13:00", refund: "R1", lines: line(restock), money: { T1: { amount } } },
    { at: "13:05", refunded: "T1", of: "P1", amount },
  ];
  const settled = (amount: string) => [`Dr refund-payable shopify_payments ${amount}`, `Cr payment-clearing shopify_payments ${amount}`];
  const paid = ["Dr payment-clearing shopify_payments 110.00", "Cr deferred-revenue web 100.00", "Cr tax-collected-in-advance US-IL 10.00"];
  const capture = { at: "10:00", capture: "P1", amount: "110.00" };
  const ship = { at: "12:00", ship: "F1", lines: { L1: 1 } };
  const earned = [
    "Dr deferred-revenue web 100.00",
    "Dr tax-collected-in-advance US-IL 10.00",
    "Cr sales web apparel 100.00",
    "Cr tax-payable US-IL 10.00",
  ];
  const fromDeferred = [
    "Dr deferred-revenue web 100.00",
    "Dr tax-collected-in-advance US-IL 10.00",
    "Cr refund-payable shopify_payments 110.00",
  ];

  const stages: readonly (readonly [stage: string, given: Given, ledger: Partial<Ledger>])[] = [
    [
      "authorised: nothing had moved",
      { events: [placed, { at: "09:05", authorise: "A1", amount: "110.00" }, cancelled, { at: "13:01", void: "A1", amount: "110.00" }] },
      {},
    ],
    [
      "paid in part: what came goes back, and nobody owes the rest",
      { events: [placed, { ...capture, amount: "50.00" }, cancelled, ...back("50.00")] },
      {
        journals: {
          "P1 capture": [
            "Dr payment-clearing shopify_payments 50.00",
            "Cr deferred-revenue web 45.45",
            "Cr tax-collected-in-advance US-IL 4.55",
          ],
          "R1 refund": [
            "Dr deferred-revenue web 45.45",
            "Dr tax-collected-in-advance US-IL 4.55",
            "Cr refund-payable shopify_payments 50.00",
          ],
          "T1 refund-settlement": settled("50.00"),
        },
      },
    ],
    [
      "paid, under a tax that is due with the payment: the tax is owed no more",
      {
        shop: "gb.example",
        currency: "GBP",
        events: [
          { at: "09:00", order: { lines: { L1: { gross: "100.00", tax: { VAT: "20.00" } } } } },
          { at: "10:00", capture: "P1", amount: "120.00" },
          cancelled,
          {
            at: "13:00",
            refund: "R1",
            lines: { L1: { subtotal: "100.00", tax: { VAT: "20.00" }, restock: "cancel" } },
            money: { T1: { amount: "120.00" } },
          },
          { at: "13:05", refunded: "T1", of: "P1", amount: "120.00" },
        ],
      },
      {
        journals: {
          "P1 capture": ["Dr payment-clearing shopify_payments 120.00", "Cr deferred-revenue web 100.00", "Cr tax-payable GB 20.00"],
          "R1 refund": ["Dr deferred-revenue web 100.00", "Dr tax-payable GB 20.00", "Cr refund-payable shopify_payments 120.00"],
          "T1 refund-settlement": settled("120.00"),
        },
      },
    ],
    [
      "shipped, and the shipment undone first: revenue and goods are back before the money is",
      { events: [placed, capture, ship, { at: "12:30", cancelShipment: "F1" }, cancelled, ...back("110.00")] },
      {
        journals: {
          "P1 capture": paid,
          "F1 revenue": earned,
          "F1 revenue-cancelled": [
            "Dr sales web apparel 100.00",
            "Dr tax-payable US-IL 10.00",
            "Cr deferred-revenue web 100.00",
            "Cr tax-collected-in-advance US-IL 10.00",
          ],
          "R1 refund": fromDeferred,
          "T1 refund-settlement": settled("110.00"),
        },
        stock: { "F1 issue": ["-1 SHIRT dc at 40.00"], "F1 issue-cancelled": ["+1 SHIRT dc at 40.00"] },
      },
    ],
    [
      "shipped, and the goods stay with the customer: a return without goods",
      { events: [placed, capture, ship, cancelled, ...back("110.00", "none")] },
      {
        journals: {
          "P1 capture": paid,
          "F1 revenue": earned,
          "R1 refund": ["Dr sales-returns web 100.00", "Dr tax-payable US-IL 10.00", "Cr refund-payable shopify_payments 110.00"],
          "T1 refund-settlement": settled("110.00"),
        },
        stock: { "F1 issue": ["-1 SHIRT dc at 40.00"] },
      },
    ],
    [
      "unpaid, with its lines taken off: it only shrinks",
      { events: [placed, cancelled, { at: "13:00", refund: "R1", lines: line("cancel") }] },
      {},
    ],
    [
      "cancelled before its payment came: money for an order of nothing is held by name",
      { events: [placed, { at: "09:30", refund: "R1", lines: line("cancel") }, { at: "09:30", cancelOrder: "customer" }, capture] },
      { open: ["money.amount-mismatch/over-capture payment.captured:P1"] },
    ],
  ];

  test.each(stages)("%s", (_, given, ledger) => {
    expect(play(given)).toEqual(expected(given, ledger));
    expect(play({ ...given, events: [...given.events].reverse() })).toEqual(expected(given, ledger));
  });
});
