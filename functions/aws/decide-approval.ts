import { createHandler } from "#functions/decide-approval";
import { callbacks, clock, documents, lineage } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { approvalOutcomeSchema } from "./schemas/approval.ts";
import { task } from "./triggers/task.ts";

const decide = createHandler({ lineage, documents, callbacks, clock });
export const handler = task("decide-approval", decide, { input: anyInputSchema, output: approvalOutcomeSchema });
