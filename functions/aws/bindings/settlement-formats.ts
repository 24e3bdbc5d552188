import { shopifyPaymentsCsv } from "#adapters/settlements/shopify-payments";
import type { BankStatementFormat } from "#ports/bank-statement";
import type { SettlementSource } from "#ports/settlement-source";

export const settlementSources: readonly SettlementSource[] = [shopifyPaymentsCsv];
export const bankFormats: readonly BankStatementFormat[] = [];
