import { contentHash, utf8ByteLength } from "#domain/canonical";
import type { BusinessEvent } from "#domain/events";
import { exceptionClasses, type Problem } from "#domain/exceptions";
import { StalePolicy } from "#domain/failures";
import { type DocumentKey, reversalKey, type TransactionId } from "#domain/identity";
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
import type { Policy } from "#domain/policy";
import { bindDocument } from "./bind-document.ts";
import { type Change, changeSignature, difference } from "./difference.ts";
import type { BoundDocument, PlanStep, TargetDocument } from "./documents.ts";
import { foldPlans, type Posted } from "./fold-plans.ts";
import { gatherFacts } from "./gather-facts.ts";
import { type PostingLease, takeOverFrom } from "./lease.ts";
import { reconcileExceptions, stillOpenWith } from "./reconcile-exceptions.ts";
import type { Target } from "./target-types.ts";

/** What turns facts into a ledger; `version` is raised only when `target` changes meaning. */
export interface PostingRules {
  readonly version: number;
  readonly target: (events: readonly BusinessEvent[], policy: Policy, transaction: TransactionId) => Target;
}

export interface DecisionInput {
  readonly view: TransactionView;
  readonly connection: string;
  readonly policy: Policy;
  readonly rules: PostingRules;
  readonly lease: PostingLease;
  readonly now: string;
  /** The last plan's list of covered documents when it is kept by address. */
  readonly coveredKeys: readonly string[] | undefined;
}

/** Covered keys above this many are kept in the document store. */
const coveredKeysInlineMax = 500;
/** One plan carries at most this many steps, so that its lease covers them; the rest follows in the next plan. */
const stepsPerPlanMax = 100;
/** … and of this many bytes, as lineage stores refuse an item above 400,000 and its answers must fit into one as well. */
const planStepsBytesMax = 200_000;
/** Each of the lists that a plan carries beside its steps. */
const planListBytesMax = 50_000;
/** A plan that has been taken over this often without an answer is brought to the desk. */
const takeOversBeforeException = 3;

export type Decision =
  /** Nothing can be decided now: look again at `until` (or soon, when absent). */
  | {
      readonly kind: "busy";
      readonly reason: string;
      readonly until?: string;
      readonly exceptions: readonly (ExceptionItem | ClosureItem)[];
    }
  | { readonly kind: "settled" | "held"; readonly exceptions: readonly (ExceptionItem | ClosureItem)[] }
  | {
      readonly kind: "take-over";
      readonly item: TakeOverItem;
      readonly plan: PlanItem;
      readonly exceptions: readonly (ExceptionItem | ClosureItem)[];
    }
  | {
      readonly kind: "plan";
      readonly plan: PlanItem;
      /** The list that the plan's `covers.address` points at: to be stored before the plan is inserted. */
      readonly coveredKeys: readonly string[];
      /** The answer once every step is done: "again" when something waits for this plan, or may have been missed. */
      readonly afterwards: "settled" | "held" | "again";
      readonly exceptions: readonly (ExceptionItem | ClosureItem)[];
    };

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

  const { events, issues } = gatherFacts(view.documents);
  const target = rules.target(events, policy, view.transaction);
  const posted = foldPlans(chain.plans, chain.outcomes);
  const ours = target.documents.filter((document) => policy.entities[document.entity]?.connection === connection);
  const changes = difference(ours, posted.live);

  const restated = restatements(input, changes, posted, last, covered);
  const shared = [...issues, ...target.problems];
  const own = [...restated, ...movedElsewhere(input, changes), ...refusals(changes, posted, policy, view), ...stockWarnings(posted)];
  const found = reconcileExceptions(view, { shared, own }, connection, now);
  const blocks = blocked(found.blocking, target.heldEvents);
  if (blocks.transaction) return { kind: "held", exceptions: found.items };

  const { groups, bindingProblems, waiting } = planGroups(
    changes.filter((change) => !blocks.change(change)),
    (last?.number ?? 0) + 1,
    policy,
    posted,
  );
  const unsettled = [...bindingProblems, ...(groups.length === 0 ? waiting : [])];
  const work = unsettled.length === 0 ? found : reconcileExceptions(view, { shared, own: [...own, ...unsettled] }, connection, now);
  const held = work.blocking.length > 0;
  if (groups.length === 0) return { kind: held ? "held" : "settled", exceptions: work.items };

  const afterRefusal = last !== undefined && chain.outcomes.get(last.number)?.results.some((result) => result.kind !== "done");
  if (afterRefusal && leaseStart !== undefined && now < takeOverFrom(last.lease, leaseStart)) {
    return {
      ...busy("the last plan had a refusal and its lease still runs", takeOverFrom(last.lease, leaseStart)),
      exceptions: work.items,
    };
  }

  const { steps, left } = firstSteps(groups);
  const heldBack = new Set<string>(target.heldEvents);
  for (const problem of [...work.blocking, ...waiting]) {
    const key = problem.document ?? problem.event;
    // What waits for an approval is no fact that was held back: it needs the approval still when the next plan is made.
    if (key !== undefined && problem.class !== "policy.restatement") heldBack.add(key);
  }
  for (const key of left) heldBack.add(key);
  const plan = newPlan(input, last, chain.outcomes.get(last?.number ?? 0), steps, [...heldBack].sort());
  const afterwards = left.length > 0 || waiting.length > 0 ? "again" : held ? "held" : "settled";
  return { kind: "plan", plan, coveredKeys: coveredKeys(view), afterwards, exceptions: work.items };

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
 * A key that already differs between what is posted and target(the last plan's facts, today's rules): no new fact asked for it. What a
 * problem held back, or the ERP refused, is no restatement when it posts later.
 */
