export type { Certificate, CertificateDifference, CertificateItem, CertificateRow } from "./certificate.ts";
export { certificateOf } from "./certificate.ts";
export { clearingLinesOf } from "./clearing-lines.ts";
export type {
  ClearingAccount,
  ClearingBalance,
  ClearingInput,
  ClearingItem,
  ClearingLine,
  ClearingPayout,
  ClearingRow,
} from "./clearing-report.ts";
export { clearingReport } from "./clearing-report.ts";
export type { ConsolidatedAccount, ConsolidatedTrialBalance, IntercompanyPair } from "./consolidation.ts";
export { consolidate, eliminationDifference } from "./consolidation.ts";
export type { DiscountRow } from "./discount-report.ts";
export { discountReport, staffDiscount, unnamedDiscount } from "./discount-report.ts";
export type { DormantRow } from "./dormant-balances.ts";
export { dormantBalances } from "./dormant-balances.ts";
export type { FiledTaxes, TaxAmendmentRow, TaxReturn } from "./filed-taxes.ts";
export { filedAndOpen, filedTaxes } from "./filed-taxes.ts";
export type { LedgerLine } from "./ledger-line.ts";
export type { LedgerTie } from "./ledger-tie.ts";
export { tiesToLedger } from "./ledger-tie.ts";
export type { MarginBy, MarginRow } from "./margin-report.ts";
export { marginReport, marginRoles } from "./margin-report.ts";
export type { HeldElsewhere } from "./money-of-day.ts";
export { moneyOfDay } from "./money-of-day.ts";
export type { OpenQuestion } from "./open-question.ts";
export type { PayoutInput, PayoutReportRow, PayoutRow, PayoutRowInput, PayoutRowState, PayoutState } from "./payout-report.ts";
export { payoutReport } from "./payout-report.ts";
export type { PeriodSales } from "./period-sales.ts";
export { PeriodSalesTally } from "./period-sales.ts";
export type { PromotionRow } from "./promotion-report.ts";
export { promotionReport } from "./promotion-report.ts";
export type { ReturnRow } from "./return-report.ts";
export { returnReport } from "./return-report.ts";
export type { StatedReturn } from "./returns-of.ts";
export { returnsOf } from "./returns-of.ts";
export type { SalesRow } from "./sales-report.ts";
export { salesReport, salesRoles } from "./sales-report.ts";
export type { StoredValueMovement } from "./stored-value-movements.ts";
export { heldForCustomers, storedValueCauses, storedValueMovements } from "./stored-value-movements.ts";
export type { StoredValueRow } from "./stored-value-report.ts";
export { storedValueReport, storedValueRoles } from "./stored-value-report.ts";
export type { LedgerBalance, RollForwardRow, StatedBalance, SubLedgerTie } from "./stored-value-roll-forward.ts";
export { storedValueRollForward } from "./stored-value-roll-forward.ts";
export type { TaxRow } from "./tax-report.ts";
export { taxReport, taxRoles } from "./tax-report.ts";
export type { Translation, TranslationRate } from "./translation.ts";
export { translate } from "./translation.ts";
