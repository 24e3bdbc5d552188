import type { EventOf } from "#domain/events";

type Ticket = EventOf<"ticket.completed">;
type Line = Ticket["lines"][number];

/** A line of a till's ticket: a shirt, for `gross`. */
export const line = (id: string, gross: number, more: Partial<Line> = {}): Line => ({
  id,
  kind: "sale",
  item: "SHIRT",
  quantityMillionths: 1_000_000,
  gross,
  discounts: [],
  taxes: [],
  restock: true,
  ...more,
});

/** The transaction of `ticket`. */
export const of = "sale:pos:7:3:2026-11-27:1201";
export const ticket = (given: Partial<Ticket>): Ticket => ({
  name: "ticket.completed",
  schema: 1,
  key: "ticket.completed:3.2026-11-27.1201",
  version: "1",
  occurredAt: "2026-11-28T04:30:00.000Z",
  store: "7",
  register: "3",
  sequence: "1201",
  businessDate: "2026-11-27",
  currency: "USD",
  taxesIncluded: false,
  lines: [],
  discounts: [],
  taxes: [],
  tenders: [],
  cashRounding: 0,
  rounding: 0,
  stated: {},
  ...given,
});
