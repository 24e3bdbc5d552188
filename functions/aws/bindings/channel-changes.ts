import { createShopifyChanges } from "#adapters/channels/shopify";
import type { ChannelChanges } from "#ports/channel-changes";
import { http } from "./http.ts";
import { secrets } from "./secrets.ts";

export const changes: readonly ChannelChanges[] = [createShopifyChanges({ http, secrets })];
