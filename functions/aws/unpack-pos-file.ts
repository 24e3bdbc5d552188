import { createHandler } from "#functions/unpack-pos-file";
import { clock, documents, inflate, lineage, workflows } from "./bindings/index.ts";
import { checkPosFileSchema, unpackedPosFileSchema } from "./schemas/pos-file.ts";
import { task } from "./triggers/task.ts";

const unpack = createHandler({ documents, lineage, workflows, inflate, clock });
export const handler = task("unpack-pos-file", unpack, { input: checkPosFileSchema, output: unpackedPosFileSchema });
