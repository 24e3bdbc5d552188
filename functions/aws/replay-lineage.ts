import { createHandler } from "#functions/replay-lineage";
import { bus, clock, lineage, policies, references, workflows, workLists } from "./bindings/index.ts";
import { anyInputSchema } from "./schemas/any-input.ts";
import { replayedLineageSchema } from "./schemas/exceptions.ts";
import { task } from "./triggers/task.ts";

const replay = createHandler({ lineage, references, workLists, bus, policies, workflows, clock });
export const handler = task("replay-lineage", replay, { input: anyInputSchema, output: replayedLineageSchema });
