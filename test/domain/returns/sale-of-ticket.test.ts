import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { inSaleCurrency, saleOf, ticketLineValues } from "#domain/returns";
import { order } from "../ledger/sale-events.ts";
import { policy as salePolicy } from "../ledger/sale-policy.ts";
import { rule, saleIn, withRules } from "./return-house.ts";
import { line, of, ticket } from "./till-ticket.ts";

type Ticket = EventOf<"ticket.completed">;
type TakenBack = EventOf<"return.taken-back">;

const backLine = (item: string, net: number, tax = 0, pieces = 1): TakenBack["lines"][number] => ({
  id: `${item}${net}`,
  item,
  quantityMillionths: pieces * 1_000_000,
  net,
  taxes: tax === 0 ? [] : [{ code: "A", amount: tax }],
  restock: true,
});
const back = (number: number, lines: TakenBack["lines"], more: Partial<TakenBack> = {}): TakenBack => ({
  name: "return.taken-back",
  schema: 1,
  key: `return.taken-back:${number}`,
  version: "1",
  occurredAt: `2026-11-29T1${number}:00:00.000Z`,
  ticket: `sale:pos:7:3:2026-11-29:${number}`,
  store: "7",
  location: "loop",
  entity: "us",
  seller: "us",
  businessDate: "2026-11-29",
  currency: "USD",
  lines,
  tenders: [],
  ...more,
});
const policy = withRules(rule());
const saleAfter = (...events: readonly BusinessEvent[]) => saleIn(events, policy, of);

/** Two shirts, an unknown thing and their delivery, a tip, a shirt that came back: 66.16, paid by card and with cash of which 3.84 was change. */
const mixed = ticket({
  lines: [
    line("1", 6_000, {
      quantityMillionths: 2_000_000,
      discounts: [{ amount: 500, promotion: "TEN" }],
      taxes: [{ code: "A", amount: 440 }],
    }),
    line("2", 1_500, { item: "GADGET", taxes: [{ code: "A", amount: 0 }] }),
    line("3", 700, { item: "", collects: "shipping", taxes: [{ code: "A", amount: 56 }] }),
    line("4", 1_000, { kind: "return", taxes: [{ code: "A", amount: 80 }] }),
    line("5", 300, { item: "", collects: "tip" }),
  ],
  discounts: [{ amount: 800, promotion: "VIP" }],
  taxes: [{ code: "A", amount: 416 }],
  tenders: [
    { id: "t1", type: "CreditDebit", cardBrand: "VISA", amount: 5_000 },
    { id: "t2", type: "Cash", amount: 2_000 },
    { id: "t3", type: "Scrip", amount: 0 },
    { id: "t4", type: "Cash", amount: -384 },
  ],
});
const paid = (card: number, cash: number) => [
  { paymentId: "t1", tender: "CreditDebit", cardBrand: "VISA", role: "acquirer-clearing", captured: 5_000, refunded: card },
  { paymentId: "t2", tender: "Cash", role: "cash-drawer", captured: 2_000, refunded: cash },
  { paymentId: "exchanged-goods", tender: "exchanged-goods", role: undefined, captured: 1_080, refunded: 0 },
];

