/** What a settlement report shares with every other table; its adapters need one door. */
export type { NumberStyle } from "#domain/csv";
export { CellProblem, Cells, parseMinorUnitsText, parseStatedAmount, plainNumbers, plainStatedNumber, yearFirst } from "#domain/csv";
export type { FoundLine } from "./bank-intake.ts";
export { BankIntake } from "./bank-intake.ts";
export type { BankLine, BankReferences, BankStatement } from "./bank-line.ts";
export { bankLineSchema, bankStatementSchema, remittanceCharactersMax } from "./bank-line.ts";
export { bankMovement } from "./bank-movement.ts";
export { conversionPairs } from "./conversion-pairs.ts";
export type { BankCsvMapping, SettlementCsvMapping } from "./csv-mapping.ts";
export { bankCsvMappingSchema, openInMapping, settlementCsvMappingSchema } from "./csv-mapping.ts";
export type { ExactJson } from "./exact-json.ts";
export { ExactJsonFile } from "./exact-json.ts";
export type { FilePlace, FileProblem } from "./file-problem.ts";
export { UnreadableSettlementFile } from "./file-problem.ts";
export type { GatewayTypes } from "./gateway-types.ts";
export { byTypeKey, treatmentOf } from "./gateway-types.ts";
export type { AmountKeys } from "./mapped-cells.ts";
export { mappedAmount, mappedCurrency } from "./mapped-cells.ts";
export type { BankLineMatch, LineToMatch, PayoutMovement } from "./match-bank-line.ts";
export { isInTime, matchBankLines } from "./match-bank-line.ts";
export type { MatchRules, SettlementMatch } from "./match-settlement.ts";
export { matchSettlement } from "./match-settlement.ts";
export type { MatchReason, MatchWay } from "./match-words.ts";
export { matchReasons, matchWays } from "./match-words.ts";
export type { RowToMatch, SettleablePayment } from "./payment-book.ts";
export { isBatch } from "./payment-book.ts";
export { payoutAmount } from "./payout-amount.ts";
export type { PayoutFacts } from "./payout-collector.ts";
export { PayoutCollector } from "./payout-collector.ts";
export type { FollowedPart, FollowedPayout, PayoutCourse, PayoutStep } from "./payout-course.ts";
export { payoutCourse, payoutSteps } from "./payout-course.ts";
export type { PayoutBook } from "./payout-gaps.ts";
export { missingNumbersOf, payoutNumber, unstatedPayouts } from "./payout-gaps.ts";
export { paypalSent } from "./paypal-types.ts";
export type { RowClass, RowNature, RowTreatment } from "./row-classes.ts";
export { rowClasses, rowNatures, typeKey } from "./row-classes.ts";
export type { BalanceGap } from "./running-balances.ts";
export { RunningBalances } from "./running-balances.ts";
export type { DeliveredLine, SameMovement } from "./same-movement.ts";
export { sameMovements } from "./same-movement.ts";
export type { PayoutTally } from "./settlement-controls.ts";
export { checkPayout, checkStatement, openPayoutTally, tallyRow } from "./settlement-controls.ts";
export type { FoundPayout, FoundRow } from "./settlement-intake.ts";
export { SettlementIntake } from "./settlement-intake.ts";
export type { SettlementCounts, SettlementManifest, SettlementPart } from "./settlement-manifest.ts";
export {
  bookedLineSchema,
  referenceWords,
  referenceWordsSchema,
  rowSumsSchema,
  settlementChunkMax,
  settlementChunkSchema,
  settlementManifestSchema,
  unlistedRowsMax,
  unlistedSchema,
} from "./settlement-manifest.ts";
export type { FeePart, PayoutStatus, RowReferences, SettlementPayout, SettlementRow } from "./settlement-row.ts";
export { settlementPayoutSchema, settlementRowSchema } from "./settlement-row.ts";
export { shapeProblem } from "./shape-problem.ts";
export { statedCurrency, statedPresentment } from "./stated-currency.ts";
export { statedMeans } from "./stated-means.ts";
export { StatedPayouts } from "./stated-payouts.ts";
export { statedDay, statedInstant } from "./stated-time.ts";
export type { TableFormat, TableHandlers } from "./table-reader.ts";
export { hasColumns, TableReader } from "./table-reader.ts";
export type { Variance } from "./variance.ts";
export { bankLineVariance, rowVariance } from "./variance.ts";
