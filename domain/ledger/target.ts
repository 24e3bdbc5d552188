import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent } from "#domain/events";
import type { TransactionId } from "#domain/identity";
import { type Policy, policyOn } from "#domain/policy";
import { TargetDraft } from "./draft.ts";
import { foldFacts } from "./facts.ts";
import { inFunctionalCurrency } from "./functional-amounts.ts";
import { orderLedger } from "./orders/order-ledger.ts";
import { OrderVersions } from "./orders/order-versions.ts";
import { promotionProblems } from "./orders/promotion-problems.ts";
import { bankLineLedger } from "./settlements/bank-line-ledger.ts";
import { payoutLedger } from "./settlements/payout-ledger.ts";
import { settlementRowLedger } from "./settlements/settlement-row-ledger.ts";
import { storedValueLedger } from "./stored-value/stored-value-ledger.ts";
import type { Target } from "./target-types.ts";
import { ticketLedger } from "./tickets/ticket-ledger.ts";
import { ticketReturns } from "./tickets/ticket-returns.ts";
import { tellStoreDay } from "./tickets/ticket-tally.ts";
import { transferLedger } from "./transfers/transfer-ledger.ts";
import { holdWithoutPosting, otherChannel, privacyTasks, receiptsOfTickets } from "./unbooked-events.ts";

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
  const [kind, channel = "", place = "", valueKind] = transaction.split(":").map(decodeURIComponent);
  if (kind === "sale") {
    const day = dayOfSale(facts.events, policy, place);
    const inForce = day === undefined ? policy : policyOn(policy, day);
    const shop = Object.hasOwn(policy.shops, place) ? policy.shops[place] : undefined;
    if (shop === undefined ? channel === "shopify" : shop.channel === channel)
      orderLedger(facts.events, new OrderVersions(events), inForce, place, draft);
    else if (channel !== "pos") otherChannel(facts.events, `${channel} ${place}`, draft);
    ticketLedger(facts.events, inForce, draft);
    if (channel === "pos") {
      ticketReturns(facts.events, inForce, draft);
      tellStoreDay(facts.events, inForce, draft);
      receiptsOfTickets(facts.events, draft);
    }
    for (const problem of promotionProblems(facts.events, inForce, channel, place)) draft.problem(problem);
  }
  if (kind === "settlement-row") settlementRowLedger(facts.events, policy, draft);
  if (kind === "payout") payoutLedger(facts.events, policy, { source: channel, account: place }, draft);
  if (kind === "bank-line") bankLineLedger(facts.events, policy, draft);
  if (kind === "stored-value") {
    storedValueLedger(facts.events, policy, { channel, place, kind: valueKind === "store-credit" ? "store-credit" : "gift-card" }, draft);
  }
  if (kind === "transfer") transferLedger(facts.events, policy, channel, draft);
  holdWithoutPosting(facts.events, draft);
  if (kind === "privacy") privacyTasks(facts.events, draft);
  return inFunctionalCurrency(draft.finish(), facts.events, policy);
}

/** The business date of a sale: what the names of its channel mean is that of this day, however late the rest of it happens. */
function dayOfSale(events: readonly BusinessEvent[], policy: Policy, place: string): string | undefined {
  for (const event of events) {
    if (event.name === "ticket.completed") return event.businessDate;
    const timeZone = event.name === "order.placed" ? policy.shops[place]?.timeZone : undefined;
    if (timeZone !== undefined) return businessDateIn(timeZone, event.occurredAt);
  }
  return undefined;
}
