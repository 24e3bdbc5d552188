import { createHandler } from "#functions/authorize-return";
import { apiClients, clock, lineage, metrics, policies, references } from "./bindings/index.ts";
import { httpApi } from "./triggers/http-api.ts";

const authorize = createHandler({ apiClients, lineage, references, policies, clock, metrics });
export const handler = httpApi("authorize-return", authorize, metrics);
