import { createHandler } from "#functions/cancel-return-authorization";
import { apiClients, clock, lineage, metrics, references } from "./bindings/index.ts";
import { httpApi } from "./triggers/http-api.ts";

const cancel = createHandler({ apiClients, lineage, references, clock, metrics });
export const handler = httpApi("cancel-return-authorization", cancel, metrics);
