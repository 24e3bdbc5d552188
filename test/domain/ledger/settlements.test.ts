import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import type { Policy } from "#domain/policy";
import { settlementPolicy as policy } from "../../golden/settlement-policy.ts";

/** Late on 27 November in Chicago, where the books of us are. */
const night = "2026-11-28T03:00:00.000Z";
const head = (key: string) => ({ schema: 1, key, version: "1", occurredAt: night }) as const;
type Row = EventOf<"settlement.recorded">["row"];
const recorded = (row: Partial<Row> = {}): BusinessEvent => ({
  name: "settlement.recorded",
  ...head("settlement.recorded:R1"),
  row: {
    source: "shopify-payments",
    account: "shop",
    id: "R1",
    idFrom: "stated",
    type: "charge",
    class: "sale_refund",
    nature: "charge",
    gross: 10_000,
    fees: [{ name: "fee", amount: 320 }],
    net: 9_680,
    currency: "USD",
    occurredAt: night,
    references: {},
    ...row,
  } as Row,
});
const matched = (more: Partial<EventOf<"settlement.matched">>): BusinessEvent => ({
  name: "settlement.matched",
  ...head("settlement.matched:R1"),
  outcome: "matched",
  parts: [],
  ...more,
});
const writtenOff = (amount: number, more: Partial<EventOf<"variance.written-off">> = {}): BusinessEvent => ({
  name: "variance.written-off",
  ...head("variance.written-off:1"),
  occurredAt: "2026-12-02T03:00:00.000Z",
  amount,
  currency: "USD",
  by: "dana",
  why: "Too small to ask for.",
  ...more,
});

function told(transaction: string, facts: readonly BusinessEvent[], by: Policy = policy): string[] {
  const { documents, problems, heldEvents } = targetLedger(facts, by, transaction);
  return [
    ...documents.map((document) => {
      if (document.type !== "journal") return `${document.type} ${document.kind}`;
      const lines = document.lines.map(({ role, dimensions, amount, functionalAmount }) =>
        [
          `${role}(${Object.values(dimensions).join(" ")})`,
          amount,
          ...(functionalAmount === undefined ? [] : [`= ${functionalAmount}`]),
        ].join(" "),
      );
      return `${document.entity} ${document.kind} ${document.businessDate} ${document.currency}${document.pair === undefined ? "" : " paired"}: ${lines.join(", ")}`;
    }),
    ...problems.map(
      ({ class: name, code, cause, amount, currency, message }) =>
        `! ${name}/${code} ${cause} ${amount ?? ""} ${currency ?? ""}: ${message}`,
    ),
    ...heldEvents.map((key) => `held ${key}`),
  ];
}
const ofRow = (facts: readonly BusinessEvent[], by?: Policy) => told("settlement-row:shopify-payments:shop:R1", facts, by);

const rate = (from: string, day: string, worth: string): BusinessEvent =>
  ({
    name: "rate.fixed",
    ...head(`rate.fixed:${from}-USD-${day}`),
    from,
    to: "USD",
    day,
    rate: worth,
    publishedOn: day,
    source: "test",
  }) as BusinessEvent;
const rates = [
  rate("EUR", "2026-11-25", "1.3"),
  rate("EUR", "2026-11-26", "1.2"),
  rate("EUR", "2026-11-27", "1.1"),
  rate("GBP", "2026-11-27", "1.5"),
];
const feeOfRow = "us fee 2026-11-27 USD: card-fees(shopify_payments) 320, payment-clearing(shopify_payments USD) -320";

