import { eventKey } from "#domain/identity";
import { numberOverAll, type SettledTicket, settledFacts, type TicketKey, ticketProblemOf } from "#domain/pos-files";
import { ticketTotal } from "#domain/store-day";
import type { PosReadSettings } from "#ports/pos-format";
import type { Dialect } from "../dialects/dialect.ts";
import type { TransactionDraft } from "../draft/transaction-draft.ts";
import type { TicketReference } from "./corrections.ts";
import { identityOf } from "./identity.ts";
import { applyRewards } from "./ticket.ts";
import { ticketEvent } from "./ticket-event.ts";
import { takeOutVoided } from "./void-lines.ts";

/**
 * A post-void (c51): a fact of the ticket that it undoes. A link without a business day means the void's own day first: the fact stands there,
 * and is passed on from there when the ticket is of an earlier one. One that knows a receipt alone stands under the void's own number.
 */
export function voidDocument(
  draft: TransactionDraft,
  key: TicketKey,
  settings: PosReadSettings,
  dialect: Dialect,
  original: TicketReference,
): SettledTicket {
  const identity = identityOf(draft, key, settings);
  const total = statedTotal(draft, key, settings, dialect);
  const { store, register, sequence, businessDate } = original;
  const named = store !== undefined && register !== undefined && sequence !== undefined;
  const stream = named ? { ticket: { store, register, sequence, businessDate: businessDate ?? key.businessDate } } : "ticket";
  return settledFacts(key, stream, [
    {
      name: "ticket.voided",
      schema: 1,
      key: eventKey("ticket.voided", numberOverAll(key)),
      version: identity.version,
      occurredAt: identity.occurredAt,
      ...key,
      original,
      currency: identity.currency,
      ...(total === undefined ? {} : { total }),
    },
  ]);
}

/**
 * What the original came to, signed like it. Compared, never booked: a void whose lines cannot be read states none, since what it undoes
 * is booked from the original alone.
 */
function statedTotal(draft: TransactionDraft, key: TicketKey, settings: PosReadSettings, dialect: Dialect): number | undefined {
  try {
    // Some tills flag every line of a post-void as void: then the lines are the ticket's, and nothing was voided during the sale.
    const lines = [...draft.items, ...draft.tenders];
    if (!lines.every(({ head }) => head.voided)) takeOutVoided(draft);
    if (draft.items.length === 0) return undefined;
    applyRewards(draft, dialect);
    const identity = identityOf(draft, key, settings);
    const event = ticketEvent(draft, identity, settings.taxGroupToleranceMinorUnits(key.store, key.businessDate), dialect);
    const total = event.stated.total ?? ticketTotal(event);
    return dialect.postVoid === "mirrors" && total !== 0 ? -total : total;
  } catch (error) {
    // Throws what is no problem of the ticket.
    ticketProblemOf(error);
    return undefined;
  }
}
