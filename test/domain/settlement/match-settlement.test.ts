import { describe, expect, test } from "vitest";
import {
  type MatchRules,
  matchSettlement,
  type RowToMatch,
  type SettleablePayment,
  type SettlementMatch,
  type SettlementRow,
} from "#domain/settlement";

const row = (id: string, gross: number, more: Partial<SettlementRow> = {}): SettlementRow => ({
  source: "s",
  account: "a",
  id,
  idFrom: "stated",
  type: "charge",
  gross,
  fees: [],
  net: gross,
  currency: "USD",
  references: { orderName: "#1" },
  occurredAt: "2026-11-27T12:00:00.000Z",
  ...more,
});
const ofRow = (id: string, gross: number, more: Partial<SettlementRow> = {}): RowToMatch => ({
  settlement: id,
  row: row(id, gross, more),
});
const naming = (references: SettlementRow["references"]) => ({ references });
const payment = (paymentId: string, amount: number, more: Partial<SettleablePayment> = {}): SettleablePayment => ({
  sale: `sale ${paymentId}`,
  paymentId,
  amount,
  currency: "USD",
  occurredAt: "2026-11-27T10:00:00.000Z",
  orders: ["#1"],
  gatewayReferences: [],
  ...more,
});

const stated: MatchRules = { toleranceMinorUnits: 5, lagDays: 3 };
const contract = (amount: number, toleranceMinorUnits: number): MatchRules => ({
  ...stated,
  contractedFee: (_row, gross) => (gross > 10_000 ? undefined : { amount, toleranceMinorUnits }),
});

/** "matched order-and-amount 90: p1 500", with what differs and why. */
function shown({ outcome, way, confidence, parts, fee, difference, reason }: SettlementMatch): string {
  const settled = parts.map(({ paymentId, amount, sold }) => `${paymentId} ${amount}${sold ? ` for ${sold.amount} ${sold.currency}` : ""}`);
  return [
    [outcome, way, confidence].filter((each) => each !== undefined).join(" "),
    ...(settled.length > 0 ? [`: ${settled.join(", ")}`] : []),
    ...(fee === undefined ? [] : [`; fee ${fee}`]),
    ...(difference === undefined ? [] : [`; off ${difference}`]),
    ...(reason === undefined ? [] : [`; ${reason}`]),
  ].join("");
}

type Case = readonly [
  what: string,
  rows: readonly RowToMatch[],
  payments: readonly SettleablePayment[],
  expected: readonly string[],
  rules?: MatchRules,
];

function tell(cases: readonly Case[]): void {
  for (const [what, rows, payments, expected, given = stated] of cases) {
    test(what, () => {
      expect(matchSettlement(rows, payments, given).map(shown)).toEqual(expected);
      const turned = matchSettlement([...rows].reverse(), [...payments].reverse(), given);
      expect([...turned].reverse().map(shown)).toEqual(expected);
    });
  }
}

const byTransaction = naming({ transactionId: "p1" });
const byPayment = naming({ paymentId: "ch_1" });
const charged = payment("p1", 500, { gatewayReferences: ["ch_1"] });

