import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { ledgerOf } from "./ledger-of.ts";
import { SmallHub } from "./small-hub.ts";
import { type TillFact, tillEvent } from "./till-facts.ts";

/* What a store day's tills moved, over audits that are taken back: what arrives while a day is open depends on when, so that no scenario can tell it. */

const store = "0001";
const fact = (given: TillFact): BusinessEvent => tillEvent(given, "USD");
const moved = (till: string, amount: string, version = "1"): BusinessEvent =>
  fact({ at: "08:00", till, kind: "loan", amount, tender: "Cash", store, version });
const audited = (number: string, at: string) => fact({ at, audited: number, store });
const reopened = (number: string, at: string) => fact({ at, reopened: number, store });

function hubAfter(...events: readonly BusinessEvent[]): SmallHub {
  const hub = new SmallHub("store-day:pos:0001:2026-11-27");
  for (const event of events) hub.arrive(event);
  return hub;
}

const loan = (amount: string) => [`Cr safe 0001 ${amount}`, `Dr cash-drawer 1 ${amount}`];

test("nothing posts before the audit, and everything with it", () => {
  const hub = hubAfter(moved("T1", "200.00"), moved("T2", "50.00"));
  expect(ledgerOf(hub.view, "us")).toEqual({ journals: {}, stock: {}, open: [] });
  hub.arrive(audited("1", "22:00"));
  expect(ledgerOf(hub.view, "us").journals).toEqual({ "T1 loan": loan("200.00"), "T2 loan": loan("50.00") });
});

test("a day that is open again keeps what is posted as it is, and what is new or changed waits for the next audit", () => {
  const hub = hubAfter(
    moved("T1", "200.00"),
    audited("1", "22:00"),
    reopened("1", "22:30"),
    moved("T1", "210.00", "2"),
    moved("T2", "50.00"),
  );
  expect(ledgerOf(hub.view, "us")).toEqual({ journals: { "T1 loan": loan("200.00") }, stock: {}, open: [] });
  expect(hub.steps.map(({ kind }) => kind)).toEqual(["post"]);
  hub.arrive(audited("2", "23:00"));
  expect(ledgerOf(hub.view, "us").journals).toEqual({ "T1 loan": loan("210.00"), "T2 loan": loan("50.00") });
  expect(hub.steps.map(({ kind }) => kind).sort()).toEqual(["post", "post", "post", "reverse"]);
});

test("a deposit that was told to the bank's side is not taken back when the day is open again", () => {
  const deposit = fact({ at: "21:00", till: "T1", kind: "bank-deposit", amount: "480.00", tender: "Cash", store, version: "1" });
  const hub = hubAfter(deposit, audited("1", "22:00"));
  expect(hub.steps.map(({ kind }) => kind).sort()).toEqual(["post", "tell"]);
  hub.arrive(reopened("1", "22:30"));
  hub.arrive(audited("2", "23:00"));
  expect(hub.steps).toHaveLength(2);
});

test("what comes after the audit posts at once", () => {
  const hub = hubAfter(audited("1", "22:00"), moved("T1", "200.00"));
  expect(ledgerOf(hub.view, "us").journals).toEqual({ "T1 loan": loan("200.00") });
});