describe("a settlement row", () => {
  test("of a sale books its fee, on its own day in the books of the account", () => {
    expect(ofRow([recorded()])).toEqual([feeOfRow]);
    expect(ofRow([])).toEqual([]);
  });

  test("of another entity's sale leaves that one's clearing gross, and is owed to it net (c32)", () => {
    expect(ofRow([recorded(), matched({ entity: "three" })])).toEqual([
      "three settlement 2026-11-27 USD paired: card-fees(shopify_payments) 320, due-from(us) 9680, payment-clearing(shopify_payments USD) -10000",
      "us settlement 2026-11-27 USD paired: payment-clearing(shopify_payments USD) 9680, due-to(three) -9680",
    ]);
  });

  test("of an account that nobody knows is held by name", () => {
    expect(ofRow([recorded({ account: "other" })])).toEqual([
      "! data.unmapped/gateway-account gateway-account:other  : row R1 is of the account other at shopify-payments, which the policies do not know. Add it to gatewayAccounts; the row posts by itself.",
      "held settlement.recorded:R1",
    ]);
  });

  // Of 10.00 that the gateway took, and 0.50 for it: Dr the role of the class, Dr its fees, Cr clearing.
  test.each<[Row["class"], Row["nature"], string]>([
    ["dispute", "dispute", "dispute-fees(shopify_payments) 50, dispute-receivable(shopify_payments USD) 1000"],
    ["dispute", "dispute-fee", "dispute-fees(shopify_payments) 1050"],
    ["dispute", "protection", "chargeback-loss(shopify_payments) 1000, dispute-fees(shopify_payments) 50"],
    ["reserve", undefined, "card-fees(shopify_payments) 50, reserve-receivable(shopify_payments USD) 1000"],
    ["platform_fee", undefined, "platform-fees(shopify_payments) 1050"],
    ["financing", undefined, "financing-cost(shopify_payments) 50, payout-loan(shopify_payments) 1000"],
    ["promo_funding", undefined, "card-fees(shopify_payments) 50, promotion-funding(shopify_payments) 1000"],
    ["channel_transfer", undefined, "accounts-payable(shopify_payments) 1000, card-fees(shopify_payments) 50"],
    ["shipping_expense", undefined, "accrued-carrier-cost() 1000, card-fees(shopify_payments) 50"],
    ["tax_duty", undefined, "card-fees(shopify_payments) 50, channel-liable-tax(web) 1000"],
    ["tax_duty", "duty", "card-fees(shopify_payments) 50, duties-payable() 1000"],
  ])("of class %s and nature %s is booked to its role", (rowClass, nature, debits) => {
    const row = recorded({ class: rowClass, nature, gross: -1_000, net: -1_050, fees: [{ name: "fee", amount: 50 }] });
    expect(ofRow([row])).toEqual([`us settlement 2026-11-27 USD: ${debits}, payment-clearing(shopify_payments USD) -1050`]);
  });

  test("of a tax that the gateway withholds is owed where the account says, and of another kind names no place", () => {
    const stripe = (rowClass: Row["class"]) =>
      told("settlement-row:stripe:stripe:R1", [
        recorded({ source: "stripe", account: "stripe", class: rowClass, gross: -10, net: -10, fees: [] }),
      ]);
    expect(stripe("tax_duty")[0]).toContain("channel-liable-tax(US-IL web) 10");
    expect(stripe("platform_fee")[0]).toContain("platform-fees(stripe) 10");
  });

  test("that the gateway itself cannot explain stands in suspense, with somebody who asks", () => {
    const odd = recorded({
      class: "investigate",
      nature: undefined,
      type: "adjustment",
      gross: -1_000,
      net: -1_050,
      fees: [{ name: "fee", amount: 50 }],
    });
    const booked =
      "us settlement 2026-11-27 USD: card-fees(shopify_payments) 50, settlement-suspense(shopify_payments USD) 1000, payment-clearing(shopify_payments USD) -1050";
    expect(ofRow([odd])).toEqual([
      booked,
      '! money.tolerance-exceeded/investigate settlement.recorded:R1 -1000 USD: row R1 of shop is a "adjustment" over -10.50 USD: it stands in settlement suspense. Ask the gateway what it is for, and say its class in balanceTypes; what nobody will ever explain is given up with --write-off.',
    ]);
    expect(ofRow([odd, writtenOff(-1_000, { of: "suspense" })])).toEqual([
      booked,
      "us write-off 2026-12-01 USD: settlement-differences(shopify_payments) 1000, settlement-suspense(shopify_payments USD) -1000",
    ]);
  });
});

describe("a row of a type in no class", () => {
  const odd = recorded({ class: undefined, nature: undefined, type: "Odd" });
  const released = (more: object): BusinessEvent =>
    ({ name: "settlement.released", ...head("settlement.released:1"), ...more }) as BusinessEvent;
  const booked =
    "us settlement 2026-11-27 USD: card-fees(shopify_payments) 320, payment-clearing(shopify_payments USD) 9680, settlement-suspense(shopify_payments USD) -10000";

  test("is held with what it adds to the payout", () => {
    expect(ofRow([odd])).toEqual([
      '! money.unclassified-balance-type/held shopify-payments Odd 9680 USD: row R1 of shop is a "Odd" over 96.80 USD, which is in no class. It is held; say in balanceTypes what it is, and it posts by itself.',
      "held settlement.recorded:R1",
    ]);
  });

  test.each([
    ["its payout is in the bank", { because: "bank-line", payoutId: "104" }, "Its payout 104 is in the bank"],
    ["its period has ended", { because: "period-end", period: "2026-11" }, "The period 2026-11 has ended"],
  ])("goes to suspense once %s", (_, more, why) => {
    expect(ofRow([odd, released(more)])).toEqual([
      booked,
      `! money.unclassified-balance-type/suspense shopify-payments Odd 10000 USD: row R1 of shop is a "Odd" over 96.80 USD, which is in no class. ${why}, so it stands in settlement suspense; say in balanceTypes what it is, and it posts by itself. What nobody will ever explain is given up with --write-off.`,
    ]);
  });

  test("is given up out of suspense, by its very amount", () => {
    const late = released({ because: "period-end", period: "2026-11" });
    const given =
      "us write-off 2026-12-01 USD: settlement-suspense(shopify_payments USD) 10000, settlement-differences(shopify_payments) -10000";
    expect(ofRow([odd, late, writtenOff(10_000, { of: "suspense" })])).toEqual([booked, given]);
    for (const other of [{}, { of: "suspense", currency: "EUR" } as const, { of: "suspense", amount: 9_999 } as const])
      expect(ofRow([odd, late, writtenOff(10_000, other)])[1]).toContain("money.unclassified-balance-type/suspense");
  });

  test("is booked by the class that policy gives its type", () => {
    expect(ofRow([recorded({ class: undefined, nature: undefined, type: "Lending Fee" })])).toEqual([
      "us settlement 2026-11-27 USD: financing-cost(shopify_payments) 320, payment-clearing(shopify_payments USD) 9680, payout-loan(shopify_payments) -10000",
    ]);
  });
});