describe("a row that names a payment", () => {
  tell([
    ["by the channel's id of it", [ofRow("r", 500, byTransaction)], [charged], ["matched transaction 100: p1 500"]],
    ["by the gateway's id of it", [ofRow("r", 500, byPayment)], [charged], ["matched payment 98: p1 500"]],
    ["by the gateway's reference", [ofRow("r", 500, naming({ pspReference: "ch_1" }))], [charged], ["matched payment 98: p1 500"]],
    [
      "takes what there is, and tells what it has beyond",
      [ofRow("r", 520, byTransaction)],
      [charged],
      ["matched transaction 100: p1 520; off 20; amount-mismatch"],
    ],
    ["tells what it lacks", [ofRow("r", 480, byTransaction)], [charged], ["matched transaction 100: p1 480; off -20; amount-mismatch"]],
    ["gives way when it goes the other way", [ofRow("r", -500, byTransaction)], [charged], ["unmatched; missing"]],
    ["and says nothing in its currency", [ofRow("r", 500, { ...byTransaction, currency: "EUR" })], [charged], ["unmatched; currency"]],
    [
      "a second time is a duplicate",
      [ofRow("r1", 500, byTransaction), ofRow("r2", 500, byTransaction)],
      [charged],
      ["matched transaction 100: p1 500", "unmatched; duplicate"],
    ],
    [
      "a second time, after more than there was, is a duplicate too",
      [ofRow("r1", 520, byTransaction), ofRow("r2", 30, byTransaction)],
      [charged],
      ["matched transaction 100: p1 520; off 20; amount-mismatch", "unmatched; duplicate"],
    ],
    [
      "that the shop tells twice settles it once",
      [ofRow("r1", 500, byTransaction), ofRow("r2", 500)],
      [charged, charged],
      ["matched transaction 100: p1 500", "unmatched; duplicate"],
    ],
    [
      "in two rows settles it in two parts",
      [ofRow("r1", 200, byTransaction), ofRow("r2", 300, byTransaction)],
      [charged],
      ["matched transaction 100: p1 200", "matched transaction 100: p1 300"],
    ],
    [
      "in two rows that do not come up to it: the last one says by how much",
      [ofRow("r1", 200, byTransaction), ofRow("r2", 290, byTransaction)],
      [charged],
      ["matched transaction 100: p1 200", "matched transaction 100: p1 290; off -10; amount-mismatch"],
    ],
    [
      "a refund by its own",
      [ofRow("r1", -200, naming({ transactionId: "p2" }))],
      [charged, payment("p2", -200)],
      ["matched transaction 100: p2 -200"],
    ],
    [
      "in another currency: what the customer paid settles it",
      [ofRow("r", 460, { ...byTransaction, currency: "EUR", presentment: { amount: 500, currency: "USD" } })],
      [charged],
      ["matched transaction 100: p1 460 for 500 USD"],
    ],
    [
      "in another currency and beyond it: told, and no amount of the row's currency",
      [ofRow("r", 460, { ...byTransaction, currency: "EUR", presentment: { amount: 510, currency: "USD" } })],
      [charged],
      ["matched transaction 100: p1 460 for 510 USD; amount-mismatch"],
    ],
    [
      "in another currency and short of it: told too",
      [ofRow("r", 460, { ...byTransaction, currency: "EUR", presentment: { amount: 490, currency: "USD" } })],
      [charged],
      ["matched transaction 100: p1 460 for 490 USD; amount-mismatch"],
    ],
  ]);
});

describe("one gateway's name for several payments", () => {
  const other = payment("p2", 700, { gatewayReferences: ["ch_1"] });
  tell([
    ["is the one of its amount", [ofRow("r", 700, byPayment)], [charged, other], ["matched payment 98: p2 700"]],
    ["is none of them when no amount says which", [ofRow("r", 600, byPayment)], [charged, other], ["unmatched; amount-mismatch"]],
    [
      "is the first of two alike, and then the second",
      [ofRow("r1", 500, byPayment), ofRow("r2", 500, byPayment)],
      [charged, payment("p2", 500, { gatewayReferences: ["ch_1"], occurredAt: "2026-11-27T11:00:00.000Z" })],
      ["matched payment 98: p1 500", "matched payment 98: p2 500"],
    ],
    [
      "is the only one that goes its way, whatever its amount",
      [ofRow("r", -150, byPayment)],
      [charged, payment("p2", -200, { gatewayReferences: ["ch_1"] })],
      ["matched payment 98: p2 -150; off 50; amount-mismatch"],
    ],
  ]);
});

const partly = ofRow("r0", 200, byTransaction);

