import { sha256Hex } from "#domain/canonical";
import type { ExceptionClass } from "#domain/exceptions";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { type ParsedDocument, passingAddress } from "#domain/lineage";
import type { ChannelEventReader, WebhookChannel } from "#ports/channel";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import { type Acceptance, acceptDocument } from "./accept-document.ts";
import { shopifyHeaders } from "./shopify-headers.ts";

export interface ReceiveShopifyEventDependencies {
  readonly channel: WebhookChannel;
  readonly readEvent: ChannelEventReader;
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** "unavailable": bring the event again. "unusable": it never becomes a document as it is; the reason says what to do. */
export type EventReceipt = Acceptance | (Unusable & { readonly answer: "unusable"; readonly address: string });

interface Unusable {
  readonly class: ExceptionClass;
  /** What, which and what next; nothing of the content. */
  readonly reason: string;
}

/**
 * Protocol step 1 for an event of Shopify's own event source. Only Shopify can put events there, so there is no signature to verify; from
 * then on it is the webhook's way, and one order that comes by both doors is one document.
 */
export function createHandler(dependencies: ReceiveShopifyEventDependencies) {
  const { channel, readEvent, documents, lineage, clock, metrics } = dependencies;
  return async function receiveShopifyEvent({ text }: { readonly text: string }): Promise<EventReceipt> {
    const receipt = await receive(text);
    metrics.record("EventsReceived", 1, "count", { channel: channel.name, outcome: receipt.answer });
    return receipt;
  };

  async function receive(text: string): Promise<EventReceipt> {
    const receivedAt = clock.now();
    const read = attempt(text, receivedAt);
    if ("parsed" in read) return acceptDocument({ documents, lineage }, read.parsed, read.body, receivedAt);
    // Shopify is not answered and so does not deliver again: the event itself is kept beside the reason.
    const bytes = new TextEncoder().encode(text);
    const address = passingAddress(sha256Hex(bytes));
    try {
      await documents.put(address, bytes);
    } catch (error) {
      if (error instanceof Unavailable || error instanceof UnknownOutcome) return { answer: "unavailable" };
      throw error;
    }
    return { answer: "unusable", ...read, address };
  }

  function attempt(text: string, receivedAt: string): { readonly parsed: ParsedDocument; readonly body: Uint8Array } | Unusable {
    try {
      const { headers, content } = readEvent(text);
      const { shop, topic, signature: _, ...change } = shopifyHeaders(headers);
      if (shop === undefined || topic === undefined) throw new Invalid("it names no shop or no topic: check the event source");
      if (content.kind === "denied") return denied(content.paths, shop, topic);
      return { parsed: channel.parseWebhook({ topic, shop, body: content.body, receivedAt, ...change }), body: content.body };
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      return { class: "transport.parse", reason: `the event cannot be read: ${error.message}` };
    }
  }
}

function denied(paths: readonly string[], shop: string, topic: string): Unusable {
  const fields = paths.length === 0 ? "its data" : paths.join(", ");
  const reason = `${topic.slice(0, 80)} of ${shop.slice(0, 120)}: the app may not read ${fields}. Grant it the access scope or the protected customer data of the topic, then have the object delivered again`;
  return { class: "transport.access", reason };
}
