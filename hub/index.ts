export { type Dropped, dropFile, takeDrops } from "./drop-files.ts";
export { busSubscriptions, type Hub, type HubOptions, openHub, queueSettings } from "./open-hub.ts";
export { type HubPolicies, openPolicies } from "./open-policies.ts";
export { runSchedules } from "./run-schedules.ts";
export { type DrainAnswer, type DrainOptions, drain, runWorker } from "./run-worker.ts";
export { type HubServer, serve } from "./serve.ts";
export { shopifyShops } from "./shopify-shops.ts";
