import { createHandler } from "#functions/answer-privacy-requests";
import { clock, documents, lineage, metrics, removal, workLists } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { answeredPrivacyRequestsSchema } from "./schemas/exceptions.ts";
import { task } from "./triggers/task.ts";

const answer = createHandler({ lineage, documents, removal, workLists, clock, metrics });
const schemas = { input: anyInputSchema, output: answeredPrivacyRequestsSchema };
export const handler = task("answer-privacy-requests", answer, schemas, metrics);
