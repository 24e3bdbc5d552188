import { expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import { policy } from "./sale-policy.ts";

type Ticket = EventOf<"ticket.completed">;

const stream = "sale:pos:7:3:2026-11-27:1201";

function sale(tenders: Ticket["tenders"], more: Partial<Ticket> = {}): Ticket {
  return {
    name: "ticket.completed",
    schema: 1,
    key: "ticket.completed:3.2026-11-27.1201",
    version: "0",
    occurredAt: "2026-11-27T18:05:00.000Z",
    store: "7",
    register: "3",
    sequence: "1201",
    businessDate: "2026-11-27",
    currency: "USD",
    taxesIncluded: true,
    lines: [],
    discounts: [],
    taxes: [],
    tenders,
    cashRounding: 0,
    rounding: 5_000,
    stated: {},
    ...more,
  };
}

const tallies = (...facts: BusinessEvent[]) =>
  targetLedger(facts, policy, stream).documents.flatMap((document) => (document.kind === "tally" && document.type === "told" ? [document] : []));

test("a ticket tells its store day what it left in the drawer, change taken off, and what was paid by card", () => {
  const [told, ...others] = tallies(
    sale([
      { id: "1", type: "Cash", amount: 4_000 },
      { id: "2", type: "Cash", amount: -500 },
      { id: "3", type: "CreditDebit", cardBrand: "Visa", amount: 1_500 },
    ]),
  );
  expect(others).toEqual([]);
  expect(told).toMatchObject({ type: "told", kind: "tally", to: "store-day:pos:7:2026-11-27", businessDate: "2026-11-27" });
  expect(told?.facts).toMatchObject([
    {
      name: "ticket.tallied",
      occurredAt: "2026-11-27T18:05:00.000Z",
      store: "7",
      register: "3",
      sequence: "1201",
      currency: "USD",
      total: 5_000,
      tenders: [
        { role: "acquirer-clearing", type: "CreditDebit", cardBrand: "Visa", currency: "USD", amount: 1_500 },
        { role: "cash-drawer", type: "Cash", currency: "USD", amount: 3_500 },
      ],
    },
  ]);
});

test("foreign cash lies in the drawer as what it is, and is worth what it was taken at", () => {
  const [told] = tallies(sale([{ id: "1", type: "Cash", amount: 5_000, foreign: { currency: "CAD", amount: 6_900 } }]));
  expect((told?.facts[0] as EventOf<"ticket.tallied">).tenders).toEqual([
    { role: "cash-drawer", type: "Cash", currency: "CAD", amount: 6_900, valued: 5_000 },
  ]);
});

test("a ticket whose tender nobody has mapped is not told: nobody knows whether its money lies in the drawer", () => {
  expect(tallies(sale([{ id: "1", type: "Barter", amount: 5_000 }]))).toEqual([]);
});
