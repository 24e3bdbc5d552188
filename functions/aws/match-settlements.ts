import { createHandler } from "#functions/match-settlements";
import { clock, lineage, metrics, policies, queue, queueNamePrefix, references } from "./bindings/index.ts";
import { workQueue } from "./triggers/work-queue.ts";

const match = createHandler({ lineage, references, policies, clock, metrics });
export const handler = workQueue("match-settlements", match, { queue, clock, queueNamePrefix, metrics });
