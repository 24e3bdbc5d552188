import { type BusinessEvent, compareEvents, type EventOf } from "#domain/events";
import { type MinorUnits, sum } from "#domain/money";

type Ticket = EventOf<"ticket.completed">;
type Voided = EventOf<"ticket.voided">;

/** Why a post-void of a ticket does not count. "returned": goods of the ticket had been taken back before. */
export type VoidTrouble = "currency" | "total" | "returned";

/** What a ticket came to, tax included, signed like its money. */
export function totalOfTicket({ tenders, cashRounding }: Ticket): MinorUnits {
  return sum(tenders.map(({ amount }) => amount)) - cashRounding;
}

/** c51: what keeps a post-void from undoing its ticket; undefined: nothing does. */
export function troubleWithVoid(ticket: Ticket, event: Voided, facts: readonly BusinessEvent[]): VoidTrouble | undefined {
  if (event.currency !== ticket.currency) return "currency";
  if (event.total !== undefined && !statesTotalOf(ticket, event.total)) return "total";
  const returned = facts.some((fact) => fact.name === "return.taken-back" && compareEvents(fact, event) < 0);
  return returned ? "returned" : undefined;
}

/** Tills state a total before or after the cash was rounded, as in the ticket itself. */
function statesTotalOf(ticket: Ticket, stated: MinorUnits): boolean {
  const own = totalOfTicket(ticket);
  return stated === own || stated === own + ticket.cashRounding;
}

/** The post-void that undid a ticket: of several, which till and file may each state, the first that counts. */
export function standingVoid(ticket: Ticket, facts: readonly BusinessEvent[]): Voided | undefined {
  return facts.find((event) => event.name === "ticket.voided" && troubleWithVoid(ticket, event, facts) === undefined) as Voided | undefined;
}
