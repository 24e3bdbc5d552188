import { expect, test } from "vitest";
import { type BusinessEvent, compareEvents } from "../../../domain/events/events.ts";
import { rateName, ratesIn } from "../../../domain/events/fixed-rates.ts";

const event = (name: BusinessEvent["name"], key: string, occurredAt = "2026-11-27T14:03:22.000Z") =>
  ({ name, key, occurredAt }) as BusinessEvent;
const sorted = (...events: BusinessEvent[]) => events.toSorted(compareEvents).map(({ name, key }) => `${name} ${key}`);

test("events are in the order of their time, whatever they are", () => {
  expect(
    sorted(event("order.placed", "b", "2026-11-27T14:03:22.001Z"), event("payout.reconciled", "a", "2026-11-27T14:03:22.000Z")),
  ).toEqual(["payout.reconciled a", "order.placed b"]);
});

test("of one instant, an order comes before its payment, that before its parcel, and a refund before its money", () => {
  const names = [
    "refund.issued",
    "payment.refunded",
    "order.placed",
    "return.received",
    "payment.captured",
    "return.closed",
    "fulfillment.shipped",
    "source.changed",
    "payment.authorized",
  ] as const;
  expect(sorted(...names.map((name) => event(name, "k")))).toEqual([
    "source.changed k",
    "order.placed k",
    "payment.authorized k",
    "payment.captured k",
    "fulfillment.shipped k",
    "return.received k",
    "refund.issued k",
    "payment.refunded k",
    "return.closed k",
  ]);
});

test("of one instant and rank the key decides, and an event is as early as itself", () => {
  expect(sorted(event("till.moved", "c"), event("till.moved", "a"), event("stock.received", "b"))).toEqual([
    "till.moved a",
    "stock.received b",
    "till.moved c",
  ]);
  expect(compareEvents(event("till.moved", "a"), event("till.moved", "a"))).toBe(0);
});

test("rates on record are found by the two currencies and the day", () => {
  const rate = (from: string, day: string, value: string) =>
    ({ ...event("rate.fixed", `${from}${day}`), from, to: "USD", day, rate: value }) as BusinessEvent;
  const rates = ratesIn([rate("EUR", "2026-11-27", "1.08"), event("order.placed", "1"), rate("EUR", "2026-11-28", "1.09")]);
  expect([...rates]).toEqual([
    ["EUR>USD 2026-11-27", "1.08"],
    ["EUR>USD 2026-11-28", "1.09"],
  ]);
  expect(rateName({ from: "CAD", to: "EUR", day: "2026-01-02" })).toBe("CAD>EUR 2026-01-02");
});
