import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { namedOriginals, originalNames, replacedName, wantedTickets } from "#domain/returns";
import { line, ticket } from "./till-ticket.ts";

type Original = NonNullable<EventOf<"ticket.completed">["lines"][number]["original"]>;
const back = (original?: Original) => line("1", 100, { kind: "return", ...(original === undefined ? {} : { original }) });
const names = (original?: Original) => originalNames(back(original), ticket({}));

describe("what a return line calls its sale", () => {
  test.each<[string, Original | undefined, string[]]>([
    ["nothing", undefined, []],
    ["a receipt, without what was typed around it", { reference: "  #1001 " }, ["#1001"]],
    ["a number of a day, of its own till", { businessDate: "2026-11-20", sequence: "9" }, ["7.3.2026-11-20.9"]],
    ["a number of another till", { store: "8", register: "1", businessDate: "2026-11-20", sequence: "9" }, ["8.1.2026-11-20.9"]],
    ["a number first, and a receipt", { businessDate: "2026-11-20", sequence: "9", reference: "R" }, ["7.3.2026-11-20.9", "R"]],
    ["the same twice", { businessDate: "2026-11-20", sequence: "9", reference: "7.3.2026-11-20.9" }, ["7.3.2026-11-20.9"]],
    ["a number without its day", { sequence: "9" }, []],
    ["a day without a number", { businessDate: "2026-11-20" }, []],
    ["blanks", { reference: "  " }, []],
  ])("%s", (_, original, expected) => {
    expect(names(original)).toEqual(expected);
  });

  test("nothing of a sale, whatever it names", () => {
    expect(originalNames(line("1", 100, { original: { reference: "R" } }), ticket({}))).toEqual([]);
  });

  test("of a ticket each sale once, by its surest name", () => {
    const sales: (Original | undefined)[] = [
      { reference: "R" },
      undefined,
      { businessDate: "2026-11-20", sequence: "9", reference: "R" },
      { reference: " R" },
    ];
    expect(namedOriginals(ticket({ lines: sales.map(back) }))).toEqual([["R"], ["7.3.2026-11-20.9", "R"]]);
  });
});

describe("a ticket that is looked for, as no day says where it lies", () => {
  const given = ticket({});
  const replacing = (replaces: EventOf<"ticket.completed">["replaces"]) =>
    wantedTickets([ticket(replaces === undefined ? {} : { replaces })]);
  test("is one that another takes the place of by its receipt alone", () => {
    expect(replacing({ reference: " R-9 " })).toEqual([{ reference: `${given.key} replaces`, names: ["R-9"], evenUndone: true }]);
    expect(replacedName(given)).toBe("ticket.completed:3.2026-11-27.1201 replaces");
    expect([replacing(undefined), replacing({ reference: "  " }), replacing({ sequence: "9", reference: "R-9" })]).toEqual([[], [], []]);
  });

  const voiding = (original: EventOf<"ticket.voided">["original"]): BusinessEvent => ({
    name: "ticket.voided",
    schema: 1,
    key: "ticket.voided:1",
    version: "1",
    occurredAt: "2026-11-27T20:00:00.000Z",
    store: "7",
    register: "3",
    sequence: "1300",
    businessDate: "2026-03-02",
    currency: "USD",
    original,
  });
  test("is one that a void names by its number, in the seven days before", () => {
    expect(wantedTickets([voiding({ sequence: "12" })])).toEqual([
      {
        reference: "ticket.voided:1",
        names: [
          "7.3.2026-03-01.12",
          "7.3.2026-02-28.12",
          "7.3.2026-02-27.12",
          "7.3.2026-02-26.12",
          "7.3.2026-02-25.12",
          "7.3.2026-02-24.12",
          "7.3.2026-02-23.12",
        ],
        evenUndone: true,
      },
    ]);
    expect(wantedTickets([voiding({ sequence: "12", store: "8", register: "1" })])[0]?.names[0]).toBe("8.1.2026-03-01.12");
  });

  test("or by its receipt; and none where the void names its day, or nothing", () => {
    expect(wantedTickets([voiding({ reference: " R-9 " })])).toEqual([{ reference: "ticket.voided:1", names: ["R-9"], evenUndone: true }]);
    expect(wantedTickets([voiding({ sequence: "12", businessDate: "2026-03-01" })])).toEqual([]);
    expect([wantedTickets([voiding({ reference: " " })]), wantedTickets([voiding({})])]).toEqual([[], []]);
  });

  test("is none of a void whose ticket is here, nor of other facts", () => {
    expect(wantedTickets([given, voiding({ sequence: "12" })])).toEqual([]);
    expect(wantedTickets([{ ...voiding({ sequence: "12" }), name: "return.taken-back" } as unknown as BusinessEvent])).toEqual([]);
  });
});
