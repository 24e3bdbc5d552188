import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import { goldenPolicy } from "./golden-policy.ts";
import { liveDocuments } from "./ledger-of.ts";
import { bookedLines, SmallHub } from "./small-hub.ts";

/* Rules that hold for any ticket, any account and any day of a till, over lives that nobody thought of, arriving in any order with copies. */

const runs = { numRuns: 80 };
const head = (name: string, id: string, minute: number) => ({
  schema: 1 as const,
  key: `${name}:${id}`,
  version: "1",
  occurredAt: `2026-11-27T${String(8 + Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}:00.000Z`,
});

const sums = (hub: SmallHub) => {
  const balances = new Map<string, number>();
  for (const { document } of liveDocuments(hub.view))
    for (const { name, amount } of bookedLines(document)) balances.set(name, (balances.get(name) ?? 0) + amount);
  return new Map([...balances].filter(([, amount]) => amount !== 0));
};

type Line = EventOf<"ticket.completed">["lines"][number];
const collects = [
  "gift-card",
  "store-credit",
  "tip",
  "deposit",
  "forfeit",
  "on-account",
  "donation",
  "bottle-deposit",
  "fee",
  "shipping",
] as const;
const amount = fc.integer({ min: 1, max: 50_000 });
const line = fc
  .record({
    kind: fc.constantFrom("sale" as const, "return" as const),
    what: fc.constantFrom("SHIRT", "MUG", "CANDLE", "BOTTLE-DEPOSIT", ...collects),
    gross: amount,
    discount: fc.integer({ min: 0, max: 50_000 }),
    tax: fc.integer({ min: 0, max: 900 }),
    pieces: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ kind, what, gross, discount, tax, pieces }): Omit<Line, "id"> => {
    const collected = collects.find((each) => each === what);
    return {
      kind,
      item: collected === undefined ? what : "",
      ...(collected === undefined ? {} : { collects: collected, account: "A-1", reason: "x" }),
      quantityMillionths: pieces * 1_000_000,
      gross,
      discounts: discount % 3 === 0 ? [{ amount: Math.min(discount, gross), promotion: "SUMMER" }] : [],
      taxes: collected === undefined && tax > 0 ? [{ code: "A", amount: tax }] : [],
      restock: true,
    };
  });
/** Everything on one ticket, paid by whatever it comes to in cash, card and coupon. */
const ticket = fc
  .record({ lines: fc.array(line, { minLength: 1, maxLength: 6 }), coupon: fc.integer({ min: 0, max: 500 }), card: amount })
  .map(({ lines, coupon, card }): EventOf<"ticket.completed"> => {
    const sum = (amounts: readonly number[]) => amounts.reduce((total, each) => total + each, 0);
    const total = sum(
      lines.map(
        ({ kind, gross, discounts, taxes }) =>
          (kind === "sale" ? 1 : -1) * (gross - sum(discounts.map((each) => each.amount)) + sum(taxes.map((each) => each.amount))),
      ),
    );
    return {
      name: "ticket.completed",
      ...head("ticket.completed", "1", 60),
      store: "0001",
      register: "1",
      sequence: "1",
      businessDate: "2026-11-27",
      currency: "USD",
      taxesIncluded: false,
      lines: lines.map((each, index) => ({ id: String(index + 1), ...each })),
      discounts: [],
      taxes: [],
      tenders: [
        { id: "1", type: "Coupon", amount: coupon },
        { id: "2", type: "CreditDebit", amount: card },
        { id: "3", type: "Cash", amount: total - coupon - card },
      ],
      cashRounding: 0,
      rounding: 0,
      stated: {},
    };
  });
const voided: EventOf<"ticket.voided"> = {
  name: "ticket.voided",
  ...head("ticket.voided", "2", 90),
  store: "0001",
  register: "1",
  sequence: "2",
  businessDate: "2026-11-27",
  original: { sequence: "1" },
  currency: "USD",
};

describe("a post-void", () => {
  test("leaves nothing of any ticket in any account, role or stock, whichever of the two comes first", () => {
    let booked = 0;
    fc.assert(
      fc.property(ticket, fc.boolean(), (sold, voidFirst) => {
        const hub = new SmallHub("sale:pos:0001:1:2026-11-27:1");
        for (const event of voidFirst ? [voided, sold, voided] : [sold, voided, sold]) hub.arrive(event);
        expect([...sums(hub)]).toEqual([]);
        expect(
          targetLedger([sold, voided], goldenPolicy, "sale:pos:0001:1:2026-11-27:1").documents.filter(
            ({ type, kind }) => type === "told" && kind !== "tally",
          ),
        ).toEqual([]);
        booked += liveDocuments(hub.view).length;
      }),
      runs,
    );
    expect(booked).toBeGreaterThan(100);
  });
});

