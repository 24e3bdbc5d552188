export { CsvReader, NotCsv } from "./csv-reader.ts";
export type { TextEncodingRule } from "./streaming-text.ts";
export { NotText, StreamingText } from "./streaming-text.ts";
