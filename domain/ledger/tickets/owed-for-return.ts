import type { EventOf } from "#domain/events";
import type { Currency } from "#domain/money";
import type { ToldReturn } from "#domain/returns";
import { givenByTill } from "#domain/returns";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName, Worth } from "../documents.ts";
import type { DocumentFrame, TargetDraft } from "../draft.ts";
import { dueTo } from "../intercompany.ts";
import { JournalLines } from "../journal-lines.ts";

/** Between the ticket that gave the value back and the sale that owes it, when both are in the same books. */
export function storeRefundPayable(currency: string): LineName {
  return { role: "refund-payable", dimensions: dimensionsOf("refund-payable", { gateway: "pos", currency }) };
}

/** One id for the legs of the ticket's and of the sale's stream, derived alike on both sides. */
export function takenBackPair({ ticket, key }: Pick<EventOf<"return.taken-back">, "ticket" | "key">): string {
  return `${ticket}/${key}`;
}

/** Who is owed what the seller's sale gives back: the customer's refund in its own books, else the entity whose till paid it (c31). */
function owedForReturn({ seller, entity, currency, ticket, key }: EventOf<"return.taken-back">): {
  readonly owed: LineName;
  readonly pair?: string;
} {
  return seller === entity ? { owed: storeRefundPayable(currency) } : { owed: dueTo(entity), pair: takenBackPair({ ticket, key }) };
}

/** A store return whose money is in another currency than its sale. */
type PaidAbroad = ToldReturn & Required<Pick<ToldReturn, "paid">>;

export function isPaidAbroad(event: ToldReturn): event is PaidAbroad {
  return event.paid !== undefined;
}

/**
 * c33: through what a sale owes a return. Money in another currency is owed by a journal of its own (`bookPaidAbroad`), and what the sale gives
 * back waits in `currency-conversion` between the two. `functional` is the currency of the seller's books: a journal in it says what the two are
 * worth, and of two foreign ones that of the sale.
 */
export function owedThrough(
  event: ToldReturn,
  functional: Currency | undefined,
): { readonly owed: LineName; readonly worth?: Worth; readonly pair?: string } {
  if (!isPaidAbroad(event)) return owedForReturn(event);
  const { paid, currency, businessDate: day } = event;
  const worth: Worth =
    paid.currency === functional ? { ...paid, amount: -paid.amount, day } : { amount: -givenByTill(event), currency, day };
  return { owed: conversion(currency), worth };
}

/** The money of a return in the currency in which the till paid it: owed to the customer, or to the entity whose till it was (c31). */
export function bookPaidAbroad(event: PaidAbroad, frame: DocumentFrame, functional: Currency | undefined, draft: TargetDraft): void {
  const { paid, currency, businessDate: day } = event;
  const worth = paid.currency === functional ? undefined : { amount: givenByTill(event), currency, day };
  const { owed, pair } = owedForReturn({ ...event, currency: paid.currency });
  const { role, dimensions } = conversion(paid.currency);
  const lines = new JournalLines();
  lines.add(role, dimensions, paid.amount, worth);
  lines.add(owed.role, owed.dimensions, -paid.amount);
  draft.journal({ ...frame, currency: paid.currency }, "store-return-paid", lines, pair);
}

function conversion(currency: Currency): LineName {
  return { role: "currency-conversion", dimensions: dimensionsOf("currency-conversion", { gateway: "pos", currency }) };
}
