import type { WebhookChannel } from "#ports/channel";
import { readPartnerEvent } from "./partner-event.ts";
import { verifySignature } from "./signature.ts";
import { handledTopics, parseWebhook } from "./webhook.ts";

export { handledTopics, parseWebhook, readPartnerEvent, verifySignature };

/** Shopify's webhooks over HTTP. */
export const shopifyChannel: WebhookChannel = { name: "shopify", handledTopics, parseWebhook, verifySignature };
