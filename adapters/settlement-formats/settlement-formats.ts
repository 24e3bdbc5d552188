import { camt053 } from "#adapters/banks/camt053";
import { mappedBankCsv } from "#adapters/banks/mapped-csv";
import { mt940 } from "#adapters/banks/mt940";
import { adyenSettlementDetails } from "#adapters/settlements/adyen";
import { mappedCsvSource } from "#adapters/settlements/mapped-csv";
import { paypalActivityDownload, paypalSettlementReport } from "#adapters/settlements/paypal";
import { shopifyPaymentsCsv, shopifyPaymentsJson } from "#adapters/settlements/shopify-payments";
import { stripeApiJson, stripeBalanceTransactionsCsv, stripeItemizedCsv } from "#adapters/settlements/stripe";
import type { BankStatementFormat } from "#ports/bank-statement";
import type { SettlementSource } from "#ports/settlement-source";

/** What a dropped settlement report or bank statement may be; the first one that recognises a file reads it. */
export const settlementSources: readonly SettlementSource[] = [
  shopifyPaymentsCsv,
  shopifyPaymentsJson,
  adyenSettlementDetails,
  stripeItemizedCsv,
  stripeBalanceTransactionsCsv,
  stripeApiJson,
  paypalSettlementReport,
  paypalActivityDownload,
];
export const bankFormats: readonly BankStatementFormat[] = [camt053, mt940];

/** CSV exports that policy describes. */
export const mappedFormats = { source: mappedCsvSource, bank: mappedBankCsv } as const;
