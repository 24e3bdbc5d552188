import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Policy } from "#domain/policy";
import { cardTotalsOf, dayFacts, drawersOf, openPoints, safeCountOf } from "#domain/store-day";
import { goldenPolicy } from "../../golden/golden-policy.ts";

const why = "A test.";
const day = "2026-11-27";
const tenders: Policy["tenders"] = [
  { channel: "pos", match: "cash", role: "cash-drawer", dimensions: {}, cash: true, why },
  { channel: "pos", match: "creditdebit", role: "acquirer-clearing", dimensions: { acquirer: "a" }, why },
];
const policy: Policy = { ...goldenPolicy, tenders };

const at = (time: string, register: string) => ({
  schema: 1 as const,
  version: "0",
  occurredAt: `${day}T${time}:00.000Z`,
  store: "0001",
  businessDate: day,
  register,
});
type Taken = { type: string; currency?: string; amount: number; valued?: number; role?: string };
const sold = (sequence: string, time: string, taken: readonly Taken[], register = "1"): BusinessEvent => ({
  ...at(time, register),
  name: "ticket.tallied",
  key: `ticket.tallied:${register}.${sequence}`,
  sequence,
  currency: "USD",
  total: 0,
  tenders: taken.map(({ role = "cash-drawer", currency = "USD", ...each }) => ({ role, currency, ...each })),
});
const counted = (sequence: string, time: string, drawers: Record<string, number>, register = "1"): BusinessEvent => ({
  ...at(time, register),
  name: "till.counted",
  key: `till.counted:${sequence}`,
  sequence,
  tenders: Object.entries(drawers).map(([name, amount]) => {
    const [tender = "", currency = ""] = name.split(" ");
    return { tender, currency, counted: amount };
  }),
});
const moved = (kind: EventOf<"till.moved">["kind"], time: string, amount: number): BusinessEvent => ({
  ...at(time, "1"),
  name: "till.moved",
  key: `till.moved:${kind}${time}`,
  sequence: `${kind}${time}`,
  kind,
  tender: "Cash",
  currency: "USD",
  amount,
});
const batch = (number: string, amount: number, more: Partial<EventOf<"card-batch.stated">> = {}): BusinessEvent => ({
  ...at("22:00", "1"),
  name: "card-batch.stated",
  key: `card-batch.stated:${number}`,
  terminal: "T",
  batch: number,
  currency: "USD",
  amount,
  ...more,
});
const drawers = (...events: readonly BusinessEvent[]) => drawersOf(dayFacts(events), policy, "0001", day);

