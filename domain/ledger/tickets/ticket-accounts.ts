import { contentHash } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import { accountTransaction, eventKey } from "#domain/identity";
import { type MinorUnits, sum } from "#domain/money";
import { type Policy, tenderFor } from "#domain/policy";
import type { DocumentFrame, TargetDraft } from "../draft.ts";

type Ticket = EventOf<"ticket.completed">;
type Kind = EventOf<"account.moved">["kind"];

interface Movement {
  readonly kind: Kind;
  readonly account: string;
  readonly amount: MinorUnits;
}

/**
 * c43, c44: tells each layaway and each customer's account what the ticket did to it, so that a deposit is found wherever it is used. Where
 * the till names no account the ticket books the money all the same, and nobody can be told.
 */
export function tellAccounts(ticket: Ticket, frame: DocumentFrame, policy: Policy, draft: TargetDraft): void {
  const movements = [...linesOf(ticket), ...tendersOf(ticket, policy)];
  const accounts = new Map(movements.map(({ kind, account }) => [`${kind} ${account}`, { kind, account }]));
  for (const { kind, account } of accounts.values()) {
    const amount = sum(movements.flatMap((each) => (each.kind === kind && each.account === account ? [each.amount] : [])));
    if (amount === 0) continue;
    const id = contentHash({ transaction: draft.transaction, kind, account }).slice(0, 32);
    const { version, occurredAt, store, businessDate, currency } = ticket;
    draft.tell(frame, `told-${kind}-${id.slice(0, 8)}`, accountTransaction(kind, account), [
      {
        name: "account.moved",
        schema: 1,
        key: eventKey("account.moved", id),
        version,
        occurredAt,
        account,
        kind,
        ticket: draft.transaction,
        store,
        entity: frame.entity,
        businessDate,
        currency,
        amount,
      },
    ]);
  }
}

function linesOf({ lines, taxesIncluded }: Ticket): Movement[] {
  return lines.flatMap(({ collects, account, kind, gross, discounts, taxes }): Movement[] => {
    if (account === undefined || (collects !== "deposit" && collects !== "on-account")) return [];
    const tax = taxesIncluded ? sum(taxes.map(({ amount }) => amount)) : 0;
    const amount = (gross - tax - sum(discounts.map((each) => each.amount))) * (kind === "return" ? -1 : 1);
    return [collects === "deposit" ? { kind: "deposit", account, amount } : { kind: "receivable", account, amount: -amount }];
  });
}

function tendersOf({ tenders }: Ticket, policy: Policy): Movement[] {
  return tenders.flatMap(({ type, cardBrand, account, amount }): Movement[] => {
    const role = account === undefined ? undefined : tenderFor(policy, "pos", type, cardBrand)?.role;
    if (account === undefined) return [];
    if (role === "customer-deposits") return [{ kind: "deposit", account, amount: -amount }];
    return role === "accounts-receivable" ? [{ kind: "receivable", account, amount }] : [];
  });
}
