import { createHandler } from "#functions/receive-shopify-webhook";
import { channel, clock, documents, lineage, lineMetrics, secrets } from "./bindings/index.ts";
import { httpApi } from "./triggers/http-api.ts";

const receive = createHandler({ channel, secrets, documents, lineage, clock, metrics: lineMetrics });
export const handler = httpApi("receive-shopify-webhook", receive, lineMetrics);
