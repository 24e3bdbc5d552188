import { contentHash } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import { eventKey, sourceKey, type TransactionId } from "#domain/identity";
import type { DocumentItem, Reference, TransactionView } from "#domain/lineage";
import type { BankLineMatch } from "#domain/settlement";
import type { Booked, Matched } from "./bank-line-facts.ts";
import { foundDocument } from "./record-match.ts";

export function matchDocument(
  { line, occurredAt }: Booked,
  transaction: TransactionId,
  match: BankLineMatch,
  version: string,
  at: string,
): DocumentItem {
  const event: Matched = {
    name: "bank-line.matched",
    schema: 1,
    key: eventKey("bank-line.matched", line.id),
    version,
    occurredAt,
    ...match,
    payouts: match.payouts.map((payout) => ({ ...payout })),
  };
  const source = sourceKey("bank", line.account, "match", line.id);
  return foundDocument({ transaction, kind: "bank-line", source, channel: "bank", shop: line.account, events: [event] }, at);
}

/**
 * Tells each payout that the bank shows it, and takes back what was told before and is no longer so: that wakes the lines that wait for a
 * payout of this amount, as one of them may show it.
 */
export function bankedDocuments(
  { line, occurredAt }: Booked,
  bankLine: TransactionId,
  match: BankLineMatch,
  gone: ReadonlyMap<TransactionId, string>,
  views: readonly TransactionView[],
  version: string,
  at: string,
): DocumentItem[] {
  const takenBack = [...gone].map(([payout, payoutId]) => ({ payout, payoutId, amount: 0 }));
  return [...match.payouts, ...takenBack].map(({ payout, payoutId, amount }) => {
    const id = contentHash({ bankLine, payout }).slice(0, 32);
    const event: EventOf<"payout.banked"> = {
      name: "payout.banked",
      schema: 1,
      key: eventKey("payout.banked", id),
      version,
      occurredAt,
      payoutId,
      bankLine,
      amount,
      currency: line.currency,
      bookedOn: line.bookedOn,
    };
    const [, channel = "", shop = ""] = payout.split(":").map(decodeURIComponent);
    const known = views.find((view) => view.transaction === payout);
    const first = known?.documents[0];
    const source = sourceKey("bank", line.account, "banked", id);
    const place = { channel: first?.channel ?? channel, shop: first?.shop ?? shop };
    const references = amount === 0 ? amountsOf(known) : [];
    return foundDocument({ transaction: payout, kind: "payout", source, ...place, events: [event], references }, at);
  });
}

/** The names that lines of a payout's amount wait for. */
function amountsOf(payout: TransactionView | undefined): readonly Reference[] {
  const named = (payout?.documents ?? []).flatMap(({ references }) => references).filter(({ type }) => type === "payout-amount");
  return [...new Map(named.map((reference) => [reference.value, reference])).values()];
}
