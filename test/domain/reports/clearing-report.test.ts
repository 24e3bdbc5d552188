import { describe, expect, test } from "vitest";
import { type ClearingInput, clearingReport } from "#domain/reports";

type Line = ClearingInput["lines"][number];
type Row = ClearingInput["rows"][number];
type Payout = ClearingInput["payouts"][number];

const account = { entity: "us", gateway: "paypal", currency: "USD" };
const sale = "sale:shopify:us.example:1";
const line = (amount: number, transaction: string | undefined, more: Partial<Line> = {}): Line => ({
  ...account,
  amount,
  businessDate: "2026-11-20",
  ...(transaction === undefined ? {} : { transaction }),
  reference: transaction === sale ? "#1001" : "J-1",
  ...more,
});
/** A row of PayPal's, told on the evening of 25 November in UTC. `net` is what it adds to the payout. */
const row = (id: string, net: number, parts: Row["parts"] = [], told: object = {}, more: Partial<Row> = {}): Row => ({
  transaction: `settlement-row:paypal:A:${id}`,
  account,
  row: {
    source: "paypal",
    account: "A",
    id,
    type: "T0006",
    nature: "payment",
    occurredAt: "2026-11-25T23:30:00.000Z",
    net,
    payoutId: "P1",
    references: {},
    ...told,
  } as unknown as Row["row"],
  parts,
  unlisted: false,
  ...more,
});
const payout = (id: string, status: string, itemized = true, more: Partial<Payout> = {}): Payout => ({
  transaction: `payout:paypal:A:${id}`,
  account,
  payout: { source: "paypal", account: "A", id, status, itemized } as Payout["payout"],
  ...more,
});
const whole: Row["parts"] = [{ sale, amount: 10_000 }];

function report(given: Partial<ClearingInput>, settled: readonly string[] = ["us paypal"]) {
  return clearingReport({ lines: [], rows: [], payouts: [], settled: new Set(settled), today: "2026-11-27", ...given });
}
const said = (given: Partial<ClearingInput>, settled?: readonly string[]) =>
  report(given, settled).flatMap(({ items }) =>
    items.map(
      ({ kind, reference, amount, since, ageDays, waitsFor }) =>
        `${kind} ${reference}: ${amount} since ${since}, ${ageDays} days, waits for ${waitsFor}`,
    ),
  );

describe("a sale in clearing", () => {
  const sold = line(10_000, sale);
  test("waits for its row from its first journal on", () => {
    expect(said({ lines: [sold] })).toEqual(["sale #1001: 10000 since 2026-11-20, 7 days, waits for its settlement row"]);
    expect(said({ lines: [line(9_000, sale), line(1_000, sale, { businessDate: "2026-11-19" })] })).toEqual([
      "sale #1001: 10000 since 2026-11-19, 8 days, waits for its settlement row",
    ]);
    expect(said({ lines: [line(9_000, sale), line(1_000, sale, { businessDate: "2026-11-21" })] })).toEqual([
      "sale #1001: 10000 since 2026-11-20, 7 days, waits for its settlement row",
    ]);
    expect(said({ lines: [{ ...sold, businessDate: "2026-11-28" }] })).toEqual([
      "sale #1001: 10000 since 2026-11-28, 0 days, waits for its settlement row",
    ]);
  });

  test("has nobody to wait for where no account of the policies settles the gateway in its books", () => {
    expect(said({ lines: [sold] }, ["ca paypal", "us adyen"])).toEqual([
      "sale #1001: 10000 since 2026-11-20, 7 days, waits for a gateway account in the policies",
    ]);
  });

  test("that a row settles is gone; in part it waits for the rest; beyond it, or before it is posted, somebody has to look", () => {
    const rest = (amount: number, lines: readonly Line[]) =>
      said({ lines, rows: [row("r", 0, [{ sale, amount }])] }).filter((each) => each.startsWith("sale"));
    expect(rest(10_000, [sold])).toEqual([]);
    expect(rest(9_999, [sold])).toEqual(["sale #1001: 1 since 2026-11-20, 7 days, waits for its settlement row"]);
    expect(rest(10_001, [sold])).toEqual(["sale #1001: -1 since 2026-11-20, 7 days, waits for an explanation of the difference"]);
    expect(rest(10_000, [])).toEqual([`sale ${sale}: -10000 since 2026-11-25, 2 days, waits for the sale to be posted`]);
    expect(rest(-4_000, [line(-5_000, sale)])).toEqual(["sale #1001: -1000 since 2026-11-20, 7 days, waits for its settlement row"]);
  });

  test("in other books, or in the currency that the customer paid in, waits there", () => {
    const abroad = row("r", 0, [{ sale, amount: 10_000, sold: { amount: 9_000, currency: "EUR" } }], {}, { seller: "three" });
    expect(
      report({ rows: [abroad] }).map(({ entity, currency, balance, items }) => [
        entity,
        currency,
        balance,
        items.map(({ kind, amount }) => `${kind} ${amount}`),
      ]),
    ).toEqual([["three", "EUR", 0, ["sale -9000", "row 9000"]]]);
  });
});

