import type { EventOf } from "#domain/events";

type Ticket = EventOf<"ticket.completed">;
type Line = Ticket["lines"][number];

/** What a return line calls its original, the surest name first; none for a blind return. */
export function originalNames(line: Line, ticket: Pick<Ticket, "store" | "register">): readonly string[] {
  if (line.kind !== "return" || line.original === undefined) return [];
  const { store = ticket.store, register = ticket.register, businessDate, sequence, reference = "" } = line.original;
  const number = businessDate === undefined || sequence === undefined ? "" : `${store}.${register}.${businessDate}.${sequence}`;
  return [...new Set([number, reference.trim()])].filter((name) => name !== "");
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
