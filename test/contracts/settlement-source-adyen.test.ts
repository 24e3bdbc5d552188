import { adyenSettlementDetails } from "#adapters/settlements/adyen";
import { settlementSourceContract } from "./settlement-source-contract.ts";

const settings = { account: "adyen-eu", statedAccount: "ExampleShop", timeZone: "Europe/Amsterdam", currencies: ["EUR", "GBP"] };

settlementSourceContract({
  source: adyenSettlementDetails,
  golden: [
    { file: "adyen/batch-118.csv", settings },
    { file: "adyen/other-order.csv", settings: { ...settings, currencies: ["JPY"] } },
  ],
  foreign: ["shopify-payments/export-17-columns.csv", "shopify-payments/api-rest.json"],
  unbalance: (text) => text.replace(",45.19,", ",45.20,"),
  neededColumns: ["Merchant Account", "Psp Reference", "Type", "Net Currency", "Net Debit (NC)", "Batch Number"],
  showsItsEnd: true,
  anyOrder: true,
});
