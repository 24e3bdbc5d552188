import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { type MinorUnits, sum } from "#domain/money";
import { itemFor, type Policy } from "#domain/policy";
import { cardDiscountCollected, depositCollected, type Seller, tipCollected } from "../collected.ts";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName } from "../documents.ts";
import { storedValueLiability } from "../stored-value/stored-value-issuer.ts";
import { tillReasonLine } from "./till-reason.ts";

type Ticket = EventOf<"ticket.completed">;
type Line = Ticket["lines"][number];
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
 * that waits until it is used; one that is cashed out or taken back, as a return line, mirrors both. c43: a deposit is owed until it is used,
 * what is kept of one is other revenue. c44: a payment on account takes the receivable away. c49: donations and bottle deposits are owed
 * under their code. c17: shipping is revenue, and one that is given back without its sale a return. A tax on such a line is booked with the ticket's taxes, as stated: that of a single-purpose voucher is due with its sale.
 */
export function ticketCollected(
  ticket: Ticket,
  policy: Policy,
  seller: string,
  includedTaxes: readonly MinorUnits[],
  /** Lines whose sale is known, by their index: that sale books them. */
  linked: ReadonlyMap<number, unknown> = new Map(),
): TicketCollected {
  const till: Seller = { policy, entity: seller, channel: "pos", placedOn: ticket.businessDate, onTerms: false };
  const storedValue: Amount[] = [];
  const own: Amount[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of ticket.lines.entries()) {
    if (line.collects === undefined || linked.has(index)) continue;
    const sign = line.kind === "return" ? 1 : -1;
    const face = line.gross - (ticket.taxesIncluded ? (includedTaxes[index] ?? 0) : 0);
    const discount = sum(line.discounts.map(({ amount }) => amount));
    if (line.collects !== "gift-card" && line.collects !== "store-credit") {
      own.push({ ...takenFor(line, line.collects, ticket, till), amount: sign * (face - discount) });
      continue;
    }
    const liability = storedValueLiability(policy, "pos", line.collects, seller);
    if (liability.kind === "held") {
      problems.push(liability.problem);
      continue;
    }
    // The ticket states the tax of a voucher by itself.
    storedValue.push({ role: liability.line.role, dimensions: liability.line.dimensions, amount: sign * face });
    const { role, dimensions } = cardDiscountCollected(till, ticket.store);
    own.push({ role, dimensions, amount: -sign * discount });
  }
  return { storedValue, own, problems };
}

/** What the money of a line that sells neither goods nor stored value is. */
function takenFor(
  line: Line,
  collects: Exclude<NonNullable<Line["collects"]>, "gift-card" | "store-credit">,
  { store, currency }: Ticket,
  till: Seller,
): LineName {
  const { policy, entity, placedOn: day } = till;
  const stated = { entity, day, store, currency, reason: line.reason };
  switch (collects) {
    case "tip":
      return nameOf(tipCollected(till, store));
    case "deposit":
      return { role: "customer-deposits", dimensions: dimensionsOf("customer-deposits", { store }) };
    case "forfeit":
      return { role: "other-revenue", dimensions: dimensionsOf("other-revenue", { reason: "forfeited-deposit" }) };
    case "on-account":
      return tillReasonLine(policy, "on-account", stated) ?? { role: "accounts-receivable", dimensions: { currency } };
    case "fee": {
      const reason = line.reason ?? "fee";
      return tillReasonLine(policy, "fee", stated) ?? { role: "other-revenue", dimensions: dimensionsOf("other-revenue", { reason }) };
    }
    case "shipping": {
      const role = line.kind === "return" ? "sales-returns" : "shipping-revenue";
      return { role, dimensions: dimensionsOf(role, { channel: till.channel, store }) };
    }
    case "donation":
    case "bottle-deposit": {
      const code = itemFor(policy, line.item)?.deposit ?? line.reason ?? collects;
      return tillReasonLine(policy, collects, stated) ?? nameOf(depositCollected(code));
    }
  }
}

function nameOf({ role, dimensions }: LineName): LineName {
  return { role, dimensions };
}