describe("a drawer", () => {
  test("expects what it opened with, what tickets took, and what was moved, each kind by its direction", () => {
    const events = [
      sold("1", "10:00", [{ type: "Cash", amount: 5_000 }]),
      sold("2", "11:00", [{ type: "Cash", amount: -700 }]),
      moved("loan", "12:00", 10_000),
      moved("paid-in", "12:01", 300),
      moved("pickup", "12:02", 2_000),
      moved("safe-drop", "12:03", 1_000),
      moved("paid-out", "12:04", 40),
      moved("tip-out", "12:05", 5),
      counted("9", "22:00", { "Cash USD": 11_600 }),
    ];
    expect(drawers(...events)).toEqual([
      {
        register: "1",
        tender: "Cash",
        currency: "USD",
        opening: 0,
        taken: 4_300,
        moved: 7_255,
        expected: 11_555,
        after: { tickets: 0, taken: 0, moved: 0 },
        left: 11_600,
        count: { counted: 11_600, difference: 45, at: `${day}T22:00:00.000Z`, event: "till.counted:9" },
      },
    ]);
  });

  test("opens with what was counted before its first transaction, of which no count of the evening is one", () => {
    const morning = counted("0", "08:00", { "Cash USD": 10_000 });
    const sale = sold("1", "10:00", [{ type: "Cash", amount: 500 }]);
    expect(drawers(morning, sale)).toMatchObject([
      { opening: 10_000, expected: 10_500, left: 10_500, opened: { counted: 10_000, at: `${day}T08:00:00.000Z`, event: "till.counted:0" } },
    ]);
    expect(drawers(morning, sale)[0]).not.toHaveProperty("count");
    expect(drawers(counted("0", "10:00", { "Cash USD": 10_000 }), sale)[0]).not.toHaveProperty("opened");
    expect(drawers(morning, moved("loan", "09:00", 100), sale)).toMatchObject([{ opening: 10_000, moved: 100, expected: 10_600 }]);
  });

  test("that nobody used has a count of its own and no opening", () => {
    expect(drawers(counted("0", "08:00", { "Cash USD": 10_000 }))).toMatchObject([
      { opening: 0, expected: 0, count: { difference: 10_000 } },
    ]);
  });

  test("of one currency knows nothing of another, nor of other registers, nor of what is no cash", () => {
    const events = [
      sold("1", "10:00", [
        { type: "Cash", amount: 500 },
        { type: "CASH", amount: 20 },
        { type: "Cash", currency: "CAD", amount: 700, valued: 510 },
      ]),
      sold("2", "10:00", [{ type: "Cash", amount: 90 }], "2"),
      sold("3", "10:00", [{ type: "CreditDebit", amount: 9_000, role: "acquirer-clearing" }]),
    ];
    expect(drawers(...events).map(({ register, tender, currency, expected }) => [register, tender, currency, expected])).toEqual([
      ["1", "Cash", "CAD", 700],
      ["1", "Cash", "USD", 520],
      ["2", "Cash", "USD", 90],
    ]);
  });

  test("values what is over or short of foreign money at what the tills took it at", () => {
    const sale = sold("1", "10:00", [{ type: "Cash", currency: "CAD", amount: 1_000, valued: 700 }]);
    const short = (amount: number) => drawers(sale, counted("9", "22:00", { "Cash CAD": amount }))[0]?.count?.valued;
    expect(short(1_000)).toEqual({ currency: "USD", amount: 0 });
    expect(short(900)).toEqual({ currency: "USD", amount: -70 });
    expect(short(1_100)).toEqual({ currency: "USD", amount: 70 });
    expect(short(3_500)).toEqual({ currency: "USD", amount: 1_750 });
  });

  test("values nothing where no ticket valued it, or more went out than came in", () => {
    expect(
      drawers(sold("1", "10:00", [{ type: "Cash", amount: 1_000 }]), counted("9", "22:00", { "Cash USD": 900 }))[0]?.count,
    ).not.toHaveProperty("valued");
    const given = sold("1", "10:00", [{ type: "Cash", currency: "CAD", amount: -1_000, valued: -700 }]);
    expect(drawers(given, counted("9", "22:00", { "Cash CAD": 0 }))[0]?.count).not.toHaveProperty("valued");
  });

  test("holds its count against what was taken until then, to the very second, and leaves the rest to the night", () => {
    const events = [
      sold("1", "22:00", [{ type: "Cash", amount: 500 }]),
      sold("2", "22:01", [{ type: "Cash", amount: 70 }]),
      moved("loan", "22:00", 1_000),
      moved("paid-out", "22:01", 30),
      counted("9", "22:00", { "Cash USD": 1_500 }),
    ];
    expect(drawers(...events)).toMatchObject([
      { taken: 500, moved: 1_000, expected: 1_500, after: { tickets: 1, taken: 70, moved: -30 }, left: 1_540, count: { difference: 0 } },
    ]);
  });

  test("that is counted twice is held to the last count, and two lines of one count add up", () => {
    const twice = [counted("8", "21:00", { "Cash USD": 1 }), counted("9", "22:00", { "Cash USD": 480, "cash USD": 20 })];
    expect(drawers(sold("1", "10:00", [{ type: "Cash", amount: 500 }]), ...twice)).toMatchObject([
      { count: { counted: 500, difference: 0, event: "till.counted:9" } },
    ]);
  });
});

test("the last count of the safe is the one that counts, and is in no drawer", () => {
  const safe = (sequence: string, time: string): BusinessEvent => {
    const { register: _, ...count } = counted(sequence, time, { "Cash USD": 5 }) as EventOf<"till.counted">;
    return count;
  };
  expect(safeCountOf(dayFacts([]))).toBeUndefined();
  expect(safeCountOf(dayFacts([safe("1", "09:00"), safe("2", "21:00")]))?.sequence).toBe("2");
  expect(drawers(safe("1", "09:00"))).toEqual([]);
});