describe("a row that moves the balance itself", () => {
  const movement = (row: Partial<Row>) => recorded({ class: "payout_movement", fees: [], ...row });
  test("books what it costs, and the payout's own stream the payout", () => {
    expect(ofRow([movement({ nature: "payout", gross: -9_000, net: -9_010, fees: [{ name: "fee", amount: 10 }] })])).toEqual([
      "us settlement 2026-11-27 USD: card-fees(shopify_payments) 10, payment-clearing(shopify_payments USD) -10",
    ]);
    expect(ofRow([movement({ nature: "transfer", gross: -9_000, net: -9_000 })])).toEqual([]);
  });

  test("brings a payout back by itself where it does not say which", () => {
    const returned = (references: object) => ofRow([movement({ nature: "payout-returned", gross: 9_000, net: 9_000, references })]);
    expect(returned({})).toEqual([
      "us settlement 2026-11-27 USD: payment-clearing(shopify_payments USD) 9000, bank-in-transit(us-bank USD) -9000",
    ]);
    expect(returned({ pspReference: "P0" })).toEqual([]);
  });

  test("waits in conversion for its other leg", () => {
    const leg = movement({ nature: "conversion", gross: -9_000, net: -9_010, fees: [{ name: "fee", amount: 10 }] });
    expect(ofRow([leg])).toEqual([
      "us settlement 2026-11-27 USD: card-fees(shopify_payments) 10, currency-conversion(shopify_payments USD) 9000, payment-clearing(shopify_payments USD) -9010",
    ]);
    expect(ofRow([leg, matched({ conversion: { settlement: "s", amount: 8_000, currency: "EUR" } })])).toEqual([
      "us settlement 2026-11-27 USD: card-fees(shopify_payments) 10, payment-clearing(shopify_payments USD) -10",
      "us conversion 2026-11-27 USD: currency-conversion(shopify_payments USD) 9000, payment-clearing(shopify_payments USD) -9000",
    ]);
  });

  // Of the day: a euro is 1.10, a pound 1.50. What the gateway's rate differs from that is an exchange difference.
  test.each<[string, number, number, string, string]>([
    [
      "euros into dollars, below the day",
      -9_000,
      9_800,
      "USD",
      "currency-conversion(shopify_payments EUR) 9000 = 9800, payment-clearing(shopify_payments EUR) -9000 = -9900, fx-realised(EUR) 0 = 100",
    ],
    [
      "euros into dollars, above the day",
      -9_000,
      10_000,
      "USD",
      "currency-conversion(shopify_payments EUR) 9000 = 10000, payment-clearing(shopify_payments EUR) -9000 = -9900, fx-realised(EUR) 0 = -100",
    ],
    [
      "dollars into euros",
      9_000,
      -10_000,
      "USD",
      "payment-clearing(shopify_payments EUR) 9000 = 9900, currency-conversion(shopify_payments EUR) -9000 = -10000, fx-realised(EUR) 0 = 100",
    ],
    [
      "euros into pounds: they are worth what comes",
      -9_000,
      8_000,
      "GBP",
      "currency-conversion(shopify_payments EUR) 9000 = 12000, payment-clearing(shopify_payments EUR) -9000 = -9900, fx-realised(EUR) 0 = -2100",
    ],
    [
      "pounds into euros: they are worth the day",
      9_000,
      -8_000,
      "GBP",
      "payment-clearing(shopify_payments EUR) 9000 = 9900, currency-conversion(shopify_payments EUR) -9000 = -9900",
    ],
  ])("changes %s (c33)", (_, gross, amount, currency, lines) => {
    const leg = movement({ nature: "conversion", currency: "EUR", gross, net: gross });
    expect(ofRow([leg, matched({ conversion: { settlement: "s", amount, currency } }), ...rates])).toEqual([
      `us conversion 2026-11-27 EUR: ${lines}`,
    ]);
  });
});

