import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Policy } from "#domain/policy";
import { dayFacts, drawersOf, openPoints, rangesText } from "#domain/store-day";
import { day, policy as oneRegister } from "./till-policy.ts";

const policy: Policy = { ...oneRegister, stores: { "0001": { ...oneRegister.stores["0001"]!, registers: ["1", "2"] } } };

const at = (time: string, register = "1") => ({
  schema: 1 as const,
  version: "0",
  occurredAt: `${day}T${time}:00.000Z`,
  store: "0001",
  businessDate: day,
  register,
});
const seen = (ranges: readonly (readonly [number, number])[], more: Partial<EventOf<"sequences.seen">> = {}): BusinessEvent => ({
  ...at("21:00", more.register),
  name: "sequences.seen",
  key: "sequences.seen:f",
  file: "f",
  ranges: ranges.map(([from, to]) => ({ from, to })),
  ...more,
});
const sold = (sequence: string, time: string, amount: number, register = "1"): EventOf<"ticket.tallied"> => ({
  ...at(time, register),
  name: "ticket.tallied",
  key: `ticket.tallied:${sequence}`,
  sequence,
  currency: "USD",
  total: amount,
  tenders: amount === 0 ? [] : [{ role: "cash-drawer", type: "Cash", currency: "USD", amount }],
});
const counted = (sequence: string, time: string, amount: number, register = "1"): BusinessEvent => ({
  ...at(time, register),
  name: "till.counted",
  key: `till.counted:${sequence}`,
  sequence,
  tenders: [{ tender: "Cash", currency: "USD", counted: amount }],
});
const moved = (sequence: string, time: string, amount: number, tender = "Cash"): BusinessEvent => ({
  ...at(time),
  name: "till.moved",
  key: `till.moved:${sequence}`,
  sequence,
  kind: "paid-in",
  tender,
  currency: "USD",
  amount,
});
const waived = (what: EventOf<"store-day.waived">["what"], more: Partial<EventOf<"store-day.waived">> = {}): BusinessEvent => ({
  ...at("23:59"),
  name: "store-day.waived",
  key: `store-day.waived:${JSON.stringify(more)}`,
  what,
  by: "Dana",
  reason: "looked for",
  ...more,
});
const two = waived("sequence", { register: "2" });
const points = (...events: readonly BusinessEvent[]) => openPoints(dayFacts([two, ...events]), policy, "0001", day);
const texts = (...events: readonly BusinessEvent[]) => points(...events).map(({ text }) => text);

