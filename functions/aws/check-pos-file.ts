import { createHandler } from "#functions/check-pos-file";
import { documents, formats, lineage, policies, tableFormat } from "./bindings/index.ts";
import { checkedPartSchema, checkPosFileSchema } from "./schemas/pos-file.ts";
import { task } from "./triggers/task.ts";

const check = createHandler({ formats, tableFormat, documents, lineage, policies });
export const handler = task("check-pos-file", check, { input: checkPosFileSchema, output: checkedPartSchema });
