import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { consumptionsBy, type OpenReservation } from "#domain/returns";
import { captured, order, refund, shipped, unshipped } from "../ledger/sale-events.ts";
import { rule, saleIn, withRules } from "./return-house.ts";

const piece = 1_000_000;
const fact = (name: string, key: string, more: object): BusinessEvent =>
  ({
    name,
    schema: 1,
    key: `${name}:${key}`,
    version: "1",
    occurredAt: "2026-11-27T12:00:00.000Z",
    orderId: "1",
    ...more,
  }) as unknown as BusinessEvent;
const received = (id: string, lineId: string | undefined, pieces: number, more: object = {}) =>
  fact("return.received", id, {
    receiptId: id,
    ...(lineId === undefined ? {} : { lineId }),
    item: "SHIRT",
    quantityMillionths: pieces * piece,
    disposition: "restocked",
    ...more,
  });
const takenBack = (pieces: number, more: object = {}) =>
  fact("return.taken-back", "t", {
    ticket: "sale:pos:7:1:2026-11-27:1",
    store: "7",
    location: "loop",
    entity: "us",
    seller: "us",
    businessDate: "2026-11-27",
    currency: "USD",
    lines: [{ id: "1", item: "SHIRT", quantityMillionths: pieces * piece, net: 1_000, taxes: [], restock: true }],
    tenders: [],
    ...more,
  });

describe("a reservation is consumed", () => {
  const reservation = (number: number, lines: Record<string, number>, more: Partial<OpenReservation> = {}): OpenReservation => ({
    key: `V#${number}`,
    authorization: `RA-${number}`,
    channel: "shopify",
    at: "2026-11-27T11:00:00.000Z",
    lines: Object.entries(lines).map(([lineId, pieces]) => ({
      lineId,
      item: lineId === "M" ? "MUG" : "SHIRT",
      quantityMillionths: pieces * piece,
    })),
    ...more,
  });
  const consumed = (events: readonly BusinessEvent[], ...open: OpenReservation[]) =>
    consumptionsBy(events, open, { channel: "shopify", spent: new Set() }).map(
      ({ key, event, lines }) =>
        `${key} by ${event}: ${lines.map(({ lineId, quantityMillionths }) => `${quantityMillionths / piece} ${lineId}`).join(", ")}`,
    );

  test("by what a store took back under its name: the items of its own lines, the first one first, and no more than it holds", () => {
    expect(consumed([takenBack(2, { authorization: "RA-1" })], reservation(1, { A: 1, B: 2, M: 1 }))).toEqual([
      "V#1 by return.taken-back:t: 1 A, 1 B",
    ]);
    expect(consumed([takenBack(2)], reservation(1, { A: 1 }))).toEqual([]);
    expect(consumed([takenBack(1, { authorization: "RA-1" })], reservation(1, { M: 1 }))).toEqual([]);
  });

  test("by a refund of the instant at which it was made, and by none of before", () => {
    const refunded = (time: string) => refund("r1", time, { lines: { A: { subtotal: 1, restock: "return" } } });
    expect(consumed([refunded("11:00")], reservation(1, { A: 1 }))).toEqual(["V#1 by refund.issued:r1: 1 A"]);
    expect(consumed([refunded("10:59")], reservation(1, { A: 1 }))).toEqual([]);
  });

  test("by a refund of any of its lines, for those that it gives back", () => {
    const both = refund("r1", "12:00", { lines: { A: { subtotal: 1, restock: "return" }, Z: { subtotal: 1, restock: "return" } } });
    expect(consumed([both], reservation(1, { A: 2, B: 1 }))).toEqual(["V#1 by refund.issued:r1: 1 A"]);
    const twice = { ...reservation(1, {}), lines: [1, 2].map(() => ({ lineId: "A", item: "SHIRT", quantityMillionths: piece })) };
    expect(consumed([both], twice)).toEqual(["V#1 by refund.issued:r1: 1 A"]);
    expect(consumed([refund("r1", "12:00", { money: { m1: 5 } })], reservation(1, { A: 1 }))).toEqual([]);
  });

  test("by goods that name it and a line, which no other fact than a refund of all of them pays for", () => {
    const goods = received("g", "A", 1, { authorization: "RA-1" });
    const both = refund("r1", "13:00", { lines: { A: { subtotal: 1, restock: "return" }, B: { subtotal: 1, restock: "return" } } });
    expect(consumed([goods, both], reservation(1, { A: 1 }), reservation(2, { A: 1, B: 1 }))).toEqual([
      "V#1 by return.received:g: 1 A",
      "V#2 by refund.issued:r1: 1 A, 1 B",
    ]);
    const named = { ...refund("r1", "13:00", { lines: { A: { subtotal: 1, restock: "return" } } }), authorization: "RA-2" };
    expect(consumed([goods, named], reservation(1, { A: 1 }), reservation(2, { A: 1 }))).toEqual([
      "V#1 by return.received:g: 1 A",
      "V#2 by refund.issued:r1: 1 A",
    ]);
    expect(consumed([received("g", undefined, 1, { authorization: "RA-1" })], reservation(1, { A: 1 }))).toEqual([]);
    const unnamed = received("g", "A", 1);
    const one = refund("r1", "13:00", { lines: { A: { subtotal: 1, restock: "return" } } });
    expect(consumed([unnamed, one], reservation(1, { A: 1 }))).toEqual(["V#1 by refund.issued:r1: 1 A"]);
  });
});

