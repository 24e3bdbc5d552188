export { shopifyPaymentsCsv } from "./transactions-csv.ts";
