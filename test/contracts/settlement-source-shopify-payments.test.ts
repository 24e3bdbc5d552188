import { shopifyPaymentsCsv, shopifyPaymentsJson } from "#adapters/settlements/shopify-payments";
import { settlementSourceContract } from "./settlement-source-contract.ts";

const settings = { account: "shop-eu", timeZone: "Europe/Berlin", currencies: ["EUR"] };

const csvFiles = ["shopify-payments/export-17-columns.csv", "shopify-payments/export-19-columns.csv"];

settlementSourceContract({
  source: shopifyPaymentsCsv,
  golden: [{ file: "shopify-payments/export-17-columns.csv", settings }],
  foreign: ["shopify-payments/api-rest.json"],
  unbalance: (text) => text.replace("120.00,3.78,116.22", "120.00,3.87,116.22"),
  neededColumns: ["Transaction Date", "Type", "Order", "Payout Status", "Payout ID", "Net"],
  showsItsEnd: false,
  anyOrder: true,
});

settlementSourceContract({
  source: shopifyPaymentsJson,
  golden: [
    { file: "shopify-payments/api-rest.json", settings },
    { file: "shopify-payments/api-graphql.jsonl", settings: { ...settings, currencies: ["JPY"] } },
  ],
  foreign: csvFiles,
  unbalance: (text) => text.replace('"net": "98.47"', '"net": "98.57"'),
  neededColumns: [],
  showsItsEnd: true,
  anyOrder: false,
});
