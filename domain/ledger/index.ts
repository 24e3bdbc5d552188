export type {
  CostBasis,
  CostedDocument,
  Dimensions,
  ErpDocument,
  JournalDocument,
  StockDocument,
  SummaryPart,
  TargetDocument,
  TargetLine,
  TargetMovement,
  ToldDocument,
} from "./documents.ts";
export { pairsOf } from "./documents.ts";
export { foldFacts } from "./facts.ts";
export { agreedAt, withBooks } from "./goods-abroad.ts";
export { addEntry, costOfPart } from "./intercompany.ts";
export { JournalLines } from "./journal-lines.ts";
export { returnsToCome } from "./periods/expected-returns.ts";
export { writeOffOf } from "./settlements/write-off.ts";
export { storedValueLiability } from "./stored-value/stored-value-issuer.ts";
export type { StoredValueStanding } from "./stored-value/stored-value-ledger.ts";
export { storedValueStanding } from "./stored-value/stored-value-ledger.ts";
export { targetLedger } from "./target.ts";
export type { Target } from "./target-types.ts";
export { unexcusedReturnProblems } from "./tickets/store-return.ts";
export { linkedReturns, linkedValue } from "./tickets/ticket-originals.ts";
export { depositKey } from "./to-bank.ts";