function restatements(
  input: DecisionInput,
  changes: readonly Change[],
  posted: Posted,
  last: PlanItem | undefined,
  covered: readonly string[],
): Problem[] {
  const { view, policy, rules, connection } = input;
  if (last === undefined || changes.length === 0) return [];
  // Not only when the rules are newer than the last plan's: that plan may have been made for other keys, after the rules had changed.
  const sameRules = last.policyVersion === policy.version && last.targetVersion === rules.version;
  const before = new Set(covered);
  const facts = gatherFacts(view.documents.filter((document) => before.has(document.key)));
  const target = rules.target(facts.events, policy, view.transaction);
  const ours = target.documents.filter((document) => policy.entities[document.entity]?.connection === connection);
  const heldBack = new Set(last.heldBack);
  const already = new Map(difference(ours, posted.live).map((change) => [change.key, change]));
  const problems: Problem[] = [];
  for (const change of changes) {
    const earlier = already.get(change.key);
    if (earlier === undefined || posted.refused.has(change.key)) continue;
    if (heldBack.has(change.key) || heldBack.has(eventOf(change))) continue;
    if (last.heldBackMore && (sameRules || change.kind === "post")) continue;
    problems.push({
      class: "policy.restatement",
      code: change.kind,
      cause: `${change.key} ${changeSignature(earlier)}`,
      document: change.key,
      event: eventOf(change),
      message: `the rules of release ${policy.release} would ${change.kind} ${change.key}, which no new fact asks for`,
    });
  }
  return problems;
}

/** A refusal stands until the content or the policy changes, or a person closes its exception. */
function refusals(changes: readonly Change[], posted: Posted, policy: Policy, view: TransactionView): Problem[] {
  const problems: Problem[] = [];
  for (const change of changes) {
    const refusal = posted.refused.get(change.key);
    if (refusal === undefined || refusal.policyRelease !== policy.release) continue;
    const refusedWish = refusal.step.kind === "post" ? `post ${refusal.step.hash}` : `reverse ${refusal.step.reverses}`;
    const reversal = change.kind === "post" ? undefined : `reverse ${change.live.erpKey}`;
    if (refusedWish !== changeSignature(change) && refusedWish !== reversal) continue;
    // A reversal has one key however often it is tried: without the plan a closed exception would stand for every later refusal too.
    const cause = refusal.step.kind === "post" ? refusal.step.erpKey : `${refusal.step.erpKey} in plan ${refusal.plan}`;
    const closedByPerson = view.exceptions.some(
      ({ opened, closed }) => opened.class === "erp.rejected" && opened.cause === cause && closed !== undefined && closed.by !== "hub",
    );
    if (closedByPerson) continue;
    const missing = refusal.step.kind === "post" ? amountOf(refusal.step) : undefined;
    problems.push({
      class: "erp.rejected",
      code: refusal.code,
      cause,
      document: change.key,
      event: eventOf(change),
      message: refusal.message,
      ...(missing === undefined ? {} : missing),
    });
  }
  return problems;
}

function amountOf(step: Extract<PlanStep, { kind: "post" }>): { amount: number; currency: string } | undefined {
  if (step.document.type !== "journal") return undefined;
  const amount = step.document.lines.reduce((total, line) => (line.amount > 0 ? total + line.amount : total), 0);
  return { amount, currency: step.document.currency };
}

function stockWarnings(posted: Posted): Problem[] {
  return posted.warnings.map(({ erpKey, warning }) => ({
    class: "inventory.negative",
    code: "stock",
    cause: `${erpKey} ${warning}`,
    message: warning,
  }));
}

/**
 * What the blocking problems leave alone: the whole transaction, or a document. What stands for a held event is not reversed either: its
 * target is not known. A document that the target states for such an event all the same is posted.
 */
