import { createHandler } from "#functions/fetch-source-document";
import { clock, documents, lineage, metrics, queue, queueNamePrefix, sources } from "./bindings/index.ts";
import { workQueue } from "./triggers/work-queue.ts";

const fetch = createHandler({ sources, documents, lineage, queue, clock, metrics });
export const handler = workQueue("fetch-source-document", fetch, { queue, clock, queueNamePrefix, metrics });
