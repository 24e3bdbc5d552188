import type { BusinessEvent } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { DocumentKey, EventKey, TransactionId } from "#domain/identity";
import type { TargetDocument } from "#domain/ledger";
import { foldFacts } from "#domain/ledger";
import { cutOverOf, type Policy } from "#domain/policy";
import { type Change, changeSignature, eventOf, isTelling } from "./difference.ts";

/**
 * The documents of a target that belong to the opening balances: their causing event happened before the cut-over of their entity in the
 * channel of the transaction. They are recorded, so that what comes later builds on them, and never sent. What is told to another stream is
 * told all the same: that stream knows its own opening.
 */
export function openingKeys(
  documents: readonly TargetDocument[],
  events: readonly BusinessEvent[],
  policy: Policy,
  transaction: TransactionId,
): ReadonlySet<DocumentKey> {
  const channel = decodeURIComponent(transaction.split(":")[1] ?? "");
  const cutOvers = new Map<string, string>();
  for (const { entity } of documents) {
    const at = cutOverOf(policy, entity, channel);
    if (at !== undefined) cutOvers.set(entity, at);
  }
  if (cutOvers.size === 0) return new Set();
  const occurredAt = new Map<EventKey, string>(foldFacts(events).events.map((event) => [event.key, event.occurredAt]));
  return new Set(
    documents
      .filter(({ entity, event }) => {
        const [at, cutOver] = [occurredAt.get(event), cutOvers.get(entity)];
        return at !== undefined && cutOver !== undefined && at < cutOver;
      })
      .map((document) => document.key),
  );
}

/**
 * Changes of what stands in the opening balances: the hub cannot take back what it never sent. A person books the difference in the ERP and
 * closes the exception; then the new content is recorded as the opening.
 */
export function openingChanges(changes: readonly Change[]): Problem[] {
  return changes.flatMap((change): Problem[] => {
    if (isTelling(change) || change.kind === "post" || change.live.opening !== true) return [];
    const { key } = change;
    const what = change.kind === "replace" ? "changed" : "is no more";
    const message = `${key} ${what}, and it is part of the opening balances of ${change.live.document.entity}: book the difference in the ERP by hand, then close this`;
    return [
      {
        class: "period.cut-over",
        code: change.kind,
        cause: `${key} ${changeSignature(change)}`,
        document: key,
        event: eventOf(change),
        message,
      },
    ];
  });
}

/** True when a change is only recorded, as part of the opening balances. */
export function isOpening(change: Change, opening: ReadonlySet<DocumentKey>): boolean {
  return opening.has(change.key) || ofOpening(change);
}

/** True when what a change would take away is part of the opening balances. */
export function ofOpening(change: Change): boolean {
  return !isTelling(change) && change.kind !== "post" && change.live.opening === true;
}
