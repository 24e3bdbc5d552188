import { shopifyPaymentsCsv } from "#adapters/settlements/shopify-payments";
import { settlementSourceContract } from "./settlement-source-contract.ts";

const settings = { account: "shop-eu", timeZone: "Europe/Berlin", currencies: ["EUR"] };

settlementSourceContract({
  source: shopifyPaymentsCsv,
  golden: [{ file: "shopify-payments/export-17-columns.csv", settings }],
  foreign: [],
  unbalance: (text) => text.replace("120.00,3.78,116.22", "120.00,3.87,116.22"),
  neededColumns: ["Transaction Date", "Type", "Order", "Payout Status", "Payout ID", "Net"],
  showsItsEnd: false,
  anyOrder: true,
});
