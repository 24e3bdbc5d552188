import { createHandler } from "#functions/follow-return";
import { clock, lineage } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { followedReturnSchema } from "./schemas/returns.ts";
import { task } from "./triggers/task.ts";

export const handler = task("follow-return", createHandler({ lineage, clock }), { input: anyInputSchema, output: followedReturnSchema });
