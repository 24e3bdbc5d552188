import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { inOrderCurrency } from "#domain/returns";
import { goldenPolicy as policy } from "../../golden/golden-policy.ts";
import { captured, order, refund } from "../ledger/sale-events.ts";

type Refund = EventOf<"refund.issued">;
type Paid = Refund["payments"][number];

/** A shirt for 100.00 with 10.00 tax, paid in dollars; a euro is 1.10 on the day, and policy takes 2 % for exchange. */
const placed = order({ A: { gross: 10_000, tax: 1_000 } });
const rate: BusinessEvent = {
  name: "rate.fixed",
  schema: 1,
  key: "rate.fixed:EUR-USD-2026-11-27",
  version: "1",
  occurredAt: "2026-11-27T00:00:00.000Z",
  from: "EUR",
  to: "USD",
  day: "2026-11-27",
  rate: "1.1",
  publishedOn: "2026-11-27",
  source: "test",
};
const euros = (paymentId: string, amount: number, more: Partial<Paid> = {}): Paid => ({
  paymentId,
  gateway: "shopify_payments",
  status: "success",
  amount,
  currency: "EUR",
  ...more,
});
const goods = { A: { subtotal: 10_000, tax: 1_000, restock: "return" as const } };
const giving = (payments: readonly Paid[], more: Partial<Refund> = {}, given: Parameters<typeof refund>[2] = { lines: goods }): Refund => ({
  ...refund("r1", "12:00", given),
  payments: [...payments],
  ...more,
});
const read = (...facts: readonly BusinessEvent[]) =>
  inOrderCurrency(placed, [placed, captured("p1", "09:05", 11_000), ...facts], { policy, channel: "shopify", place: "us.example" });
/** What each payment of the last refund counts for. */
const counts = (...facts: readonly BusinessEvent[]) => {
  const last = read(...facts, rate).events.findLast((event) => event.name === "refund.issued");
  return last?.name === "refund.issued" ? last.payments.map(({ amount, currency }) => [amount, currency ?? last.currency].join(" ")) : [];
};

describe("a refund that is paid in a third currency (c33)", () => {
  test.each([
    [10_000, "11000 USD"],
    [9_800, "11000 USD"],
    [9_799, "10779 USD"],
    [10_200, "11000 USD"],
    [10_201, "11221 USD"],
  ])("of %s cents counts for what it is worth within the tolerance, and beyond it for the day's rate", (amount, expected) => {
    expect(counts(giving([euros("m1", amount)]))).toEqual([expected]);
  });

  test("is worth its goods less what is kept of them, as the refund or the return that it pays for says", () => {
    // 95.45 euros are 105.00: the goods less 5.00.
    const kept = [{ id: "F", kind: "restocking", amount: 500, taxes: [] }] as unknown as NonNullable<Refund["returnFees"]>;
    expect(counts(giving([euros("m1", 9_600)], { returnFees: kept }))).toEqual(["10500 USD"]);
    const agreed = (returnId: string): BusinessEvent =>
      ({
        name: "return.authorized",
        schema: 1,
        key: `return.authorized:${returnId}`,
        version: "1",
        occurredAt: "2026-11-27T11:00:00.000Z",
        orderId: "1",
        returnId,
        lines: [],
        fees: [{ id: "F", kind: "restocking", amount: 500 }],
      }) as unknown as BusinessEvent;
    expect(counts(agreed("R"), giving([euros("m1", 9_600)], { returnId: "R" }))).toEqual(["10500 USD"]);
    expect(counts(agreed("other"), giving([euros("m1", 9_600)], { returnId: "R" }))).toEqual(["10560 USD"]);
  });

  test("is worth its goods and the discrepancy that it states, and no other adjustment", () => {
    const adjusted = (kind: string) => [{ id: "D", kind, amount: 1_000, tax: 0 }] as Refund["adjustments"];
    expect(counts(giving([euros("m1", 9_100)], { adjustments: adjusted("refund_discrepancy") }))).toEqual(["10000 USD"]);
    expect(counts(giving([euros("m1", 9_100)], { adjustments: adjusted("shipping_refund") }))).toEqual(["10010 USD"]);
  });

  test("of money alone is worth what the payments have left", () => {
    const alone = (amount: number) =>
      giving([euros("m2", amount)], { refundId: "r2", key: "refund.issued:r2", occurredAt: "2026-11-27T13:00:00.000Z" }, {});
    expect(counts(alone(10_100))).toEqual(["11000 USD"]);
    const half = refund("r1", "12:00", { lines: { A: { subtotal: 5_000, tax: 500, restock: "return" } }, money: { m1: 5_500 } });
    expect(counts(half, alone(5_050))).toEqual(["5500 USD"]);
    expect(
      counts(giving([euros("m1", 5_050)], {}, { lines: { A: { subtotal: 5_000, tax: 500, restock: "return" } } }), alone(5_050)),
    ).toEqual(["5500 USD"]);
  });

  test("paid in part in the order's own currency is worth the rest, and what failed is nothing", () => {
    const own: Paid = { paymentId: "m2", gateway: "shopify_payments", status: "success", amount: 5_500, currency: "USD" };
    expect(counts(giving([euros("m1", 5_050), own]))).toEqual(["5500 USD", "5500 USD"]);
    expect(counts(giving([euros("m1", 10_050), { ...own, status: "failed" }]))).toEqual(["11000 USD", "5500 USD"]);
    expect(counts(giving([euros("m1", 10_050), euros("m2", 5_000, { status: "failed" })]))).toEqual(["11000 USD", "5000 EUR"]);
    expect(counts(giving([euros("m1", 5_000, { status: "failed" })]))).toEqual(["5000 EUR"]);
  });

  test("paid in two parts is what it is worth, divided as they are", () => {
    expect(counts(giving([euros("m1", 3_300), euros("m2", 6_650)]))).toEqual(["3648 USD", "7352 USD"]);
  });

  test("comes to the nearer of what it may be worth", () => {
    // 108.90 is nearer to 110.00 less 1.00 than to 110.00.
    const adjusted = (amount: number) => [{ id: "D", kind: "refund_discrepancy", amount, tax: 0 }] as Refund["adjustments"];
    expect(counts(giving([euros("m1", 9_900)], { adjustments: adjusted(100) }))).toEqual(["10900 USD"]);
    expect(counts(giving([euros("m1", 9_990)], { adjustments: adjusted(100) }))).toEqual(["11000 USD"]);
  });

  test("waits for the rate of its day, and is as it was stated until then", () => {
    const { events, waits, abroad } = read(giving([euros("m1", 10_000), euros("m2", 1)]));
    expect([...waits]).toEqual([["refund.issued:r1", [{ from: "EUR", to: "USD", day: "2026-11-27" }]]]);
    expect([abroad.size, events.at(-1)]).toEqual([0, giving([euros("m1", 10_000), euros("m2", 1)])]);
  });

  test("of a shop that nobody knows stays as it was stated, and waits for nothing", () => {
    const facts = [placed, giving([euros("m1", 10_000)])];
    const found = inOrderCurrency(placed, facts, { policy, channel: "shopify", place: "gone.example" });
    expect([found.events, found.waits.size]).toEqual([facts, 0]);
  });
});