function blocked(blocking: readonly Problem[], heldEvents: readonly string[]) {
  const documents = blocking.filter((problem) => exceptionClasses[problem.class].blocks === "document");
  const keys = new Set(documents.map((problem) => problem.document));
  const events = new Set([...heldEvents, ...documents.map((problem) => problem.event)]);
  return {
    transaction: blocking.some((problem) => exceptionClasses[problem.class].blocks === "transaction"),
    change: (change: Change) => keys.has(change.key) || (change.kind === "reverse" && events.has(eventOf(change))),
  };
}

function eventOf(change: Change): string {
  return change.kind === "reverse" ? change.live.document.event : change.document.event;
}

/** Steps by key: a key's reversal and re-post adjoin in one group. What waits for a cost in the same plan is left for the next. */
function planGroups(changes: readonly Change[], number: number, policy: Policy, posted: Posted) {
  const groups: PlanStep[][] = [];
  const bindingProblems: Problem[] = [];
  const waiting: Problem[] = [];
  const leaving = new Set(changes.flatMap((change) => (change.kind === "post" ? [] : [change.key])));
  const bound: BoundDocument[] = [];
  for (const change of changes) {
    const group: PlanStep[] = [];
    if (change.kind !== "post") {
      const { key, erpKey, document } = change.live;
      group.push({
        kind: "reverse",
        key,
        erpKey: reversalKey(erpKey),
        reverses: erpKey,
        entity: document.entity,
        postingDate: document.postingDate,
      });
    }
    if (change.kind !== "reverse") {
      const { key, hash, document } = change;
      const binding = bindDocument(document, policy, { live: posted.live, leaving, bound });
      switch (binding.kind) {
        case "bound":
          group.push({ kind: "post", key, erpKey: `${key}@${number}`, hash, document: binding.document });
          if (stepsBytes(group) > planStepsBytesMax) {
            bindingProblems.push(tooLarge(document, stepsBytes(group)));
            continue;
          }
          bound.push(binding.document);
          break;
        case "problem":
          bindingProblems.push(binding.problem);
          continue;
        case "wait": {
          const message = `the cost of ${binding.for} is not known yet: the goods come back at the cost they left with`;
          waiting.push({
            class: "sequence.parent-missing",
            code: "cost",
            cause: `${key} waits for ${binding.for}`,
            document: key,
            event: document.event,
            message,
          });
          continue;
        }
      }
    }
    groups.push(group);
  }
  return { groups, bindingProblems, waiting };
}

/** As many whole groups as one plan may carry, in their order, and the keys that are left for the next one. */
function firstSteps(groups: readonly (readonly PlanStep[])[]): { readonly steps: PlanStep[]; readonly left: DocumentKey[] } {
  const steps: PlanStep[] = [];
  const left: DocumentKey[] = [];
  let bytes = 0;
  for (const group of groups) {
    bytes += stepsBytes(group);
    const full = left.length > 0 || steps.length + group.length > stepsPerPlanMax || bytes > planStepsBytesMax;
    if (steps.length === 0 || !full) steps.push(...group);
    else left.push(group[0]!.key);
  }
  return { steps, left };
}

function stepsBytes(steps: readonly PlanStep[]): number {
  return utf8ByteLength(JSON.stringify(steps));
}

function tooLarge(document: TargetDocument, bytes: number): Problem {
  const message = `${document.key} has ${bytes} bytes with its accounts, above the ${planStepsBytesMax} that one posting may have: have the source split it`;
  return { class: "transport.too-large", code: "posting", cause: document.key, document: document.key, event: document.event, message };
}

/**
 * A document that stands, or may stand, in the ERP of another connection: its entity was moved. Posting it here as well would have it
 * in two books; which of them keeps history is for people to say.
 */
function movedElsewhere({ view, connection }: DecisionInput, changes: readonly Change[]): Problem[] {
  const elsewhere = new Map<DocumentKey, string>();
  for (const [other, { plans, outcomes }] of view.chains) {
    if (other === connection) continue;
    for (const key of foldPlans(plans, outcomes).live.keys()) elsewhere.set(key, other);
    for (const plan of plans) if (!outcomes.has(plan.number)) for (const step of plan.steps) elsewhere.set(step.key, other);
  }
  return changes.flatMap((change): Problem[] => {
    const other = elsewhere.get(change.key);
    if (change.kind !== "post" || other === undefined) return [];
    const message = `${change.key} was posted to ${other}, and its entity posts to ${connection} now: it is not posted a second time`;
    const { key, hash } = change;
    return [{ class: "policy.restatement", code: "moved", cause: `${key} ${hash}`, document: key, event: eventOf(change), message }];
  });
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
    lease,
  };
}
