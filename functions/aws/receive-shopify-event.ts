import { createHandler } from "#functions/receive-shopify-event";
import { channel, clock, documents, lineage, metrics, queue, readEvent } from "./bindings/index.ts";
import { shopifyEvents } from "./triggers/shopify-events.ts";

const receive = createHandler({ channel, readEvent, documents, lineage, clock, metrics });
export const handler = shopifyEvents("receive-shopify-event", receive, queue, metrics);
