import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { formatMinorUnits, type MinorUnits } from "#domain/money";
import type { TicketRuleInForce } from "#domain/policy";

export type Ticket = EventOf<"ticket.completed">;

/** What a rule finds wrong with a ticket. `tender` is the till's type, of a rule that is asked of each tender by itself. */
export type Rule = (ticket: Ticket, asked: TicketRuleInForce, tender: string) => readonly Problem[];

export function signOf(line: Ticket["lines"][number]): 1 | -1 {
  return line.kind === "return" ? -1 : 1;
}

/** For people. */
export function nameOf(ticket: Pick<Ticket, "sequence" | "register" | "store" | "businessDate">): string {
  return `ticket ${ticket.sequence} of register ${ticket.register}, store ${ticket.store}, ${ticket.businessDate}`;
}

/** Something that is wrong, of a line or the whole ticket; `which` keeps several of one ticket apart. */
export function broken(ticket: Ticket, rule: string, what: string, which?: string, problemClass: Problem["class"] = "data.value"): Problem {
  return {
    class: problemClass,
    code: rule,
    cause: which === undefined ? rule : `${rule}:${which}`,
    message: `${nameOf(ticket)}: ${what}`,
  };
}

export function mismatch(
  ticket: Ticket,
  cause: string,
  left: string,
  leftAmount: MinorUnits,
  right: string,
  rightAmount: MinorUnits,
): Problem {
  const difference = leftAmount - rightAmount;
  const money = (amount: MinorUnits) => formatMinorUnits(amount, ticket.currency);
  return {
    class: "money.amount-mismatch",
    code: cause.split(":")[0] ?? cause,
    cause,
    message: `${nameOf(ticket)}: ${left} ${money(leftAmount)}, ${right} is ${money(rightAmount)} ${ticket.currency}, a difference of ${money(difference)}. Correct it at the source and send the ticket again.`,
    amount: difference,
    currency: ticket.currency,
  };
}
