import { paypalActivityDownload, paypalSettlementReport } from "#adapters/settlements/paypal";
import { settlementSourceContract } from "./settlement-source-contract.ts";

const settings = { account: "paypal-us", statedAccount: "EXAMPLEACCT1", timeZone: "America/Los_Angeles", currencies: ["USD", "JPY"] };
const others = ["shopify-payments/export-17-columns.csv", "shopify-payments/api-rest.json", "adyen/batch-118.csv", "stripe/itemized.csv"];

settlementSourceContract({
  source: paypalSettlementReport,
  golden: [{ file: "paypal/stl.csv", settings }],
  foreign: [...others, "paypal/activity-en.csv"],
  unbalance: (text) => text.replace('"CR",5000', '"CR",5001'),
  neededColumns: ["Transaction ID", "Transaction Event Code", "Gross Transaction Amount"],
  showsItsEnd: true,
  anyOrder: false,
});

settlementSourceContract({
  source: paypalActivityDownload,
  golden: [
    { file: "paypal/activity-en.csv", settings },
    { file: "paypal/activity-de.csv", settings: { account: "paypal-de", timeZone: "Europe/Berlin", currencies: ["EUR", "USD"] } },
  ],
  foreign: [...others, "paypal/stl.csv"],
  unbalance: (text) => text.replace('"1,003.50","-0.30","1,003.20"', '"1,003.60","-0.30","1,003.30"'),
  neededColumns: ["TimeZone", "Currency", "Gross", "Transaction ID"],
  showsItsEnd: false,
  anyOrder: false,
});
