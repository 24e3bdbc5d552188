import { createHandler } from "#functions/work-exception";
import { channel, clock, documents, formats, lineage, policies, references, sources, tableFormat, workLists } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { workedExceptionSchema } from "./schemas/exceptions.ts";
import { task } from "./triggers/task.ts";

const readers = { channels: [channel], sources, formats, tableFormat };
const work = createHandler({ ...readers, documents, lineage, references, policies, clock, workLists });
export const handler = task("work-exception", work, { input: anyInputSchema, output: workedExceptionSchema });
