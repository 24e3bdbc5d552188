import { contentHash, utf8ByteLength } from "#domain/canonical";
import { exceptionClasses, type Problem } from "#domain/exceptions";
import { StalePolicy } from "#domain/failures";
import type { DocumentKey } from "#domain/identity";
import {
  type ClosureItem,
  chainOf,
  type ExceptionItem,
  type PlanItem,
  planKey,
  type TakeOverItem,
  type TransactionView,
  takeOverKey,
} from "#domain/lineage";
import { type ApprovalNeed, approvalsFor, discretionaryNeed, periodNeed, restatementNeed } from "./approvals.ts";
import type { Decision, DecisionInput } from "./decision.ts";
import { type Change, difference, eventOf } from "./difference.ts";
import { foldPlans, latenessOf, liveElsewhere } from "./fold-plans.ts";
import { targetInGrain } from "./grain.ts";
import { lapsedAuthorizationProblems } from "./lapsed-authorizations.ts";
import { takeOverFrom } from "./lease.ts";
import { isOpening, ofOpening, openingChanges } from "./openings.ts";
import { firstSteps, planGroups } from "./plan-groups.ts";
import type { PlanStep } from "./plan-steps.ts";
import { changesOfThePast, lateEvents, movedElsewhere, openAgain, refusals, restatements, stockWarnings } from "./posting-problems.ts";
import { reconcileExceptions, stillOpenWith } from "./reconcile-exceptions.ts";
import { refundOverdueProblems } from "./refund-overdue.ts";
import { auditorOf, storeDayProblems } from "./store-day.ts";

/** Covered keys above this many are kept in the document store. */
const coveredKeysInlineMax = 500;
/** Each of the lists that a plan carries beside its steps. */
const planListBytesMax = 50_000;
/** A plan that has been taken over this often without an answer is brought to the desk. */
const takeOversBeforeException = 3;

/**
 * Steps 5 to 7 of the posting protocol, as a pure function of what was read. Throws StalePolicy when the last plan was made with a newer
 * policy release or target version than the one in hand.
 */
