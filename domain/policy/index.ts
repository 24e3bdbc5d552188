export type { ApprovalKind, ApprovalRule } from "./approval-rules.ts";
export { approvalRuleFor, releasesAreApproved } from "./approval-rules.ts";
export type { PolicyChange } from "./compare-policies.ts";
export { comparePolicies } from "./compare-policies.ts";
export { cutOverOf, lastCutOverDay } from "./cut-over.ts";
export type { ElectionName, ElectionRule, ElectionValue } from "./elections.ts";
export { electionFor } from "./elections.ts";
export type { ErpCompanyData, ErpFinding } from "./erp-agreement.ts";
export { erpAgreement, hubKeptAccounts } from "./erp-agreement.ts";
export type { ErpChange } from "./erp-changes.ts";
export { erpChanges } from "./erp-changes.ts";
export { connectionPace, takesOneSender } from "./erp-kinds.ts";
export type { EstimateRule, ExpectedReturns, LoyaltyRule, ReplacementRule, Share, UnclaimedPropertyRule } from "./estimates.ts";
export { estimateFor, expectedReturnsFor, loyaltyRuleFor, replacementRuleFor, shareOf, unclaimedPropertyFor } from "./estimates.ts";
export type { ExchangeRate } from "./exchange-rates.ts";
export { exchangeRateFor } from "./exchange-rates.ts";
export type { ExplainedStatement, ExplainFilter } from "./explain.ts";
export { explainPolicy } from "./explain.ts";
export type { ContractedFee, FeeContract, FeeRate } from "./fee-contract.ts";
export { contractedFee } from "./fee-contract.ts";
export type { FreightRule } from "./freight-rules.ts";
export { freightRuleFor } from "./freight-rules.ts";
export type { PolicyError, PolicyFile } from "./layer-file.ts";
export { holdsOn } from "./layered-rules.ts";
export type { PolicyContent, ResolvedPolicy } from "./layers.ts";
export { resolvePolicy } from "./layers.ts";
export {
  accountFor,
  erpCompanies,
  itemFor,
  jurisdictionFor,
  locationByChannelId,
  policyOn,
  tenderFor,
  transferPriceFor,
} from "./lookup.ts";
export type { MasterField, MasterRecord } from "./master-data/index.ts";
export { customerReference, jurisdiction, location, owningSystems, product, tax, tender } from "./master-data/index.ts";
export { governedKeys } from "./ownership.ts";
export type { PeriodRule, PeriodState, PostingDay } from "./periods.ts";
export {
  closedInFiles,
  closingsKeptInFiles,
  fiscalPeriodOf,
  hasPeriodRule,
  keepingClosings,
  periodStateOn,
  postingDayFor,
  sameButForClosings,
  splitDayOf,
  statesBegan,
  withPeriodRule,
} from "./periods.ts";
export { policyForm } from "./policy-form.ts";
export type {
  AccountRule,
  BalanceTypeRule,
  BankAccountPolicy,
  ConnectionPolicy,
  EntityPolicy,
  GatewayAccountPolicy,
  ItemPolicy,
  ItemsPolicy,
  JurisdictionPolicy,
  LocationOwnership,
  LocationPolicy,
  Policy,
  ShopPolicy,
  StorePolicy,
  TaxRule,
  TenderRule,
  TransferPriceRule,
} from "./policy-types.ts";
export type { PromotionRule, PromotionVerdict, Redemption } from "./promotions.ts";
export { judgeRedemption, promotionRuleFor } from "./promotions.ts";
export type { ReasonStated, StockReasonRule, TillReasonKind, TillReasonRule } from "./reason-rules.ts";
export { stockReasonFor, tillReasonFor } from "./reason-rules.ts";
export type { ReleaseTimeline, TimedRelease } from "./release-timeline.ts";
export { activeFromOf, carriedOver, isActive, placeInTime, releaseTimeline, withdrawable } from "./release-timeline.ts";
export type { ItemCondition, RefundTarget, ReturnRule, ShippingRefund, TakenBackRule } from "./return-rules.ts";
export { itemConditions, refundTargets, returnRuleFor, standardAuthorizedHours, standardRefundWithinHours } from "./return-rules.ts";
export type { Role, RoleSide } from "./roles.ts";
export { roles } from "./roles.ts";
export { approvalOf } from "./second-person.ts";
export type { PolicyStep } from "./seen-change.ts";
export { assertSeen, seenChange } from "./seen-change.ts";
export type { SellingEntity } from "./selling-entity.ts";
export { sellingEntity } from "./selling-entity.ts";
export type { TerminalClose } from "./settlement-accounts.ts";
export {
  accountsPayingOut,
  bankAccountByNumber,
  classOfBalanceType,
  currencyKeptIn,
  gatewayAccountFor,
  terminalClose,
} from "./settlement-accounts.ts";
export type { FiledReturn } from "./tax-filings.ts";
export { filedReturns, taxDateFor } from "./tax-filings.ts";
export type { TicketOccasion, TicketRule, TicketRuleInForce, TicketRuleName, TicketRuleOf, TicketRuleSeverity } from "./ticket-rules.ts";
export { ticketRuleData, ticketRuleFor, ticketRuleNames, ticketRules } from "./ticket-rules.ts";
export { toleranceFor, toleranceOf } from "./tolerances.ts";
export type { ConsignmentRule, CourierRule, DropShipRule } from "./vendor-terms.ts";
export { consignmentFor, courierFor, dropShipFor } from "./vendor-terms.ts";
export { waitDaysFor } from "./waits.ts";
