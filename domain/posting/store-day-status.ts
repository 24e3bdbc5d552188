import { exceptionClasses } from "#domain/exceptions";
import { chainOf, type PlanChain, type TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { type DayFacts, type OpenPoint, openPoints } from "#domain/store-day";
import { closingOf, windowFacts } from "./contributions.ts";
import type { PostingRules } from "./decision.ts";
import { foldPlans } from "./fold-plans.ts";
import { isSettledIn } from "./settled.ts";
import { storeDayFacts, storeDayOf } from "./store-day.ts";
import { summedUp } from "./summaries.ts";

/**
 * How far a store day has come: received (something is missing) → validated (every number is accounted for) → totalled (counts and card totals
 * too) → audited → posting → posted → reconciled. Beside them: reopened (an audit was taken back), revised (what is posted changed, and its
 * supplement is not out yet), parked (somebody must decide or mend something first), rejected (somebody refused what it was to post).
 */
export type StoreDayState =
  | "received"
  | "validated"
  | "totalled"
  | "audited"
  | "posting"
  | "posted"
  | "reconciled"
  | "reopened"
  | "revised"
  | "parked"
  | "rejected";

export interface StoreDayStatus {
  readonly state: StoreDayState;
  readonly facts: DayFacts;
  /** What is missing; nothing of it was waived. */
  readonly points: readonly OpenPoint[];
  /** Contents that wait for a summary, and that a summary has and that count no more. */
  readonly lacking: number;
  readonly leaving: number;
}

/** The state of a day as its facts, plans and answers have it. Throws RangeError for a stream that is no store day. */
export function storeDayStatus(view: TransactionView, policy: Policy, rules: PostingRules, now: string): StoreDayStatus {
  const day = storeDayOf(view.transaction);
  if (day === undefined) throw new RangeError(`${view.transaction} is no store day`);
  const { events, facts } = storeDayFacts(view);
  const points = openPoints(facts, policy, day.store, day.businessDate);
  const closing = closingOf(events);
  const { current } = windowFacts(view.documents);
  const standing = [...view.chains.values()].flatMap(({ plans, outcomes }) =>
    [...foldPlans(plans, outcomes).live.values()].flatMap(({ document }) => (document.type === "journal" ? [document] : [])),
  );
  const summed = summedUp(standing);
  const lacking = [...current.keys()].filter((name) => !summed.has(name)).length;
  const leaving = [...summed.keys()].filter((name) => !current.has(name)).length;
  const found = { facts, points, lacking, leaving };

  if (closing === undefined) {
    if (events.some(({ name }) => name === "store-day.reopened")) return { ...found, state: "reopened" };
    if (points.some(({ kind }) => kind === "sequence" || kind === "silent" || kind === "tickets")) return { ...found, state: "received" };
    return { ...found, state: points.length > 0 ? "validated" : "totalled" };
  }
  const entity = policy.stores[day.store]?.entity ?? "";
  const connection = policy.entities[entity]?.connection ?? "";
  if (!isSettledIn(view, policy, rules, connection, now)) return { ...found, state: unsettled() };
  if (isBlocked()) return { ...found, state: "parked" };
  const at = lastPlanned(chainOf(view, connection)) ?? closing.at;
  // Something came to be missing after the audit: nobody has audited that.
  if (points.length > 0) return { ...found, state: "reopened" };
  const reconciled = events.some(({ name, occurredAt }) => name === "store-day.reconciled" && occurredAt >= closing.at && occurredAt >= at);
  return { ...found, state: reconciled ? "reconciled" : "posted" };

  /** Something that posts with the day is held: somebody must mend what its exception names. */
  function isBlocked(): boolean {
    return view.exceptions.some(({ opened, closed }) => closed === undefined && exceptionClasses[opened.class].blocks !== "nothing");
  }

  function unsettled(): StoreDayState {
    const last = view.approvals.at(-1);
    if (view.approvals.some(({ decision }) => decision === undefined)) return "parked";
    if (last?.decision?.answer === "refused") return "rejected";
    if (isBlocked()) return "parked";
    if (leaving > 0) return "revised";
    return chainOf(view, connection).plans.some(({ at: planned }) => planned >= (closing?.at ?? "")) ? "posting" : "audited";
  }
}

function lastPlanned({ plans }: PlanChain): string | undefined {
  return plans.at(-1)?.at;
}
