import { createHandler } from "#functions/close-settlement-file";
import { clock, documents, lineage, metrics } from "./bindings/index.ts";
import { closedSettlementFileSchema, closeSettlementFileSchema } from "./schemas/settlement-file.ts";
import { task } from "./triggers/task.ts";

const schemas = { input: closeSettlementFileSchema, output: closedSettlementFileSchema };
export const handler = task("close-settlement-file", createHandler({ documents, lineage, clock, metrics }), schemas, metrics);
