import { createShopifyPaymentsFeed } from "#adapters/settlements/shopify-payments";
import type { SettlementFeed } from "#ports/settlement-feed";
import { http } from "./http.ts";
import { secrets } from "./secrets.ts";

export const feeds: readonly SettlementFeed[] = [createShopifyPaymentsFeed({ http, secrets })];
