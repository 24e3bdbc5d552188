import type { EventOf } from "#domain/events";
import { checkTicket, ticketTotal } from "#domain/store-day";
import type { PosReadSettings } from "#ports/pos-format";
import type { Dialect } from "../dialects/dialect.ts";
import { DraftDiscount, type TransactionDraft } from "../draft/transaction-draft.ts";
import type { TicketReference } from "./corrections.ts";
import { identityOf, type NaturalKey } from "./identity.ts";
import { unknownMoney } from "./problems.ts";
import { type Settled, validated } from "./settled.ts";
import { ticketEvent } from "./ticket-event.ts";
import { takeOutVoided } from "./void-lines.ts";

/** A finished ticket. Throws UnreadableFigure for a figure that cannot be read. */
export function ticketDocument(
  draft: TransactionDraft,
  key: NaturalKey,
  settings: PosReadSettings,
  dialect: Dialect,
  replaces: TicketReference | undefined,
): Settled {
  const identity = identityOf(draft, key, settings);
  if (takeOutVoided(draft) && draft.unknownMoney.length === 0 && replaces === undefined) {
    return { stream: "ticket", events: [], issues: [], ignored: "all lines voided" };
  }
  applyRewards(draft, dialect);
  const built = ticketEvent(draft, identity, settings.taxGroupToleranceMinorUnits(identity.store, identity.businessDate), dialect);
  const { events, issues } = validated([replaces === undefined ? built : { ...built, replaces }], key);
  issues.unshift(...unknownMoney(draft, key));
  const [event] = events as [EventOf<"ticket.completed">?];
  if (event === undefined) return { stream: "ticket", events: [], issues };
  issues.push(...checkTicket(event));
  return { stream: "ticket", events, issues, total: { amount: event.stated.total ?? ticketTotal(event), currency: event.currency } };
}

/** A reward is a discount of the line that it names, else of the ticket. */
export function applyRewards(draft: TransactionDraft, { rewards }: Dialect): void {
  if (rewards === undefined) return;
  for (const reward of draft.rewards) {
    if (reward.head.voided || (rewards.category !== undefined && reward.category !== rewards.category.is)) continue;
    const discount = new DraftDiscount(reward.head);
    discount.amount = reward.amount;
    discount.promotion = reward.promotion;
    const line = reward.reference === "" ? undefined : draft.items.find(({ number }) => number === reward.reference);
    (line?.discounts ?? draft.discounts).push(discount);
  }
}