describe("card totals", () => {
  const card = (sequence: string, amount: number, register = "1", currency = "USD") =>
    sold(sequence, "14:00", [{ type: "CreditDebit", role: "acquirer-clearing", amount, currency }], register);
  const totals = (...events: readonly BusinessEvent[]) => cardTotalsOf(dayFacts(events), policy, day);
  const { register: _, ...ofStore } = batch("7", 9_000) as EventOf<"card-batch.stated">;

  test("are compared by register where every batch names one", () => {
    expect(
      totals(card("1", 5_900), card("2", 100, "2"), batch("7", 5_000), batch("8", 800, { count: 3 }), batch("9", 100, { register: "2" })),
    ).toEqual([
      {
        register: "1",
        currency: "USD",
        batches: [
          { terminal: "T", batch: "7", amount: 5_000 },
          { terminal: "T", batch: "8", amount: 800, count: 3 },
        ],
        stated: 5_800,
        tendered: 5_900,
        difference: -100,
      },
      { register: "2", currency: "USD", batches: [{ terminal: "T", batch: "9", amount: 100 }], stated: 100, tendered: 100, difference: 0 },
    ]);
  });

  test("are compared for the store once a batch names no register", () => {
    expect(totals(card("1", 5_900), card("2", 100, "2"), batch("8", 5), ofStore)).toMatchObject([
      { stated: 9_005, tendered: 6_000, difference: 3_005 },
    ]);
    expect(totals(card("1", 5_900), ofStore)[0]).not.toHaveProperty("register");
  });

  test("of a currency without a batch are compared with nothing", () => {
    expect(
      totals(card("1", 5_900), card("2", 70, "1", "CAD"), batch("7", 5_900)).map(({ currency, difference }) => [currency, difference]),
    ).toEqual([["USD", 0]]);
    expect(totals(card("1", 5_900))).toEqual([]);
  });

  test("of gateways count, and cash does not", () => {
    const mixed = sold("1", "14:00", [
      { type: "Square", role: "payment-clearing", amount: 40 },
      { type: "Cash", amount: 3 },
    ]);
    expect(totals(mixed, batch("7", 40))).toMatchObject([{ tendered: 40, difference: 0 }]);
  });

  test("that a till states when it is settled are its last, by tender, for registers without a terminal of their own", () => {
    const settle = (sequence: string, amount: number, register = "1") =>
      counted(sequence, `2${sequence}:00`, { "CreditDebit USD": amount, "Cash USD": 1 }, register);
    expect(totals(card("1", 50), settle("1", 40), settle("2", 50))).toMatchObject([
      { batches: [{ terminal: "CreditDebit", batch: "2", amount: 50 }], difference: 0 },
    ]);
    expect(
      totals(card("1", 50), card("2", 7, "2"), batch("7", 50), settle("2", 8, "2")).map(({ register, difference }) => [
        register,
        difference,
      ]),
    ).toEqual([
      ["1", 0],
      ["2", 1],
    ]);
    expect(totals(card("1", 50), settle("1", 40), ofStore)).toMatchObject([{ stated: 9_000, tendered: 50 }]);
  });

  test("that differ are told in the words of the person who looks", () => {
    const told = (...events: readonly BusinessEvent[]) =>
      openPoints(dayFacts(events), policy, "0001", day).filter(({ kind }) => kind === "cards");
    expect(told(card("1", 5_900), ofStore)).toEqual([
      {
        kind: "cards",
        currency: "USD",
        difference: 3_100,
        text: "card terminals of the store state 90.00 USD, and the tickets come to 59.00: a difference of 31.00",
        next: "find the ticket or the batch that is missing, or waive the difference with a reason",
      },
    ]);
    const waiver: BusinessEvent = {
      ...at("23:00", "1"),
      name: "store-day.waived",
      key: "store-day.waived:1",
      what: "cards",
      amounts: [{ currency: "USD", amount: -900 }],
      by: "Dana",
      reason: "looked for",
    };
    expect(told(card("1", 5_900), batch("7", 5_000), waiver)).toEqual([]);
    expect(told(card("1", 5_900), batch("7", 5_000), { ...waiver, amounts: [{ currency: "CAD", amount: -900 }] })).toHaveLength(1);
    expect(told(card("1", 5_900), batch("7", 5_000), { ...waiver, register: "2" })).toHaveLength(1);
    expect(told(card("1", 5_900), batch("7", 5_000), { ...waiver, what: "count" })).toHaveLength(1);
  });
});
