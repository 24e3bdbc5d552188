import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { foldFacts } from "#domain/ledger";
import { coursesOf, type FollowedReturn } from "#domain/returns";
import { order, refund, refunded } from "../ledger/sale-events.ts";

const consumed = (event: string, pieces = 1): NonNullable<FollowedReturn["end"]> => ({
  how: "consumed",
  event,
  lines: [{ lineId: "A", quantityMillionths: pieces * 1_000_000 }],
});
/** Authorised at 11:00 for a day; the refund within two days; 25.00 to be paid. */
const granted = (number: number, more: Partial<FollowedReturn> & { readonly payable?: number } = {}): FollowedReturn => {
  const { payable = 2_500, ...fields } = more;
  const refundOf = { currency: "USD", net: payable, taxes: [], fees: [], settlesUnpaid: 0, notCovered: 0, payable, tenders: [] };
  return {
    key: `V#00000${number}`,
    authorization: `RA-00000000000${number}`,
    at: "2026-11-27T11:00:00.000Z",
    expiresAt: "2026-11-28T11:00:00.000Z",
    refundWithinHours: 48,
    grant: { allowed: [], refusals: [], refund: refundOf },
    ...fields,
  };
};
const received = (id: string, more: object = {}): BusinessEvent => ({
  name: "return.received",
  schema: 1,
  key: `return.received:${id}`,
  version: "1",
  occurredAt: "2026-11-27T12:00:00.000Z",
  orderId: "1",
  receiptId: id,
  lineId: "A",
  item: "SHIRT",
  quantityMillionths: 1_000_000,
  disposition: "restocked",
  authorization: "RA-000000000001",
  ...more,
});
const placed = order({ A: { quantity: 2, gross: 5_000 } });
const aPiece = { A: { subtotal: 2_500, restock: "return" as const } };

function course(returns: readonly FollowedReturn[], facts: readonly BusinessEvent[], now = "2026-11-28T08:00:00.000Z", key = "V#000001") {
  const found = coursesOf(returns, foldFacts([placed, ...facts]).events, now).get(key);
  if (found === undefined) return "unknown";
  return found.kind === "open" ? `open until ${found.until}` : found.kind === "ended" ? found.how : `${found.kind} ${found.dueAt}`;
}
const received1 = granted(1, { end: consumed("return.received:g1") });
const byRefund = granted(1, { end: consumed("refund.issued:r1") });

describe("a return that nothing has ended", () => {
  test("is looked at again when it expires", () => {
    expect(course([granted(1)], [])).toBe("open until 2026-11-28T11:00:00.000Z");
  });

  test("is looked at sooner when its refund could be due sooner", () => {
    expect(course([granted(1, { refundWithinHours: 24, expiresAt: "2026-12-04T11:00:00.000Z" })], [])).toBe(
      "open until 2026-11-29T08:00:00.000Z",
    );
  });

  test("and that the sale does not have is unknown", () => {
    expect(course([granted(2)], [])).toBe("unknown");
  });
});

test.each(["cancelled", "expired"] as const)("a return that was %s ends as that", (how) => {
  expect(course([granted(1, { end: { how } })], [])).toBe(how);
});

describe("goods that came back without their money", () => {
  test("have their refund due in the hours of the rule, from when they came back", () => {
    expect(course([received1], [received("g1")])).toBe("refund-due 2026-11-29T12:00:00.000Z");
    expect(course([received1], [received("g1")], "2026-11-29T11:59:59.999Z")).toBe("refund-due 2026-11-29T12:00:00.000Z");
    expect(course([received1], [received("g1")], "2026-11-29T12:00:00.000Z")).toBe("refund-overdue 2026-11-29T12:00:00.000Z");
  });

  test("have fourteen days where the reservation says nothing", () => {
    const { refundWithinHours: _, ...silent } = received1;
    expect(course([silent], [received("g1")])).toBe("refund-due 2026-12-11T12:00:00.000Z");
  });

  test("whose fact was taken back did not come back after all", () => {
    expect(course([received1], [])).toBe("withdrawn");
  });

  test("and for which nothing was to be paid are settled", () => {
    expect(course([granted(1, { payable: 0, end: consumed("return.received:g1") })], [received("g1")])).toBe("refunded");
  });
});

