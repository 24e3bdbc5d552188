import { createHandler } from "#functions/fetch-settlements";
import { bankFormats, clock, documents, feeds, lineage, mappedFormats, metrics, policies, settlementSources } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { fetchedSettlementsSchema } from "./schemas/fetched-settlements.ts";
import { task } from "./triggers/task.ts";

const formats = { sources: settlementSources, banks: bankFormats, mapped: mappedFormats };
const fetchSettlements = createHandler({ feeds, ...formats, documents, lineage, policies, clock, metrics });
export const handler = task("fetch-settlements", fetchSettlements, { input: anyInputSchema, output: fetchedSettlementsSchema }, metrics);
