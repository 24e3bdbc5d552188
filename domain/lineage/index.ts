export type { AwaitedReference } from "./awaited-references.ts";
export { isAwaited } from "./awaited-references.ts";
export type { ParsedDocument } from "./document.ts";
export { contentAddress, documentItem, factsHash, rawBodyOf } from "./document.ts";
export { assertDocumentAddress, hashInAddress, passingAddress } from "./document-address.ts";
export type {
  ApprovalDecisionItem,
  ApprovalItem,
  ClosureItem,
  DocumentItem,
  ErasureItem,
  EscalationItem,
  ExceptionItem,
  LineageItem,
  OutcomeItem,
  PlanItem,
  RawBody,
  Reference,
  ReservationEndItem,
  ReservationItem,
  RetryItem,
  TakeOverItem,
} from "./items.ts";
export {
  approvalDecisionKey,
  approvalKey,
  closureKey,
  documentItemKey,
  erasureKey,
  escalationKey,
  exceptionKey,
  exceptionKeyOf,
  outcomeKey,
  planKey,
  reservationEndKey,
  reservationKey,
  retryKey,
  takeOverKey,
} from "./keys.ts";
export { assertStorable } from "./limits.ts";
export { readEvents } from "./read-events.ts";
export type { ApprovalState, ExceptionState, PlanChain, ReservationState, TransactionView } from "./view.ts";
export { chainOf, viewTransaction } from "./view.ts";
export { workListCursor, workListPlace } from "./work-list-place.ts";