describe("a payment that is settled in another currency than it was made in (c33)", () => {
  type Part = EventOf<"settlement.matched">["parts"][number];
  const part = (amount: number, sold?: Part["sold"], sale = "sale:shopify:us.example:1"): Part => ({
    sale,
    paymentId: "P",
    amount,
    ...(sold === undefined ? {} : { sold }),
  });
  const euros = (amount: number, occurredAt: string) => ({ amount, currency: "EUR", occurredAt });

  test("leaves clearing at the rate of its own day, and comes back at what the gateway gave", () => {
    const parts = [
      part(4_000, euros(3_600, "2026-11-26T05:30:00.000Z")),
      part(1_000),
      part(5_000, euros(4_500, "2026-11-26T12:00:00.000Z")),
    ];
    // 36.00 at 1.30 of the 25th in Chicago and 45.00 at 1.20 of the 26th are 100.80; the gateway gave 90.00.
    expect(ofRow([recorded(), matched({ parts }), ...rates])).toEqual([
      feeOfRow,
      "us conversion 2026-11-27 EUR: currency-conversion(shopify_payments EUR) 8100 = 9000, payment-clearing(shopify_payments EUR) -8100 = -10080, fx-realised(EUR) 0 = 1080",
      "us conversion 2026-11-27 USD: payment-clearing(shopify_payments USD) 9000, currency-conversion(shopify_payments USD) -9000",
    ]);
  });

  test("was made on the day of its shop, or of the seller where the shop is not known any more", () => {
    const at = (place: string) =>
      ofRow([
        recorded(),
        matched({ parts: [part(4_000, euros(3_600, "2026-11-26T05:30:00.000Z"), `sale:shopify:${place}:1`)] }),
        ...rates,
      ])[1];
    expect(at("gb.example")).toContain("payment-clearing(shopify_payments EUR) -3600 = -4320");
    expect(at("gone.example")).toContain("payment-clearing(shopify_payments EUR) -3600 = -4680");
  });

  test("and was in the currency of the books says what it was worth by itself", () => {
    const parts = [part(10_000, { amount: 11_500, currency: "USD", occurredAt: "2026-11-26T12:00:00.000Z" })];
    expect(ofRow([recorded({ currency: "EUR", fees: [], net: 10_000 }), matched({ parts }), ...rates])).toEqual([
      "us conversion 2026-11-27 USD: currency-conversion(shopify_payments USD) 11500, payment-clearing(shopify_payments USD) -11500",
      "us conversion 2026-11-27 EUR: payment-clearing(shopify_payments EUR) 10000 = 11000, currency-conversion(shopify_payments EUR) -10000 = -11500, fx-realised(EUR) 0 = 500",
    ]);
  });
});

describe("a dispute that has ended (c26)", () => {
  type Dispute = NonNullable<EventOf<"settlement.matched">["dispute"]>;
  const taken = "us settlement 2026-11-27 USD: dispute-receivable(shopify_payments USD) 1000, payment-clearing(shopify_payments USD) -1000";
  const ended = (more: Partial<Dispute>, row: Partial<Row> = {}) =>
    ofRow([
      recorded({ class: "dispute", nature: "dispute", gross: -1_000, net: -1_000, fees: [], ...row }),
      matched({ dispute: { outcome: "lost", fraud: true, closedAt: "2026-12-10T03:00:00.000Z", ...more } }),
    ]);
  const loss = (debit: string) => `us dispute-loss 2026-12-09 USD: ${debit} 1000, dispute-receivable(shopify_payments USD) -1000`;

  test("is a loss where it was fraud, and a lower price where the goods were the reason", () => {
    expect(ended({})).toEqual([taken, loss("chargeback-loss(shopify_payments)")]);
    expect(ended({ fraud: false })).toEqual([taken, loss("price-concessions(dispute)")]);
    expect(ended({ outcome: "accepted" })).toEqual([taken, loss("chargeback-loss(shopify_payments)")]);
    expect(ended({}, { nature: undefined })).toEqual([taken, loss("chargeback-loss(shopify_payments)")]);
  });

  test("is none where it was won or given back, or the row took nothing for the dispute itself", () => {
    expect(ended({ outcome: "won" })).toEqual([taken]);
    expect(ended({ outcome: "refunded" })).toEqual([taken]);
    expect(ended({}, { gross: 0, net: 0 })).toEqual([]);
    expect(ended({}, { gross: 1_000, net: 1_000 })).toHaveLength(1);
    expect(ended({}, { nature: "dispute-fee" })).toHaveLength(1);
    expect(ofRow([recorded({ class: "dispute", nature: "dispute", gross: -1_000, net: -1_000, fees: [] }), matched({})])).toEqual([taken]);
    expect(ofRow([recorded(), matched({ dispute: { outcome: "lost", fraud: true, closedAt: night } })])).toEqual([feeOfRow]);
  });
});

