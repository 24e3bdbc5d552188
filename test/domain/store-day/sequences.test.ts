import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { dayFacts, heldTickets, missingNumbers, seenSequences } from "#domain/store-day";

const envelope = { schema: 1, version: "0", occurredAt: "2026-11-27T20:00:00.000Z", store: "0101", businessDate: "2026-11-27" } as const;

type Ranges = EventOf<"sequences.seen">["ranges"];
const seen = (part: number, ranges: Ranges, tickets: Ranges = []): BusinessEvent => ({
  ...envelope,
  name: "sequences.seen",
  key: `sequences.seen:f.${part}.1`,
  register: "1",
  file: "f",
  ranges,
  tickets,
});
const waived = (from: number, to: number): BusinessEvent => ({
  ...envelope,
  name: "store-day.waived",
  key: `store-day.waived:${from}`,
  what: "sequence",
  register: "1",
  range: { from, to },
  by: "Dana",
  reason: "skipped",
});
const tallied = (sequence: string): BusinessEvent => ({
  ...envelope,
  name: "ticket.tallied",
  key: `ticket.tallied:${sequence}`,
  register: "1",
  sequence,
  currency: "USD",
  total: 0,
  tenders: [],
});

function judged(...events: BusinessEvent[]) {
  const facts = dayFacts(events);
  const register = facts.registers.get("1");
  if (register === undefined) throw new Error("nothing is known of register 1");
  return { missing: missingNumbers(register, facts.waivers), held: heldTickets(register, facts.waivers) };
}

describe("the numbers of a register", () => {
  test("are missing between the first and the last that came, whatever part of whatever file brought them", () => {
    expect(judged(seen(1, [{ from: 40, to: 44 }]), seen(0, [{ from: 30, to: 35 }]), seen(2, [{ from: 37, to: 39 }])).missing).toEqual([
      { from: 36, to: 36 },
    ]);
    expect(judged(seen(0, [{ from: 1, to: 9 }]), seen(1, [{ from: 4, to: 12 }])).missing).toEqual([]);
  });

  test("that a named person waived are missing no more, and the rest of the gap is", () => {
    const parts = [seen(0, [{ from: 1, to: 1 }]), seen(1, [{ from: 10, to: 10 }])];
    expect(judged(...parts, waived(3, 4)).missing).toEqual([
      { from: 2, to: 2 },
      { from: 5, to: 9 },
    ]);
    expect(judged(...parts, waived(0, 5), waived(5, 99)).missing).toEqual([]);
  });

  test("start anew where the counter ran over: only what is missing on either side of that is", () => {
    expect(judged(seen(0, [{ from: 9_990, to: 9_999 }]), seen(1, [{ from: 1, to: 3 }]), seen(2, [{ from: 5, to: 5 }])).missing).toEqual([
      { from: 4, to: 4 },
    ]);
    // Without the last number before the turn nobody can tell a turn from a gap.
    expect(judged(seen(0, [{ from: 9_990, to: 9_998 }]), seen(1, [{ from: 1, to: 3 }])).missing).toEqual([{ from: 4, to: 9_989 }]);
  });

  test("of tickets that came are held until each is in the day, however many zeros its number has", () => {
    const tickets = [
      { from: 1, to: 2 },
      { from: 4, to: 4 },
    ];
    expect(judged(seen(0, [{ from: 1, to: 4 }], tickets), tallied("0001")).held).toEqual([
      { from: 2, to: 2 },
      { from: 4, to: 4 },
    ]);
    expect(judged(seen(0, [{ from: 1, to: 4 }], tickets), tallied("0001"), tallied("2"), waived(4, 4)).held).toEqual([]);
  });
});

test("the numbers of a part of a file are told per register and day, named by the part alone", () => {
  const of = { store: "0101", register: "1", isTicket: true };
  const told = seenSequences(
    [
      { ...of, businessDate: "2026-11-27", sequence: "7", occurredAt: "2026-11-27T20:00:00.000Z" },
      { ...of, businessDate: "2026-11-28", sequence: "9", isTicket: false },
      { ...of, businessDate: "2026-11-27", sequence: "8", occurredAt: "2026-11-27T21:00:00.000Z" },
    ],
    { file: "4aeca466f00d4aeca466f00d", part: 3 },
  );
  expect(told.map(({ transaction, source, events: [event] }) => [transaction, source, event?.key, event?.occurredAt])).toEqual([
    [
      "store-day:pos:0101:2026-11-27",
      "pos:0101:sequences:2026-11-27.4aeca466f00d4aec.3.1",
      "sequences.seen:4aeca466f00d4aec.3.1",
      "2026-11-27T21:00:00.000Z",
    ],
    [
      "store-day:pos:0101:2026-11-28",
      "pos:0101:sequences:2026-11-28.4aeca466f00d4aec.3.1",
      "sequences.seen:4aeca466f00d4aec.3.1",
      "2026-11-28T00:00:00.000Z",
    ],
  ]);
});
