export { createShopifyChanges } from "./admin-changes.ts";

import type { WebhookChannel } from "#ports/channel";
import { createShopifySource } from "./admin-source.ts";
import { parseResource } from "./fetched.ts";
import { readPartnerEvent } from "./partner-event.ts";
import { verifySignature } from "./signature.ts";
import { webhookSubscriptions } from "./subscriptions.ts";
import { eventsOfTopics, handledTopics, parseWebhook } from "./webhook.ts";

export {
  createShopifySource,
  eventsOfTopics,
  handledTopics,
  parseResource,
  parseWebhook,
  readPartnerEvent,
  verifySignature,
  webhookSubscriptions,
};

/** Shopify's webhooks over HTTP. */
export const shopifyChannel: WebhookChannel = { name: "shopify", handledTopics, parseWebhook, verifySignature };
