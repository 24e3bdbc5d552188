export { shopifyPaymentsJson } from "./api-json.ts";
export { shopifyPaymentsCsv } from "./transactions-csv.ts";
