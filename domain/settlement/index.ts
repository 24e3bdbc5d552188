export type { BankLine, BankReferences, BankStatement } from "./bank-line.ts";
export { bankLineSchema, bankStatementSchema } from "./bank-line.ts";
export type { FilePlace, FileProblem } from "./file-problem.ts";
export { UnreadableSettlementFile } from "./file-problem.ts";
export { treatmentOf } from "./gateway-types.ts";
export type { BankLineMatch, LineToMatch, PayoutMovement } from "./match-bank-line.ts";
export { matchBankLine } from "./match-bank-line.ts";
export type { MatchRules, RowToMatch, SettleablePayment, SettlementMatch } from "./match-settlement.ts";
export { matchSettlement } from "./match-settlement.ts";
export type { MatchReason, MatchWay } from "./match-words.ts";
export { confidenceOf, matchReasons, matchWays } from "./match-words.ts";
export type { RowClass, RowNature, RowTreatment } from "./row-classes.ts";
export { rowClasses, rowNatures } from "./row-classes.ts";
export type { PayoutTally } from "./settlement-controls.ts";
export { checkPayout, checkStatement, openPayoutTally, tallyRow } from "./settlement-controls.ts";
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
export { payoutStatuses, settlementPayoutSchema, settlementRowSchema } from "./settlement-row.ts";
