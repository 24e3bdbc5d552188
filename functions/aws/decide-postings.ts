import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/decide-postings";
import { clock, documents, lineage, metrics, policies, rateLimit, references } from "./bindings/index.ts";
import { decidedPostingsSchema, postingRunSchema } from "./schemas/posting-run.ts";
import { task } from "./triggers/task.ts";

const decide = createHandler({ lineage, references, documents, policies, rateLimit, clock, metrics, rules: postingRules });
export const handler = task("decide-postings", decide, { input: postingRunSchema, output: decidedPostingsSchema }, metrics);
