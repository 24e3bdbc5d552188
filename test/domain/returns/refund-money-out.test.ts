import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { foldFacts } from "#domain/ledger";
import { coursesOf, type FollowedReturn } from "#domain/returns";
import { order, refund, refunded } from "../ledger/sale-events.ts";

type Refund = EventOf<"refund.issued">;
const due = "refund-due";

/** A return of pieces of lines by a refund, authorised at 11:00; 25.00 to be paid. */
const returned = (number: number, event: string, lines: Record<string, number> = { A: 1 }): FollowedReturn => ({
  key: `V#${number}`,
  authorization: `RA-00000000000${number}`,
  at: "2026-11-27T11:00:00.000Z",
  expiresAt: "2026-11-28T11:00:00.000Z",
  grant: {
    allowed: [],
    refusals: [],
    refund: { currency: "USD", net: 2_500, taxes: [], fees: [], settlesUnpaid: 0, notCovered: 0, payable: 2_500, tenders: [] },
  },
  end: {
    how: "consumed",
    event,
    lines: Object.entries(lines).map(([lineId, pieces]) => ({ lineId, quantityMillionths: pieces * 1_000_000 })),
  },
});
const courses = (returns: readonly FollowedReturn[], facts: readonly BusinessEvent[], taxesIncluded = false) => {
  const placed = order({ A: { quantity: 3, gross: 7_500 }, B: { gross: 900 } }, { taxesIncluded });
  const found = coursesOf(returns, foldFacts([placed, ...facts]).events, "2026-11-27T20:00:00.000Z");
  return returns.map(({ key }) => {
    const course = found.get(key);
    return course?.kind === "ended" ? course.how : course?.kind;
  });
};
const received = (id: string, lineId: string, more: object = {}): BusinessEvent => ({
  name: "return.received",
  schema: 1,
  key: `return.received:${id}`,
  version: "1",
  occurredAt: "2026-11-27T12:00:00.000Z",
  orderId: "1",
  receiptId: id,
  lineId,
  item: "SHIRT",
  quantityMillionths: 1_000_000,
  disposition: "restocked",
  ...more,
});
const aPiece = { A: { subtotal: 2_500, restock: "return" as const } };
type Money = NonNullable<Parameters<typeof refund>[2]["money"]>;
const paidBy = (money: Money, more: Partial<Refund> = {}) => ({ ...refund("r1", "12:00", { lines: aPiece, money }), ...more });
const failed = (amount: number) => ({ amount, status: "failed" as const });

describe("the money of a refund is out", () => {
  const fee = { code: "restocking", amount: 500, taxes: [{ code: "IL", amount: 50 }] };
  const taxed = (money: Money, returnFees: readonly object[] = []): BusinessEvent =>
    ({ ...refund("r1", "12:00", { lines: { A: { subtotal: 2_500, tax: 400, restock: "return" } }, money }), returnFees }) as BusinessEvent;

  test.each([
    ["when all of it was paid, however little that is", paidBy({ m1: 1_000, m2: 500 }), "refunded"],
    ["not while a part is pending, be it more than was owed", paidBy({ m1: 2_500, m2: { amount: 1, status: "pending" } }), due],
    ["when the rest comes to what was owed, tax included", taxed({ m1: failed(1), m2: 2_900 }), "refunded"],
    ["not when the rest is a cent less", taxed({ m1: failed(1), m2: 2_899 }), due],
    ["when the rest comes to what was owed less what was kept", taxed({ m1: failed(1), m2: 2_350 }, [fee]), "refunded"],
    ["not when it is a cent less than that", taxed({ m1: failed(1), m2: 2_349 }, [fee]), due],
    ["not when nothing was paid, though nothing was owed", taxed({ m1: failed(1) }, [{ ...fee, amount: 9_000 }]), due],
  ] as const)("%s", (_, event, expected) => {
    expect(courses([returned(1, "refund.issued:r1")], [event])).toEqual([expected]);
  });

  test("by prices that hold the tax, where the order's do", () => {
    expect(courses([returned(1, "refund.issued:r1")], [taxed({ m1: failed(1), m2: 2_500 })], true)).toEqual(["refunded"]);
    expect(courses([returned(1, "refund.issued:r1")], [taxed({ m1: failed(1), m2: 2_499 })], true)).toEqual([due]);
    expect(courses([returned(1, "refund.issued:r1")], [taxed({ m1: failed(1), m2: 2_000 }, [fee])], true)).toEqual(["refunded"]);
  });

  test("by a payment that names the refund, and by none that names another one or nothing", () => {
    const returns = [returned(1, "refund.issued:r1")];
    const issued = refund("r1", "12:00", { lines: aPiece });
    const payment = { ...refunded("m1", "13:00", 2_500), refundId: "r1" } as BusinessEvent;
    expect(courses(returns, [issued, payment])).toEqual(["refunded"]);
    expect(courses(returns, [issued, { ...payment, refundId: "r2" } as BusinessEvent])).toEqual([due]);
    expect(courses(returns, [issued, refunded("m1", "13:00", 2_500)])).toEqual([due]);
  });

  test("by one that names no goods, once that is paid, and by none for other goods", () => {
    const returns = [returned(1, "refund.issued:r1")];
    const issued = refund("r1", "12:00", { lines: aPiece });
    expect(courses(returns, [issued, refund("r2", "13:00", { money: { m1: failed(2_500) } })])).toEqual([due]);
    expect(courses(returns, [issued, refund("r2", "13:00", { money: { m1: failed(2_500), m2: 2_500 } })])).toEqual(["refunded"]);
    expect(
      courses(returns, [issued, refund("r2", "13:00", { lines: { B: { subtotal: 900, restock: "return" } }, money: { m1: 900 } })]),
    ).toEqual([due]);
  });
});