describe("an account", () => {
  const places = [
    { store: "0001", entity: "us" },
    { store: "0005", entity: "us" },
    { store: "0002", entity: "two" },
  ] as const;
  const movement = fc.record({ place: fc.constantFrom(...places), amount: fc.integer({ min: -20_000, max: 20_000 }) });

  test.each(["deposit", "receivable"] as const)("of a %s moves between stores and sisters without making or losing a cent", (kind) => {
    let moved = 0;
    fc.assert(
      fc.property(
        fc.array(movement, { minLength: 1, maxLength: 7 }),
        fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
        (movements, order) => {
          const events = movements.map(
            ({ place, amount: signed }, index): BusinessEvent => ({
              name: "account.moved",
              ...head("account.moved", String(index), index),
              account: "1",
              kind,
              ticket: `sale:pos:${place.store}:1:2026-11-27:${index}`,
              ...place,
              businessDate: "2026-11-27",
              currency: "USD",
              amount: signed === 0 ? 1 : signed,
            }),
          );
          const arrived = [...events].sort((a, b) => order[events.indexOf(a)]! - order[events.indexOf(b)]!);
          const [asTold, asArrived] = [events, arrived].map((each) => targetLedger(each, goldenPolicy, `account:pos:${kind}:1`));
          expect(asArrived).toEqual(asTold);
          const hub = new SmallHub(`account:pos:${kind}:1`);
          for (const event of arrived) hub.arrive(event);
          const byRole = new Map<string, number>();
          for (const [name, balance] of sums(hub)) {
            const role = /due-/.test(name) ? "due" : "balance";
            byRole.set(role, (byRole.get(role) ?? 0) + balance);
          }
          expect([...byRole.values()].every((balance) => balance === 0)).toBe(true);
          moved += liveDocuments(hub.view).length;
        },
      ),
      runs,
    );
    expect(moved).toBeGreaterThan(50);
  });
});

describe("a store's day", () => {
  const kinds = ["loan", "pickup", "safe-drop", "paid-in", "paid-out", "bank-deposit", "tip-out"] as const;
  const till = fc.record({ kind: fc.constantFrom(...kinds), amount });

  test("ends with drawer, safe and bank holding what its moves come to, and every count true", () => {
    fc.assert(
      fc.property(fc.array(till, { minLength: 1, maxLength: 8 }), fc.integer({ min: -900, max: 900 }), (moves, over) => {
        const hub = new SmallHub("store-day:pos:0001:2026-11-27");
        const place = { store: "0001", register: "1", businessDate: "2026-11-27" };
        const [drawer, safe, bank] = moves.reduce(
          ([d, s, b], { kind, amount: money }) => {
            if (kind === "loan") return [d + money, s - money, b];
            if (kind === "pickup" || kind === "safe-drop") return [d - money, s + money, b];
            if (kind === "paid-in") return [d + money, s, b];
            if (kind === "bank-deposit") return [d, s - money, b + money];
            return [d - money, s, b];
          },
          [0, 0, 0],
        ) as [number, number, number];
        for (const [index, { kind, amount: money }] of moves.entries()) {
          const reason = kind === "paid-in" ? { reason: "vending" } : kind === "paid-out" ? { reason: "window cleaner" } : {};
          hub.arrive({
            name: "till.moved",
            ...head("till.moved", `0001.1.${index}`, index),
            ...place,
            sequence: String(index),
            kind,
            tender: "Cash",
            currency: "USD",
            amount: money,
            ...reason,
          });
        }
        const counted = { tender: "Cash", currency: "USD", counted: drawer + over, expected: drawer };
        hub.arrive({ name: "till.balanced", ...head("till.balanced", "1.Cash.USD", 700), ...place, ...counted });
        hub.arrive({
          name: "store-day.audited",
          ...head("store-day.audited", "1", 800),
          store: "0001",
          businessDate: "2026-11-27",
          by: "Dana",
          reason: "counted",
        });
        const balances = sums(hub);
        const of = (role: string) =>
          [...balances].reduce((total, [name, balance]) => total + (name.split(" ")[2] === role ? balance : 0), 0);
        expect([of("cash-drawer"), of("safe"), of("bank-in-transit")]).toEqual([drawer + over, safe, bank]);
        expect([...balances.values()].reduce((total, balance) => total + balance, 0)).toBe(0);
      }),
      runs,
    );
  });
});
