import type { ParsedDocument } from "#domain/lineage";

/** One webhook whose signature was verified. What it says beside its body tells notices apart, which have no version of their own. */
export interface WebhookMessage {
  readonly topic: string;
  readonly shop: string;
  readonly body: Uint8Array;
  /** Our own clock, an instant. */
  readonly receivedAt: string;
  /** When the change happened, as the source wrote it. */
  readonly triggeredAt?: string;
  /** The source's name of the change, the same on every delivery of it. */
  readonly eventId?: string;
}

/**
 * A channel whose documents come as signed webhooks. Pure and synchronous: it reads bytes and has no effects, so it is the one port
 * whose methods are not async.
 */
export interface WebhookChannel {
  /** The channel's name in ids and metrics, such as "shopify". */
  readonly name: string;
  /** Topics that parseWebhook reads; every other one is refused by name. */
  readonly handledTopics: readonly string[];
  /** True when `signature` is that of the raw bytes under one of the secrets. Never throws, whatever the header holds. */
  verifySignature(rawBody: Uint8Array, signature: string | undefined, secrets: readonly string[]): boolean;
  /** The facts of one body, and what is wrong with them. Throws Invalid when the body is no JSON object or the topic is not handled. */
  parseWebhook(webhook: WebhookMessage): ParsedDocument;
}

/** One event of a channel's own event source: what a webhook says, but signed for by the bus that brings it. */
export interface ChannelEvent {
  /** Those of the webhook, names in any casing. */
  readonly headers: Readonly<Record<string, string>>;
  readonly content: ChannelEventContent;
}

export type ChannelEventContent =
  /** The webhook's body. */
  | { readonly kind: "body"; readonly body: Uint8Array }
  /** The source withheld the body: the app may not read what it subscribed to. */
  | { readonly kind: "denied"; readonly paths: readonly string[] };

/** Reads one event from the text in which it came. Throws Invalid when it is no event of the channel; the message quotes nothing of it. */
export type ChannelEventReader = (text: string) => ChannelEvent;
