export type { ParsedDocument } from "./document.ts";
export { contentAddress, documentItem, factsHash, rawBodyOf } from "./document.ts";
export { assertDocumentAddress, hashInAddress } from "./document-address.ts";
export type {
  ClosureItem,
  DocumentItem,
  ExceptionItem,
  LineageItem,
  OutcomeItem,
  PlanItem,
  RawBody,
  Reference,
  TakeOverItem,
} from "./items.ts";
export { closureKey, documentItemKey, exceptionKey, outcomeKey, planKey, takeOverKey } from "./keys.ts";
export { assertStorable } from "./limits.ts";
export { readEvents } from "./read-events.ts";
export type { ExceptionState, PlanChain, TransactionView } from "./view.ts";
export { chainOf, viewTransaction } from "./view.ts";