describe("a till's ticket as a return looks at it", () => {
  test("has the goods that it sold, what it took for delivery, and its payments less the change", () => {
    expect(saleAfter(mixed)).toEqual({
      channel: "pos",
      place: "7",
      entity: "us",
      currency: "USD",
      day: "2026-11-27",
      lines: [
        {
          lineId: "1",
          item: "SHIRT",
          itemClass: "apparel",
          isGoods: true,
          promotions: ["TEN", "VIP"],
          sold: 2_000_000,
          neverLeft: 0,
          handedOver: 2_000_000,
          returned: 0,
          expected: 0,
          handedOverOn: "2026-11-27",
          value: { net: 4_950, taxes: [{ code: "A", amount: 440 }] },
          givenBack: { net: 0, tax: 0 },
        },
        {
          lineId: "2",
          item: "GADGET",
          itemClass: undefined,
          isGoods: true,
          promotions: ["VIP"],
          sold: 1_000_000,
          neverLeft: 0,
          handedOver: 1_000_000,
          returned: 0,
          expected: 0,
          handedOverOn: "2026-11-27",
          value: { net: 1_350, taxes: [] },
          givenBack: { net: 0, tax: 0 },
        },
      ],
      shipping: { value: { net: 630, taxes: [{ code: "A", amount: 56 }] }, givenBack: { net: 0, tax: 0 } },
      payments: paid(0, 384),
      unpaid: 0,
    });
  });

  test("knows what stores took back of each line and of the delivery, and which payments that used up", () => {
    const first = back(1, [backLine("SHIRT", 2_400, 220)], { shipping: { net: 300, taxes: [{ code: "A", amount: 24 }] } });
    const second = back(2, [backLine("SHIRT", 2_550, 220)]);
    const third = back(3, [backLine("SHIRT", 1_000)]);
    const told = (...events: readonly BusinessEvent[]) => {
      const { lines, shipping, payments } = saleAfter(mixed, ...events);
      return [lines.map(({ returned, givenBack }) => [returned, givenBack.net, givenBack.tax]), shipping.givenBack, payments];
    };
    const shipping = { net: 300, tax: 24 };
    // 26.20 of goods and 3.24 of delivery, first of the card.
    expect(told(first)).toEqual([
      [
        [1_000_000, 2_400, 220],
        [0, 0, 0],
      ],
      shipping,
      paid(2_944, 384),
    ]);
    // 53.90 of goods use the card up; 3.90 and the delivery are cash.
    expect(told(first, second)).toEqual([
      [
        [2_000_000, 4_950, 440],
        [0, 0, 0],
      ],
      shipping,
      paid(5_000, 1_098),
    ]);
    // Both shirts are back: a third one is none of this sale's.
    expect(told(first, second, third)).toEqual([
      [
        [2_000_000, 4_950, 440],
        [0, 0, 0],
      ],
      shipping,
      paid(5_000, 1_098),
    ]);
  });

  test("gives change of a tender that took nothing in from what was paid last", () => {
    const { payments } = saleAfter(
      ticket({
        lines: [line("1", 5_500)],
        tenders: [
          { id: "1", type: "CreditDebit", amount: 5_000 },
          { id: "2", type: "GiftCard", amount: 1_000 },
          { id: "3", type: "Cash", amount: -500 },
        ],
      }),
    );
    expect(payments.map(({ paymentId, refunded }) => `${paymentId} ${refunded}`)).toEqual(["1 0", "2 500"]);
  });

  test("has no payment but its tenders where nothing came back on it, and none that policy does not know by a role", () => {
    const { payments } = saleAfter(ticket({ lines: [line("1", 100)], tenders: [{ id: "1", type: "Scrip", amount: 100 }] }));
    expect(payments).toEqual([{ paymentId: "1", tender: "Scrip", role: undefined, captured: 100, refunded: 0 }]);
  });
});

describe("what a ticket states as a whole falls on its lines", () => {
  const values = (given: Partial<Ticket>) =>
    ticketLineValues(ticket(given)).map(({ net, taxes }) => [net, ...taxes.map(({ code, amount }) => `${code} ${amount}`)].join(" "));

  test("taxes on goods where it sells any, else on what may be taxed, each sign on its own lines", () => {
    const tip = line("9", 500, { item: "", collects: "tip" });
    expect(values({ lines: [line("1", 1_000), tip], taxes: [{ code: "A", amount: 80 }] })).toEqual(["1000 A 80", "500"]);
    const taxes = [
      { code: "A", amount: 80 },
      { code: "A", amount: -40 },
    ];
    const fee = line("1", 1_000, { item: "", collects: "fee" });
    expect(values({ lines: [fee, line("2", 500, { kind: "return" }), tip], taxes })).toEqual(["1000 A 80", "500 A 40", "500"]);
    expect(values({ lines: [tip], taxes: [{ code: "A", amount: 80 }] })).toEqual(["500"]);
  });

  test("included taxes are taken out of what the lines come to", () => {
    expect(values({ lines: [line("1", 1_080)], taxes: [{ code: "A", amount: 80 }], taxesIncluded: true })).toEqual(["1000 A 80"]);
    expect(
      values({
        lines: [
          line("1", 1_080, {
            taxes: [
              { code: "B", amount: 30 },
              { code: "A", amount: 0 },
            ],
          }),
        ],
        taxesIncluded: true,
      }),
    ).toEqual(["1050 B 30"]);
  });

  test("discounts on what is sold, and on nothing where that costs nothing", () => {
    expect(values({ lines: [line("1", 300), line("2", 700, { kind: "return" })], discounts: [{ amount: 100 }] })).toEqual(["200", "700"]);
    expect(values({ lines: [line("1", 0)], discounts: [{ amount: 100 }] })).toEqual(["0"]);
  });
});

