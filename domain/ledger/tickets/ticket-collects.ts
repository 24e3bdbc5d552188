import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { type MinorUnits, sum } from "#domain/money";
import type { Policy } from "#domain/policy";
import { cardDiscountCollected, type Seller, tipCollected } from "../collected.ts";
import type { LineName } from "../documents.ts";
import { storedValueLiability } from "../stored-value/stored-value-issuer.ts";

type Ticket = EventOf<"ticket.completed">;
type Amount = LineName & { readonly amount: MinorUnits };

/** Money that lines of a ticket take, or give back, for what is no sale; signed like journal lines. */
export interface TicketCollected {
  /** Gift cards and credit: another entity's have a leg in its books (c13). */
  readonly storedValue: readonly Amount[];
  readonly own: readonly Amount[];
  readonly problems: readonly Problem[];
}

/**
 * c11: a tip is owed to the staff, or income by election. c12: a card or credit sold or recharged is owed at its face, what it was sold below
 * that waits until it is used; one that is cashed out or taken back, as a return line, mirrors both. A tax on such a line is booked with
 * the ticket's taxes, as stated: that of a single-purpose voucher is due with its sale.
 */
export function ticketCollected(ticket: Ticket, policy: Policy, seller: string, includedTaxes: readonly MinorUnits[]): TicketCollected {
  const till: Seller = { policy, entity: seller, channel: "pos", placedOn: ticket.businessDate, onTerms: false };
  const storedValue: Amount[] = [];
  const own: Amount[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of ticket.lines.entries()) {
    if (line.collects === undefined) continue;
    const sign = line.kind === "return" ? 1 : -1;
    const face = line.gross - (ticket.taxesIncluded ? (includedTaxes[index] ?? 0) : 0);
    const discount = sum(line.discounts.map(({ amount }) => amount));
    if (line.collects === "tip") {
      const { role, dimensions } = tipCollected(till, ticket.store);
      own.push({ role, dimensions, amount: sign * (face - discount) });
      continue;
    }
    if (line.collects !== "gift-card" && line.collects !== "store-credit") {
      problems.push({
        class: "data.unmapped",
        code: "line-kind",
        cause: `line-kind:${line.collects}`,
        message: `line ${line.id} of ${ticket.key} takes money for ${line.collects}, and this release has no posting for it. The ticket is held, and posts by itself with a release that does.`,
      });
      continue;
    }
    const liability = storedValueLiability(policy, "pos", line.collects, seller);
    if (liability.kind === "held") {
      problems.push(liability.problem);
      continue;
    }
    storedValue.push({ ...liability.line, amount: sign * face });
    const { role, dimensions } = cardDiscountCollected(till, ticket.store);
    own.push({ role, dimensions, amount: -sign * discount });
  }
  return { storedValue, own, problems };
}
