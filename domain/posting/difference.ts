import type { DocumentKey } from "#domain/identity";
import { documentHash } from "./document-hash.ts";
import type { TargetDocument } from "./documents.ts";
import type { LiveDocument } from "./fold-plans.ts";

/** What is to be done for one document key. A replacement reverses first and then posts. */
export type Change =
  | { readonly kind: "post"; readonly key: DocumentKey; readonly hash: string; readonly document: TargetDocument }
  | {
      readonly kind: "replace";
      readonly key: DocumentKey;
      readonly hash: string;
      readonly document: TargetDocument;
      readonly live: LiveDocument;
    }
  | { readonly kind: "reverse"; readonly key: DocumentKey; readonly live: LiveDocument };

/**
 * target − posted, by key: missing → post; same hash → nothing; other hash → replace; no longer in the target → reverse.
 * Reversals come first, the latest document first; then the target's order.
 */
export function difference(target: readonly TargetDocument[], live: ReadonlyMap<DocumentKey, LiveDocument>): Change[] {
  const wanted = new Set(target.map((document) => document.key));
  const reversals = [...live.values()].filter((document) => !wanted.has(document.key)).reverse();
  const changes: Change[] = reversals.map((document) => ({ kind: "reverse", key: document.key, live: document }));
  for (const document of target) {
    const hash = documentHash(document);
    const posted = live.get(document.key);
    if (posted === undefined) changes.push({ kind: "post", key: document.key, hash, document });
    else if (posted.hash !== hash) changes.push({ kind: "replace", key: document.key, hash, document, live: posted });
  }
  return changes;
}

/** Names what a change wants, so that the same wish can be told from a new one: used for refusals and restatements. */
export function changeSignature(change: Change): string {
  return change.kind === "reverse" ? `reverse ${change.live.erpKey}` : `post ${change.hash}`;
}

/** The event that caused the document. */
export function eventOf(change: Change): string {
  return change.kind === "reverse" ? change.live.document.event : change.document.event;
}
