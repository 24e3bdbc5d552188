import { createHandler } from "#functions/record-exception";
import { clock, lineage } from "./bindings/index.ts";
import { exceptionOpenedSchema, recordExceptionSchema } from "./schemas/problem.ts";
import { task } from "./triggers/task.ts";

const schemas = { input: recordExceptionSchema, output: exceptionOpenedSchema };
export const handler = task("record-exception", createHandler({ lineage, clock }), schemas);
