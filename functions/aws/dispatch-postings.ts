import { createHandler } from "#functions/dispatch-postings";
import { clock, metrics, queue, queueNamePrefix, workflows } from "./bindings/index.ts";
import { postingQueue } from "./triggers/posting-queue.ts";

const dispatch = createHandler({ workflows, queue, clock, metrics });
export const handler = postingQueue("dispatch-postings", dispatch, { queue, clock, queueNamePrefix, metrics });
