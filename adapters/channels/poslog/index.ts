export { poslogFormat } from "./poslog-format.ts";
export { depthMax, parserOptions, ticketBytesMax } from "./read-poslog.ts";
