import type { BusinessEvent } from "#domain/events";
import type { TransactionId } from "#domain/identity";
import type { Policy } from "#domain/policy";
import { TargetDraft } from "./draft.ts";
import { foldFacts } from "./facts.ts";
import { orderLedger } from "./order-ledger.ts";
import { OrderVersions } from "./order-versions.ts";
import type { Target } from "./target-types.ts";
import { ticketLedger } from "./ticket-ledger.ts";

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
  const [kind, channel, place] = transaction.split(":").map(decodeURIComponent);
  if (kind === "sale") {
    if (channel === "shopify") orderLedger(facts.events, new OrderVersions(events), policy, place ?? "", draft);
    ticketLedger(facts.events, policy, draft);
  }
  return draft.finish();
}
