import { createHandler } from "#functions/receive-dropped-file";
import { documents, queue, workflows } from "./bindings/index.ts";
import { droppedFiles } from "./triggers/dropped-files.ts";

export const handler = droppedFiles("receive-dropped-file", createHandler({ documents, workflows }), queue);
