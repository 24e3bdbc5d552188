export type {
  BoundDocument,
  BoundJournal,
  BoundLine,
  BoundMovement,
  BoundStock,
  Dimensions,
  JournalDocument,
  MovementCost,
  PlanStep,
  StepResult,
  StockDocument,
  TargetDocument,
  TargetLine,
  TargetMovement,
} from "./documents.ts";
export type { Target } from "./target-types.ts";