describe("a settlement row", () => {
  const fee = (id: string) => line(-300, `settlement-row:paypal:A:${id}`, { businessDate: "2026-11-25" });
  const paid = payout("P1", "paid");
  const ofRow = (given: Partial<ClearingInput>) => said({ payouts: [paid], ...given }).filter((each) => each.startsWith("row"));

  test("that settles a sale and has its fee booked is done", () => {
    expect(ofRow({ lines: [line(10_000, sale), fee("r")], rows: [row("r", 9_700, whole)] })).toEqual([]);
  });

  test.each<[string, Row, string]>([
    ["without its sale", row("r", 9_700), "row T0006 r: -9700 since 2026-11-25, 2 days, waits for its sale"],
    [
      "whose fee is not booked",
      row("r", 9_700, whole),
      "row T0006 r: 300 since 2026-11-25, 2 days, waits for an explanation of the difference from its sale",
    ],
    [
      "of a type in no class",
      row("r", 5, [], { type: "T9" }, { unlisted: true }),
      'row T9 r: -5 since 2026-11-25, 2 days, waits for a class for the type "T9"',
    ],
    [
      "of a transfer",
      row("r", 5, [], { nature: "transfer" }),
      "row T0006 r: -5 since 2026-11-25, 2 days, waits for the other batch that carries it",
    ],
    [
      "of a payout that came back and that nobody knows",
      row("r", 5, [], { nature: "payout-returned", references: { pspReference: "P0" } }),
      "row T0006 r: -5 since 2026-11-25, 2 days, waits for the payout that came back",
    ],
    [
      "of a payout that came back without its name",
      row("r", 5, [], { nature: "payout-returned" }),
      "row T0006 r: -5 since 2026-11-25, 2 days, waits for the payout that came back",
    ],
  ])("%s", (_, each, text) => {
    expect(ofRow({ rows: [each] })).toEqual([text]);
  });

  test("is called by the order, what the merchant or the gateway calls the payment, or its own number", () => {
    const called = (references: object) => ofRow({ rows: [row("r", 5, [], { references })] })[0]?.split(":")[0];
    expect(called({ orderName: "#1001", merchantReference: "M", paymentId: "PAY" })).toBe("row T0006 #1001");
    expect(called({ merchantReference: "M", paymentId: "PAY" })).toBe("row T0006 M");
    expect(called({ paymentId: "PAY" })).toBe("row T0006 PAY");
    expect(called({})).toBe("row T0006 r");
    // Its journals name the stream alone: the row's own name is the one to read.
    expect(ofRow({ lines: [fee("r")], rows: [row("r", 5, [], { references: { orderName: "#1001" } })] })).toEqual([
      "row T0006 #1001: -305 since 2026-11-25, 2 days, waits for its sale",
    ]);
  });

  test("that is the payout itself says what the payout's own stream books", () => {
    expect(said({ rows: [row("r", -9_700, [], { nature: "payout" })] })).toEqual([]);
  });

  test("that brings a payout back takes it out of that payout, and nothing is left of the row", () => {
    const returned = row("r", 5_000, [], { nature: "payout-returned", references: { pspReference: "P0" } });
    expect(said({ rows: [returned], payouts: [paid, payout("P0", "paid")] })).toEqual([
      "payout payout P1: 5000 since 2026-11-25, 2 days, waits for rows of the payout",
      "payout payout P0: -5000 since 2026-11-25, 2 days, waits for rows of the payout",
    ]);
    const mere = row("r", 5_000, whole, { references: { pspReference: "P0" } });
    expect(said({ rows: [mere], payouts: [paid, payout("P0", "paid")] }).filter((each) => each.includes("P0"))).toEqual([]);
  });
});