describe("what a store day lacks says what, where and what to do", () => {
  test("numbers of a register", () => {
    expect(
      points(
        seen([
          [1, 3],
          [6, 6],
          [8, 9],
        ]),
      ),
    ).toEqual([
      {
        kind: "sequence",
        register: "1",
        ranges: [
          { from: 4, to: 5 },
          { from: 7, to: 7 },
        ],
        text: "register 1 lacks 3 transaction numbers (4 to 5, 7)",
        next: "ask the store system for the file again, or waive the numbers with a reason",
      },
    ]);
    expect(
      texts(
        seen([
          [1, 3],
          [5, 5],
        ]),
      ),
    ).toEqual(["register 1 lacks 1 transaction number (4)"]);
  });

  test("tickets that are held, by number and by name", () => {
    const held = seen([[1, 4]], { tickets: [{ from: 1, to: 3 }], other: ["B", "A", "C"], named: ["B", "A"] });
    expect(points(held, sold("0002", "14:00", 0))).toEqual([
      {
        kind: "tickets",
        register: "1",
        ranges: [
          { from: 1, to: 1 },
          { from: 3, to: 3 },
        ],
        names: ["A", "B"],
        text: "register 1 has tickets that came and are not in the day: 2 transaction numbers (1, 3) and 2 tickets (A, B)",
        next: "look at their exceptions, have the store system correct them, or waive the numbers with a reason",
      },
    ]);
    expect(points(seen([[1, 2]], { tickets: [{ from: 1, to: 2 }] }), sold("1", "14:00", 0))).toEqual([
      {
        kind: "tickets",
        register: "1",
        ranges: [{ from: 2, to: 2 }],
        text: "register 1 has tickets that came and are not in the day: 1 transaction number (2)",
        next: "look at their exceptions, have the store system correct them, or waive the numbers with a reason",
      },
    ]);
  });

  test("no more than twenty names of tickets, and how many more there are", () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `T${String(index + 1).padStart(2, "0")}`);
    const told = (count: number) => texts(seen([], { named: names(count) }))[0];
    expect(told(20)).toBe(
      "register 1 has tickets that came and are not in the day: 20 tickets (T01, T02, T03, T04, T05, T06, T07, T08, T09, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20)",
    );
    expect(told(22)).toBe(
      "register 1 has tickets that came and are not in the day: 22 tickets (T01, T02, T03, T04, T05, T06, T07, T08, T09, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, and 2 more)",
    );
  });

  test("a number that is no exact whole number tallies no numbered ticket", () => {
    const held = seen([[1, 1]], { tickets: [{ from: 1, to: 1 }] });
    for (const sequence of ["x1", "1x", "1000000000000001"]) expect(texts(held, sold(sequence, "14:00", 0))).toHaveLength(1);
    const most = { from: 100_000_000_000_001, to: 100_000_000_000_001 };
    expect(texts(seen([[most.from, most.to]], { tickets: [most] }), sold("100000000000001", "14:00", 0))).toEqual([]);
  });

  test("a register that says nothing, unless that was waived, and no register of a store that the policies do not know", () => {
    const silent = (...events: readonly BusinessEvent[]) => openPoints(dayFacts(events), policy, "0001", day);
    expect(silent(seen([[1, 1]]))).toEqual([
      {
        kind: "silent",
        register: "2",
        text: "register 2 says nothing on this day",
        next: "ask the store system for its file, or waive the register with a reason",
      },
    ]);
    expect(silent().map(({ register }) => register)).toEqual(["1", "2"]);
    expect(silent(seen([[1, 1]]), two)).toEqual([]);
    for (const other of [
      waived("sequence", { register: "3" }),
      waived("sequence"),
      waived("count", { register: "2" }),
      waived("sequence", { register: "2", range: { from: 1, to: 2 } }),
      waived("sequence", { register: "2", ranges: [{ from: 1, to: 2 }] }),
      waived("sequence", { register: "2", names: ["A"] }),
    ])
      expect(silent(seen([[1, 1]]), other)).toHaveLength(1);
    expect(openPoints(dayFacts([]), policy, "9999", day)).toEqual([]);
    expect(openPoints(dayFacts([]), policy, "constructor", day)).toEqual([]);
  });

  test("a drawer that nobody counted, where something went through it", () => {
    expect(points(sold("1", "14:00", 5_900))).toEqual([
      {
        kind: "count",
        register: "1",
        tender: "Cash",
        currency: "USD",
        amount: 5_900,
        text: "nobody has counted Cash USD of register 1: 59.00 are expected",
        next: "have the drawer counted and the count sent, or waive the count with a reason",
      },
    ]);
    expect(texts(moved("1", "14:00", 700))).toEqual(["nobody has counted Cash USD of register 1: 7.00 are expected"]);
    expect(texts(sold("1", "14:00", 500), sold("2", "15:00", -500))).toEqual([]);
    expect(openPoints(dayFacts([{ ...sold("1", "14:00", 5_900), store: "9999" }]), policy, "9999", day)).toEqual([]);
    const optional: Policy = {
      ...policy,
      elections: policy.elections.map((each) => (each.election === "drawerCount" ? { ...each, value: "optional" } : each)),
    };
    expect(openPoints(dayFacts([two, sold("1", "14:00", 5_900)]), optional, "0001", day)).toEqual([]);
  });

  test("cash of a register that sold on after its last count", () => {
    const count = counted("2", "22:00", 5_900);
    expect(points(sold("1", "14:00", 5_900), count, sold("3", "22:30", 700), sold("4", "22:40", 50))).toEqual([
      {
        kind: "after-count",
        register: "1",
        tender: "Cash",
        currency: "USD",
        amount: 750,
        text: `register 1 has 2 tickets with 7.50 USD in Cash after its last count at ${day}T22:00:00.000Z: no count of the day has it`,
        next: "have the drawer counted again and the count sent, or waive it with a reason: the next opening count is held to it",
      },
    ]);
  });

  test.each([
    ["of another register", { register: "2" }],
    ["of another tender", { amounts: [{ tender: "Check", currency: "USD", amount: 700 }] }],
    ["of another currency", { amounts: [{ tender: "Cash", currency: "CAD", amount: 700 }] }],
    ["of another amount", { amounts: [{ tender: "Cash", currency: "USD", amount: 699 }] }],
    ["of no amount", { amounts: undefined }],
  ])("a waiver %s waives neither a count nor what came after it", (_, other) => {
    const amounts = [{ tender: "Cash", currency: "USD", amount: 700 }];
    const uncounted = [sold("1", "14:00", 700)];
    const late = [sold("1", "14:00", 0), counted("2", "22:00", 0), sold("3", "22:30", 700)];
    expect(points(...uncounted, waived("count", { register: "1", amounts }))).toEqual([]);
    expect(points(...uncounted, waived("count", { register: "1", amounts, ...other })).map(({ kind }) => kind)).toEqual(["count"]);
    expect(points(...uncounted, waived("after-count", { register: "1", amounts })).map(({ kind }) => kind)).toEqual(["count"]);
    expect(points(...late, waived("after-count", { register: "1", amounts }))).toEqual([]);
    expect(points(...late, waived("after-count", { register: "1", amounts, ...other })).map(({ kind }) => kind)).toEqual(["after-count"]);
    expect(points(...late, waived("count", { register: "1", amounts })).map(({ kind }) => kind)).toEqual(["after-count"]);
  });

  test("numbers are waived for their register alone, in one range or in several", () => {
    const gap = seen([
      [1, 3],
      [6, 9],
    ]);
    const range = { from: 4, to: 5 };
    expect(texts(gap, waived("sequence", { register: "1", range }))).toEqual([]);
    expect(texts(gap, waived("sequence", { register: "1", ranges: [range] }))).toEqual([]);
    expect(texts(gap, waived("sequence", { register: "2", range }))).toEqual(["register 1 lacks 2 transaction numbers (4 to 5)"]);
    expect(texts(gap, waived("count", { register: "1", range }))).toEqual(["register 1 lacks 2 transaction numbers (4 to 5)"]);
    expect(texts(gap, waived("sequence", { register: "1" }))).toEqual(["register 1 lacks 2 transaction numbers (4 to 5)"]);
  });

  test("names are waived for their register alone", () => {
    const named = seen([], { named: ["A"] });
    expect(texts(named, waived("sequence", { register: "1", names: ["A"] }))).toEqual([]);
    for (const other of [
      waived("sequence", { register: "2", names: ["A"] }),
      waived("count", { register: "1", names: ["A"] }),
      waived("sequence", { register: "1", names: ["B"] }),
    ])
      expect(texts(named, other)).toEqual(["register 1 has tickets that came and are not in the day: 1 ticket (A)"]);
  });

  test("card totals of a register that differ from its tickets", () => {
    const batch: BusinessEvent = {
      ...at("22:00"),
      name: "card-batch.stated",
      key: "card-batch.stated:1",
      terminal: "T",
      batch: "7",
      currency: "USD",
      amount: 5_000,
    };
    expect(points(seen([[1, 1]]), batch)).toEqual([
      {
        kind: "cards",
        register: "1",
        currency: "USD",
        difference: 5_000,
        text: "card terminals of register 1 state 50.00 USD, and the tickets come to 0.00: a difference of 50.00",
        next: "find the ticket or the batch that is missing, or waive the difference with a reason",
      },
    ]);
  });

  test("registers one after the other, each with its own", () => {
    const third = [
      seen(
        [
          [1, 1],
          [3, 3],
        ],
        { register: "2" },
      ),
      seen([
        [7, 7],
        [9, 9],
      ]),
    ];
    expect(openPoints(dayFacts(third), policy, "0001", day).map(({ text }) => text)).toEqual([
      "register 1 lacks 1 transaction number (8)",
      "register 2 lacks 1 transaction number (2)",
    ]);
  });
});

