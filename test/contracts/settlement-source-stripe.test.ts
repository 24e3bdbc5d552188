import { stripeApiJson, stripeBalanceTransactionsCsv, stripeItemizedCsv } from "#adapters/settlements/stripe";
import { settlementSourceContract } from "./settlement-source-contract.ts";

const settings = { account: "stripe-eu", timeZone: "Europe/Berlin", currencies: ["EUR"] };
const others = ["shopify-payments/export-17-columns.csv", "shopify-payments/api-rest.json", "adyen/batch-118.csv"];

settlementSourceContract({
  source: stripeItemizedCsv,
  golden: [
    { file: "stripe/itemized.csv", settings },
    { file: "stripe/itemized-default-columns.csv", settings },
  ],
  foreign: [...others, "stripe/balance-transactions.csv", "stripe/api.jsonl"],
  unbalance: (text) => text.replace("-23.10,0.00,-23.10", "-23.20,0.00,-23.20"),
  neededColumns: ["balance_transaction_id", "reporting_category", "gross", "created_utc"],
  showsItsEnd: false,
  anyOrder: true,
});

settlementSourceContract({
  source: stripeBalanceTransactionsCsv,
  golden: [{ file: "stripe/balance-transactions.csv", settings: { ...settings, currencies: ["USD"] } }],
  foreign: [...others, "stripe/itemized.csv", "stripe/api.jsonl"],
  unbalance: (text) => text.replace(",5919,", ",5910,"),
  neededColumns: ["created", "source", "type"],
  showsItsEnd: false,
  anyOrder: true,
});

settlementSourceContract({
  source: stripeApiJson,
  golden: [{ file: "stripe/api.jsonl", settings }],
  foreign: [...others, "stripe/itemized.csv", "stripe/balance-transactions.csv"],
  unbalance: (text) => text.replace('"amount":-600', '"amount":-601').replace('"net":-600', '"net":-601'),
  neededColumns: [],
  showsItsEnd: false,
  anyOrder: false,
});
