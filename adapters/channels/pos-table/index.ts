export { posTableFormat } from "./pos-table-format.ts";