describe("a row that names an order", () => {
  const both = naming({ orderName: "#1", orderId: "9" });
  const two = [payment("p1", 500), payment("p2", 700)];
  tell([
    ["by its name", [ofRow("r", 500)], [payment("p1", 500)], ["matched order-and-amount 90: p1 500"]],
    [
      "by its id",
      [ofRow("r", 500, naming({ orderId: "9" }))],
      [payment("p1", 500, { orders: ["9"] })],
      ["matched order-and-amount 90: p1 500"],
    ],
    ["by what the merchant calls it", [ofRow("r", 500, naming({ merchantReference: "#1" }))], two, ["matched order-and-amount 90: p1 500"]],
    [
      "by its id and its name",
      [ofRow("r", 1_200, both)],
      two.map((each) => ({ ...each, orders: ["#1", "9"] })),
      ["matched sum 80: p1 500, p2 700"],
    ],
    [
      "by its id and its name, and no payment counts for two",
      [ofRow("r", 1_000, both)],
      [payment("p1", 500, { orders: ["#1", "9"] })],
      ["unmatched; amount-mismatch"],
    ],
    [
      "with what a row before it left of a payment",
      [partly, ofRow("r", 300)],
      [charged],
      ["matched transaction 100: p1 200", "matched tolerance 60: p1 300"],
    ],
    [
      "settles together what is not settled yet",
      [ofRow("r0", 500, byTransaction), ofRow("r", 800)],
      [charged, payment("p2", 700), payment("p3", 100)],
      ["matched transaction 100: p1 500", "matched sum 80: p2 700, p3 100"],
    ],
    ["settles together what goes its way", [ofRow("r", 1_200)], [...two, payment("p3", -100)], ["matched sum 80: p1 500, p2 700"]],
    [
      "settles together what is in its currency",
      [ofRow("r", 1_200)],
      [...two, payment("p3", 90, { currency: "CAD" })],
      ["matched sum 80: p1 500, p2 700"],
    ],
    [
      "in two rows that give its names the other way round comes to one payment",
      [
        ofRow("r1", 200, naming({ orderId: "A", merchantReference: "B" })),
        ofRow("r2", 300, naming({ orderId: "B", merchantReference: "A" })),
      ],
      [payment("p1", 500, { orders: ["A", "B"] })],
      ["matched sum 80: p1 200", "matched sum 80: p1 300"],
    ],
    [
      "in two rows comes to no payment in another currency",
      [ofRow("r1", 200), ofRow("r2", 300)],
      [payment("p1", 500, { currency: "CAD" })],
      ["unmatched; currency", "unmatched; currency"],
    ],
    [
      "within the tolerance of nothing, of a payment that is settled",
      [ofRow("r0", 500, byTransaction), ofRow("r", 3)],
      [charged],
      ["matched transaction 100: p1 500", "unmatched; duplicate"],
    ],
    ["within the tolerance, the other way", [ofRow("r", 2)], [payment("p1", -2)], ["unmatched; missing"]],
    ["within the tolerance, in another currency", [ofRow("r", 499)], [payment("p1", 500, { currency: "CAD" })], ["unmatched; currency"]],
    [
      "one of whose payments is open is no duplicate",
      [ofRow("r0", 500, byTransaction), ofRow("r", 600)],
      [charged, payment("p2", 700)],
      ["matched transaction 100: p1 500", "unmatched; amount-mismatch"],
    ],
    [
      "one of whose payments a fee explains",
      [
        ofRow("r", 480, {
          fees: [
            { name: "fee", amount: 15 },
            { name: "scheme", amount: 5 },
          ],
          net: 460,
        }),
      ],
      [payment("p1", 500), payment("p2", 999)],
      ["unmatched; fee"],
    ],
    ["nobody knows", [ofRow("r", 500, naming({ orderName: "#9" }))], two, ["unmatched; missing"]],
    ["names nothing at all", [ofRow("r", 500, naming({}))], two, ["unmatched; unknown"]],
    ["settles two payments together", [ofRow("r", 1_200)], two, ["matched sum 80: p1 500, p2 700"]],
    ["settles no two payments that it does not come to", [ofRow("r", 1_206)], two, ["unmatched; amount-mismatch"]],
    [
      "takes no payment in another currency along",
      [ofRow("r", 1_200)],
      [payment("p1", 500), payment("p2", 700, { currency: "CAD" })],
      ["unmatched; amount-mismatch"],
    ],
    [
      "in two rows comes to one payment",
      [ofRow("r1", 200), ofRow("r2", 300)],
      [payment("p1", 500)],
      ["matched sum 80: p1 200", "matched sum 80: p1 300"],
    ],
    [
      "in two rows comes to none",
      [ofRow("r1", 200), ofRow("r2", 290)],
      [payment("p1", 500)],
      ["unmatched; amount-mismatch", "unmatched; amount-mismatch"],
    ],
    [
      "in two rows that are not of one direction comes to none",
      [ofRow("r1", 600), ofRow("r2", -100)],
      [payment("p1", 500)],
      ["unmatched; amount-mismatch", "unmatched; missing"],
    ],
    [
      "settles each payment once",
      [ofRow("r1", 500), ofRow("r2", 500)],
      [payment("p1", 500)],
      ["matched order-and-amount 90: p1 500", "unmatched; duplicate"],
    ],
    ["off by the tolerance", [ofRow("r", 505)], [payment("p1", 500)], ["matched tolerance 60: p1 505; off 5; amount-mismatch"]],
    ["off by a cent more", [ofRow("r", 506)], [payment("p1", 500)], ["unmatched; amount-mismatch"]],
    ["short by the tolerance", [ofRow("r", 495)], [payment("p1", 500)], ["matched tolerance 60: p1 495; off -5; amount-mismatch"]],
    [
      "is the nearest of two within it",
      [ofRow("r", 502)],
      [payment("p1", 499), payment("p2", 503)],
      ["matched tolerance 60: p2 502; off -1; amount-mismatch"],
    ],
    [
      "is the first of two that are as near",
      [ofRow("r", 502)],
      [payment("p1", 503), payment("p2", 501)],
      ["matched tolerance 60: p1 502; off -1; amount-mismatch"],
    ],
    [
      "within the tolerance on the last of the days",
      [ofRow("r", 499, { occurredAt: "2026-11-30T23:00:00.000Z" })],
      [payment("p1", 500)],
      ["matched tolerance 60: p1 499; off -1; amount-mismatch"],
    ],
    [
      "within the tolerance a day too late",
      [ofRow("r", 499, { occurredAt: "2026-12-01T00:00:00.000Z" })],
      [payment("p1", 500)],
      ["unmatched; amount-mismatch"],
    ],
    [
      "within the tolerance before it was paid",
      [ofRow("r", 499, { occurredAt: "2026-11-23T00:00:00.000Z" })],
      [payment("p1", 500)],
      ["unmatched; amount-mismatch"],
    ],
    ["in another currency", [ofRow("r", 500, { currency: "CAD" })], [payment("p1", 500)], ["unmatched; currency"]],
    [
      "settled less its fee, which it states",
      [ofRow("r", 480, { fees: [{ name: "fee", amount: 20 }], net: 460 })],
      [payment("p1", 500)],
      ["unmatched; fee"],
    ],
    [
      "settled with a fee that explains nothing",
      [ofRow("r", 470, { fees: [{ name: "fee", amount: 20 }], net: 450 })],
      [payment("p1", 500)],
      ["unmatched; amount-mismatch"],
    ],
    [
      "whose payment is what it comes to net",
      [ofRow("r", 520, { fees: [{ name: "fee", amount: 20 }], net: 500 })],
      [payment("p1", 500)],
      ["unmatched; fee"],
    ],
  ]);

  test("says whose clearing the payment waits in, where that is known", () => {
    const [known] = matchSettlement([ofRow("r", 500)], [payment("p1", 500, { entity: "us" })], stated);
    const [unknown] = matchSettlement([ofRow("r", 500)], [payment("p1", 500)], stated);
    expect([known?.entity, unknown !== undefined && "entity" in unknown]).toEqual(["us", false]);
  });

  test("tells when a payment in another currency was made, for its rate", () => {
    const euros = ofRow("r", 460, { currency: "EUR", presentment: { amount: 500, currency: "USD" } });
    expect(matchSettlement([euros], [payment("p1", 500)], stated)[0]?.parts).toEqual([
      { sale: "sale p1", paymentId: "p1", amount: 460, sold: { amount: 500, currency: "USD", occurredAt: "2026-11-27T10:00:00.000Z" } },
    ]);
  });
});

