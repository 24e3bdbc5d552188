import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { referencesOf } from "../../../domain/intake/references.ts";
import { eventExamples } from "../../../scripts/event-examples.ts";

const texts = (...events: BusinessEvent[]) => referencesOf(events).map(({ type, value }) => `${type} ${value}`);

test.each([
  ["order.placed", ["order 5002", "order-name #1001"]],
  ["order.cancelled", ["order 5002"]],
  ["payment.captured", ["order 5002", "payment 8102"]],
  ["fulfillment.shipped", ["order 5002", "fulfillment 6001"]],
  ["refund.issued", ["order 5002", "refund 9001"]],
  ["payment.refunded", ["order 5002", "payment 8105"]],
  ["return.requested", ["order 5002", "return 945000954"]],
] as const)("%s is found by the ids that it states, and by no others", (name, references) => {
  expect(texts(eventExamples[name])).toEqual(references);
});

test("a ticket is found by its number, by its receipt where that differs, and by the day of its till", () => {
  const ticket = { ...eventExamples["ticket.completed"], store: "0101", register: "3", businessDate: "2026-11-27", sequence: "42" };
  const { receipt: _, ...plain } = ticket;
  expect(texts(plain)).toEqual(["ticket 0101.3.2026-11-27.42", "till-day 0101.3.2026-11-27"]);
  expect(texts({ ...ticket, receipt: "R-42" })).toEqual(["ticket 0101.3.2026-11-27.42", "receipt R-42", "till-day 0101.3.2026-11-27"]);
  expect(texts({ ...ticket, receipt: "" })).toEqual(["ticket 0101.3.2026-11-27.42", "till-day 0101.3.2026-11-27"]);
});

test("a ticket is found by what the acquirer calls its tenders", () => {
  const ticket = {
    ...eventExamples["ticket.completed"],
    store: "0101",
    register: "3",
    businessDate: "2026-11-27",
    sequence: "42",
    receipt: "",
  };
  const paid = (reference: string) => ({ ...ticket.tenders[0]!, reference });
  expect(texts({ ...ticket, tenders: [paid("A-71"), paid("A-72"), paid("A-71")] })).toEqual([
    "ticket 0101.3.2026-11-27.42",
    "till-day 0101.3.2026-11-27",
    "gateway-reference A-71",
    "gateway-reference A-72",
  ]);
});

test("what several events state alike is one reference", () => {
  expect(texts(eventExamples["order.placed"], eventExamples["order.cancelled"])).toEqual(["order 5002", "order-name #1001"]);
});
