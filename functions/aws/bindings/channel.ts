export { readPartnerEvent as readEvent, shopifyChannel as channel } from "#adapters/channels/shopify";
