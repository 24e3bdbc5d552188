import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { consumptionsBy, type OpenReservation } from "#domain/returns";
import { refund } from "../ledger/sale-events.ts";

const reservation = (number: number, more: Partial<OpenReservation> = {}): OpenReservation => ({
  key: `V#00000${number}`,
  authorization: `RA-00000000000${number}`,
  channel: "shopify",
  at: "2026-11-27T11:00:00.000Z",
  lines: [{ lineId: "A", item: "MUG", quantityMillionths: 2_000_000 }],
  ...more,
});
const back = (id: string, pieces: number, authorization?: string): BusinessEvent => ({
  ...refund(id, "12:00", { lines: { A: { quantity: pieces, subtotal: 0, restock: "return" } } }),
  ...(authorization === undefined ? {} : { authorization }),
});
const consumed = (events: BusinessEvent[], open: OpenReservation[], spent: string[] = []) =>
  consumptionsBy(events, open, { channel: "shopify", spent: new Set(spent) }).map(
    ({ key, event, lines }) => `${key} by ${event}: ${lines.map(({ quantityMillionths }) => quantityMillionths / 1_000_000)}`,
  );

describe("a reservation is consumed", () => {
  test("by the fact that names it, as far as it holds the units", () => {
    const open = [reservation(1, { channel: "pos" }), reservation(2, { channel: "pos" })];
    expect(consumed([back("r1", 3, "RA-000000000002")], open)).toEqual(["V#000002 by refund.issued:r1: 2"]);
  });

  const goods = {
    name: "return.received",
    schema: 1,
    key: "return.received:g1",
    version: "1",
    occurredAt: "2026-11-27T13:00:00.000Z",
    orderId: "1",
    receiptId: "g1",
    lineId: "A",
    item: "SHIRT",
    quantityMillionths: 1_000_000,
    disposition: "restocked" as const,
    authorization: "RA-000000000001",
  } satisfies BusinessEvent;

  test("by the goods that name it, unless they never came", () => {
    expect(consumed([goods], [reservation(1)])).toEqual(["V#000001 by return.received:g1: 1"]);
    expect(consumed([{ ...goods, disposition: "missing" }], [reservation(1)])).toEqual([]);
  });

  test("by a refund of the sale's own channel, the oldest one first, each refund one", () => {
    const open = [reservation(1, { channel: "pos" }), reservation(2), reservation(3)];
    expect(consumed([back("r1", 2)], open)).toEqual(["V#000002 by refund.issued:r1: 2"]);
    expect(consumed([back("r1", 2), back("r2", 1)], open)).toEqual(["V#000002 by refund.issued:r1: 2", "V#000003 by refund.issued:r2: 1"]);
  });

  test("by no refund of goods that came back under the name of another one, and by the refund after it", () => {
    const open = [reservation(1), reservation(2)];
    expect(consumed([goods, back("r1", 1)], open)).toEqual(["V#000001 by return.received:g1: 1"]);
    expect(consumed([goods, back("r1", 1)], [reservation(2)], ["return.received:g1"])).toEqual([]);
    expect(consumed([goods, back("r1", 1), back("r2", 1)], open)).toEqual([
      "V#000001 by return.received:g1: 1",
      "V#000002 by refund.issued:r2: 1",
    ]);
    expect(consumed([{ ...goods, disposition: "missing" }, back("r1", 1)], [reservation(2)])).toEqual(["V#000002 by refund.issued:r1: 1"]);
  });

  test("by no fact that ended another one, is older than it, or is about other lines", () => {
    expect(consumed([back("r1", 2)], [reservation(1)], ["refund.issued:r1"])).toEqual([]);
    expect(consumed([back("r1", 2)], [reservation(1, { at: "2026-11-27T12:00:01.000Z" })])).toEqual([]);
    expect(consumed([back("r1", 2)], [reservation(1, { lines: [{ lineId: "B", item: "MUG", quantityMillionths: 1_000_000 }] })])).toEqual(
      [],
    );
  });
});