describe("a refund answers for the units of a return", () => {
  test("of every line that came back", () => {
    const both = returned(1, "return.received:g1", { A: 1, B: 1 });
    const facts = [received("g1", "A", { authorization: "RA-000000000001" })];
    const shirt = refund("r1", "14:00", { lines: aPiece, money: { m1: 2_500 } });
    const mug = refund("r2", "15:00", { lines: { B: { subtotal: 900, restock: "return" } }, money: { m2: 900 } });
    expect(courses([both], [...facts, shirt])).toEqual([due]);
    expect(courses([both], [...facts, shirt, mug])).toEqual(["refunded"]);
  });

  test("once per line: what one return used of it another one cannot", () => {
    const returns = [
      returned(1, "return.received:g1", { A: 2 }),
      returned(2, "return.received:g2", { A: 1 }),
      returned(3, "return.received:g3", { B: 1 }),
    ];
    const facts = [received("g1", "A"), received("g2", "A"), received("g3", "B")];
    const two = refund("r1", "14:00", {
      lines: { A: { quantity: 2, subtotal: 5_000, restock: "return" }, B: { subtotal: 900, restock: "return" } },
      money: { m1: 5_900 },
    });
    expect(courses(returns, [...facts, two])).toEqual(["refunded", due, "refunded"]);
  });

  test("that was ended by it, by name or by the channel's own return, and for no other return", () => {
    const returns = [returned(1, "return.received:g1"), returned(2, "return.received:g2")];
    const facts = [received("g1", "A", { returnId: "x1" }), received("g2", "A", { returnId: "x2" })];
    const goodwill = refund("r1", "14:00", { money: { m1: 2_500 } });
    expect(courses(returns, [...facts, { ...goodwill, returnId: "x2" }])).toEqual([due, "refunded"]);
    expect(courses(returns, [...facts, { ...goodwill, authorization: "RA-000000000002" }])).toEqual([due, "refunded"]);
    const direct = [returned(1, "refund.issued:r1"), returned(2, "refund.issued:r2")];
    const second = { ...refund("r2", "14:00", { money: { m2: 2_500 } }) };
    const first = refund("r1", "14:00", { money: { m1: failed(2_500) } });
    expect(courses(direct, [first, second])).toEqual([due, "refunded"]);
  });

  test("at the instant of the authorisation, and not before", () => {
    const facts = (time: string) => [received("g1", "A"), refund("r1", time, { lines: aPiece, money: { m1: 2_500 } })];
    expect(courses([returned(1, "return.received:g1")], facts("11:00"))).toEqual(["refunded"]);
    expect(courses([returned(1, "return.received:g1")], facts("10:59"))).toEqual([due]);
  });
});
