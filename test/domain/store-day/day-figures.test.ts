import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { createStockLevels, emptyStockLevel } from "#domain/inventory";
import type { Policy } from "#domain/policy";
import {
  cardTotalsOf,
  checkControlTotals,
  dayFacts,
  heldTickets,
  missingNumbers,
  openControlTotals,
  priceMakesAmount,
  seenSequences,
  tallyBatch,
  tallyTransaction,
  UnreadablePosFile,
} from "#domain/store-day";
import { goldenPolicy } from "../../golden/golden-policy.ts";

const day = "2026-11-27";
const at = (time: string, register: string) => ({
  schema: 1 as const,
  version: "0",
  occurredAt: `${day}T${time}:00.000Z`,
  store: "0001",
  businessDate: day,
  register,
});

describe("a batch that does not tie says by what", () => {
  const batch = (stated: Parameters<typeof tallyBatch>[1], currency = "USD", paid: { type: string; amount: number }[] = []) => {
    const open = tallyBatch(openControlTotals(), undefined);
    const one = tallyTransaction(open, { amount: 1_000, currency }, false, paid);
    return checkControlTotals(tallyBatch(one, stated));
  };
  const next = "No ticket of the file is taken in; ask the store system for the file again.";

  test("of its transactions", () => {
    expect(batch({ transactionCount: "2" })).toEqual([
      {
        class: "source.control-total",
        code: "transaction-count",
        cause: "transaction-count:batch-0",
        message: `Batch 1 of the file states 2 transactions and holds 1. ${next}`,
      },
    ]);
    expect(batch({ transactionCount: "9".repeat(60) })[0]?.message).toBe(
      `Batch 1 of the file states ${"9".repeat(40)} transactions and holds 1. ${next}`,
    );
  });

  test("of its amount, be it readable or not, in a currency that is one", () => {
    expect(batch({ transactionAmount: "9.99" })).toEqual([
      {
        class: "source.control-total",
        code: "transaction-amount",
        cause: "transaction-amount:batch-0",
        amount: 1,
        currency: "USD",
        message: `Batch 1 of the file states 9.99 USD and its tickets come to 10.00. ${next}`,
      },
    ]);
    expect(batch({ transactionAmount: "ten" })).toEqual([
      {
        class: "source.control-total",
        code: "transaction-amount",
        cause: "transaction-amount:batch-0",
        message: `Batch 1 of the file states the amount ten, which cannot be read. ${next}`,
      },
    ]);
    expect(batch({ transactionAmount: "9.99", tenders: [{ type: "Cash", amount: "1" }] }, "QQQ")).toEqual([]);
  });

  test("of each tender", () => {
    const paid = [
      { type: "Cash", amount: 700 },
      { type: "CASH", amount: 100 },
    ];
    expect(batch({ tenders: [{ type: "Cash", amount: "8.01" }] }, "USD", paid)).toEqual([
      {
        class: "source.control-total",
        code: "tender-amount",
        cause: "tender-amount:batch-0:cash",
        amount: -1,
        currency: "USD",
        message: `Batch 1 of the file states 8.01 USD in Cash and its tickets come to 8.00. ${next}`,
      },
    ]);
    expect(batch({ tenders: [{ type: "Check", amount: "x" }] }, "USD", paid)).toEqual([
      {
        class: "source.control-total",
        code: "tender-amount",
        cause: "tender-amount:batch-0:check",
        message: `Batch 1 of the file states x in Check, which cannot be read. ${next}`,
      },
    ]);
    const voided = tallyTransaction(
      tallyTransaction(tallyBatch(openControlTotals(), undefined), { amount: 1_000, currency: "USD" }, false, paid),
      undefined,
      false,
      [],
      { amount: 1_000, currency: "USD" },
    );
    expect(checkControlTotals(tallyBatch(voided, { tenders: [{ type: "Cash", amount: "0" }] }))).toEqual([]);
  });

  test("twenty times at most", () => {
    let totals = openControlTotals();
    for (let number = 0; number < 25; number += 1) {
      totals = tallyBatch(totals, undefined);
      totals = tallyTransaction(totals, { amount: 100, currency: "USD" }, false);
      totals = tallyBatch(totals, { transactionCount: "7" });
    }
    const causes = checkControlTotals(totals).map(({ cause }) => cause);
    expect([causes.length, causes[0], causes.at(-1)]).toEqual([20, "transaction-count:batch-0", "transaction-count:batch-19"]);
  });

  test("of two hundred types of tender at most, whatever they are called", () => {
    let totals = tallyBatch(openControlTotals(), undefined);
    for (let number = 0; number < 201; number += 1)
      totals = tallyTransaction(totals, { amount: 100, currency: "USD" }, false, [{ type: `T${number}`, amount: 100 }]);
    totals = tallyTransaction(totals, { amount: 100, currency: "USD" }, false, [{ type: "T199", amount: 100 }]);
    const stated = (type: string, amount: string) => checkControlTotals(tallyBatch(totals, { tenders: [{ type, amount }] })).length;
    expect([stated("T199", "2.00"), stated("T200", "0"), stated("T200", "1.00")]).toEqual([0, 0, 1]);
  });
});

