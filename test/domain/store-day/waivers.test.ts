import { expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Policy } from "#domain/policy";
import { dayFacts, dayWarnings, drawersOf, openPoints } from "#domain/store-day";
import { day, policy } from "./till-policy.ts";

const why = "A test.";

const at = (time: string) => ({
  schema: 1 as const,
  version: "0",
  occurredAt: `${day}T${time}:00.000Z`,
  store: "0001",
  businessDate: day,
});
const seen = (from: number, to: number, more: Partial<EventOf<"sequences.seen">> = {}): BusinessEvent => ({
  ...at("21:00"),
  name: "sequences.seen",
  key: `sequences.seen:${from}`,
  register: "1",
  file: "f",
  ranges: [{ from, to }],
  ...more,
});
const sold = (sequence: string, time: string, amount: number, role = "cash-drawer", type = "Cash"): BusinessEvent => ({
  ...at(time),
  name: "ticket.tallied",
  key: `ticket.tallied:${sequence}`,
  register: "1",
  sequence,
  currency: "USD",
  total: amount,
  tenders: [{ role, type, currency: "USD", amount }],
});
const counted = (sequence: string, time: string, amount: number, tender = "Cash"): BusinessEvent => ({
  ...at(time),
  name: "till.counted",
  key: `till.counted:${sequence}`,
  register: "1",
  sequence,
  tenders: [{ tender, currency: "USD", counted: amount }],
});
const waived = (what: EventOf<"store-day.waived">["what"], more: Partial<EventOf<"store-day.waived">>): BusinessEvent => ({
  ...at("23:59"),
  name: "store-day.waived",
  key: `store-day.waived:${JSON.stringify(more)}`,
  what,
  register: "1",
  by: "Dana",
  reason: "looked for",
  ...more,
});
const open = (...events: readonly BusinessEvent[]) =>
  openPoints(dayFacts(events), policy, "0001", day).map(({ kind, text }) => `${kind}: ${text}`);
const drawer = (...events: readonly BusinessEvent[]) => drawersOf(dayFacts(events), policy, "0001", day)[0];

test("a waiver of numbers covers those that were missing when it was stated, and a gap that comes later is missing again", () => {
  const gap = [seen(1, 3), seen(6, 9)];
  expect(open(...gap)).toEqual(["sequence: register 1 lacks 2 transaction numbers (4 to 5)"]);
  const waiver = waived("sequence", { ranges: [{ from: 4, to: 5 }] });
  expect(open(...gap, waiver)).toEqual([]);
  expect(open(...gap, waiver, seen(20, 20))).toEqual(["sequence: register 1 lacks 10 transaction numbers (10 to 19)"]);
});

test("a register that was waived because it said nothing is judged once it speaks", () => {
  const silent: Policy = { ...policy, stores: { "0001": { ...policy.stores["0001"]!, registers: ["1"] } } };
  const points = (...events: readonly BusinessEvent[]) => openPoints(dayFacts(events), silent, "0001", day).map(({ kind }) => kind);
  expect(points()).toEqual(["silent"]);
  expect(points(waived("sequence", {}))).toEqual([]);
  expect(points(waived("sequence", { ranges: [{ from: 4, to: 5 }] }))).toEqual(["silent"]);
  expect(points(waived("sequence", {}), seen(1, 3), seen(6, 9))).toEqual(["sequence"]);
});

test("a waiver of a count covers what was expected then: cash that comes later must be counted, or waived anew", () => {
  const sale = sold("1", "14:00", 5_900);
  expect(open(sale)).toEqual(["count: nobody has counted Cash USD of register 1: 59.00 are expected"]);
  const waiver = waived("count", { amounts: [{ tender: "Cash", currency: "USD", amount: 5_900 }] });
  expect(open(sale, waiver)).toEqual([]);
  expect(open(sale, waiver, sold("2", "15:00", 100))).toEqual(["count: nobody has counted Cash USD of register 1: 60.00 are expected"]);
});

test("a waiver of card totals covers that difference and no other", () => {
  const batch: BusinessEvent = {
    ...at("22:00"),
    name: "card-batch.stated",
    key: "card-batch.stated:1",
    register: "1",
    terminal: "T",
    batch: "7",
    currency: "USD",
    amount: 5_000,
  };
  const card = (sequence: string, amount: number) => sold(sequence, "14:00", amount, "acquirer-clearing", "CreditDebit");
  const waiver = waived("cards", { amounts: [{ currency: "USD", amount: -900 }] });
  expect(open(batch, card("1", 5_900))).toEqual([
    "cards: card terminals of register 1 state 50.00 USD, and the tickets come to 59.00: a difference of -9.00",
  ]);
  expect(open(batch, card("1", 5_900), waiver)).toEqual([]);
  expect(open(batch, card("1", 5_900), card("2", 100), waiver)).toHaveLength(1);
});

