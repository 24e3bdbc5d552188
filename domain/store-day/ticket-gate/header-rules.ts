import { daysBetween } from "#domain/calendar";
import type { Problem } from "#domain/exceptions";
import { isCurrency } from "#domain/money";
import { broken, nameOf, type Rule, type Ticket } from "./rule.ts";

/** A ticket without any line or tender says nothing. */
export function notEmpty(ticket: Ticket): readonly Problem[] {
  if (ticket.lines.length > 0 || ticket.tenders.length > 0) return [];
  return [
    {
      class: "data.missing",
      code: "empty",
      cause: "empty",
      message: `${nameOf(ticket)} has neither lines nor tenders. Ask the store system for the ticket again.`,
    },
  ];
}

export function currencyKnown(ticket: Ticket): readonly Problem[] {
  if (isCurrency(ticket.currency)) return [];
  return [
    {
      class: "data.value",
      code: "currency",
      cause: "currency",
      message: `${nameOf(ticket)} is in ${ticket.currency}, which is no ISO 4217 currency. Correct it at the source.`,
    },
  ];
}

/** A till whose clock or business day is wrong sends tickets of another day: one is rung up on its business day, or in the night after it. */
export function businessDayPlausible(ticket: Ticket): readonly Problem[] {
  const days = daysBetween(ticket.businessDate, ticket.occurredAt.slice(0, "YYYY-MM-DD".length));
  // Of any time zone: a day before in UTC is the same day far in the east.
  if (days >= -1 && days <= 2) return [];
  return [
    {
      class: "data.value",
      code: "business-day-plausible",
      cause: "business-day-plausible",
      message: `${nameOf(ticket)}: it was rung up at ${ticket.occurredAt}, ${Math.abs(days)} days ${days > 0 ? "after" : "before"} its business day. Look at the till's clock and at its open day.`,
    },
  ];
}

/** Customers stand in a system that owns them: an id of another one is nobody's. */
export const customerKnown: Rule = (ticket, { systems }) => {
  const { customer } = ticket;
  if (customer === undefined || systems === undefined || systems.includes(customer.system)) return [];
  const what = `its customer is one of ${customer.system}, and customers are known in ${systems.join(", ")}. Have the till send the id of one of these.`;
  return [broken(ticket, "customer-known", what)];
};
