import { createHandler } from "#functions/ingest-settlement-chunk";
import { clock, documents, lineage, policies } from "./bindings/index.ts";
import { ingestSettlementChunkSchema, settlementCountsSchema } from "./schemas/settlement-file.ts";
import { task } from "./triggers/task.ts";

const ingest = createHandler({ documents, lineage, policies, clock });
export const handler = task("ingest-settlement-chunk", ingest, { input: ingestSettlementChunkSchema, output: settlementCountsSchema });
