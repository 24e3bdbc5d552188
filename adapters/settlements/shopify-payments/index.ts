export { shopifyPaymentsJson } from "./api-json.ts";
export { createShopifyPaymentsFeed } from "./payments-feed.ts";
export { shopifyPaymentsCsv } from "./transactions-csv.ts";
