import { createHandler } from "#functions/place-purchase-order";
import { apiClients, clock, erp, metrics, policies } from "./bindings/index.ts";
import { httpApi } from "./triggers/http-api.ts";

const place = createHandler({ apiClients, policies, erp, clock, metrics });
export const handler = httpApi("place-purchase-order", place, metrics);
