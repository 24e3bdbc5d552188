import { contentHash } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import { type EventKey, eventKey, payoutTransaction, type TransactionId } from "#domain/identity";
import type { MinorUnits } from "#domain/money";
import { dimensionsOf } from "./dimensions.ts";
import type { DocumentFrame, TargetDraft } from "./draft.ts";
import { dueFrom, dueTo } from "./intercompany.ts";
import { JournalLines } from "./journal-lines.ts";

/** Money on its way to a bank account of ours. */
export interface ToBank {
  /** Our id of the account, and whose it is. */
  readonly account: string;
  readonly owner: string;
  /** Of the money, as the bank will know it. */
  readonly currency: string;
  /** In the currency of the journal. */
  readonly amount: MinorUnits;
  /** The deposit as the bank may show it. */
  readonly sent: Pick<EventOf<"bank-deposit.sent">, "depositId" | "names" | "amount" | "lagDays"> & {
    /** Of whom: "store" or "courier", and which. */
    readonly source: "store" | "courier";
    readonly place: string;
  };
}

/** The key under which a deposit is told to its own stream: of the transaction and event that brought the money to the bank. */
export function depositKey(transaction: TransactionId, event: EventKey): EventKey {
  return eventKey("bank-deposit.sent", contentHash({ transaction, event }).slice(0, 32));
}

/**
 * Dr bank in transit, which the bank line clears; the other lines of the journal are given. The account of another entity owes the money to
 * whoever sent it there (c32): then both have a leg under one pair id. The deposit is told to a stream of its own, where the bank line finds it.
 */
export function bookToBank(
  draft: TargetDraft,
  frame: DocumentFrame,
  kind: string,
  { account, owner, currency, amount, sent }: ToBank,
  lines: JournalLines,
): void {
  const { source, place, ...deposit } = sent;
  // What the fee eats up never reaches the bank.
  if (deposit.amount > 0)
    draft.tell(frame, `told-${kind}`, payoutTransaction(source, place, sent.depositId), [
      {
        name: "bank-deposit.sent",
        schema: 1,
        key: depositKey(draft.transaction, frame.event.key),
        version: frame.event.version,
        occurredAt: frame.event.occurredAt,
        bankAccount: account,
        currency,
        sentOn: frame.businessDate,
        ...deposit,
      },
    ]);
  const inTransit = dimensionsOf("bank-in-transit", { account, currency });
  if (owner === frame.entity) {
    lines.add("bank-in-transit", inTransit, amount);
    draft.journal(frame, kind, lines);
    return;
  }
  const pair = draft.pairOf(frame.event.key, kind);
  const [claim, debt] = [dueFrom(owner), dueTo(frame.entity)];
  lines.add(claim.role, claim.dimensions, amount);
  draft.journal(frame, kind, lines, pair);
  const received = new JournalLines();
  received.add("bank-in-transit", inTransit, amount);
  received.add(debt.role, debt.dimensions, -amount);
  draft.journal({ ...frame, entity: owner }, kind, received, pair);
}
