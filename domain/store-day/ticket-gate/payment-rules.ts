import type { Problem } from "#domain/exceptions";
import { currencyExponent, formatMinorUnits, sum } from "#domain/money";
import { broken, mismatch, nameOf, type Rule, type Ticket } from "./rule.ts";
import { ticketTotal } from "./ticket-total.ts";

/** Only cash is rounded (c28). Which tenders are cash is policy's: a ticket that was paid with one alone that says card is not. */
export function roundingNeedsCash(ticket: Ticket): readonly Problem[] {
  if (ticket.cashRounding === 0 || ticket.tenders.some(({ cardBrand }) => cardBrand === undefined)) return [];
  return [
    {
      class: "data.value",
      code: "rounding-needs-cash",
      cause: "rounding-needs-cash",
      message: `${nameOf(ticket)}: it rounds cash, and was paid by cards alone. Look at the till's rounding.`,
      amount: ticket.cashRounding,
      currency: ticket.currency,
    },
  ];
}

/**
 * What was paid, less change, is what was owed after the rounding of cash. Policy may let a ticket be over- or underpaid by so much: that is
 * over or short of the till's cash, and booked as such.
 */
export const tendersPayTotal: Rule = (ticket, { limit = 0 }) => {
  const paid = sum(ticket.tenders.map((tender) => tender.amount));
  const owed = sum([ticketTotal(ticket), ticket.cashRounding]);
  if (Math.abs(paid - owed) <= limit) return [];
  return [mismatch(ticket, "tenders-pay-total", "tenders after change come to", paid, "the total after cash rounding", owed)];
};

/** Cash is rounded to a coin: by half a unit of the currency at most, where policy does not say how much (c28). */
export const roundingWithinLimit: Rule = (ticket, { limit = Math.floor(10 ** currencyExponent(ticket.currency) / 2) }) => {
  if (Math.abs(ticket.cashRounding) <= limit) return [];
  const by = formatMinorUnits(ticket.cashRounding, ticket.currency);
  const what = `it rounds cash by ${by} ${ticket.currency}, more than ${formatMinorUnits(limit, ticket.currency)}. Look at the till's rounding.`;
  return [{ ...broken(ticket, "rounding-within-limit", what), amount: ticket.cashRounding, currency: ticket.currency }];
};

/** How much of one tender a ticket may take, or give back. */
export const tenderLimit: Rule = (ticket, { limit }, tender) => {
  const amount = sum(ticket.tenders.filter(({ type }) => type === tender).map((each) => each.amount));
  if (limit === undefined || Math.abs(amount) <= limit) return [];
  const money = (minorUnits: number) => formatMinorUnits(Math.abs(minorUnits), ticket.currency);
  const moved = amount < 0 ? "gives back" : "takes";
  const what = `it ${moved} ${money(amount)} ${ticket.currency} in ${tender}, and ${money(limit)} are allowed. Ask the store whether that was meant.`;
  return [{ ...broken(ticket, "tender-limit", what, tender.slice(0, 60)), amount, currency: ticket.currency }];
};
