import type { WebhookChannel } from "#ports/channel";
import { verifySignature } from "./signature.ts";
import { handledTopics, parseWebhook } from "./webhook.ts";

export { handledTopics, parseWebhook, verifySignature };

/** Shopify's webhooks over HTTP. */
export const shopifyChannel: WebhookChannel = { name: "shopify", handledTopics, parseWebhook, verifySignature };