describe("the numbers that a part of a file tells of", () => {
  const of = { store: "0101", register: "1", businessDate: day, isTicket: true };
  const told = (...rows: Partial<Parameters<typeof seenSequences>[0][number]>[]) =>
    seenSequences(
      rows.map((row) => ({ ...of, sequence: "1", ...row })),
      { file: "abcdefghijklmnopqrstuvwxyz", part: 2 },
    );

  test("are ranges, tickets and control transactions of them, and names", () => {
    const [document, ...others] = told(
      { sequence: "8", occurredAt: `${day}T21:00:00.000Z` },
      { sequence: "7", isTicket: false, isControl: true, occurredAt: `${day}T20:00:00.000Z` },
      { sequence: "9", isTicket: false },
      { sequence: "B" },
      { sequence: "A" },
      { sequence: "A" },
      { sequence: "C", isTicket: false, isControl: false },
      { sequence: "1234567890123456" },
    );
    expect(others).toEqual([]);
    expect(document).toEqual({
      transaction: `store-day:pos:0101:${day}`,
      kind: "store-day",
      source: `pos:0101:sequences:${day}.abcdefghijklmnop.2.1`,
      channel: "pos",
      shop: "0101",
      events: [
        {
          name: "sequences.seen",
          schema: 1,
          key: "sequences.seen:abcdefghijklmnop.2.1",
          version: "0",
          occurredAt: `${day}T21:00:00.000Z`,
          store: "0101",
          register: "1",
          businessDate: day,
          file: "abcdefghijklmnopqrstuvwxyz",
          ranges: [{ from: 7, to: 9 }],
          tickets: [{ from: 8, to: 8 }],
          other: ["1234567890123456", "A", "B", "C"],
          named: ["1234567890123456", "A", "B"],
          control: [{ from: 7, to: 7 }],
        },
      ],
      references: [],
      issues: [],
    });
  });

  test("state no list that would be empty", () => {
    const [document] = told({ sequence: "5", isTicket: false });
    expect(Object.keys(document?.events[0] ?? {})).toEqual([
      "name",
      "schema",
      "key",
      "version",
      "occurredAt",
      "store",
      "register",
      "businessDate",
      "file",
      "ranges",
    ]);
  });

  test("are told by store, day and register, each with its own", () => {
    const keys = told({}, { register: "2" }, { store: "0102" }, { businessDate: "2026-11-28" }, { sequence: "2" }).map(
      ({ source }) => source,
    );
    expect(keys).toEqual([
      `pos:0101:sequences:${day}.abcdefghijklmnop.2.1`,
      `pos:0101:sequences:${day}.abcdefghijklmnop.2.2`,
      `pos:0102:sequences:${day}.abcdefghijklmnop.2.1`,
      "pos:0101:sequences:2026-11-28.abcdefghijklmnop.2.1",
    ]);
  });
});

describe("a day sorts its facts", () => {
  const seen = (register: string, ranges: readonly (readonly [number, number])[], more: object = {}): BusinessEvent => ({
    ...at("21:00", register),
    name: "sequences.seen",
    key: `sequences.seen:${register}`,
    file: "f",
    ranges: ranges.map(([from, to]) => ({ from, to })),
    ...more,
  });

  test("by register, in the order of their names, and apart from deposits", () => {
    const moved = (kind: EventOf<"till.moved">["kind"]): BusinessEvent => ({
      ...at("12:00", "1"),
      name: "till.moved",
      key: `till.moved:${kind}`,
      sequence: "5",
      kind,
      tender: "Cash",
      currency: "USD",
      amount: 1,
    });
    const facts = dayFacts([
      seen("2", [[1, 1]], { other: ["a", "b"], named: ["b", "a"] }),
      seen("1", []),
      seen("2", [[2, 2]], { other: ["b", "c"] }),
      moved("loan"),
      moved("bank-deposit"),
    ]);
    expect([...facts.registers.keys()]).toEqual(["1", "2"]);
    expect(facts.registers.get("2")).toEqual({
      register: "2",
      seen: [{ from: 1, to: 2 }],
      tickets: [],
      other: 3,
      named: ["a", "b"],
      control: [],
      tallies: [],
      movements: [],
      counts: [],
    });
    expect(facts.registers.get("1")?.movements.map(({ kind }) => kind)).toEqual(["loan"]);
    expect([facts.deposits.map(({ kind }) => kind), facts.waivers, facts.batches, facts.safeCounts]).toEqual([
      ["bank-deposit"],
      [],
      [],
      [],
    ]);
  });

  const judged = (...events: BusinessEvent[]) => {
    const { registers, waivers } = dayFacts(events);
    const register = registers.get("1")!;
    return [missingNumbers(register, waivers), heldTickets(register, waivers)];
  };

  test("and finds no gap where nothing came, or where the counter ran over at all nines from 0 or 1", () => {
    expect(judged(seen("1", []))).toEqual([[], []]);
    expect(
      judged(
        seen("1", [
          [0, 2],
          [998, 999],
        ]),
      )[0],
    ).toEqual([]);
    expect(
      judged(
        seen("1", [
          [2, 3],
          [998, 999],
        ]),
      )[0],
    ).toEqual([{ from: 4, to: 997 }]);
    expect(
      judged(
        seen("1", [
          [1, 2],
          [98, 99],
        ]),
      )[0],
    ).toEqual([{ from: 3, to: 97 }]);
    expect(
      judged(
        seen("1", [
          [1, 2],
          [1998, 1999],
        ]),
      )[0],
    ).toEqual([{ from: 3, to: 1997 }]);
    // The first of two gaps that are as great is the turn.
    expect(
      judged(
        seen("1", [
          [1, 1],
          [500, 500],
          [999, 999],
        ]),
      )[0],
    ).toEqual([{ from: 501, to: 998 }]);
  });
});