describe("what a row differs by from what it settles", () => {
  const open = (facts: readonly BusinessEvent[]) => ofRow(facts).slice(1);
  test.each([
    ["missing", "no payment of ours is known for it"],
    ["amount-mismatch", "no open payment of its order has this amount"],
    ["duplicate", "every payment that it could be is settled by another row"],
    ["currency", "the payment that it names is in another currency"],
    ["fee", "its amount differs by a fee that the gateway does not state"],
    ["timing", "its payment is not here yet"],
    ["unknown", "it names nothing that it could be found by"],
  ] as const)("%s: nothing was found", (reason, why) => {
    expect(open([recorded({ references: { orderName: "#1001" } }), matched({ outcome: "unmatched", reason })])).toEqual([
      `! money.missing-transaction/${reason} settlement.recorded:R1 10000 USD: row R1 of shop settles 100.00 USD (charge, #1001), and ${why}.`,
    ]);
  });

  test("is told with the name that people know the payment by", () => {
    const named = (references: object) =>
      /\((.*)\)/.exec(open([recorded({ references }), matched({ outcome: "unmatched", reason: "missing" })])[0]!)?.[1];
    expect(named({ orderName: "#1001", merchantReference: "M", paymentId: "PAY" })).toBe("charge, #1001");
    expect(named({ merchantReference: "M", paymentId: "PAY" })).toBe("charge, M");
    expect(named({ paymentId: "PAY" })).toBe("charge, PAY");
    expect(named({})).toBe("charge");
  });

  test("stays open in clearing until somebody gives up just that much", () => {
    const off = matched({ reason: "amount-mismatch", difference: 5 });
    expect(open([recorded(), off])).toEqual([
      "! money.tolerance-exceeded/amount-mismatch settlement.recorded:R1 5 USD: row R1 of shop settles 100.00 USD (charge), 0.05 USD other than its payments come to: the difference stays open in clearing.",
    ]);
    const given = (entity: string) =>
      `${entity} write-off 2026-12-01 USD: payment-clearing(shopify_payments USD) 5, settlement-differences(shopify_payments) -5`;
    expect(open([recorded(), off, writtenOff(5)])).toEqual([given("us")]);
    expect(ofRow([recorded(), matched({ reason: "amount-mismatch", difference: 5, entity: "three" }), writtenOff(5)]).at(-1)).toBe(
      given("three"),
    );
    for (const other of [writtenOff(4), writtenOff(5, { currency: "EUR" }), writtenOff(5, { of: "suspense" })])
      expect(open([recorded(), off, other])[0]).toContain("money.tolerance-exceeded/amount-mismatch");
  });

  test("is open again while the write-off is refused", () => {
    const { ifRefused } = targetLedger(
      [recorded(), matched({ reason: "amount-mismatch", difference: 5 }), writtenOff(5)],
      policy,
      "settlement-row:shopify-payments:shop:R1",
    );
    expect(ifRefused).toMatchObject([
      {
        class: "money.tolerance-exceeded",
        code: "amount-mismatch",
        document: "settlement-row:shopify-payments:shop:R1/variance.written-off:1/write-off/us/USD",
      },
    ]);
  });

  test("and is in another currency cannot be given up: nobody has measured it", () => {
    expect(open([recorded(), matched({ reason: "currency" }), writtenOff(10_000)])).toEqual([
      "! money.tolerance-exceeded/currency settlement.recorded:R1 10000 USD: row R1 of shop settles 100.00 USD (charge), and what it states in the currency of its payment is not what was paid: the difference stays open in clearing. Have the gateway correct it, or book it by hand: a write-off would not.",
    ]);
    expect(open([recorded(), matched({})])).toEqual([]);
  });
});

