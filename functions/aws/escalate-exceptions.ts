import { createHandler } from "#functions/escalate-exceptions";
import { clock, lineage, metrics, policies, workLists } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { escalatedExceptionsSchema } from "./schemas/exceptions.ts";
import { task } from "./triggers/task.ts";

const escalate = createHandler({ lineage, workLists, policies, clock, metrics });
export const handler = task("escalate-exceptions", escalate, { input: anyInputSchema, output: escalatedExceptionsSchema }, metrics);