describe("card totals", () => {
  const why = "A test.";
  const policy: Policy = {
    ...goldenPolicy,
    tenders: [{ channel: "pos", match: "creditdebit", role: "acquirer-clearing", dimensions: { acquirer: "a" }, why }],
  };
  const counted = (register: string, tenders: EventOf<"till.counted">["tenders"]): BusinessEvent => ({
    ...at("22:00", register),
    name: "till.counted",
    key: `till.counted:${register}`,
    sequence: "9",
    tenders,
  });
  const batch = (register: string | undefined, currency: string, amount: number): BusinessEvent => {
    const { register: _, ...head } = at("22:00", "1");
    return {
      ...head,
      ...(register === undefined ? {} : { register }),
      name: "card-batch.stated",
      key: `card-batch.stated:${register}${currency}`,
      terminal: "T",
      batch: "7",
      currency,
      amount,
    };
  };
  const totals = (...events: BusinessEvent[]) =>
    cardTotalsOf(dayFacts(events), policy, day).map(({ register, currency, stated }) => [register, currency, stated]);

  test("are in the order of registers and currencies", () => {
    expect(totals(batch("2", "USD", 1), batch("1", "USD", 2), batch("2", "CAD", 3), batch("1", "CAD", 4))).toEqual([
      ["1", "CAD", 4],
      ["1", "USD", 2],
      ["2", "CAD", 3],
      ["2", "USD", 1],
    ]);
    expect(totals(batch("1", "USD", 1), batch(undefined, "USD", 2))).toEqual([[undefined, "USD", 3]]);
  });

  test("of a till are those of each tender and currency, and of no tender that nobody knows", () => {
    const tender = (name: string, currency: string, amount: number) => ({ tender: name, currency, counted: amount });
    expect(
      totals(
        counted("1", [
          tender("CreditDebit", "USD", 5),
          tender("CREDITDEBIT", "USD", 6),
          tender("CreditDebit", "CAD", 7),
          tender("Scrip", "USD", 100),
        ]),
      ),
    ).toEqual([
      ["1", "CAD", 7],
      ["1", "USD", 6],
    ]);
  });
});

test("a price makes an amount within one unit of the currency's last place", () => {
  const of = (amount: number) => priceMakesAmount(3_333_333, 3_000_000, amount, 4, 2);
  // 3.333333 × 3 is 9.999999: 10.0000 at four places, and a cent either way.
  expect([99_899, 99_900, 100_000, 100_100, 100_101].map(of)).toEqual([false, true, true, true, false]);
});

test("a file that cannot be read says where, and why", () => {
  const cause = new Error("x");
  const whole = new UnreadablePosFile("malformed", 12, 3, "no end tag", cause, 4);
  expect([whole.name, whole.message, whole.cause]).toEqual(["UnreadablePosFile", "byte 12, line 3, column 4: no end tag", cause]);
  expect(new UnreadablePosFile("truncated", 12, 3, "it ends").message).toBe("byte 12, line 3: it ends");
});

test("stock levels are of an item at a location, empty until they are known", () => {
  const level = { ...emptyStockLevel, quantity: 5 };
  const levels = createStockLevels([{ item: "A", location: "x", level }]);
  expect([levels.get("A", "x"), levels.get("A", "y"), levels.get("B", "x")]).toEqual([level, emptyStockLevel, emptyStockLevel]);
  levels.set("B", "x", level);
  expect(levels.get("B", "x")).toBe(level);
  const planned = levels.planning(() => {
    levels.set("A", "x", emptyStockLevel);
    return "planned";
  });
  expect([planned, levels.get("A", "x")]).toEqual(["planned", emptyStockLevel]);
  expect(() =>
    levels.planning(() => {
      levels.set("A", "x", level);
      throw new RangeError("beyond");
    }),
  ).toThrow("beyond");
  expect([levels.get("A", "x"), levels.get("B", "x")]).toEqual([emptyStockLevel, level]);
});
