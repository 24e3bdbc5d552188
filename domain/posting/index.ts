export { isWriteOffRefused } from "./approvals.ts";
export { connectionsOf } from "./connections.ts";
export type { Contribution, WindowFacts } from "./contributions.ts";
export { contributionIn, contributionName, windowFacts } from "./contributions.ts";
export { decidePosting } from "./decide-posting.ts";
export type { Decision, DecisionInput, PostingRules } from "./decision.ts";
export type { DeclaredTax } from "./declared-taxes.ts";
export { declaredTaxes } from "./declared-taxes.ts";
export { documentHash } from "./document-hash.ts";
export type { DraftedErp, DraftedWork } from "./drafted-sending.ts";
export { sendDrafted } from "./drafted-sending.ts";
export type { SummedUpIn } from "./drill-back.ts";
export { summariesIn, summariesOf } from "./drill-back.ts";
export type { HeldJournal, StandingInErp } from "./erp-drift.ts";
export { deletedInErp, driftOf, isManual, manualJournal, postingDateOfManual, standingInErp } from "./erp-drift.ts";
export type { LatePosting, LiveDocument, LiveTelling, Posted, RefusedStep } from "./fold-plans.ts";
export { foldPlans } from "./fold-plans.ts";
export { gatherFacts, quarantined, standing } from "./gather-facts.ts";
export type { GoodsInTransit } from "./goods-in-transit.ts";
export { goodsInTransit } from "./goods-in-transit.ts";
export type { PairInFlight } from "./in-flight.ts";
export { IntercompanyPairs } from "./in-flight.ts";
export { lapsedAuthorizationProblems } from "./lapsed-authorizations.ts";
export type { PostingLease } from "./lease.ts";
export { leaseOf, maySend, takeOverFrom } from "./lease.ts";
export type { OpeningBalance } from "./opening-balances.ts";
export { OpeningBalances } from "./opening-balances.ts";
export type { PeriodOpenItem } from "./period-open-items.ts";
export { periodOpenItems } from "./period-open-items.ts";
export type {
  BoundDocument,
  BoundJournal,
  BoundLine,
  BoundMovement,
  BoundStock,
  MovementCost,
  OpeningStep,
  PlanStep,
  SentStep,
  StepResult,
  TellStep,
} from "./plan-steps.ts";
export { isSent, unsentNumbers } from "./plan-steps.ts";
export { policyEffect } from "./policy-effect.ts";
export type { BooksChange, ExceptionsOfKind, PolicyEffectsSummary, Restatement } from "./policy-effects.ts";
export { PolicyEffects } from "./policy-effects.ts";
export { postingRules } from "./posting-rules.ts";
export type { HeldPurchaseOrder, OrdersOfCall, PurchaseOrder } from "./purchase-orders.ts";
export { orderOf, ordersOfCall, placing, requireSameOrder, requireSoundOrder } from "./purchase-orders.ts";
export { rateFacts, waitsForRate } from "./rate-facts.ts";
export { closesByPerson, openedException, settledBy, stillOpenWith } from "./reconcile-exceptions.ts";
export { reconcileFound } from "./reconcile-found.ts";
export { refundOverdueProblems, returnCourseIn } from "./refund-overdue.ts";
export { isSettledEverywhere } from "./settled-everywhere.ts";
export type { StepSending, Unapplied } from "./step-sending.ts";
export { entityOfStep, faultOf, notSent, openStepSending, Refused, sendGroups, unapplied, unplanned } from "./step-sending.ts";
export type { StoreDayName } from "./store-day.ts";
export {
  drawerDaysBack,
  drawersLeft,
  openedDrawers,
  storeDayFacts,
  storeDayOf,
  storeDayProblems,
  storeDayTimes,
  tillBalances,
} from "./store-day.ts";
export type { StoreDayState, StoreDayStatus } from "./store-day-status.ts";
export { storeDayStatus } from "./store-day-status.ts";
export { summedUp } from "./summaries.ts";
export { toldItem, toldSource } from "./tell.ts";
export { closesByContribution, endOfWindow, isWindow } from "./windows.ts";
