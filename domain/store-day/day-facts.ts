import type { BusinessEvent, EventOf } from "#domain/events";
import { joinedRanges, type SequenceRange } from "./sequence-ranges.ts";

export type Tally = EventOf<"ticket.tallied">;
export type Waiver = EventOf<"store-day.waived">;

/** What one register says about a day. */
export interface RegisterDay {
  readonly register: string;
  /** Numbers that were seen in files, joined. */
  readonly seen: readonly SequenceRange[];
  /** Of those, tickets. */
  readonly tickets: readonly SequenceRange[];
  /** Seen numbers that are none. */
  readonly other: number;
  /** Tickets whose numbers are no whole numbers. */
  readonly named: readonly string[];
  /** Numbers that were read as something else than a ticket. */
  readonly control: readonly SequenceRange[];
  readonly tallies: readonly Tally[];
  /** Without their own count; in order of time. */
  readonly movements: readonly EventOf<"till.moved">[];
  readonly counts: readonly EventOf<"till.counted">[];
}

/** The facts of a store day, sorted into what they are about. */
export interface DayFacts {
  /** By register, in order of their names. */
  readonly registers: ReadonlyMap<string, RegisterDay>;
  /** Of the safe: those that name no register. */
  readonly safeCounts: readonly EventOf<"till.counted">[];
  readonly deposits: readonly EventOf<"till.moved">[];
  readonly batches: readonly EventOf<"card-batch.stated">[];
  readonly waivers: readonly Waiver[];
}

interface Gathered {
  readonly seen: SequenceRange[];
  readonly tickets: SequenceRange[];
  readonly other: Set<string>;
  readonly named: Set<string>;
  readonly control: SequenceRange[];
  readonly tallies: Tally[];
  readonly movements: EventOf<"till.moved">[];
  readonly counts: EventOf<"till.counted">[];
}

/** `events` are the folded facts of the day's stream, in order. */
export function dayFacts(events: readonly BusinessEvent[]): DayFacts {
  const registers = new Map<string, Gathered>();
  const safeCounts: EventOf<"till.counted">[] = [];
  const deposits: EventOf<"till.moved">[] = [];
  const batches: EventOf<"card-batch.stated">[] = [];
  const waivers: Waiver[] = [];
  const of = (register: string): Gathered => {
    let found = registers.get(register);
    if (found === undefined)
      registers.set(
        register,
        (found = { seen: [], tickets: [], other: new Set(), named: new Set(), control: [], tallies: [], movements: [], counts: [] }),
      );
    return found;
  };
  for (const event of events) {
    switch (event.name) {
      case "sequences.seen": {
        const register = of(event.register);
        register.seen.push(...event.ranges);
        register.tickets.push(...(event.tickets ?? []));
        register.control.push(...(event.control ?? []));
        for (const each of event.other ?? []) register.other.add(each);
        for (const each of event.named ?? []) register.named.add(each);
        break;
      }
      case "ticket.tallied":
        of(event.register).tallies.push(event);
        break;
      case "till.moved":
        if (event.kind === "bank-deposit") deposits.push(event);
        else of(event.register).movements.push(event);
        break;
      case "till.counted":
        if (event.register === undefined) safeCounts.push(event);
        else of(event.register).counts.push(event);
        break;
      case "card-batch.stated":
        batches.push(event);
        break;
      case "store-day.waived":
        waivers.push(event);
        break;
      default:
        break;
    }
  }
  const inOrder = [...registers].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    registers: new Map(
      inOrder.map(([register, { seen, tickets, other, named, control, ...rest }]) => [
        register,
        {
          register,
          seen: joinedRanges(seen),
          tickets: joinedRanges(tickets),
          other: other.size,
          named: [...named].sort(),
          control: joinedRanges(control),
          ...rest,
        },
      ]),
    ),
    safeCounts,
    deposits,
    batches,
    waivers,
  };
}
