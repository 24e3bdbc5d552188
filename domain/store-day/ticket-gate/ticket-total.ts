import type { MinorUnits } from "#domain/money";
import { signOf, type Ticket } from "./rule.ts";

/** Σ sales − Σ returns after all discounts, with the ticket's taxes and the decimals' rounding: what the ticket's own lines come to. */
export function ticketTotal(ticket: Ticket): MinorUnits {
  let total = ticket.rounding;
  for (const line of ticket.lines) {
    let net = line.gross;
    for (const discount of line.discounts) net -= discount.amount;
    total += signOf(line) * net;
  }
  for (const discount of ticket.discounts) total -= discount.amount;
  if (!ticket.taxesIncluded) for (const tax of ticket.taxes) total += tax.amount;
  return total;
}
