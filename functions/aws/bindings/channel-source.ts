import { createShopifySource } from "#adapters/channels/shopify";
import type { ChannelSource } from "#ports/channel-source";
import { http } from "./http.ts";
import { secrets } from "./secrets.ts";

export const sources: readonly ChannelSource[] = [createShopifySource({ http, secrets })];
