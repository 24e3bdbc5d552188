export { mappedCsvSource } from "./mapped-csv.ts";