describe("what the gateway keeps beyond its contract (c24)", () => {
  /** 3.29 % and 0.30 of 100.00 are 3.59; 0.60 of value-added tax on the fee is no part of that. */
  const klarna = (fee: number, ...more: BusinessEvent[]) =>
    told("settlement-row:klarna:klarna:R1", [
      recorded({
        source: "klarna",
        account: "klarna",
        fees: [
          { name: "fee", amount: fee },
          { name: "vat", amount: 60 },
        ],
        net: 10_000 - fee - 60,
      }),
      ...more,
    ]);
  test("is a claim from a cent more than the tolerance on, either way", () => {
    expect(klarna(360)).toEqual(["us fee 2026-11-27 USD: card-fees(klarna) 420, payment-clearing(klarna USD) -420"]);
    expect(klarna(361)).toEqual([
      "us fee 2026-11-27 USD: card-fees(klarna) 419, settlement-suspense(klarna USD) 2, payment-clearing(klarna USD) -421",
      "! money.tolerance-exceeded/fee fee settlement.recorded:R1 -2 USD: of row R1 of klarna over 100.00 USD the gateway keeps 3.61 USD, and its contract says 3.59 USD: 0.02 USD stands in settlement suspense. Claim it from the gateway, or correct feeContract of klarna.",
    ]);
    expect(klarna(357)).toEqual([
      "us fee 2026-11-27 USD: card-fees(klarna) 419, payment-clearing(klarna USD) -417, settlement-suspense(klarna USD) -2",
      "! money.tolerance-exceeded/fee fee settlement.recorded:R1 2 USD: of row R1 of klarna over 100.00 USD the gateway keeps 3.57 USD, and its contract says 3.59 USD: -0.02 USD stands in settlement suspense. Claim it from the gateway, or correct feeContract of klarna.",
    ]);
  });

  test("is the seller's, and may be given up out of suspense in its books", () => {
    expect(klarna(500, writtenOff(-141, { of: "suspense" }))).toEqual([
      "us fee 2026-11-27 USD: card-fees(klarna) 419, settlement-suspense(klarna USD) 141, payment-clearing(klarna USD) -560",
      "us write-off 2026-12-01 USD: settlement-differences(klarna) 141, settlement-suspense(klarna USD) -141",
    ]);
    expect(klarna(500, matched({ entity: "three" }), writtenOff(-141, { of: "suspense" }))).toEqual([
      "three settlement 2026-11-27 USD paired: card-fees(klarna) 419, due-from(us) 9440, settlement-suspense(klarna USD) 141, payment-clearing(klarna USD) -10000",
      "us settlement 2026-11-27 USD paired: payment-clearing(klarna USD) 9440, due-to(three) -9440",
      "three write-off 2026-12-01 USD: settlement-differences(klarna) 141, settlement-suspense(klarna USD) -141",
    ]);
  });

  /** Afterpay pays 93.00 for 100.00 and states no fee; its contract says 6.30. */
  const afterpay = (found: Partial<EventOf<"settlement.matched">>, ...more: BusinessEvent[]) =>
    told("settlement-row:afterpay:afterpay:R1", [
      recorded({ source: "afterpay", account: "afterpay", fees: [], gross: 9_300, net: 9_300 }),
      matched(found),
      ...more,
    ]);
  const beyond = { fee: 630, reason: "fee", difference: -70 } as const;
  test("of a gateway that states none is what is missing beyond the contract", () => {
    expect(afterpay({ fee: 700 })).toEqual(["us fee 2026-11-27 USD: card-fees(afterpay) 700, payment-clearing(afterpay USD) -700"]);
    expect(afterpay(beyond)).toEqual([
      "us fee 2026-11-27 USD: card-fees(afterpay) 630, settlement-suspense(afterpay USD) 70, payment-clearing(afterpay USD) -700",
      "! money.tolerance-exceeded/fee settlement.recorded:R1 -70 USD: row R1 of afterpay settles 93.00 USD (charge) and states no fee. Its contract says 6.30 USD, and 0.70 USD more is missing: it stands in settlement suspense. Claim it from the gateway, or correct feeContract of afterpay.",
    ]);
    expect(afterpay(beyond, writtenOff(-70))).toEqual([
      "us fee 2026-11-27 USD: card-fees(afterpay) 630, settlement-suspense(afterpay USD) 70, payment-clearing(afterpay USD) -700",
      "us write-off 2026-12-01 USD: settlement-differences(afterpay) 70, settlement-suspense(afterpay USD) -70",
    ]);
    expect(afterpay({ ...beyond, reason: "amount-mismatch" })[0]).toBe(
      "us fee 2026-11-27 USD: card-fees(afterpay) 630, payment-clearing(afterpay USD) -630",
    );
    expect(afterpay({ ...beyond, outcome: "unmatched" })[0]).toBe(
      "us fee 2026-11-27 USD: card-fees(afterpay) 630, payment-clearing(afterpay USD) -630",
    );
  });
});

