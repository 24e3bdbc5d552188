export { mappedBankCsv } from "./mapped-csv.ts";
