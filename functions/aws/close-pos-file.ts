import { createHandler } from "#functions/close-pos-file";
import { clock, documents, lineage, metrics } from "./bindings/index.ts";
import { closedPosFileSchema, closePosFileSchema } from "./schemas/pos-file.ts";
import { task } from "./triggers/task.ts";

const schemas = { input: closePosFileSchema, output: closedPosFileSchema };
export const handler = task("close-pos-file", createHandler({ documents, lineage, clock, metrics }), schemas, metrics);
