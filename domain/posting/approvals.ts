import { addSeconds } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import type { BusinessEvent } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { DocumentKey, EventKey } from "#domain/identity";
import type { JournalDocument, TargetDocument, TargetLine } from "#domain/ledger";
import {
  type ApprovalDecisionItem,
  type ApprovalItem,
  type ApprovalState,
  approvalKey,
  type PlanItem,
  type TransactionView,
} from "#domain/lineage";
import type { MinorUnits } from "#domain/money";
import { type ApprovalKind, approvalRuleFor, type Policy } from "#domain/policy";
import type { DecisionInput } from "./decision.ts";
import { type Change, changeSignature, documentOf, eventOf, isTelling } from "./difference.ts";
import { amountMoved, type Posting, periodApproval } from "./posting-day.ts";

/** Roles that are booked because somebody decided so, and not because something happened. */
const discretionaryRoles: Readonly<Record<string, ApprovalKind>> = {
  "price-concessions": "concession",
  "credit-loss": "write-off",
  "settlement-differences": "write-off",
  "cash-over-short": "over-short",
  "refund-liability": "estimate",
};

/** A restatement needs an approval also where the policies name nobody for it. */
const restatementRule = { role: "group-controller", expiresAfterHours: 72 } as const;

/** Why one change may not be posted by itself. */
export interface ApprovalNeed {
  readonly change: Change;
  readonly kind: ApprovalKind;
  readonly role: string;
  readonly expiresAfterHours: number;
  /** How much it moves; undefined for goods. */
  readonly amount: MinorUnits | undefined;
  readonly requestedBy: string;
  /** In words, for whoever decides. */
  readonly because: string;
}

export interface ApprovalWork {
  /** To be inserted: what is asked now. */
  readonly asked: readonly ApprovalItem[];
  /** What waits for its decision, on its document. */
  readonly problems: readonly Problem[];
  /** Documents whose exact change was granted in every respect, with the sort keys of the approvals. */
  readonly granted: ReadonlyMap<DocumentKey, readonly string[]>;
  /** Documents whose exact change somebody refused: it is left alone, and nothing waits for it. */
  readonly refused: ReadonlySet<DocumentKey>;
}

/** Whether a journal books what somebody decided, whatever the amount from which policy wants that approved. */
export function isDiscretionary({ lines }: JournalDocument): boolean {
  return lines.some(({ role }) => Object.hasOwn(discretionaryRoles, role));
}

/**
 * The approval that a change by new facts needs for what it says; undefined: it posts by itself. A document that is taken back needs none.
 * `requestedBy`: who stated what it rests on, and so may not approve it.
 */
export function discretionaryNeed(change: Change, policy: Policy, requestedBy = "hub"): ApprovalNeed | undefined {
  if (isTelling(change) || change.kind === "reverse" || change.document.type !== "journal") return undefined;
  // It takes back what was approved, and is posted after that alone.
  if (change.document.follows !== undefined) return undefined;
  const { entity, businessDate: day, currency } = change.document;
  const before = change.kind === "replace" ? change.live.document : undefined;
  for (const [role, kind] of Object.entries(discretionaryRoles)) {
    const amount = Math.abs(amountOfRole(change.document, role)) - Math.abs(before === undefined ? 0 : amountOfRole(before, role));
    if (amount <= 0) continue;
    const rule = approvalRuleFor(policy, { entity, day, kind, amount, currency });
    if (rule === undefined) continue;
    const { role: decider, expiresAfterHours } = rule;
    const because = `${change.key} books a ${kind} above what policy lets post by itself: that is for ${decider} to decide.`;
    return { change, kind, role: decider, expiresAfterHours, amount, requestedBy, because };
  }
  return undefined;
}

/** The approval of a change that no new fact asks for: whoever released the rules that want it may not grant it. */
export function restatementNeed(change: Change, policy: Policy): ApprovalNeed {
  const amount = amountChanged(change);
  const { entity, businessDate: day, currency } = documentOf(change);
  const rule = approvalRuleFor(policy, { entity, day, kind: "restatement", amount, currency }) ?? restatementRule;
  const { role, expiresAfterHours } = rule;
  const because = `the rules of release ${policy.release} would ${change.kind} ${change.key}, which no new fact asks for: that is for ${role} to decide.`;
  return { change, kind: "restatement", role, expiresAfterHours, amount, requestedBy: policy.releasedBy ?? "hub", because };
}

/** The approval of a posting that its own period does not take (c37): of the document, or of the reversal that stands before it. */
export function periodNeed(change: Change, policy: Policy, now: string): ApprovalNeed | undefined {
  // What is told has no period: the stream that hears it posts it on its own day.
  if (isTelling(change)) return undefined;
  const postings: Posting[] = [];
  if (change.kind !== "post") postings.push(postingOf(change.live.document, change.live.document.postingDate));
  if (change.kind !== "reverse") postings.push(postingOf(change.document, change.document.businessDate));
  for (const posting of postings) {
    const approval = periodApproval(posting, policy, now);
    if (approval === undefined) continue;
    const { kind, role, expiresAfterHours } = approval.rule;
    return { change, kind, role, expiresAfterHours, amount: posting.amount, requestedBy: "hub", because: approval.message };
  }
  return undefined;
}

function postingOf(document: TargetDocument, ownDate: string): Posting {
  const { key, event, entity, currency } = document;
  return { key, event, entity, ownDate, amount: amountMoved(document), currency };
}

/**
 * What becomes of the needs: an approval binds to the exact change (its content, what stands in its place, and how often the document was
 * posted before), so that another change asks anew and an old grant is never used twice. One that expired is asked again.
 */
