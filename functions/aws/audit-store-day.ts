import { postingRules } from "#domain/posting";
import { createHandler } from "#functions/audit-store-day";
import { clock, documents, lineage, policies } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { storeDayAuditSchema } from "./schemas/store-days.ts";
import { task } from "./triggers/task.ts";

const audit = createHandler({ lineage, documents, policies, clock, rules: postingRules });
export const handler = task("audit-store-day", audit, { input: anyInputSchema, output: storeDayAuditSchema });
