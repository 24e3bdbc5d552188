import { createHandler } from "#functions/show-transaction";
import { apiClients, clock, lineage, metrics, references } from "./bindings/index.ts";
import { httpApi } from "./triggers/http-api.ts";

export const handler = httpApi("show-transaction", createHandler({ apiClients, lineage, references, clock, metrics }), metrics);