describe("the refund of goods that came back is settled", () => {
  const due = "refund-due 2026-11-29T12:00:00.000Z";
  test.each([
    ["paid", refund("r1", "12:00", { lines: aPiece, money: { m1: 2_500 } }), [], "refunded"],
    ["pending", refund("r1", "12:00", { lines: aPiece, money: { m1: { amount: 2_500, status: "pending" } } }), [], due],
    [
      "pending, then paid by the word of the payment",
      refund("r1", "12:00", { lines: aPiece, money: { m1: { amount: 2_500, status: "pending" } } }),
      [refunded("m1", "13:00", 2_500)],
      "refunded",
    ],
    ["failed", refund("r1", "12:00", { lines: aPiece, money: { m1: { amount: 2_500, status: "failed" } } }), [], due],
    [
      "failed and paid in another way",
      refund("r1", "12:00", { lines: aPiece, money: { m1: { amount: 2_500, status: "failed" }, m2: 2_500 } }),
      [],
      "refunded",
    ],
    ["failed in part", refund("r1", "12:00", { lines: aPiece, money: { m1: { amount: 1_000, status: "failed" }, m2: 1_500 } }), [], due],
    ["without money", refund("r1", "12:00", { lines: aPiece }), [], due],
    [
      "paid by one that names no goods",
      refund("r1", "12:00", { lines: aPiece }),
      [refund("r2", "13:00", { money: { m1: 2_500 } })],
      "refunded",
    ],
  ])("%s", (_, issued, more, expected) => {
    expect(course([byRefund], [issued, ...more])).toBe(expected);
  });

  test("by what the customer took in exchange", () => {
    const exchanged: BusinessEvent = {
      name: "exchange.arranged",
      schema: 1,
      key: "exchange.arranged:x1",
      version: "1",
      occurredAt: "2026-11-27T12:00:00.000Z",
      orderId: "1",
      returnId: "x1",
      lines: [],
    };
    const issued = { ...refund("r1", "12:00", { lines: aPiece }), returnId: "x1" };
    expect(course([byRefund], [issued, exchanged])).toBe("refunded");
    expect(course([byRefund], [issued, { ...exchanged, returnId: "x2" }])).toBe(due);
  });

  test("by a refund that names the same units, the return or the authorisation, and no other one", () => {
    const paid = refund("r1", "14:00", { lines: aPiece, money: { m1: 2_500 } });
    const other = refund("r1", "14:00", { lines: { B: { subtotal: 2_500, restock: "return" } }, money: { m1: 2_500 } });
    const goodwill = refund("r1", "14:00", { money: { m1: 2_500 } });
    expect(course([received1], [received("g1"), paid])).toBe("refunded");
    expect(course([received1], [received("g1"), other])).toBe(due);
    expect(course([received1], [received("g1"), { ...paid, authorization: "RA-000000000009" }])).toBe(due);
    expect(course([received1], [received("g1"), { ...goodwill, authorization: "RA-000000000001" }])).toBe("refunded");
    expect(course([received1], [received("g1", { returnId: "x1" }), { ...goodwill, returnId: "x1" }])).toBe("refunded");
    expect(course([received1], [received("g1"), refund("r1", "10:59", { lines: aPiece, money: { m1: 2_500 } })])).toBe(due);
  });

  test("for as many units as are refunded: one refund does not pay for two returns", () => {
    const second = granted(2, { end: consumed("return.received:g2") });
    const facts = [received("g1"), received("g2", { authorization: "RA-000000000002" })];
    const one = refund("r1", "14:00", { lines: aPiece, money: { m1: 2_500 } });
    const both = refund("r1", "14:00", { lines: { A: { quantity: 2, subtotal: 5_000, restock: "return" } }, money: { m1: 5_000 } });
    const returns = [received1, second];
    const each = (issued: BusinessEvent) => returns.map(({ key }) => course(returns, [...facts, issued], "2026-11-28T08:00:00.000Z", key));
    expect(each(one)).toEqual(["refunded", due]);
    expect(each(both)).toEqual(["refunded", "refunded"]);
  });

  test("with the goods, at a till", () => {
    const taken: BusinessEvent = {
      name: "return.taken-back",
      schema: 1,
      key: "return.taken-back:t1",
      version: "1",
      occurredAt: "2026-11-27T12:00:00.000Z",
      ticket: "sale:pos:7:1:2026-11-27:1",
      authorization: "RA-000000000001",
      store: "7",
      location: "S7",
      entity: "US",
      seller: "US",
      businessDate: "2026-11-27",
      currency: "USD",
      lines: [{ id: "1", item: "SHIRT", quantityMillionths: 1_000_000, net: 2_500, taxes: [], restock: true }],
      tenders: [{ type: "Cash", amount: 2_500 }],
    };
    expect(course([granted(1, { end: consumed("return.taken-back:t1") })], [taken])).toBe("refunded");
  });
});