describe("a payout", () => {
  type Payout = EventOf<"payout.stated">["payout"];
  const stated = (more: Partial<Payout> = {}): BusinessEvent => ({
    name: "payout.stated",
    ...head("payout.stated:P1"),
    // What its file came by: on the evening of 1 December in Chicago.
    version: "0002-2026-12-02T03:00:00.000Z",
    unlisted: [],
    payout: {
      source: "shopify-payments",
      account: "shop",
      id: "P1",
      status: "paid",
      issuedOn: "2026-11-30",
      net: 9_680,
      currency: "USD",
      itemized: true,
      ...more,
    } as Payout,
  });
  const returned: BusinessEvent = {
    name: "payout.returned",
    ...head("payout.returned:P1"),
    occurredAt: "2026-12-03T03:00:00.000Z",
    payoutId: "P1",
    amount: 9_680,
    currency: "USD",
    settlement: "s",
  };
  const reconciled = (more: Partial<EventOf<"payout.reconciled">>): BusinessEvent => ({
    name: "payout.reconciled",
    ...head("payout.reconciled:P1"),
    payoutId: "P1",
    outcome: "open",
    rows: 3,
    currency: "USD",
    ...more,
  });
  const ofPayout = (facts: readonly BusinessEvent[], account = "shop", by?: Policy) =>
    told(`payout:shopify-payments:${account}:P1`, facts, by);
  const sent = "us payout 2026-11-30 USD: bank-in-transit(us-bank USD) 9680, payment-clearing(shopify_payments USD) -9680";
  const back = (day: string) =>
    `us payout-returned ${day} USD: payment-clearing(shopify_payments USD) 9680, bank-in-transit(us-bank USD) -9680`;

  test.each<[string, readonly BusinessEvent[], string[]]>([
    ["paid is on its way", [stated()], [sent]],
    ["sent is on its way", [stated({ status: "in_transit" as Payout["status"] })], [sent]],
    ["scheduled has not left", [stated({ status: "scheduled" })], []],
    ["cancelled never left, whatever row says that it came back", [stated({ status: "cancelled" }), returned], []],
    ["failed is back on the day on which the gateway said so", [stated({ status: "failed" })], [sent, back("2026-12-01")]],
    ["failed is back once, on the day of the row that says so", [stated({ status: "failed" }), returned], [sent, back("2026-12-02")]],
    ["returned before it was stated is back all the same", [returned], [back("2026-12-02")]],
    ["of which nothing is known is nothing", [], []],
    ["of which only a follower spoke is nothing", [reconciled({ reason: "missing" })], []],
  ])("%s", (_, facts, documents) => {
    expect(ofPayout(facts)).toEqual(documents);
  });

  test("into a sister's bank is owed by her, and what comes back is not (c32)", () => {
    expect(ofPayout([stated(), returned], "shop-three")).toEqual([
      "us payout 2026-11-30 USD paired: due-from(three) 9680, payment-clearing(shopify_payments USD) -9680",
      "three payout 2026-11-30 USD paired: bank-in-transit(three-bank USD) 9680, due-to(us) -9680",
      "us payout-returned 2026-12-02 USD paired: payment-clearing(shopify_payments USD) 9680, due-from(three) -9680",
      "three payout-returned 2026-12-02 USD paired: due-to(us) 9680, bank-in-transit(three-bank USD) -9680",
    ]);
  });

  test("of an account that nobody knows, or whose bank nobody knows, is held by name", () => {
    const unknown = (account: string) =>
      `! data.unmapped/gateway-account gateway-account:${account}  : a payout of the account ${account} at shopify-payments, which the policies do not know. Add it to gatewayAccounts, with its bank account; the payout posts by itself.`;
    expect(ofPayout([stated(), returned], "nobody")).toEqual([unknown("nobody"), "held payout.stated:P1", "held payout.returned:P1"]);
    expect(ofPayout([returned], "nobody")).toEqual([unknown("nobody"), "held payout.returned:P1"]);
    expect(ofPayout([stated()], "shop", { ...policy, bankAccounts: {} })).toEqual([unknown("shop"), "held payout.stated:P1"]);
  });

  test.each<[string, Partial<EventOf<"payout.reconciled">>, string[]]>([
    ["agrees", { outcome: "reconciled", reason: "missing" }, []],
    ["is under way again", {}, []],
    [
      "lacks rows",
      { reason: "missing", amount: 5 },
      [
        "! money.missing-transaction/missing payout:P1 5 USD: payout P1 of 2026-11-30 (shop) has fewer rows on record (3) than its report states, and 0.05 USD of it are not explained. Take its report in again.",
      ],
    ],
    [
      "is not in the bank in time",
      { reason: "timing", amount: 9_680 },
      [
        "! money.missing-transaction/timing payout:P1 9680 USD: payout P1 of 2026-11-30 (shop) should be in the bank by now, and no bank line shows 96.80 USD of it. Take in the bank's statement, or ask the gateway.",
      ],
    ],
    [
      "differs from its rows",
      { reason: "amount-mismatch", amount: -5 },
      [
        "! money.tolerance-exceeded/amount-mismatch payout:P1 -5 USD: payout P1 of 2026-11-30 (shop) differs by -0.05 USD from what it settles, and nobody gave that up: compare its rows with the gateway.",
      ],
    ],
    [
      "differs, and nobody says by how much",
      { reason: "fee" },
      [
        "! money.tolerance-exceeded/fee payout:P1 0 USD: payout P1 of 2026-11-30 (shop) differs by 0.00 USD from what it settles, and nobody gave that up: compare its rows with the gateway.",
      ],
    ],
  ])("that %s", (_, more, open) => {
    expect(ofPayout([stated(), reconciled(more)])).toEqual([sent, ...open]);
  });
});

