import { createHandler } from "#functions/release-settlement-row";
import { clock, lineage, policies } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { rowReleaseSchema } from "./schemas/settlement-file.ts";
import { task } from "./triggers/task.ts";

export const handler = task("release-settlement-row", createHandler({ lineage, policies, clock }), {
  input: anyInputSchema,
  output: rowReleaseSchema,
});
