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
  targetLedger(facts, policy, stream).documents.flatMap((document) =>
    document.kind === "tally" && document.type === "told" ? [document] : [],
  );

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
  expect(told?.facts).toMatchObject([{ tenders: [{ role: "cash-drawer", type: "Cash", currency: "CAD", amount: 6_900, valued: 5_000 }] }]);
});

test("a ticket whose tender nobody has mapped is not told: nobody knows whether its money lies in the drawer", () => {
  expect(tallies(sale([{ id: "1", type: "Barter", amount: 5_000 }]))).toEqual([]);
});

test("a ticket that was voided is counted as that, and left nothing in the drawer", () => {
  const voided: BusinessEvent = {
    name: "ticket.voided",
    schema: 1,
    key: "ticket.voided:7.3.2026-11-27.1210",
    version: "0",
    occurredAt: "2026-11-27T19:00:00.000Z",
    store: "7",
    register: "3",
    sequence: "1210",
    businessDate: "2026-11-27",
    original: { store: "7", register: "3", sequence: "1201" },
    currency: "USD",
  };
  const [told, ...others] = tallies(sale([{ id: "1", type: "Cash", amount: 5_000 }]), voided);
  expect(others).toEqual([]);
  expect(told?.facts).toMatchObject([{ total: 0, voided: true, tenders: [] }]);
});

test("a rule that policy only warns of is told to the desk, and the ticket is booked", () => {
  const wrongDay = sale([{ id: "1", type: "Cash", amount: 5_000 }], { businessDate: "2026-11-20" });
  const stream20 = "sale:pos:7:3:2026-11-20:1201";
  const found = (by: typeof policy) =>
    targetLedger([wrongDay], by, stream20).problems.filter((problem) => problem.class === "policy.ticket-rule");
  expect(found(policy).map(({ code, message }) => [code, message])).toEqual([
    [
      "business-day-plausible",
      "ticket 1201 of register 3, store 7, 2026-11-20: it was rung up at 2026-11-27T18:05:00.000Z, 7 days after its business day. Look at the till's clock and at its open day.",
    ],
  ]);
  expect(targetLedger([wrongDay], policy, stream20).documents.map(({ kind }) => kind)).toContain("ticket");
  const rule = { rule: "business-day-plausible", severity: "off", when: { store: "7" }, from: "2026-01-01", why: "w", layer: 0 } as const;
  expect(found({ ...policy, ticketRules: [rule] })).toEqual([]);
});
