import { createHandler } from "#functions/receive-shopify-webhook";
import { channel, clock, documents, lineage, metrics, secrets } from "./bindings/index.ts";
import { httpApi } from "./triggers/http-api.ts";

export const handler = httpApi("receive-shopify-webhook", createHandler({ channel, secrets, documents, lineage, clock, metrics }), metrics);