describe("a gateway that states what it pays and not what it keeps", () => {
  const kept = contract(15, 2);
  const order: readonly Case[] = [
    ["keeps its fee", [ofRow("r", 485)], [payment("p1", 500)], ["matched net-of-fee 85: p1 500; fee 15"], kept],
    ["keeps as much as the tolerance more", [ofRow("r", 483)], [payment("p1", 500)], ["matched net-of-fee 85: p1 500; fee 17"], kept],
    ["keeps as much as the tolerance less", [ofRow("r", 487)], [payment("p1", 500)], ["matched net-of-fee 85: p1 500; fee 13"], kept],
    ["keeps more than that", [ofRow("r", 482)], [payment("p1", 500)], ["unmatched; amount-mismatch"], kept],
    ["has no contract for the amount", [ofRow("r", 10_485)], [payment("p1", 10_500)], ["unmatched; amount-mismatch"], kept],
    ["keeps nothing of it, which is another way", [ofRow("r", 500)], [payment("p1", 500)], ["matched order-and-amount 90: p1 500"], kept],
    [
      "is about the payment whose fee is nearest",
      [ofRow("r", 485)],
      [payment("p1", 501), payment("p2", 500)],
      ["matched net-of-fee 85: p2 500; fee 15"],
      kept,
    ],
    [
      "is about the first of two that are as near",
      [ofRow("r", 485)],
      [payment("p1", 501), payment("p2", 499)],
      ["matched net-of-fee 85: p1 501; fee 16"],
      kept,
    ],
    [
      "is not about a payment in another currency",
      [ofRow("r", 485)],
      [payment("p1", 500, { currency: "CAD" })],
      ["unmatched; currency"],
      kept,
    ],
    [
      "is not about a payment that is settled in part",
      [partly, ofRow("r", 285)],
      [charged],
      ["matched transaction 100: p1 500; fee 15; off -285; fee", "unmatched; amount-mismatch"],
      kept,
    ],
    [
      "is not about a payment that is settled",
      [ofRow("r0", 500, byTransaction), ofRow("r", 485)],
      [charged],
      ["matched transaction 100: p1 500", "unmatched; duplicate"],
      kept,
    ],
    ["is not about a refund", [ofRow("r", 485)], [payment("p1", -500)], ["unmatched; missing"], kept],
  ];
  const named: readonly Case[] = [
    ["names the payment", [ofRow("r", 485, byTransaction)], [charged], ["matched transaction 100: p1 500; fee 15"], kept],
    [
      "names it and keeps as much as the tolerance",
      [ofRow("r", 483, byTransaction)],
      [charged],
      ["matched transaction 100: p1 500; fee 17"],
      kept,
    ],
    [
      "names it and keeps more",
      [ofRow("r", 482, byTransaction)],
      [charged],
      ["matched transaction 100: p1 500; fee 15; off -3; fee"],
      kept,
    ],
    ["names it and keeps less", [ofRow("r", 488, byTransaction)], [charged], ["matched transaction 100: p1 500; fee 15; off 3; fee"], kept],
    [
      "names it and has no contract",
      [ofRow("r", 10_485, byTransaction)],
      [payment("p1", 10_500)],
      ["matched transaction 100: p1 10485; off -15; amount-mismatch"],
      kept,
    ],
    [
      "names it in two rows: the fee is in the last",
      [ofRow("r1", 200, byTransaction), ofRow("r2", 285, byTransaction)],
      [charged],
      ["matched transaction 100: p1 200", "matched transaction 100: p1 300; fee 15"],
      kept,
    ],
  ];
  tell([...order, ...named]);
});

