import { createHandler } from "#functions/dispatch-postings";
import { clock, metrics, queue, queueNamePrefix, workflows } from "./bindings/index.ts";
import { connectionWorkQueue } from "./triggers/work-queue.ts";

const dispatch = createHandler({ workflows, queue, clock, metrics });
export const handler = connectionWorkQueue("dispatch-postings", dispatch, { queue, clock, queueNamePrefix, metrics });
