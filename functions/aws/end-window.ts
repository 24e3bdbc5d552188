import { createHandler } from "#functions/end-window";
import { clock, documents, lineage } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { windowEndSchema } from "./schemas/store-days.ts";
import { task } from "./triggers/task.ts";

export const handler = task("end-window", createHandler({ lineage, documents, clock }), { input: anyInputSchema, output: windowEndSchema });
