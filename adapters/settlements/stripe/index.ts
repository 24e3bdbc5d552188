export { stripeApiJson } from "./api-json.ts";
export { stripeBalanceTransactionsCsv } from "./balance-transactions-csv.ts";
export { stripeItemizedCsv } from "./itemized-csv.ts";