export function approvalsFor(
  { view, connection, now }: DecisionInput,
  plans: readonly PlanItem[],
  needs: readonly ApprovalNeed[],
): ApprovalWork {
  const asked: ApprovalItem[] = [];
  const problems: Problem[] = [];
  const granted = new Map<DocumentKey, string[]>();
  const refused = new Set<DocumentKey>();
  const waiting = new Set<DocumentKey>();
  for (const need of needs) {
    const hash = exactChange(need, plans);
    const last = view.approvals.findLast((state) => state.asked.hash === hash);
    switch (last?.decision?.answer) {
      case "granted":
        granted.set(need.change.key, [...(granted.get(need.change.key) ?? []), last!.asked.key]);
        continue;
      case "refused":
        refused.add(need.change.key);
        continue;
      case "expired":
      case undefined:
        break;
    }
    const open = last !== undefined && last.decision === undefined ? last.asked : ask(need, hash, (last?.asked.occurrence ?? 0) + 1);
    waiting.add(need.change.key);
    if (open !== last?.asked) asked.push(open);
    // A restatement has an exception of its own.
    if (need.kind !== "restatement") problems.push(waitsFor(open, need));
  }
  for (const key of [...waiting, ...refused]) granted.delete(key);
  return { asked, problems, granted, refused };

  function ask(
    { change, kind, role, expiresAfterHours, amount, requestedBy, because }: ApprovalNeed,
    hash: string,
    occurrence: number,
  ): ApprovalItem {
    const document = documentOf(change);
    return {
      type: "approval",
      transaction: view.transaction,
      key: approvalKey(hash, occurrence),
      at: now,
      connection,
      hash,
      occurrence,
      kind,
      role,
      document: change.key,
      entity: document.entity,
      ...(amount === undefined ? {} : { amount }),
      currency: document.currency,
      message: because,
      requestedBy: proposerOf(view, eventOf(change)) ?? requestedBy,
      expiresAt: addSeconds(now, expiresAfterHours * 3600),
    };
  }
}

/** The decision that ended what a document waited for since `since`; undefined while nobody has decided, and when nobody did in time. */
export function decisionOn(approvals: readonly ApprovalState[], document: DocumentKey, since: string): ApprovalDecisionItem | undefined {
  return approvals.findLast(
    ({ asked, decision }) => asked.document === document && asked.at >= since && decision !== undefined && decision.answer !== "expired",
  )?.decision;
}

/**
 * The refusal under which documents whose keys begin so were left alone last; undefined when nobody refused them, or when they were asked about
 * again since, or granted.
 */
export function refusalOf(approvals: readonly ApprovalState[], documents: string): ApprovalDecisionItem | undefined {
  const asked = approvals.filter((state) => state.asked.document.startsWith(documents) && state.decision?.answer !== "expired");
  const last = asked.reduce<ApprovalState | undefined>(
    (latest, state) => (latest === undefined || state.asked.at >= latest.asked.at ? state : latest),
    undefined,
  );
  return last?.decision?.answer === "refused" ? last.decision : undefined;
}

/** Whether what somebody gave up by this fact was refused by whoever had to approve it: it books nothing, and may be proposed again. */
export function isWriteOffRefused({ transaction, approvals }: TransactionView, event: EventKey): boolean {
  return refusalOf(approvals, `${transaction}/${event}/write-off/`) !== undefined;
}

/** Who proposed what a change books, when a person did: that person does not approve it. Of what was stated again, who did so last. */
function proposerOf({ documents }: TransactionView, key: EventKey): string | undefined {
  const stated = documents.flatMap(({ events }) => events).filter((each) => each.key === key);
  const event = stated.reduce<BusinessEvent | undefined>(
    (last, each) => (last === undefined || each.version > last.version ? each : last),
    undefined,
  );
  return event?.name === "variance.written-off" || event?.name === "period-sales.stated" ? event.by : undefined;
}

function waitsFor(asked: ApprovalItem, { change }: ApprovalNeed): Problem {
  const money = asked.amount === undefined ? {} : { amount: asked.amount, currency: asked.currency };
  return {
    class: "policy.approval-needed",
    code: asked.kind,
    cause: `${asked.document} ${asked.hash}`,
    document: asked.document,
    event: eventOf(change),
    message: asked.message,
    ...money,
  };
}

function exactChange({ change, kind }: ApprovalNeed, plans: readonly PlanItem[]): string {
  const standing = ("live" in change ? change.live?.erpKey : undefined) ?? null;
  const after = plans.findLast((plan) => plan.steps.some((step) => step.key === change.key))?.number ?? 0;
  return contentHash({ key: change.key, kind, wish: changeSignature(change), standing, after }).slice(0, 32);
}

function amountOfRole(document: TargetDocument, role: string): MinorUnits {
  return linesOf(document).reduce((total, line) => (line.role === role ? total + line.amount : total), 0);
}

/** What moves between roles and dimensions: the debits of the new document less the old one. Undefined for goods, and for what is told. */
function amountChanged(change: Change): MinorUnits | undefined {
  if (isTelling(change) || documentOf(change).type !== "journal") return undefined;
  const balances = new Map<string, MinorUnits>();
  const add = (line: TargetLine, sign: 1 | -1) => {
    const name = contentHash({ role: line.role, dimensions: line.dimensions });
    balances.set(name, (balances.get(name) ?? 0) + sign * line.amount);
  };
  if (change.kind !== "reverse") for (const line of linesOf(change.document)) add(line, 1);
  if (change.kind !== "post") for (const line of linesOf(change.live.document)) add(line, -1);
  return [...balances.values()].reduce((total, amount) => (amount > 0 ? total + amount : total), 0);
}

function linesOf(document: TargetDocument): readonly TargetLine[] {
  return document.type === "journal" ? document.lines : [];
}