describe("the units of a line", () => {
  const three = [order({ A: { quantity: 3, gross: 9_000 } }), captured("p1", "09:05", 9_000), shipped("f1", "10:00", { A: 2 })];
  const units = (...events: readonly BusinessEvent[]) => {
    const { sold, neverLeft, handedOver, returned, expected, handedOverOn } = saleIn([...three, ...events], withRules(rule())).lines[0]!;
    return [sold / piece, neverLeft / piece, handedOver / piece, returned / piece, expected / piece, handedOverOn];
  };
  const delivered = (id: string, day: string) =>
    fact("fulfillment.delivered", id, { fulfillmentId: id, occurredAt: `${day}T12:00:00.000Z`, lines: [] });
  const agreed = fact("return.authorized", "R1", {
    returnId: "R1",
    lines: [
      { id: "1", lineId: "A", item: "SHIRT", quantityMillionths: piece },
      { id: "2", item: "MUG", quantityMillionths: piece },
    ],
    fees: [],
  });

  test("are handed over when they are shipped, on the last day on which any came, unless that is cancelled", () => {
    expect(units()).toEqual([3, 0, 2, 0, 0, "2026-11-27"]);
    expect(units(delivered("f1", "2026-12-03"))).toEqual([3, 0, 2, 0, 0, "2026-12-03"]);
    expect(units(delivered("f1", "2026-12-03"), unshipped("f1", "11:00"))).toEqual([3, 0, 0, 0, 0, undefined]);
    expect(units(delivered("f9", "2026-12-03"))).toEqual([3, 0, 2, 0, 0, "2026-11-27"]);
    expect(units(shipped("f2", "10:00", { Z: 1 }))).toEqual([3, 0, 2, 0, 0, "2026-11-27"]);
  });

  test("are expected by the channel until its return is over", () => {
    expect(units(agreed)).toEqual([3, 0, 2, 0, 1, "2026-11-27"]);
    for (const name of ["return.rejected", "return.cancelled", "return.closed"])
      expect(units(agreed, fact(name, "R1", { returnId: "R1", occurredAt: "2026-11-27T13:00:00.000Z" }))).toEqual([
        3,
        0,
        2,
        0,
        0,
        "2026-11-27",
      ]);
    expect(units(agreed, received("g", "A", 1, { returnId: "R1" }))).toEqual([3, 0, 2, 1, 0, "2026-11-27"]);
    expect(units(agreed, received("g", undefined, 1, { returnId: "R1" }))).toEqual([3, 0, 2, 0, 1, "2026-11-27"]);
    expect(units(agreed, received("g", "Z", 1))).toEqual([3, 0, 2, 0, 1, "2026-11-27"]);
  });

  test("that are cancelled never left, and those that are returned are back, in shop or store", () => {
    const back = (pieces: number, restock: "return" | "cancel") =>
      refund(restock, "12:00", { lines: { A: { quantity: pieces, subtotal: 3_000 * pieces, restock } } });
    expect(units(back(1, "cancel"))).toEqual([3, 1, 2, 0, 0, "2026-11-27"]);
    expect(units(back(2, "return"))).toEqual([3, 0, 2, 2, 0, "2026-11-27"]);
    expect(units(takenBack(1))).toEqual([3, 0, 2, 1, 0, "2026-11-27"]);
    expect(units(takenBack(1), back(1, "return"))).toEqual([3, 0, 2, 2, 0, "2026-11-27"]);
    expect(units(takenBack(3))).toEqual([3, 0, 2, 2, 0, "2026-11-27"]);
  });
});
