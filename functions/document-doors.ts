import { Invalid } from "#domain/failures";
import { findableByTender, readStatedDocument } from "#domain/intake";
import { type DocumentItem, factsHash, type ParsedDocument } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { WebhookChannel } from "#ports/channel";
import type { ChannelSource } from "#ports/channel-source";
import type { PosFormat, PosTransaction } from "#ports/pos-format";
import { knownPosFormats, type PosFormats } from "./known-pos-formats.ts";
import { posReadSettings } from "./pos-read-settings.ts";

export interface DocumentReaders extends PosFormats {
  readonly channels: readonly WebhookChannel[];
  readonly sources: readonly ChannelSource[];
}

/** What a door makes of bytes: the facts, and what is wrong with them. Throws Invalid for bytes that it does not take. */
type Door = (body: Uint8Array) => ParsedDocument;

/**
 * The door that a document came by: the one that makes the same facts of the same bytes. It is not on record, as a document is known by
 * its source and never by its topic or delivery; so whatever is read by it again passes the same gate. Undefined when none does, as for a row
 * of a table whose header lies elsewhere in its file.
 */
export function doorOf(readers: DocumentReaders, policy: Policy, document: DocumentItem, original: Uint8Array): Door | undefined {
  return doorsOf(readers, policy, document).find((door) => {
    try {
      return factsHash(door(original)) === document.contentHash;
    } catch (error) {
      // Bytes of another kind are what most doors are asked about here; a reader that stumbles over them is not the one.
      if (error instanceof Error) return false;
      throw error;
    }
  });
}

function doorsOf(readers: DocumentReaders, policy: Policy, { channel: name, shop, source, version, at }: DocumentItem): Door[] {
  const webhooks = readers.channels
    .filter((channel) => channel.name === name)
    .flatMap((channel) =>
      channel.handledTopics.map(
        (topic): Door =>
          (body) =>
            channel.parseWebhook({ topic, shop, body, receivedAt: at }),
      ),
    );
  const resource = decodeURIComponent(source.split(":")[2] ?? "");
  const readBack = readers.sources
    .filter((each) => each.name === name)
    .map(
      (each): Door =>
        (body) =>
          each.parseResource({ resource, shop, body, readAt: version ?? at }),
    );
  const tills =
    name === "pos"
      ? knownPosFormats(readers, policy).map(
          (format): Door =>
            (body) =>
              ticketOf(format, policy, body),
        )
      : [];
  return [...webhooks, ...readBack, ...tills, stated];
}

/** A document of the API. */
function stated(body: Uint8Array): ParsedDocument {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // The parser's own message would quote the body.
    throw new Invalid("it is no JSON in UTF-8");
  }
  const read = readStatedDocument(value, "document");
  if (read.kind === "refused") throw new Invalid(read.errors.map(({ field, message }) => `${field} ${message}`).join("; "));
  return read.parsed;
}

/** A fragment of a file of tickets that holds this one alone. */
function ticketOf(format: PosFormat, policy: Policy, body: Uint8Array): ParsedDocument {
  const found: PosTransaction[] = [];
  const reader = format.open(
    { ...posReadSettings(policy), fragment: true },
    { transaction: (transaction) => void found.push(transaction) },
  );
  reader.push(body, 0);
  reader.end();
  const [ticket, ...others] = found;
  if (ticket?.document === undefined || others.length > 0)
    throw new Invalid(`it holds ${found.length === 1 ? "a ticket without identity" : `${found.length} tickets`}, and not one`);
  return findableByTender(ticket.document);
}
