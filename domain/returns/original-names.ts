import { addDays } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";

type Ticket = EventOf<"ticket.completed">;
type Line = Ticket["lines"][number];

/** What a return line calls its original, the surest name first; none for a blind return. */
export function originalNames(line: Line, ticket: Pick<Ticket, "store" | "register">): readonly string[] {
  if (line.kind !== "return" || line.original === undefined) return [];
  const { store = ticket.store, register = ticket.register, businessDate, sequence, reference = "" } = line.original;
  const number = businessDate === undefined || sequence === undefined ? "" : `${store}.${register}.${businessDate}.${sequence}`;
  return [...new Set([number, reference.trim()])].filter((name) => name !== "");
}

/** A void may name a ticket of a day before its own, so many days back. */
const voidedDaysMax = 7;

/** What stands in the facts for the ticket that a ticket replaces. */
export function replacedName({ key }: Pick<Ticket, "key">): string {
  return `${key} replaces`;
}

/** An original that is looked for: `reference` stands for it in the facts, `names` are what it may be known by, the surest first. */
export interface WantedOriginal {
  readonly reference: string;
  readonly names: readonly string[];
  /** A ticket that was undone before is one all the same. */
  readonly evenUndone?: true;
}

/**
 * The tickets that a stream undoes and that no business day names: the latest of that register and number in the days before, or whatever
 * answers to the receipt. Of a replaced ticket the receipt alone is looked for: one with a number is told on its day.
 */
export function wantedTickets(facts: readonly BusinessEvent[]): readonly WantedOriginal[] {
  const ticket = facts.find((event) => event.name === "ticket.completed");
  const { sequence, reference = "" } = ticket?.replaces ?? {};
  if (ticket !== undefined)
    return sequence === undefined && reference.trim() !== ""
      ? [{ reference: replacedName(ticket), names: [reference.trim()], evenUndone: true }]
      : [];
  return facts.flatMap((event): WantedOriginal[] => {
    if (event.name !== "ticket.voided") return [];
    const names = voidedNames(event);
    return names.length === 0 ? [] : [{ reference: event.key, names, evenUndone: true }];
  });
}

function voidedNames({ store, register, businessDate, original }: EventOf<"ticket.voided">): readonly string[] {
  const receipt = original.reference?.trim() ?? "";
  if (original.sequence === undefined) return receipt === "" ? [] : [receipt];
  if (original.businessDate !== undefined) return [];
  const place = `${original.store ?? store}.${original.register ?? register}`;
  const days = Array.from({ length: voidedDaysMax }, (_, index) => addDays(businessDate, -(index + 1)));
  return days.map((day) => `${place}.${day}.${original.sequence}`);
}

/** Each original that a ticket names, once: by the names of its lines. The first name stands for it in the facts. */
export function namedOriginals(ticket: Ticket): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  for (const line of ticket.lines) {
    const names = originalNames(line, ticket);
    if (names[0] !== undefined && !found.has(names[0])) found.set(names[0], names);
  }
  return [...found.values()];
}
