import { createHandler } from "#functions/announce-events";
import { bus, policies, queue, references, workflows, workLists } from "./bindings/index.ts";
import { lineageStream } from "./triggers/lineage-stream.ts";

const announce = createHandler({ references, workLists, bus, policies, workflows });
export const handler = lineageStream("announce-events", announce, queue);
