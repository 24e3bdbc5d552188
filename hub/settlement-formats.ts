import { shopifyPaymentsCsv } from "#adapters/settlements/shopify-payments";
import type { BankStatementFormat } from "#ports/bank-statement";
import type { SettlementSource } from "#ports/settlement-source";

/** What a dropped settlement report or bank statement may be; the first one that recognises a file reads it. */
export const settlementSources: readonly SettlementSource[] = [shopifyPaymentsCsv];
export const bankFormats: readonly BankStatementFormat[] = [];
