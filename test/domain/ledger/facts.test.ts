import { describe, expect, test } from "vitest";
import { foldFacts } from "#domain/ledger";
import { captured, order, refund } from "./sale-events.ts";

describe("facts are folded by key and version", () => {
  test("the highest version counts, in order of events, whatever arrived first", () => {
    const first = order({ L1: { gross: 1000 } }, { version: "2026-11-27T09:00:00.000Z" });
    const edited = order({ L1: { gross: 1200 } }, { version: "2026-11-27T09:30:00.000Z" });
    const paid = captured("P1", "10:00", 1200);
    expect(foldFacts([paid, edited, first])).toEqual({ events: [edited, paid], problems: [] });
    expect(foldFacts([first, edited, paid])).toEqual({ events: [edited, paid], problems: [] });
  });

  test("the same content twice is one fact", () => {
    const paid = captured("P1", "10:00", 1200);
    expect(foldFacts([paid, { ...paid }])).toEqual({ events: [paid], problems: [] });
  });

  test("two contents of one version that contradict each other are named by their key", () => {
    const { problems } = foldFacts([captured("P1", "10:00", 1200), captured("P1", "10:00", 1300)]);
    expect(problems).toEqual([
      {
        class: "data.duplicate",
        code: "contradiction",
        cause: "payment.captured:P1",
        event: "payment.captured:P1",
        message:
          "payment.captured:P1 arrived twice at version 1 with different content. Find out which one the source holds, then resolve.",
      },
    ]);
  });

  test("a contradiction in an older version is of no concern", () => {
    const newest = captured("P1", "10:00", 1400, { version: "2" });
    expect(foldFacts([captured("P1", "10:00", 1200), newest, captured("P1", "10:00", 1300)])).toEqual({ events: [newest], problems: [] });
  });

  test("a refund embedded in its cancelled order states less: together they are one fact, in either order", () => {
    const whole = refund("R1", "11:00", {
      lines: { L1: { subtotal: 1000, tax: 100, restock: "return", location: "200" } },
      discrepancy: { amount: -50 },
      money: { T1: 1150 },
    });
    const { location: _, ...line } = whole.lines[0]!;
    const embedded = { ...whole, lines: [{ ...line, taxes: [] }], adjustments: [] };
    expect(foldFacts([embedded, whole])).toEqual({ events: [whole], problems: [] });
    expect(foldFacts([whole, embedded])).toEqual({ events: [whole], problems: [] });
  });

  test("each side states what the other does not", () => {
    const whole = refund("R1", "11:00", { lines: { L1: { subtotal: 1000, restock: "none" } }, money: { T1: 1000 } });
    expect(
      foldFacts([
        { ...whole, payments: [] },
        { ...whole, lines: [] },
      ]),
    ).toEqual({ events: [whole], problems: [] });
  });

  test("rows are matched by their ids, not by their order", () => {
    const whole = refund("R1", "11:00", {
      lines: { L1: { subtotal: 1000, tax: 100, restock: "none" }, L2: { subtotal: 2000, restock: "none" } },
      money: { T1: 3100 },
    });
    const turned = { ...whole, lines: [whole.lines[1]!, { ...whole.lines[0]!, taxes: [] }] };
    for (const arrived of [
      [whole, turned],
      [turned, whole],
    ]) {
      const { events, problems } = foldFacts(arrived);
      expect(problems).toEqual([]);
      expect(events).toHaveLength(1);
      expect(events[0]).toMatchObject({
        lines: expect.arrayContaining([
          expect.objectContaining({ lineId: "L1", taxes: [{ code: "IL", amount: 100 }] }),
          expect.objectContaining({ lineId: "L2" }),
        ]),
      });
    }
    expect(foldFacts([whole, turned]).events).toEqual(foldFacts([turned, whole]).events);
  });

  test.each([
    ["another amount in a row", { subtotal: 999 }],
    ["another row", { id: "R1-L9" }],
  ])("%s is a contradiction", (_, change) => {
    const whole = refund("R1", "11:00", { lines: { L1: { subtotal: 1000, restock: "none" } }, money: { T1: 1000 } });
    const other = { ...whole, lines: [{ ...whole.lines[0]!, ...change }] };
    expect(foldFacts([whole, other]).problems.map((problem) => problem.class)).toEqual(["data.duplicate"]);
  });

  test("a row that only one side's list has is a contradiction", () => {
    const whole = refund("R1", "11:00", {
      lines: { L1: { subtotal: 1000, restock: "none" }, L2: { subtotal: 1000, restock: "none" } },
      money: { T1: 2000 },
    });
    expect(foldFacts([whole, { ...whole, lines: whole.lines.slice(1) }]).problems).toHaveLength(1);
  });
});
