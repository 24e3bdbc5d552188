import { createHandler } from "#functions/announce-events";
import { bus, policies, queue, references, workLists } from "./bindings/index.ts";
import { lineageStream } from "./triggers/lineage-stream.ts";

export const handler = lineageStream("announce-events", createHandler({ references, workLists, bus, policies }), queue);