describe("a payout", () => {
  const ofPayout = (status: string) =>
    said({ rows: [row("r", 9_700, whole)], payouts: [payout("P1", status)] }).filter((each) => each.startsWith("payout"));
  test.each([
    ["scheduled", "the payout to be sent"],
    ["failed", "the payout to be sent again"],
    ["cancelled", "the payout to be sent again"],
    ["paid", "rows of the payout"],
  ])("%s", (status, waitsFor) => {
    expect(ofPayout(status)).toEqual([`payout payout P1: 9700 since 2026-11-25, 2 days, waits for ${waitsFor}`]);
  });

  test("that took what its rows come to is done, and one that took less is open by the rest", () => {
    const taken = (amount: number) => line(-amount, "payout:paypal:A:P1", { businessDate: "2026-11-26", reference: "P1" });
    const left = (amount: number) =>
      said({ lines: [taken(amount)], rows: [row("r", 9_700, whole)], payouts: [payout("P1", "paid")] }).filter((each) =>
        each.startsWith("payout"),
      );
    expect(left(9_700)).toEqual([]);
    expect(left(9_000)).toEqual(["payout P1: 700 since 2026-11-25, 2 days, waits for rows of the payout"]);
  });

  test("that nobody knows yet is waited for by each of its rows", () => {
    const waiting = (told: object) =>
      report({ rows: [row("r", 9_700, whole, told)] }).flatMap(({ items }) =>
        items
          .filter(({ kind }) => kind === "payout")
          .map(({ transaction, reference, amount, waitsFor }) => [transaction, reference, amount, waitsFor]),
      );
    const unpaid = ["settlement-row:paypal:A:r unpaid", "T0006 r", 9_700, "its payout"];
    expect(waiting({})).toEqual([unpaid]);
    expect(waiting({ payoutId: undefined })).toEqual([unpaid]);
  });

  test("of another account, gateway or currency is another one", () => {
    const others = [
      payout("P1", "paid", true, { account: { ...account, currency: "EUR" } }),
      payout("P1", "paid", true, { account: { ...account, gateway: "adyen" } }),
      payout("P1", "paid", true, { account: { ...account, entity: "ca" } }),
    ];
    expect(said({ rows: [row("r", 9_700, whole)], payouts: others }).at(-1)).toContain("waits for its payout");
  });

  test("of a balance that is not itemized runs on: rows without a payout and what payouts took are one sum", () => {
    const given = {
      lines: [line(-4_000, "payout:paypal:A:P9", { businessDate: "2026-11-24" })],
      rows: [row("r", 9_700, whole, { payoutId: undefined })],
      payouts: [payout("P9", "paid", false)],
    };
    expect(report(given)[0]?.items.find(({ kind }) => kind === "payout")).toEqual({
      ...account,
      kind: "payout",
      transaction: null,
      reference: "balance at the gateway",
      amount: 5_700,
      since: "2026-11-24",
      ageDays: 3,
      waitsFor: "the next payout of the balance",
    });
    const elsewhere = { ...given, rows: [row("r", 9_700, whole, { payoutId: undefined, account: "B" })] };
    expect(
      report(elsewhere)[0]
        ?.items.filter(({ kind }) => kind === "payout")
        .map(({ reference, amount }) => `${reference} ${amount}`),
    ).toEqual(["balance at the gateway -4000", "T0006 r 9700"]);
    const named = { ...given, rows: [row("r", 9_700, whole)], payouts: [...given.payouts, payout("P1", "paid")] };
    expect(
      report(named)[0]
        ?.items.filter(({ kind }) => kind === "payout")
        .map(({ reference, amount }) => `${reference} ${amount}`),
    ).toEqual(["balance at the gateway -4000", "payout P1 9700"]);
  });
});

describe("an account", () => {
  test("has what the hub did not post apart, each journal by its own name", () => {
    const byHand = [
      line(5, undefined, { reference: "GJ-7" }),
      line(6, undefined, { reference: "GJ-8" }),
      line(1, undefined, { reference: "GJ-7" }),
    ];
    expect(
      report({ lines: byHand })[0]?.items.map(({ kind, transaction, reference, amount, waitsFor }) => [
        kind,
        transaction,
        reference,
        amount,
        waitsFor,
      ]),
    ).toEqual([
      ["other", null, "GJ-7", 6, "an explanation: the hub did not post it"],
      ["other", null, "GJ-8", 6, "an explanation: the hub did not post it"],
    ]);
  });

  test("comes in the order of entity, gateway and currency, where anything stands in it", () => {
    const of = (entity: string, gateway: string, currency: string, amount = 1) => line(amount, undefined, { entity, gateway, currency });
    const lines = [
      of("us", "paypal", "USD"),
      of("us", "adyen", "USD"),
      of("us", "paypal", "EUR"),
      of("ca", "paypal", "USD"),
      of("us", "klarna", "USD", 0),
      of("us", "square", "USD", 2),
      line(-2, sale, { gateway: "square" }),
    ];
    expect(
      report({ lines }).map(({ entity, gateway, currency, balance, items }) =>
        [entity, gateway, currency, balance, items.length].join(" "),
      ),
    ).toEqual(["ca paypal USD 1 1", "us adyen USD 1 1", "us paypal EUR 1 1", "us paypal USD 1 1", "us square USD 0 2"]);
  });

  test("has the question that somebody was asked of a row or a payout beside it", () => {
    const open = { reason: "settlement.unmatched", owner: "treasury", dueAt: "2026-11-30" };
    const asked = (given: Partial<ClearingInput>) =>
      report(given)[0]?.items.map((item) => `${item.kind} ${item.open === undefined ? "-" : item.open.reason}`);
    expect(asked({ rows: [row("r", 5, [], {}, { open })], payouts: [payout("P1", "paid")] })).toEqual([
      "row settlement.unmatched",
      "payout -",
    ]);
    expect(asked({ rows: [row("r", 5)], payouts: [payout("P1", "paid", true, { open })] })).toEqual([
      "row -",
      "payout settlement.unmatched",
    ]);
    expect(report({ rows: [row("r", 5)] })[0]?.items[0]).not.toHaveProperty("open");
  });
});
