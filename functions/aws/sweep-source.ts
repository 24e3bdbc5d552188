import { createHandler } from "#functions/sweep-source";
import { changes, clock, lineage, metrics, policies } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { sweptShopsSchema } from "./schemas/swept-shops.ts";
import { task } from "./triggers/task.ts";

const sweep = createHandler({ changes, lineage, policies, clock, metrics });
export const handler = task("sweep-source", sweep, { input: anyInputSchema, output: sweptShopsSchema }, metrics);
