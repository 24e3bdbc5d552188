export { posFormats, posTableFormat } from "./pos-formats.ts";
