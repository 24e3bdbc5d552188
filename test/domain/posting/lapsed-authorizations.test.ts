import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { type ReservationEndItem, type ReservationItem, viewTransaction } from "#domain/lineage";
import { lapsedAuthorizationProblems } from "#domain/posting";
import { fact } from "../../fixtures/posting-case.ts";
import { goldenPolicy } from "../../golden/golden-policy.ts";

const sale = "sale:pos:0001:1:2026-10-01:7";
const named = "RA-0123456789AB";
const shirt = { item: "SHIRT", quantityMillionths: 1_000_000 };

/** A shirt that the Loop sold on the first of October: it may come back until the 31st. */
const ticket = {
  name: "ticket.completed",
  schema: 1,
  key: "ticket.completed:7",
  version: "1",
  occurredAt: "2026-10-01T18:00:00.000Z",
  store: "0001",
  register: "1",
  sequence: "7",
  businessDate: "2026-10-01",
  currency: "USD",
  taxesIncluded: false,
  lines: [{ id: "1", kind: "sale", ...shirt, gross: 10_000, discounts: [], taxes: [], restock: true }],
  discounts: [],
  taxes: [],
  tenders: [{ id: "1", type: "CreditDebit", amount: 10_000 }],
  cashRounding: 0,
  rounding: 0,
  stated: {},
} as const satisfies BusinessEvent;

/** It comes back at noon of the tenth of November, out of time, under the name of an authorisation. */
const takenBack: BusinessEvent = {
  name: "return.taken-back",
  schema: 1,
  key: "return.taken-back:1",
  version: "1",
  occurredAt: "2026-11-10T18:00:00.000Z",
  ticket: "sale:pos:0001:1:2026-11-10:9",
  authorization: named,
  store: "0001",
  location: "loop",
  entity: "us",
  seller: "us",
  businessDate: "2026-11-10",
  currency: "USD",
  lines: [{ id: "1", ...shirt, net: 10_000, taxes: [], restock: true }],
  tenders: [{ type: "CreditDebit", amount: 10_000 }],
};

const granted = (expiresAt: string) =>
  ({
    type: "reservation",
    transaction: sale,
    key: "V#0001",
    at: "2026-10-30T18:00:00.000Z",
    number: 1,
    authorization: named,
    expiresAt,
  }) as unknown as ReservationItem;
const ended = (how: ReservationEndItem["how"], at: string, event?: string) =>
  ({ type: "reservation-end", transaction: sale, key: "V#0001#E", at, how, by: "till", ...(event && { event }) }) as ReservationEndItem;

const later = "2026-11-30T18:00:00.000Z";
const late = "policy.return-window/return-window: ";

test.each([
  ["held when the goods came back", [granted(later)], []],
  ["was used for this very return", [granted(later), ended("consumed", "2026-11-10T19:00:00.000Z", "return.taken-back:1")], []],
  ["was cancelled after it", [granted(later), ended("cancelled", "2026-11-10T18:00:01.000Z")], []],
  ["had expired", [granted("2026-11-10T18:00:00.000Z")], [`${late}expired at 2026-11-10T18:00:00.000Z`]],
  [
    "was cancelled before it",
    [granted(later), ended("cancelled", "2026-11-09T12:00:00.000Z")],
    [`${late}was cancelled at 2026-11-09T12:00:00.000Z`],
  ],
  [
    "was used for another return",
    [granted(later), ended("consumed", "2026-11-02T12:00:00.000Z", "return.taken-back:0")],
    [`${late}was used for another return`],
  ],
  ["was never given", [], [`${late}was never given`]],
])("goods that come back out of time under a name that %s", (_, reservations, told) => {
  const view = viewTransaction(sale, [fact("ticket", { events: [ticket] }), fact("back", { events: [takenBack] }), ...reservations]);
  const problems = lapsedAuthorizationProblems(view, goldenPolicy);
  expect(problems.map((each) => `${each.class}/${each.code}: ${/ which (.*)\.$/.exec(each.message)?.[1]}`)).toEqual(told);
});
