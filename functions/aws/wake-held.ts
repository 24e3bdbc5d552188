import { createHandler } from "#functions/wake-held";
import { bus, policies, workLists } from "./bindings/index.ts";
import { wakeHeldSchemas } from "./schemas/wake-held.ts";
import { task } from "./triggers/task.ts";

export const handler = task("wake-held", createHandler({ workLists, bus, policies }), wakeHeldSchemas);
