import { completedTicket, ignoredTicket, type SettledTicket, type TicketKey, type TicketNames } from "#domain/pos-files";
import type { PosReadSettings } from "#ports/pos-format";
import type { Dialect } from "../dialects/dialect.ts";
import { DraftDiscount, type TransactionDraft } from "../draft/transaction-draft.ts";
import type { TicketReference } from "./corrections.ts";
import { identityOf } from "./identity.ts";
import { ticketEvent } from "./ticket-event.ts";
import { unknownMoney } from "./unknown-money.ts";
import { takeOutVoided } from "./void-lines.ts";

/** A finished ticket. Throws TicketProblem for a figure that cannot be read. */
export function ticketDocument(
  draft: TransactionDraft,
  { key, names, replaces }: { readonly key: TicketKey; readonly names: TicketNames; readonly replaces: TicketReference | undefined },
  settings: PosReadSettings,
  dialect: Dialect,
): SettledTicket {
  const identity = identityOf(draft, key, settings);
  if (takeOutVoided(draft) && draft.unknownMoney.length === 0 && replaces === undefined)
    return ignoredTicket(key, "all lines voided", names);
  applyRewards(draft, dialect);
  const built = ticketEvent(draft, identity, settings.taxGroupToleranceMinorUnits(identity.store, identity.businessDate), dialect);
  return completedTicket(key, replaces === undefined ? built : { ...built, replaces }, settings, { found: unknownMoney(draft), names });
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