export function decidePosting(input: DecisionInput): Decision {
  const { view, connection, policy, rules, now } = input;
  const chain = chainOf(view, connection);
  const last = chain.plans.at(-1);
  const covered = last === undefined ? [] : (last.covers.keys ?? input.coveredKeys ?? []);
  const known = new Set(view.documents.map((document) => document.key));
  if (covered.some((key) => !known.has(key))) return busy("the last plan covers a document that was not read");
  if (last !== undefined && last.number !== chain.plans.length) return busy("a plan of the chain was not read");

  const leaseStart = last === undefined ? undefined : (chain.takeOvers.get(last.number)?.at(-1)?.at ?? last.at);
  if (last !== undefined && leaseStart !== undefined && !chain.outcomes.has(last.number)) return finishFirst(last, leaseStart);
  if (last !== undefined && (policy.release < last.policyRelease || rules.version < last.targetVersion)) {
    throw new StalePolicy(
      `plan ${last.number} of ${view.transaction} was made with policy release ${last.policyRelease} and target version ${last.targetVersion}; in hand are ${policy.release} and ${rules.version}: reload`,
    );
  }

  const posted = foldPlans(chain.plans, chain.outcomes);
  const { target, issues, opening } = targetInGrain(input, view.documents, posted);
  const ours = target.documents.filter((document) => policy.entities[document.entity]?.connection === connection);
  const changes = difference(ours, posted.live, posted.told);

  const shared = [
    ...issues,
    ...target.problems,
    ...refundOverdueProblems(view, now),
    ...storeDayProblems(view, policy, now),
    ...lapsedAuthorizationProblems(view, policy),
    ...(input.found ?? []),
  ];
  const heldAlready = blocked(shared, target.heldEvents);
  const past = changesOfThePast(input, changes, posted, last, covered);
  // What its own trouble leaves alone is not on the way to being restated: that can be told when the trouble is gone.
  // Nor is what was never sent: a change of the opening balances has its own exception.
  const restated = past.filter(({ change }) => !heldAlready.change(change) && !ofOpening(change));
  const moved = movedElsewhere(input, changes);
  const approvals = approvalsFor(input, chain.plans, needsOf(changes, past, restated));
  const undecided = restated.filter(({ change }) => !approvals.granted.has(change.key) && !approvals.refused.has(change.key));
  const own = [
    ...restatements(undecided, policy),
    ...approvals.problems,
    ...openAgain(target.ifRefused ?? [], approvals.refused, view),
    ...moved,
    ...refusals(changes, posted, policy, view),
    ...openingChanges(changes),
    ...stockWarnings(posted),
    ...lateEvents(posted),
  ];
  const found = reconcileExceptions(view, { shared, own }, connection, now);
  const blocks = blocked(found.blocking, target.heldEvents);
  const asked = approvals.asked.length === 0 ? {} : { approvals: approvals.asked };
  if (blocks.transaction) return { kind: "held", exceptions: found.items, ...asked };

  const early = leadersFirst(changes, posted.live);
  const { groups, bindingProblems, waiting } = planGroups(
    changes.filter((change) => !blocks.change(change) && !approvals.refused.has(change.key) && !early.has(change.key)),
    (last?.number ?? 0) + 1,
    policy,
    posted,
    { now, opening, approved: approvals.granted, elsewhere: liveElsewhere(view, connection) },
  );
  // What another connection has still to post is on its way: its exceptions, if any, are found there.
  const abroad = new Set(target.documents.filter((document) => !ours.includes(document)).map((document) => document.key));
  const inFlight = waiting.some((each) => abroad.has(each.for));
  const stuck = waiting.flatMap((each) => (abroad.has(each.for) ? [] : [each.problem]));
  const unsettled = [...bindingProblems, ...(groups.length === 0 ? stuck : [])];
  const work = unsettled.length === 0 ? found : reconcileExceptions(view, { shared, own: [...own, ...unsettled] }, connection, now);
  const held = work.blocking.length > 0;
  if (groups.length === 0 && inFlight) {
    return { ...busy("a cost is not known yet that another connection has to tell"), exceptions: work.items, ...asked };
  }
  if (groups.length === 0) return { kind: held ? "held" : "settled", exceptions: work.items, ...asked };

  const afterRefusal = last !== undefined && chain.outcomes.get(last.number)?.results.some((result) => result.kind !== "done");
  if (afterRefusal && leaseStart !== undefined && now < takeOverFrom(last.lease, leaseStart)) {
    return {
      ...busy("the last plan had a refusal and its lease still runs", takeOverFrom(last.lease, leaseStart)),
      exceptions: work.items,
    };
  }

  const { steps, left } = firstSteps(groups);
  const heldBack = new Set<string>(target.heldEvents);
  for (const problem of [...work.blocking, ...waiting.map((each) => each.problem)]) {
    const key = problem.document ?? problem.event;
    if (key !== undefined) heldBack.add(key);
  }
  for (const key of [...changes.filter((change) => blocks.change(change)).map((change) => change.key), ...left]) heldBack.add(key);
  // What somebody refused by new facts stays a wish of those facts: it must not come back as a restatement.
  for (const key of approvals.refused) heldBack.add(key);
  for (const key of early.keys()) heldBack.add(key);
  // What no new fact asks for is not held back: it needs its approval still when the next plan is made, whatever else holds it now.
  for (const { change } of past) heldBack.delete(change.key);
  for (const problem of work.blocking) if (problem.class === "policy.restatement") heldBack.delete(problem.document ?? "");
  const plan = newPlan(input, last, chain.outcomes.get(last?.number ?? 0), steps, [...heldBack].sort(), approvalsBehind(steps));
  // What is posted late is looked at once more, to be told.
  const late = steps.some((step) => latenessOf(step, posted.live).length > 0);
  const isLed = steps.some((step) => [...early.values()].includes(step.key));
  const afterwards = left.length > 0 || waiting.length > 0 || late || isLed ? "again" : held ? "held" : "settled";
  return { kind: "plan", plan, coveredKeys: coveredKeys(view), afterwards, exceptions: work.items, ...asked };

  function approvalsBehind(planned: readonly PlanStep[]): string[] {
    const keys = new Set(planned.map((step) => step.key));
    return [...approvals.granted].flatMap(([document, granted]) => (keys.has(document) ? granted : [])).sort();
  }

  /** What its own trouble keeps from posting is not asked about: that can be told when the trouble is gone. */
  function needsOf(
    all: readonly Change[],
    ofThePast: readonly { change: Change }[],
    restating: readonly { change: Change }[],
  ): ApprovalNeed[] {
    const elsewhere = new Set(moved.map((problem) => problem.document));
    const auditor = auditorOf(view);
    const old = new Set(ofThePast.map(({ change }) => change.key));
    const sent = all.filter((change) => !heldAlready.change(change) && !elsewhere.has(change.key) && !isOpening(change, opening));
    return [
      ...restating.filter(({ change }) => !elsewhere.has(change.key)).map(({ change }) => restatementNeed(change, policy)),
      ...sent.filter((change) => !old.has(change.key)).flatMap((change) => discretionaryNeed(change, policy, auditor) ?? []),
      ...sent.flatMap((change) => periodNeed(change, policy, now) ?? []),
    ];
  }

  function finishFirst(plan: PlanItem, leaseStart: string): Decision {
    const until = takeOverFrom(plan.lease, leaseStart);
    if (now < until) return busy(`plan ${plan.number} is being executed`, until);
    const take = (chain.takeOvers.get(plan.number)?.length ?? 0) + 1;
    const key = takeOverKey(connection, plan.number, take);
    const item: TakeOverItem = { type: "take-over", transaction: view.transaction, key, at: now, connection, number: plan.number, take };
    return { kind: "take-over", item, plan, exceptions: take < takeOversBeforeException ? [] : unknownOutcome(plan, take) };
  }

  function unknownOutcome(plan: PlanItem, take: number): readonly (ExceptionItem | ClosureItem)[] {
    const message = `plan ${plan.number} with ${plan.steps.length} steps has no answer from ${connection} after ${take - 1} take-overs`;
    const cause = planKey(connection, plan.number);
    return stillOpenWith(view, { class: "erp.unknown-outcome", code: connection, cause, message }, connection, now);
  }
}

