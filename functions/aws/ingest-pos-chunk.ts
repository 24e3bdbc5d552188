import { createHandler } from "#functions/ingest-pos-chunk";
import { clock, documents, formats, lineage, policies, tableFormat } from "./bindings/index.ts";
import { ingestPosChunkSchema, posCountsSchema } from "./schemas/pos-file.ts";
import { task } from "./triggers/task.ts";

const ingest = createHandler({ formats, tableFormat, documents, lineage, policies, clock });
export const handler = task("ingest-pos-chunk", ingest, { input: ingestPosChunkSchema, output: posCountsSchema });
