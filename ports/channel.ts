import type { ParsedDocument } from "#domain/lineage";

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
  parseWebhook(webhook: { readonly topic: string; readonly shop: string; readonly body: Uint8Array }): ParsedDocument;
}