test("cash that is taken after the last count is in no count of the day: it is left for the next opening, and named", () => {
  const events = [sold("1", "14:00", 5_900), counted("2", "22:00", 5_900), sold("3", "22:30", 700)];
  expect(open(...events)).toEqual([
    `after-count: register 1 has 1 ticket with 7.00 USD in Cash after its last count at ${day}T22:00:00.000Z: no count of the day has it`,
  ]);
  expect(drawer(...events)).toMatchObject({ expected: 5_900, count: { difference: 0 }, after: { tickets: 1, taken: 700 }, left: 6_600 });
  expect(open(...events, waived("after-count", { amounts: [{ tender: "Cash", currency: "USD", amount: 700 }] }))).toEqual([]);
  expect(open(...events, counted("4", "23:00", 6_600))).toEqual([]);
});

test.each([
  ["error", 1, 0],
  ["warning", 0, 1],
  ["off", 0, 0],
] as const)("policy says how grave a sale of a closed register is: %s", (severity, points, warnings) => {
  const rule = { rule: "register-open", severity, when: {}, from: "2026-01-01", why, layer: 0 } as const;
  const facts = dayFacts([sold("1", "14:00", 5_900), counted("2", "22:00", 5_900), sold("3", "22:30", 700)]);
  const by = { ...policy, ticketRules: [rule] };
  expect([openPoints(facts, by, "0001", day).length, dayWarnings(facts, by, "0001", day).length]).toEqual([points, warnings]);
});

test("money that is moved after the last count is what closing a drawer is, and is left out of what is left", () => {
  const drop: BusinessEvent = {
    ...at("22:10"),
    name: "till.moved",
    key: "till.moved:3",
    register: "1",
    sequence: "3",
    kind: "safe-drop",
    tender: "Cash",
    currency: "USD",
    amount: 5_000,
  };
  const events = [sold("1", "14:00", 5_900), counted("2", "22:00", 5_900), drop];
  expect(open(...events)).toEqual([]);
  expect(drawer(...events)).toMatchObject({ expected: 5_900, left: 900 });
});

test("tickets of tills whose numbers are no whole numbers are in the day once they are tallied, and held until then", () => {
  const square = seen(0, 0, { ranges: [], other: ["TxA", "TxB"], named: ["TxA", "TxB"] });
  const known = sold("TxA", "14:00", 100, "payment-clearing", "Square");
  expect(open(square, known)).toEqual(["tickets: register 1 has tickets that came and are not in the day: 1 ticket (TxB)"]);
  expect(open(square, known, waived("sequence", { names: ["TxB"] }))).toEqual([]);
});

test("a number that was held and came again as money that moved is held no more", () => {
  const held = seen(1, 3, { tickets: [{ from: 1, to: 3 }] });
  const sales = [sold("1", "14:00", 0, "payment-clearing", "Square"), sold("3", "14:00", 0, "payment-clearing", "Square")];
  expect(open(held, ...sales)).toEqual(["tickets: register 1 has tickets that came and are not in the day: 1 transaction number (2)"]);
  expect(open(held, ...sales, seen(2, 2, { control: [{ from: 2, to: 2 }] }))).toEqual([]);
});

test("a till that states its cards when it is settled is held to its tickets, where no terminal of it does", () => {
  const card = sold("1", "14:00", 5_900, "acquirer-clearing", "CreditDebit");
  expect(open(card, counted("2", "22:00", 5_900, "CreditDebit"))).toEqual([]);
  expect(open(card, counted("2", "22:00", 5_000, "CreditDebit"))).toEqual([
    "cards: card terminals of register 1 state 50.00 USD, and the tickets come to 59.00: a difference of -9.00",
  ]);
  const batch: BusinessEvent = {
    ...at("22:00"),
    name: "card-batch.stated",
    key: "card-batch.stated:1",
    register: "1",
    terminal: "T",
    batch: "7",
    currency: "USD",
    amount: 5_900,
  };
  expect(open(card, counted("2", "22:00", 5_000, "CreditDebit"), batch)).toEqual([]);
});