describe("what goes back of payments in a third currency (c33)", () => {
  const later: BusinessEvent = {
    ...(rate as EventOf<"rate.fixed">),
    key: "rate.fixed:EUR-USD-2026-11-30",
    day: "2026-11-30",
    rate: "1.08",
    occurredAt: "2026-11-30T00:00:00.000Z",
  };
  const paid: BusinessEvent = { ...(captured("p1", "09:05", 10_000) as EventOf<"payment.captured">), currency: "EUR" };
  /** 100.00 euros pay 110.00 dollars; each of these is money alone, and goes back when a euro is 1.08. */
  const countedBack = (amounts: readonly number[], leftOut: readonly string[] = []) => {
    const refunds = amounts.map((amount, index) =>
      giving(
        [euros(`m${index + 1}`, amount)],
        { refundId: `r${index + 1}`, key: `refund.issued:r${index + 1}`, occurredAt: `2026-11-30T1${index}:00:00.000Z` },
        {},
      ),
    );
    const where = { policy, channel: "shopify", place: "us.example", leftOut: new Set(leftOut) };
    const { events } = inOrderCurrency(placed, [placed, paid, ...refunds, rate, later], where);
    return events.flatMap((event) => (event.name === "refund.issued" ? event.payments.map(({ amount }) => amount) : []));
  };

  test.each<[string, number[], number[]]>([
    ["all of it", [10_000], [11_000]],
    ["three parts of it, and the last takes the cent", [3_333, 3_333, 3_334], [3_666, 3_667, 3_667]],
    // 10.00 euros are left of the payment, for 11.00; the other 10.00 are 10.80 on their day.
    ["more than is left of it", [9_000, 2_000], [9_900, 2_180]],
    ["all of it, and once more as much", [10_000, 10_000], [11_000, 10_800]],
  ])("%s: counts for its share of what the payments counted for, and beyond them for the day's rate", (_, amounts, expected) => {
    expect(countedBack(amounts)).toEqual(expected);
  });

  test("what the books leave out has taken nothing of them", () => {
    expect(countedBack([10_000, 10_000], ["refund.issued:r1"])).toEqual([11_000, 11_000]);
    expect(countedBack([9_000], ["payment.captured:p1"])).toEqual([9_720]);
  });
});