describe("nothing is said of a transaction", () => {
  const said = (events: readonly BusinessEvent[], transaction = of) => saleOf(events, policy, transaction);
  const voided: BusinessEvent = {
    name: "ticket.voided",
    schema: 1,
    key: "ticket.voided:3.2026-11-27.1202",
    version: "1",
    occurredAt: "2026-11-28T04:40:00.000Z",
    store: "7",
    register: "3",
    sequence: "1202",
    businessDate: "2026-11-27",
    original: { sequence: "1201" },
    currency: "USD",
  };

  test("whose store belongs to no entity", () => {
    for (const store of ["8", "constructor"])
      expect(said([ticket({ store })])).toEqual({
        reason: "sale-unclear",
        message: `store ${store} belongs to no entity: add it to the stores of the policies, then ask again`,
      });
  });

  test("that was a test, was undone, or sold nothing", () => {
    expect(said([order({ A: { gross: 100 } }, { test: true })])).toEqual({
      reason: "no-sale",
      message: "order #1001 is a test and moved neither money nor goods",
    });
    expect(said([mixed, voided])).toEqual({
      reason: "no-sale",
      message: "sale:pos:7:3:2026-11-27:1201 was undone afterwards by ticket.voided:3.2026-11-27.1202",
    });
    expect(said([mixed, { ...voided, currency: "CAD" }])).toHaveProperty("lines");
    expect(said([voided])).toEqual({ reason: "no-sale", message: `${of} holds no order and no ticket that sold something` });
    expect(said([mixed], "payout:pos:7")).toEqual({
      reason: "no-sale",
      message: "payout:pos:7 holds no order and no ticket that sold something",
    });
  });

  test("of which a store gave another currency back, until the rate of that day is on record", () => {
    const abroad = back(1, [backLine("SHIRT", 3_300, 300)], { store: "9", currency: "CAD" });
    const rate: BusinessEvent = {
      name: "rate.fixed",
      schema: 1,
      key: "rate.fixed:CAD.USD.2026-11-29",
      version: "1",
      occurredAt: "2026-11-29T11:30:00.000Z",
      from: "CAD",
      to: "USD",
      day: "2026-11-29",
      rate: "0.75",
      publishedOn: "2026-11-27",
      source: "policy",
    };
    expect(said([mixed, abroad])).toEqual({
      reason: "sale-unclear",
      message: "return.taken-back:1 gave CAD back, and what that was in USD on 2026-11-29 is not on record yet",
    });
    expect(said([mixed, abroad, { ...rate, day: "2026-11-28" }])).toHaveProperty("reason", "sale-unclear");
    expect(saleAfter(mixed, abroad, rate).lines[0]).toMatchObject({ returned: 1_000_000, givenBack: { net: 2_475, tax: 225 } });
    expect(said([ticket({ ...mixed, store: "8" }), abroad, rate])).toMatchObject({
      message: expect.stringContaining("store 8 belongs to no entity"),
    });
    expect(said([abroad])).toHaveProperty("reason", "no-sale");
  });
});

