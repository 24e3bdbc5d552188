import { Unavailable, UnknownOutcome } from "#domain/failures";
import { documentItem, type ParsedDocument, rawBodyOf } from "#domain/lineage";
import type { DocumentStore } from "#ports/document-store";
import type { InsertAnswer, LineageStore } from "#ports/lineage-store";

export interface AcceptDocumentPorts {
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
}

/** "unavailable": perhaps not on record. Accepting it again is harmless, and needed. */
export type Acceptance =
  | { readonly answer: "accepted" | "duplicate"; readonly transaction: string; readonly key: string }
  | { readonly answer: "unavailable" };

/**
 * Protocol step 1 behind every door: a large raw body first, under its content address; then the document, if it is absent. The same facts
 * are the same document, whichever door they came by.
 */
export async function acceptDocument(
  { documents, lineage }: AcceptDocumentPorts,
  parsed: ParsedDocument,
  body: Uint8Array,
  receivedAt: string,
): Promise<Acceptance> {
  try {
    const raw = rawBodyOf(body);
    if (raw.address !== undefined) await documents.put(raw.address, body);
    const item = documentItem(parsed, raw, receivedAt);
    const [answer] = await lineage.insert([item]);
    return acceptanceOn(answer, item.transaction, item.key);
  } catch (error) {
    if (error instanceof Unavailable || error instanceof UnknownOutcome) return { answer: "unavailable" };
    throw error;
  }
}

function acceptanceOn(answer: InsertAnswer | undefined, transaction: string, key: string): Acceptance {
  switch (answer) {
    case "inserted":
      return { answer: "accepted", transaction, key };
    case "conflict":
      return { answer: "duplicate", transaction, key };
    case "unavailable":
    case "unknown":
    case undefined:
      return { answer: "unavailable" };
  }
}
