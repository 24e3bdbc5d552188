export { poslogFormat } from "./poslog-format.ts";
export { parserOptions } from "./read-poslog.ts";
