import { createHandler } from "#functions/check-settlement-file";
import { bankFormats, clock, documents, lineage, mappedFormats, policies, settlementSources } from "./bindings/index.ts";
import { checkedSettlementFileSchema, checkSettlementFileSchema } from "./schemas/settlement-file.ts";
import { task } from "./triggers/task.ts";

const check = createHandler({ sources: settlementSources, banks: bankFormats, mapped: mappedFormats, documents, lineage, policies, clock });
export const handler = task("check-settlement-file", check, { input: checkSettlementFileSchema, output: checkedSettlementFileSchema });
