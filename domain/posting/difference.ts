import type { DocumentKey } from "#domain/identity";
import type { ErpDocument, TargetDocument, ToldDocument } from "#domain/ledger";
import { documentHash } from "./document-hash.ts";
import type { LiveDocument, LiveTelling } from "./fold-plans.ts";

/** What is to be done in an ERP for one document key. A replacement reverses first and then posts. */
export type PostingChange =
  | { readonly kind: "post"; readonly key: DocumentKey; readonly hash: string; readonly document: ErpDocument }
  | {
      readonly kind: "replace";
      readonly key: DocumentKey;
      readonly hash: string;
      readonly document: ErpDocument;
      readonly live: LiveDocument;
    }
  | { readonly kind: "reverse"; readonly key: DocumentKey; readonly live: LiveDocument };

/** What another stream is to be told, or told no more. `live`: what it was told before in the same name. */
export type TellingChange =
  | {
      readonly kind: "tell";
      readonly key: DocumentKey;
      readonly hash: string;
      readonly document: ToldDocument;
      readonly live?: LiveTelling;
    }
  | { readonly kind: "withdraw"; readonly key: DocumentKey; readonly live: LiveTelling };

export type Change = PostingChange | TellingChange;

const nothingTold: ReadonlyMap<DocumentKey, LiveTelling> = new Map();

/**
 * target − posted, by key: missing → post; same hash → nothing; other hash → replace; no longer in the target → reverse; and what is told to
 * other streams likewise. Reversals come first, the latest document first; then the target's order.
 */
export function difference(
  target: readonly TargetDocument[],
  live: ReadonlyMap<DocumentKey, LiveDocument>,
  told: ReadonlyMap<DocumentKey, LiveTelling> = nothingTold,
): Change[] {
  const wanted = new Set(target.map((document) => document.key));
  const changes: Change[] = [
    ...[...live.values()].map((document): Change => ({ kind: "reverse", key: document.key, live: document })),
    ...[...told.values()].map((telling): Change => ({ kind: "withdraw", key: telling.key, live: telling })),
  ]
    .filter(({ key }) => !wanted.has(key))
    .reverse();
  for (const document of target) {
    const { key } = document;
    const hash = documentHash(document);
    if (document.type === "told") {
      const before = told.get(key);
      if (before?.hash !== hash) changes.push({ kind: "tell", key, hash, document, ...(before === undefined ? {} : { live: before }) });
      continue;
    }
    const posted = live.get(key);
    if (posted === undefined) changes.push({ kind: "post", key, hash, document });
    else if (posted.hash !== hash) changes.push({ kind: "replace", key, hash, document, live: posted });
  }
  return changes;
}

export function isTelling(change: Change): change is TellingChange {
  return change.kind === "tell" || change.kind === "withdraw";
}

/** Whether a change adds to what stands, and takes nothing away. */
export function isNew(change: Change): boolean {
  return change.kind === "post" || (change.kind === "tell" && change.live === undefined);
}

/** Names what a change wants, so that the same wish can be told from a new one: used for refusals and restatements. */
export function changeSignature(change: Change): string {
  switch (change.kind) {
    case "post":
    case "replace":
      return `post ${change.hash}`;
    case "reverse":
      return `reverse ${change.live.erpKey}`;
    case "tell":
      return `tell ${change.hash}`;
    case "withdraw":
      return `withdraw ${change.live.erpKey}`;
  }
}

/** The document that a change makes, or takes away. */
export function documentOf(change: Change): TargetDocument {
  return change.kind === "reverse" || change.kind === "withdraw" ? change.live.document : change.document;
}

/** The event that caused the document. */
export function eventOf(change: Change): string {
  return documentOf(change).event;
}