describe("a return in another currency is told in that of its sale", () => {
  const tolerance = { tolerance: "foreignReturn", rate: "0.02", when: { store: "9" }, from: "2020-01-01", why: "test", layer: 0 } as const;
  const tolerant = { ...salePolicy, tolerances: [...salePolicy.tolerances, tolerance] };
  const sale = saleAfter(mixed);
  const inCad = (lines: TakenBack["lines"], more: Partial<TakenBack> = {}) =>
    back(1, lines, { store: "9", entity: "ca", currency: "CAD", tenders: [{ type: "Cash", amount: 4_000 }], ...more });
  const told = (event: TakenBack) => {
    const { currency, lines, shipping, tenders, paid: given } = inSaleCurrency(event, sale, "0.75", tolerant);
    return {
      currency,
      lines: lines.map(({ item, net, taxes }) => [item, net, ...taxes.map(({ amount }) => amount)]),
      shipping,
      tenders,
      paid: given,
    };
  };

  test("for what the sale had the goods for, where that is what it gave, within the tolerance", () => {
    // One of two shirts: 24.75 and 2.20 of tax, 26.95 in all; 2 % of it is 0.54. 36.00 CAD are 27.00, 36.65 are 27.49, 36.66 are 27.50.
    expect(told(inCad([backLine("SHIRT", 3_300, 300)]))).toEqual({
      currency: "USD",
      lines: [["SHIRT", 2_475, 220]],
      shipping: undefined,
      tenders: [{ type: "Cash", amount: 3_000 }],
      paid: { currency: "CAD", amount: 3_600 },
    });
    expect(told(inCad([backLine("SHIRT", 3_365, 300)])).lines).toEqual([["SHIRT", 2_475, 220]]);
    expect(told(inCad([backLine("SHIRT", 3_367, 300)])).lines).toEqual([["SHIRT", 2_525, 225]]);
    expect(told(inCad([backLine("SHIRT", 3_300, 300)], { store: "7" })).lines).toEqual([["SHIRT", 2_475, 225]]);
  });

  test("each line for its own goods, and the delivery for what the sale took for it", () => {
    const shipping = { net: 840, taxes: [{ code: "HST", amount: 75 }] };
    const both = inCad([backLine("SHIRT", 3_300, 300), backLine("GADGET", 1_800)], { shipping });
    expect(told(both)).toMatchObject({
      lines: [
        ["SHIRT", 2_475, 220],
        ["GADGET", 1_350],
      ],
      shipping: { net: 630, taxes: [{ code: "A", amount: 56 }] },
    });
    // 10.00 CAD of delivery are 7.50: not what the sale took for it.
    expect(told(inCad([backLine("SHIRT", 3_300, 300)], { shipping: { net: 1_000, taxes: [] } }))).toMatchObject({
      lines: [["SHIRT", 2_475, 220]],
      shipping: { net: 750, taxes: [] },
    });
  });

  test("at the rate where the sale has no such goods out", () => {
    expect(told(inCad([backLine("MUG", 3_300, 300)])).lines).toEqual([["MUG", 2_475, 225]]);
    expect(told(inCad([backLine("SHIRT", 7_333, 0, 3)])).lines).toEqual([["SHIRT", 5_500]]);
  });

  test("without the delivery that was given back before", () => {
    const before = back(1, [], { shipping: { net: 130, taxes: [{ code: "A", amount: 6 }] } });
    const rest = inSaleCurrency(
      inCad([], { shipping: { net: 665, taxes: [{ code: "A", amount: 66 }] } }),
      saleAfter(mixed, before),
      "0.75",
      tolerant,
    );
    expect(rest.shipping).toEqual({ net: 500, taxes: [{ code: "A", amount: 50 }] });
    const untaxed = saleAfter(ticket({ lines: [line("1", 700, { item: "", collects: "shipping" })] }));
    expect(inSaleCurrency(inCad([], { shipping: { net: 930, taxes: [] } }), untaxed, "0.75", tolerant).shipping).toEqual({
      net: 700,
      taxes: [],
    });
  });
});
