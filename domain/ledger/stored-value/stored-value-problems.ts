import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { formatMinorUnits, isCurrency, type MinorUnits } from "#domain/money";
import type { LineName } from "../documents.ts";

type Money = EventOf<
  | "gift-card.issued"
  | "gift-card.redeemed"
  | "gift-card.adjusted"
  | "store-credit.issued"
  | "store-credit.redeemed"
  | "store-credit.adjusted"
>;

/** One card is in one currency. */
export function balanceProblem(
  events: readonly (Money | EventOf<"loyalty.earned" | "loyalty.redeemed" | "loyalty.expired">)[],
): Problem | undefined {
  const [first] = events;
  const other = events.find((event) => event.currency !== first?.currency);
  if (first === undefined || other === undefined) return undefined;
  return {
    class: "money.currency-mismatch",
    code: "stored-value",
    cause: other.key,
    event: other.key,
    currency: other.currency,
    message: `${other.key} is in ${other.currency}, ${first.key} of the same card, credit or member in ${first.currency}. Correct it at the source.`,
  };
}

export function placeProblem(place: string, event: BusinessEvent): Problem {
  return {
    class: "data.unmapped",
    code: "store",
    cause: `place:${place}`,
    event: event.key,
    message: `${event.key} belongs to ${place}, which is no shop and no store of the policies. Add it there; the document posts by itself.`,
  };
}

/** Whether it was sold or given decides what becomes of it. */
export function noIssue(event: Money, kind: string): Problem {
  return {
    class: "sequence.parent-missing",
    code: "issued",
    cause: event.key,
    event: event.key,
    message: `${event.key} waits for ${kind}.issued, which says whether the value was sold or given. It heals when it arrives; if overdue, have the source state it.`,
  };
}

/** c12: whether tax was due with its sale decides what it owes; a channel that takes both does not say which one a card is. */
export function kindUnknown({ key, currency, amount }: Money, { dimensions: { issuer = "" } }: LineName): Problem {
  return {
    class: "data.unmapped",
    code: "voucher",
    cause: key,
    event: key,
    amount: Math.abs(amount),
    currency,
    message: `${key} is of a card that no sale of ours names, and the tender policy of its channel takes cards of ${issuer} that were taxed when they were sold (taxedAtSale) beside others. Have the source name the sale, or give the vouchers an issuer or a channel of their own; the document posts by itself.`,
  };
}

export function overRedeemed(event: Money, amount: MinorUnits, left: MinorUnits): Problem {
  const money = (value: MinorUnits) =>
    isCurrency(event.currency) ? `${formatMinorUnits(value, event.currency)} ${event.currency}` : String(value);
  return {
    class: "money.amount-mismatch",
    code: "over-redeemed",
    cause: event.key,
    event: event.key,
    amount: amount - left,
    currency: event.currency,
    message: `${event.key} takes ${money(amount)}, and ${money(left)} are left. It heals when what was added is stated; otherwise correct it at the source.`,
  };
}

/** It is booked all the same, and stands in clearing until somebody says who took it. */
export function takerUnknown(event: Money): Problem {
  return {
    class: "money.missing-transaction",
    code: "stored-value",
    cause: event.key,
    event: event.key,
    amount: event.amount,
    currency: event.currency,
    message: `${event.key} paid for something, and nobody says where: no order, no ticket, no place. It waits in clearing; have the source name the sale in a newer version.`,
  };
}
