import type { BusinessEvent } from "#domain/events";
import type { TransactionId } from "#domain/identity";
import { type Policy, policyOn } from "#domain/policy";
import { accountLedger } from "./accounts/account-ledger.ts";
import { TargetDraft } from "./draft.ts";
import { foldFacts } from "./facts.ts";
import { inFunctionalCurrency } from "./functional-amounts.ts";
import { orderLedger } from "./orders/order-ledger.ts";
import { OrderVersions } from "./orders/order-versions.ts";
import { promotionProblems } from "./orders/promotion-problems.ts";
import { expectedReturnsLedger } from "./periods/expected-returns.ts";
import { policyOfSale } from "./sale-day.ts";
import { bankLineLedger } from "./settlements/bank-line-ledger.ts";
import { payoutLedger } from "./settlements/payout-ledger.ts";
import { settlementRowLedger } from "./settlements/settlement-row-ledger.ts";
import { stockLedger } from "./stock/stock-ledger.ts";
import { storeDayLedger } from "./store-days/store-day-ledger.ts";
import { loyaltyLedger } from "./stored-value/loyalty-ledger.ts";
import { storedValueLedger } from "./stored-value/stored-value-ledger.ts";
import type { Target } from "./target-types.ts";
import { ticketLedger } from "./tickets/ticket-ledger.ts";
import { ticketReturns } from "./tickets/ticket-returns.ts";
import { tellStoreDay } from "./tickets/ticket-tally.ts";
import { voidLedger } from "./tickets/ticket-void.ts";
import { warnOfTickets } from "./tickets/ticket-warnings.ts";
import { transferLedger } from "./transfers/transfer-ledger.ts";
import { otherChannel, privacyTasks, receiptsOfTickets } from "./unbooked-events.ts";

/**
 * The ledger that the ERP should hold for one transaction: a pure function of its facts and the policy in force, whatever order the
 * facts arrived in. `events` are those of every content that is not quarantined. Accounts are bound later: lines carry roles.
 */
export function targetLedger(events: readonly BusinessEvent[], policy: Policy, transaction: TransactionId): Target {
  const draft = new TargetDraft(transaction);
  const facts = foldFacts(events);
  for (const problem of facts.problems) {
    draft.problem(problem);
    for (const event of facts.events) if (event.key === problem.event) draft.hold(event);
  }
  // The fourth part is the kind of stored value, or the business day of a store.
  const [kind, channel = "", place = "", fourth = ""] = transaction.split(":").map(decodeURIComponent);
  if (kind === "sale") {
    const inForce = policyOfSale(facts.events, policy, place);
    const shop = Object.hasOwn(policy.shops, place) ? policy.shops[place] : undefined;
    if (shop === undefined ? channel === "shopify" : shop.channel === channel)
      orderLedger(facts.events, new OrderVersions(events), inForce, place, draft);
    else if (channel !== "pos") otherChannel(facts.events, `${channel} ${place}`, draft);
    ticketLedger(facts.events, inForce, draft);
    if (channel === "pos") {
      ticketReturns(facts.events, inForce, draft);
      receiptsOfTickets(facts.events, draft);
      voidLedger(facts.events, inForce, draft);
      // After the void, which takes back whatever else its ticket told.
      tellStoreDay(facts.events, inForce, draft);
      warnOfTickets(facts.events, policy, draft);
    }
    for (const problem of promotionProblems(facts.events, inForce, channel, place)) draft.problem(problem);
  }
  if (kind === "settlement-row") settlementRowLedger(facts.events, policy, draft);
  if (kind === "payout") payoutLedger(facts.events, policy, { source: channel, account: place }, draft);
  if (kind === "bank-line") bankLineLedger(facts.events, policy, draft);
  if (kind === "stored-value" && fourth === "loyalty") loyaltyLedger(facts.events, policy, place, draft);
  else if (kind === "stored-value") {
    storedValueLedger(facts.events, policy, { channel, place, kind: fourth === "store-credit" ? "store-credit" : "gift-card" }, draft);
  }
  if (kind === "store-day") storeDayLedger(facts.events, policyOn(policy, fourth), place, draft);
  if (kind === "stock") stockLedger(facts.events, policy, draft);
  if (kind === "account") accountLedger(facts.events, policy, place === "receivable" ? "receivable" : "deposit", draft);
  if (kind === "period") expectedReturnsLedger(facts.events, policy, draft);
  if (kind === "transfer") transferLedger(facts.events, policy, channel, draft);
  if (kind === "privacy") privacyTasks(facts.events, draft);
  return inFunctionalCurrency(draft.finish(), facts.events, policy);
}
