import { contentHash, sha256Hex } from "#domain/canonical";
import type { BusinessEvent } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { SourceKey, TransactionId } from "#domain/identity";
import type { DocumentItem, RawBody, Reference } from "./items.ts";
import { documentItemKey } from "./keys.ts";

/** What a channel adapter makes of one document: validated facts, and what is wrong with them. */
export interface ParsedDocument {
  readonly transaction: TransactionId;
  readonly kind: DocumentItem["kind"];
  readonly source: SourceKey;
  readonly channel: string;
  /** Shop domain or store id. */
  readonly shop: string;
  /** The source's version of a document whose facts could not be read, comparable with those of its events; absent: its first event's. */
  readonly version?: string;
  readonly events: readonly BusinessEvent[];
  readonly references: readonly Reference[];
  readonly issues: readonly Problem[];
}

/** Bodies of text up to this size stay inline in the lineage; larger ones go to the document store first. */
const rawBodyInlineBytesMax = 65_536;

/** The content address of bytes in the document store. */
export function contentAddress(hash: string): string {
  return `sha256/${hash}`;
}

/**
 * The raw body of a document: inline when it is small and text keeps its bytes exactly, else by its address (the caller stores the bytes
 * before it inserts the item).
 */
export function rawBodyOf(bytes: Uint8Array): RawBody {
  const hash = sha256Hex(bytes);
  const inline = bytes.byteLength <= rawBodyInlineBytesMax ? exactText(bytes) : undefined;
  return inline === undefined
    ? { hash, bytes: bytes.byteLength, address: contentAddress(hash) }
    : { hash, bytes: bytes.byteLength, inline };
}

const exactly = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Undefined for what is not UTF-8; a byte order mark is kept. */
function exactText(bytes: Uint8Array): string | undefined {
  try {
    return exactly.decode(bytes);
  } catch {
    // The decoder throws for nothing else.
    return undefined;
  }
}

/**
 * The lineage item of a parsed document. Its content hash covers the facts alone (source, version, events, references, issues), so the
 * copies that two doors deliver of one content are one document.
 */
export function documentItem(parsed: ParsedDocument, raw: RawBody, at: string): DocumentItem {
  const { source, version, events, references, issues } = parsed;
  const hash = factsHash(parsed);
  return {
    type: "document",
    transaction: parsed.transaction,
    key: documentItemKey(source, hash),
    at,
    kind: parsed.kind,
    source,
    contentHash: hash,
    channel: parsed.channel,
    shop: parsed.shop,
    ...(version === undefined ? {} : { version }),
    events,
    references,
    issues,
    raw,
  };
}

/** What a document's content hash covers: the facts alone, so that removing a raw body changes nothing. */
export function factsHash({
  source,
  version,
  events,
  references,
  issues,
}: Pick<ParsedDocument, "source" | "version" | "events" | "references" | "issues">): string {
  return contentHash({ source, version, events, references, issues });
}
