import { createHandler } from "#functions/execute-postings";
import { clock, erp, lineage, rateLimit } from "./bindings/index.ts";
import { decidedPostingsSchema, postingRunSchema } from "./schemas/posting-run.ts";
import { task } from "./triggers/task.ts";

const execute = createHandler({ lineage, rateLimit, clock, erp });
export const handler = task("execute-postings", execute, { input: decidedPostingsSchema, output: postingRunSchema });
