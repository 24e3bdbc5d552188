import { createHandler } from "#functions/receive-events";
import { apiClients, clock, documents, lineage, metrics } from "./bindings/index.ts";
import { httpApi } from "./triggers/http-api.ts";

export const handler = httpApi("receive-events", createHandler({ apiClients, documents, lineage, clock, metrics }), metrics);
