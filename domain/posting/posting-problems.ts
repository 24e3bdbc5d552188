import type { Problem } from "#domain/exceptions";
import type { DocumentKey } from "#domain/identity";
import type { PlanItem, TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { refusalOf } from "./approvals.ts";
import type { DecisionInput } from "./decision.ts";
import { type Change, changeSignature, difference, eventOf, isNew, isTelling } from "./difference.ts";
import { foldPlans, type Posted } from "./fold-plans.ts";
import { targetInGrain } from "./grain.ts";
import type { SentStep } from "./plan-steps.ts";

/** A change, and what today's rules made of the facts of then: its name for as long as they do. */
interface PastChange {
  readonly change: Change;
  readonly wish: string;
}

/**
 * Changes that no new fact asks for: their key already differs between what is posted and target(the last plan's facts, today's rules).
 * What a problem held back, or the ERP refused, is none of them when it posts later.
 */
export function changesOfThePast(
  input: DecisionInput,
  changes: readonly Change[],
  posted: Posted,
  last: PlanItem | undefined,
  covered: readonly string[],
): PastChange[] {
  const { view, policy, rules, connection } = input;
  if (last === undefined || changes.length === 0) return [];
  // Not only when the rules are newer than the last plan's: that plan may have been made for other keys, after the rules had changed.
  const sameRules = last.policyVersion === policy.version && last.targetVersion === rules.version;
  const before = new Set(covered);
  const { target } = targetInGrain(
    input,
    view.documents.filter((document) => before.has(document.key)),
    posted,
  );
  const ours = target.documents.filter((document) => policy.entities[document.entity]?.connection === connection);
  const heldBack = new Set(last.heldBack);
  const already = new Map(difference(ours, posted.live, posted.told).map((change) => [change.key, change]));
  const past = changes.flatMap((change) => {
    const earlier = already.get(change.key);
    if (earlier === undefined || posted.refused.has(change.key) || heldBack.has(change.key)) return [];
    if (last.heldBackMore && (sameRules || isNew(change))) return [];
    return [{ change, wish: changeSignature(earlier) }];
  });
  // A held event excuses what it could not post, and not what stands for it: that was stated all the same, or left alone under its own key.
  // Nor what would take the place of a standing document: the one may not come without the other going.
  const standing = new Set(past.filter(({ change }) => !isNew(change)).map(({ change }) => eventOf(change)));
  return past.filter(({ change }) => standing.has(eventOf(change)) || !heldBack.has(eventOf(change)));
}

/** Each of them waits for an approval, as an exception on its document. */
export function restatements(past: readonly PastChange[], policy: Policy): Problem[] {
  return past.map(({ change, wish }) => ({
    class: "policy.restatement",
    code: change.kind,
    cause: `${change.key} ${wish}`,
    document: change.key,
    event: eventOf(change),
    message: `the rules of release ${policy.release} would ${change.kind} ${change.key}, which no new fact asks for`,
  }));
}

/** What somebody proposed to give up and another person refused: it is open as before, and says by whom and why. */
export function openAgain(problems: readonly Problem[], refused: ReadonlySet<DocumentKey>, { approvals }: TransactionView): Problem[] {
  return problems.flatMap((problem) => {
    const { document, ...open } = problem;
    if (document === undefined || !refused.has(document)) return [];
    const decision = refusalOf(approvals, document);
    const who = decision === undefined ? "" : ` by ${decision.by}: ${decision.reason}`;
    return [{ ...open, message: `${open.message} To write it off was refused${who}. It may be proposed again, with another reason.` }];
  });
}

/** A refusal stands until the content or the policy changes, or a person closes its exception. */
export function refusals(changes: readonly Change[], posted: Posted, policy: Policy, view: TransactionView): Problem[] {
  const problems: Problem[] = [];
  for (const change of changes) {
    if (isTelling(change)) continue;
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

function amountOf(step: Extract<SentStep, { kind: "post" }>): { amount: number; currency: string } | undefined {
  if (step.document.type !== "journal") return undefined;
  const amount = step.document.lines.reduce((total, line) => (line.amount > 0 ? total + line.amount : total), 0);
  return { amount, currency: step.document.currency };
}

/** What the ERP wants people to know about stock, until a person has seen it. */
export function stockWarnings(posted: Posted): Problem[] {
  return posted.warnings.map(({ erpKey, warning }) => ({
    class: "inventory.negative",
    code: "stock",
    cause: `${erpKey} ${warning}`,
    message: warning,
  }));
}

/** What was posted in another period than its own, until a person has seen it. */
export function lateEvents(posted: Posted): Problem[] {
  return posted.late.map(({ kind, key, erpKey, ownDate, postingDate }) => ({
    class: "period.late-event",
    code: kind,
    cause: erpKey,
    document: key,
    message: `${kind === "post" ? key : `the reversal of ${key}`} belongs to ${ownDate} and was posted on ${postingDate}: its period was closed`,
  }));
}

/**
 * A document that stands, or may stand, in the ERP of another connection: its entity was moved. Posting it here as well would have it
 * in two books; which of them keeps history is for people to say.
 */
export function movedElsewhere({ view, connection }: DecisionInput, changes: readonly Change[]): Problem[] {
  const elsewhere = new Map<DocumentKey, string>();
  for (const [other, { plans, outcomes }] of view.chains) {
    if (other === connection) continue;
    const { live, told } = foldPlans(plans, outcomes);
    for (const key of [...live.keys(), ...told.keys()]) elsewhere.set(key, other);
    for (const plan of plans) if (!outcomes.has(plan.number)) for (const step of plan.steps) elsewhere.set(step.key, other);
  }
  return changes.flatMap((change): Problem[] => {
    const other = elsewhere.get(change.key);
    if (change.kind === "reverse" || change.kind === "withdraw" || !isNew(change) || other === undefined) return [];
    const message = `${change.key} was posted to ${other}, and its entity posts to ${connection} now: it is not posted a second time`;
    const { key, hash } = change;
    return [{ class: "policy.restatement", code: "moved", cause: `${key} ${hash}`, document: key, event: eventOf(change), message }];
  });
}
