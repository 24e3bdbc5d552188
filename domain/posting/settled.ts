import { chainOf, type TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { PostingRules } from "./decision.ts";
import { difference, eventOf } from "./difference.ts";
import { foldPlans } from "./fold-plans.ts";
import { targetInGrain } from "./grain.ts";

/** Whether all that the facts ask of a connection stands there, and nothing else: no plan is open and no difference is left. */
export function isSettledIn(view: TransactionView, policy: Policy, rules: PostingRules, connection: string, now: string): boolean {
  const { plans, outcomes } = chainOf(view, connection);
  if (plans.some(({ number }) => !outcomes.has(number))) return false;
  const posted = foldPlans(plans, outcomes);
  const { target } = targetInGrain({ view, connection, policy, rules, now }, view.documents, posted);
  const ours = target.documents.filter(({ entity }) => policy.entities[entity]?.connection === connection);
  const held = new Set(target.heldEvents);
  // What stands for a held event is left alone.
  return difference(ours, posted.live, posted.told).every(
    (change) => (change.kind === "reverse" || change.kind === "withdraw") && held.has(eventOf(change)),
  );
}