function busy(reason: string, until?: string): Extract<Decision, { kind: "busy" }> {
  return { kind: "busy", reason, exceptions: [], ...(until === undefined ? {} : { until }) };
}

/**
 * What the blocking problems leave alone: the whole transaction, or a document. What stands for a held event is not reversed either: its
 * target is not known; nor is what it told withdrawn. A document that the target states for such an event all the same is posted.
 */
function blocked(blocking: readonly Problem[], heldEvents: readonly string[]) {
  const documents = blocking.filter((problem) => exceptionClasses[problem.class].blocks === "document");
  const keys = new Set(documents.map((problem) => problem.document));
  const events = new Set([...heldEvents, ...documents.map((problem) => problem.event)]);
  return {
    transaction: blocking.some((problem) => exceptionClasses[problem.class].blocks === "transaction"),
    change: (change: Change) =>
      keys.has(change.key) || ((change.kind === "reverse" || change.kind === "withdraw") && events.has(eventOf(change))),
  };
}

/**
 * What only follows another document is left out until that one stands as it is wished for: while its leader waits, is refused or is only
 * planned now, the follower would take back what is not there. By follower, its leader.
 */
function leadersFirst(changes: readonly Change[], live: ReadonlyMap<DocumentKey, unknown>): ReadonlyMap<DocumentKey, DocumentKey> {
  const changing = new Set(changes.map((change) => change.key));
  const early = new Map<DocumentKey, DocumentKey>();
  for (const change of changes) {
    const leader = "document" in change && change.document.type === "journal" ? change.document.follows : undefined;
    if (leader !== undefined && (changing.has(leader) || !live.has(leader))) early.set(change.key, leader);
  }
  return early;
}

function coveredKeys(view: TransactionView): string[] {
  return view.documents.map((document) => document.key).sort();
}

function newPlan(
  input: DecisionInput,
  last: PlanItem | undefined,
  lastOutcome: unknown,
  steps: readonly PlanStep[],
  heldBack: readonly string[],
  approvals: readonly string[],
): PlanItem {
  const { view, connection, policy, rules, lease, now } = input;
  const keys = coveredKeys(view);
  const digest = contentHash(keys);
  const inline = keys.length <= coveredKeysInlineMax && utf8ByteLength(JSON.stringify(keys)) <= planListBytesMax;
  const listed = utf8ByteLength(JSON.stringify(heldBack)) <= planListBytesMax;
  const number = (last?.number ?? 0) + 1;
  return {
    type: "plan",
    transaction: view.transaction,
    key: planKey(connection, number),
    at: now,
    connection,
    number,
    previous: last === undefined ? null : contentHash({ plan: last, outcome: lastOutcome }),
    covers: { ...(inline ? { keys } : { address: `covers/${digest}` }), count: keys.length, digest },
    policyRelease: policy.release,
    policyVersion: policy.version,
    targetVersion: rules.version,
    ...(listed ? { heldBack } : { heldBack: [], heldBackMore: true as const }),
    steps,
    ...(approvals.length === 0 ? {} : { approvals }),
    lease,
  };
}
