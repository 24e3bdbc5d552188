import { createHandler } from "#functions/read-back-erp";
import { clock, documents, erp, lineage, policies } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { erpReadBackSchema } from "./schemas/erp-read-back.ts";
import { task } from "./triggers/task.ts";

const readBack = createHandler({ erp, lineage, documents, policies, clock });
export const handler = task("read-back-erp", readBack, { input: anyInputSchema, output: erpReadBackSchema });