// A terminal of store 1: its row names no payment, but stands for the till on its day.
const tills = ["1.1.2026-11-27", "1.1.2026-11-26", "1.1.2026-11-25"] as const;
const batch = (id: string, gross: number, more: Partial<SettlementRow> = {}, closedAt?: string): RowToMatch => ({
  settlement: id,
  row: row(id, gross, { references: { terminalId: "T" }, ...more }),
  tills,
  ...(closedAt === undefined ? {} : { closedAt }),
});
const atTill = (paymentId: string, amount: number, time: string, more: Partial<SettleablePayment> = {}): SettleablePayment =>
  payment(paymentId, amount, { occurredAt: `2026-11-${time}:00.000Z`, orders: [], till: `1.1.2026-11-${time.slice(0, 2)}`, ...more });

describe("the batch of a card terminal", () => {
  const day = [atTill("a", 100, "27T09:00"), atTill("b", 250, "27T10:00"), atTill("c", -50, "27T11:00")];
  const before = [atTill("x", 400, "26T18:00"), atTill("y", 70, "26T19:00")];
  const couldBeTwo = [
    ...[atTill("x", 40, "26T18:00"), atTill("y", 60, "26T19:00")],
    ...[atTill("a", 30, "27T09:00"), atTill("b", 60, "27T10:00"), atTill("c", 1, "27T11:00")],
  ];
  const next: RowToMatch = { ...batch("n", 0), tills: ["1.1.2026-11-28", tills[0], tills[1]] };
  const nextOf = (gross: number, closedAt?: string): RowToMatch => ({
    ...next,
    row: row("n", gross, { references: { terminalId: "T" }, occurredAt: "2026-11-28T12:00:00.000Z" }),
    ...(closedAt === undefined ? {} : { closedAt }),
  });
  tell([
    ["is the whole of its day, refunds too", [batch("r", 300)], day, ["matched sum 80: a 100, b 250, c -50"]],
    ["is the whole of the day before", [batch("r", 470)], before, ["matched sum 80: x 400, y 70"]],
    ["is its own day rather than the day before", [batch("r", 470)], [...before, atTill("a", 470, "27T09:00")], ["matched sum 80: a 470"]],
    ["is no day that is off by a cent", [batch("r", 301)], day, ["unmatched; amount-mismatch"]],
    ["is none where nothing was paid", [batch("r", 300)], [], ["unmatched; missing"]],
    [
      "takes nothing in another currency",
      [batch("r", 300)],
      [...day, atTill("d", 5, "27T09:30", { currency: "CAD" })],
      ["matched sum 80: a 100, b 250, c -50"],
    ],
    [
      "takes the cards of its brand alone, however it is written",
      [batch("r", 130, { cardBrand: "VISA" })],
      [
        atTill("a", 100, "27T09:00", { cardBrand: "visa" }),
        atTill("b", 250, "27T10:00", { cardBrand: "amex" }),
        atTill("c", 9, "27T11:00"),
        atTill("d", 30, "27T12:00", { cardBrand: "Visa" }),
      ],
      ["matched sum 80: a 100, d 30"],
    ],
    [
      "that was closed at a time is what was taken until then",
      [batch("r", 350, {}, "2026-11-27T10:00:00.000Z")],
      day,
      ["matched sum 80: a 100, b 250"],
    ],
    ["that was closed with a card takes that card", [batch("r", 60, {}, "2026-11-27T10:00:00.000Z")], couldBeTwo, ["matched sum 80: b 60"]],
    [
      "that was closed with a card of the day before takes that",
      [batch("r", 60, {}, "2026-11-26T19:00:00.000Z")],
      couldBeTwo,
      ["matched sum 80: y 60"],
    ],
    [
      "that was closed a moment before it does not",
      [batch("r", 60, {}, "2026-11-26T18:59:59.999Z")],
      couldBeTwo,
      ["unmatched; amount-mismatch"],
    ],
    [
      "that was closed at a time reaches back over midnight as far as it can",
      [batch("r", 70, {}, "2026-11-27T09:30:00.000Z")],
      [atTill("x", 30, "26T17:00"), atTill("y", -30, "26T18:00"), atTill("z", 70, "27T09:00")],
      ["matched sum 80: x 30, y -30, z 70"],
    ],
    [
      "takes what another batch left of its day",
      [batch("r1", 100, {}, "2026-11-27T09:30:00.000Z"), batch("r2", 200)],
      day,
      ["matched sum 80: a 100", "matched sum 80: b 250, c -50"],
    ],
    [
      "takes from its open day the longest run that comes to it",
      [batch("r", 100)],
      [atTill("a", 100, "27T09:00"), atTill("b", 40, "27T10:00"), atTill("c", -40, "27T11:00"), atTill("d", 7, "27T12:00")],
      ["matched sum 80: a 100, b 40, c -40"],
    ],
    [
      "runs over midnight where one run alone comes to it",
      [batch("r", 170)],
      [...before, day[0]!, day[1]!],
      ["matched sum 80: y 70, a 100"],
    ],
    ["is a guess where two runs come to it, and left open", [batch("r", 60)], couldBeTwo, ["unmatched; amount-mismatch"]],
    [
      "is, of two runs, the one that begins where another batch ended",
      [batch("r0", 40, {}, "2026-11-26T18:30:00.000Z"), batch("r", 60)],
      couldBeTwo,
      ["matched sum 80: x 40", "matched sum 80: y 60"],
    ],
    [
      "counts a card after midnight by the clock and by the till",
      [batch("r", 170)],
      [
        atTill("x", 400, "26T18:00"),
        atTill("y", 70, "27T00:30", { till: tills[1], tillByClock: tills[0] }),
        atTill("a", 100, "27T09:00"),
        atTill("b", 5, "27T10:00"),
      ],
      ["matched sum 80: y 70, a 100"],
    ],
    [
      "leaves the payments of the day before to whom they belong",
      [batch("r", 300), nextOf(80)],
      [...day, atTill("d", 80, "28T09:00")],
      ["matched sum 80: a 100, b 250, c -50", "matched sum 80: d 80"],
    ],
    [
      "of the next day takes what the day before it left",
      [batch("r", 100, {}, "2026-11-27T09:30:00.000Z"), nextOf(280, "2026-11-28T10:00:00.000Z")],
      [...day, atTill("d", 80, "28T09:00")],
      ["matched sum 80: a 100", "matched sum 80: b 250, c -50, d 80"],
    ],
    [
      "is the whole of the day before rather than a part of its own",
      [batch("r", 50)],
      [atTill("x", 30, "26T18:00"), atTill("y", 20, "26T19:00"), atTill("a", 50, "27T09:00"), atTill("b", 7, "27T10:00")],
      ["matched sum 80: x 30, y 20"],
    ],
    [
      "is not the whole of a day of which another batch has a part",
      [batch("r0", 30, {}, "2026-11-26T18:00:00.000Z"), batch("r", 50)],
      [atTill("x", 30, "26T18:00"), atTill("y", 20, "26T19:00"), atTill("a", 50, "27T09:00"), atTill("b", 7, "27T10:00")],
      ["matched sum 80: x 30", "matched sum 80: a 50"],
    ],
    [
      "takes no card along that a row has settled in part",
      [ofRow("r0", 10, naming({ transactionId: "a" })), batch("r", 340)],
      day.slice(0, 2),
      ["matched transaction 100: a 10; off -90; amount-mismatch", "unmatched; amount-mismatch"],
    ],
    [
      "begins after a card that a row has settled by its name",
      [ofRow("r0", 100, naming({ transactionId: "a" })), batch("r", 250)],
      [...day.slice(0, 2), atTill("d", 9, "27T12:00")],
      ["matched transaction 100: a 100", "matched sum 80: b 250"],
    ],
    [
      "runs in the order of the clock, whichever day the till gave the card",
      [batch("r", 500)],
      [
        atTill("x", 400, "26T18:00"),
        atTill("a", 100, "27T00:10"),
        atTill("y", 70, "27T00:30", { till: tills[1] }),
        atTill("b", 5, "27T10:00"),
      ],
      ["matched sum 80: x 400, a 100"],
    ],
    [
      "takes a card of the night before the day before, by the clock",
      [batch("r", 405)],
      [atTill("w", 5, "26T00:30", { till: tills[2], tillByClock: tills[1] }), atTill("x", 400, "26T18:00"), atTill("y", 3, "26T19:00")],
      ["matched sum 80: w 5, x 400"],
    ],
    [
      "of two at one time the names say which is first",
      [batch("r", 300, {}, "2026-11-27T09:00:00.000Z")],
      [atTill("b", 200, "27T09:00"), atTill("a", 100, "27T09:00"), atTill("c", 9, "27T09:01")],
      ["matched sum 80: a 100, b 200"],
    ],
  ]);

  test("is not asked for where the row stands for no till", () => {
    const { tills: _none, ...apart } = batch("r", 300);
    expect(matchSettlement([apart], day, stated).map(shown)).toEqual(["unmatched; missing"]);
  });

  test("is left open where more runs come to it than anybody could choose from", () => {
    const alike = Array.from({ length: 1_001 }, (_, index) => atTill(`p${String(index).padStart(4, "0")}`, 5, "26T12:00"));
    expect(matchSettlement([batch("r", 5)], alike, stated).map(shown)).toEqual(["unmatched; amount-mismatch"]);
  });
});

test("a row that names a payment at a till, which the till does not know by that name, has the amount and the till in common with it", () => {
  const authorised: RowToMatch = { ...batch("r", 250), row: row("r", 250, { references: { terminalId: "T", pspReference: "AUTH" } }) };
  const found = matchSettlement([authorised], [atTill("a", 100, "27T09:00"), atTill("b", 250, "27T10:00")], stated);
  expect(found.map(shown)).toEqual(["matched order-and-amount 90: b 250"]);
  expect(matchSettlement([authorised], [atTill("b", 250, "26T10:00")], stated).map(shown)).toEqual(["unmatched; missing"]);
  const afterMidnight = atTill("b", 250, "27T00:30", { till: tills[1], tillByClock: tills[0] });
  expect(matchSettlement([authorised], [afterMidnight], stated).map(shown)).toEqual(["matched order-and-amount 90: b 250"]);
});