describe("a bank line", () => {
  type Line = EventOf<"bank-line.booked">["line"];
  const booked = (more: Partial<Line> = {}): BusinessEvent => ({
    name: "bank-line.booked",
    ...head("bank-line.booked:L1"),
    words: [],
    line: {
      source: "camt",
      account: "100",
      id: "L1",
      statementId: "S9",
      bookedOn: "2026-12-01",
      amount: 9_680,
      currency: "USD",
      ...more,
    } as Line,
  });
  const shows = (more: Partial<EventOf<"bank-line.matched">> = {}): BusinessEvent => ({
    name: "bank-line.matched",
    ...head("bank-line.matched:L1"),
    outcome: "matched",
    payouts: [{ payout: "payout:shopify-payments:shop:P1", payoutId: "P1", amount: 9_680 }],
    ...more,
  });
  const nothing: Partial<EventOf<"bank-line.matched">> = { outcome: "unmatched", payouts: [] };
  const ofLine = (facts: readonly BusinessEvent[], number = "100") => told(`bank-line:${number}:L1`, facts);
  const inBank = "us bank-line 2026-12-01 USD: bank(us-bank USD) 9680, bank-in-transit(us-bank USD) -9680";

  test("that shows a payout takes it out of transit, and nothing posts before somebody has looked", () => {
    expect(ofLine([booked(), shows()])).toEqual([inBank]);
    expect(ofLine([booked()])).toEqual([]);
    expect(ofLine([shows()])).toEqual([]);
    expect(ofLine([booked(), shows({ sameAs: "bank-line:100:L0" })])).toEqual([]);
  });

  test("of an account that nobody knows is held by name", () => {
    expect(ofLine([booked({ account: "999" }), shows()], "999")).toEqual([
      "! data.unmapped/bank-account bank-account:999  : bank line L1 is of account 999, which the policies do not know. Add its number to bankAccounts; the line posts by itself.",
      "held bank-line.booked:L1",
    ]);
  });

  test("that may be one that is on record waits for a person, by its document", () => {
    expect(ofLine([booked(), shows({ maybeSameAs: "bank-line:100:L0" })])).toEqual([
      inBank,
      "! money.possible-duplicate/bank-line bank-line.booked:L1 bank-line:100:L0 9680 USD: bank line L1 of 2026-12-01 (statement S9, camt) shows 96.80 USD, as bank-line:100:L0 does in another statement, and no reference says whether they are one movement. Compare both at the bank. Two movements: resolve this exception, and the line is booked. One movement: resolve it with --write-off, and the line books nothing.",
    ]);
    const { problems } = targetLedger([booked(), shows({ maybeSameAs: "bank-line:100:L0" })], policy, "bank-line:100:L1");
    expect(problems[0]?.document).toBe("bank-line:100:L1/bank-line.booked:L1/bank-line/us/USD");
  });

  test("that too many payouts may be is held until one of them is named", () => {
    expect(ofLine([booked(), shows({ ...nothing, notCompared: 51 })])).toEqual([
      "! money.too-many-payouts/bank-line bank-line.booked:L1 9680 USD: bank line L1 of 2026-12-01 shows 96.80 USD, and 51 payouts or deposits may be it, more than are compared; it names none of them. Name it (exceptions resolve with --payout), or have the bank state the id or trace id of the payout in its text and take in that statement; the line is held until then.",
      "held bank-line.booked:L1",
    ]);
  });

  test("that shows less than its payout leaves the rest in transit, until somebody gives it up", () => {
    const less = "us bank-line 2026-12-01 USD: bank(us-bank USD) 9600, bank-in-transit(us-bank USD) -9600";
    const open = (reason: string) =>
      `! money.tolerance-exceeded/${reason} bank-line.booked:L1 -80 USD: bank line L1 of 2026-12-01 shows 96.00 USD, and payout P1 is 96.80 USD: -0.80 USD stays open in bank in transit. Ask the bank, or the gateway, for the rest.`;
    expect(ofLine([booked({ amount: 9_600 }), shows()])).toEqual([less, open("amount-mismatch")]);
    expect(ofLine([booked({ amount: 9_600 }), shows({ reason: "fee" })])).toEqual([less, open("fee")]);
    expect(ofLine([booked({ amount: 9_600 }), shows(), writtenOff(-80)])).toEqual([
      less,
      "us write-off 2026-12-01 USD: settlement-differences() 80, bank-in-transit(us-bank USD) -80",
    ]);
  });

  test("that nothing explains is owed to whoever sent it, where policy books such money, and is the ERP's business where it left", () => {
    expect(ofLine([booked(), shows(nothing)])).toEqual([
      "us bank-line 2026-12-01 USD: bank(us-bank USD) 9680, unidentified-receipts(us-bank USD) -9680",
      "! money.unidentified-receipt/missing bank-line.booked:L1 9680 USD: bank line L1 of 2026-12-01 brings 96.80 USD that no payout explains: it is owed to whoever sent it. Take in the report that it belongs to, or book it by hand.",
    ]);
    expect(ofLine([booked(), shows({ ...nothing, reason: "unknown" })])[1]).toContain("money.unidentified-receipt/unknown");
    expect(ofLine([booked({ amount: -5 }), shows(nothing)])).toEqual([]);
    expect(ofLine([booked({ amount: 0 }), shows(nothing)])).toEqual([]);
    expect(ofLine([booked({ account: "300" }), shows(nothing)], "300")).toEqual([]);
  });

  test("in foreign money takes each payout out at the rate of the day on which it was sent (c33)", () => {
    const two = {
      payouts: [
        { payout: "a", payoutId: "P1", amount: 5_000, sentOn: "2026-11-26" },
        { payout: "b", payoutId: "P2", amount: 4_000 },
      ],
    };
    const inEuros = (amount: number) =>
      ofLine([booked({ account: "110", currency: "EUR", amount, bookedOn: "2026-11-27" }), shows(two), ...rates], "110");
    // 50.00 at 1.20 and 40.00 at 1.10 are 104.00; the bank's day says 99.00.
    expect(inEuros(9_000)).toEqual([
      "us bank-line 2026-11-27 EUR: bank(us-euro-bank EUR) 9000 = 9900, bank-in-transit(us-euro-bank EUR) -9000 = -10400, fx-realised(EUR) 0 = 500",
    ]);
    expect(inEuros(9_010)).toEqual([
      "us bank-line 2026-11-27 EUR: bank(us-euro-bank EUR) 9010 = 9911, bank-in-transit(us-euro-bank EUR) -9010 = -10411, fx-realised(EUR) 0 = 500",
      "! money.tolerance-exceeded/amount-mismatch bank-line.booked:L1 10 EUR: bank line L1 of 2026-11-27 shows 90.10 EUR, and payout P1, P2 is 90.00 EUR: 0.10 EUR stays open in bank in transit. Ask the bank, or the gateway, for the rest.",
    ]);
  });
});
