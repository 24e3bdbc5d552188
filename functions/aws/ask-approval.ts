import { createHandler } from "#functions/ask-approval";
import { documents } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { approvalAskedSchema } from "./schemas/approval.ts";
import { task } from "./triggers/task.ts";

export const handler = task("ask-approval", createHandler({ documents }), { input: anyInputSchema, output: approvalAskedSchema });