test("a text shows twenty ranges and how many more there are", () => {
  const ranges = (count: number) => Array.from({ length: count }, (_, index) => ({ from: index * 10, to: index * 10 + (index % 2) }));
  const twenty =
    "0, 10 to 11, 20, 30 to 31, 40, 50 to 51, 60, 70 to 71, 80, 90 to 91, 100, 110 to 111, 120, 130 to 131, 140, 150 to 151, 160, 170 to 171, 180, 190 to 191";
  expect(rangesText(ranges(20))).toBe(twenty);
  expect(rangesText(ranges(21))).toBe(`${twenty}, and 1 more`);
  expect(rangesText([])).toBe("");
});

describe("a drawer's clock", () => {
  const drawers = (...events: readonly BusinessEvent[]) => drawersOf(dayFacts(events), policy, "0001", day);

  test("puts what happened in the instant of the last count into it, and what came later behind it", () => {
    const count = counted("3", "22:00", 1_000);
    expect(drawers(sold("1", "22:00", 1_000), moved("2", "22:00", 40), count)).toMatchObject([
      { taken: 1_000, moved: 40, after: { tickets: 0, taken: 0, moved: 0 }, left: 1_000 },
    ]);
    expect(drawers(sold("0", "10:00", 0), sold("1", "22:01", 1_000), moved("2", "22:01", 40), count)).toMatchObject([
      { taken: 0, moved: 0, after: { tickets: 1, taken: 1_000, moved: 40 }, left: 2_040 },
    ]);
  });

  test("opens with the last of several counts before the first transaction, which movements are too", () => {
    const early = [counted("1", "07:00", 100), counted("2", "08:00", 200)];
    expect(drawers(...early, moved("3", "09:00", 5), counted("4", "22:00", 205))).toMatchObject([
      { opening: 200, expected: 205, opened: { counted: 200, event: "till.counted:2" }, count: { event: "till.counted:4", difference: 0 } },
    ]);
  });

  test("knows no movement of another tender", () => {
    expect(drawers(sold("1", "10:00", 500), moved("2", "11:00", 70, "CreditDebit"), moved("3", "11:00", 9, "Scrip"))).toMatchObject([
      { tender: "Cash", taken: 500, moved: 0, expected: 500 },
    ]);
  });
});
