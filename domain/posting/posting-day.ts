import type { Problem } from "#domain/exceptions";
import type { DocumentKey, EventKey } from "#domain/identity";
import type { TargetDocument } from "#domain/ledger";
import type { MinorUnits } from "#domain/money";
import { type ApprovalKind, type ApprovalRule, approvalRuleFor, type Policy, postingDayFor } from "#domain/policy";

/** What is to be posted, or taken back. */
export interface Posting {
  readonly key: DocumentKey;
  readonly event: EventKey;
  readonly entity: string;
  /** The day that it would be posted on if every period were open. */
  readonly ownDate: string;
  /** How much it moves; undefined for goods. */
  readonly amount: MinorUnits | undefined;
  readonly currency: string;
}

export type DayOfPosting = { readonly kind: "day"; readonly day: string } | { readonly kind: "problem"; readonly problem: Problem };

/**
 * The day on which something is posted (c37): its own while that is open, else the first one of the next open period. What lies in no open
 * period is held, and so is what policy wants to be approved: above a threshold a late posting, and what goes into a period opened again.
 */
export function dayOfPosting(posting: Posting, policy: Policy, now: string, approved = false): DayOfPosting {
  const entity = policy.entities[posting.entity];
  if (entity === undefined) return { kind: "day", day: posting.ownDate };
  const { key, entity: id, ownDate } = posting;
  const found = postingDayFor(entity, ownDate, now);
  if (found.kind === "none") {
    const because = {
      future: `period ${found.period} of ${id} is not open yet`,
      closed: `period ${found.period} of ${id} is closed, and none after it is open`,
      unknown: `${ownDate} lies outside of the years that the calendar of ${id} states`,
    }[found.state];
    return held(posting, found.state, `${key} cannot be posted: ${because}. It posts by itself once the policies say otherwise.`);
  }
  const approval = approved ? undefined : neededApproval(posting, found, policy);
  return approval === undefined ? { kind: "day", day: found.day } : held(posting, approval.rule.kind, approval.message);
}

/** The rule by which somebody decides on a posting outside of its own day, and why, in words. */
export interface PeriodApproval {
  readonly rule: ApprovalRule;
  readonly message: string;
}

/** The approval that a posting needs because its own period does not take it, or was opened again (c37). Undefined: none. */
export function periodApproval(posting: Posting, policy: Policy, now: string): PeriodApproval | undefined {
  const entity = policy.entities[posting.entity];
  const found = entity === undefined ? undefined : postingDayFor(entity, posting.ownDate, now);
  return found === undefined || found.kind === "none" ? undefined : neededApproval(posting, found, policy);
}

function neededApproval(
  { key, entity, ownDate, amount, currency }: Posting,
  { state, day, period }: { readonly state: "open" | "reopened"; readonly day: string; readonly period: string },
  policy: Policy,
): PeriodApproval | undefined {
  const kinds: readonly ApprovalKind[] = [
    ...(state === "reopened" ? (["reopened-period"] as const) : []),
    ...(day === ownDate ? [] : (["late-posting"] as const)),
  ];
  for (const kind of kinds) {
    const rule = approvalRuleFor(policy, { entity, day: ownDate, kind, amount, currency });
    if (rule === undefined) continue;
    const where = kind === "reopened-period" ? `into period ${period}, which was opened again` : `on ${day}, as its period is closed`;
    return { rule, message: `${key} of ${ownDate} would be posted ${where}: that is for ${rule.role} to decide.` };
  }
  return undefined;
}

function held({ key, event, amount, currency }: Posting, code: string, message: string): DayOfPosting {
  const money = amount === undefined ? {} : { amount, currency };
  return { kind: "problem", problem: { class: "period.closed", code, cause: `${key} ${code}`, document: key, event, message, ...money } };
}

/** What a document moves: the debits of a journal; undefined for goods, whose cost is not known here. */
export function amountMoved(document: TargetDocument): MinorUnits | undefined {
  if (document.type !== "journal") return undefined;
  return document.lines.reduce((total, line) => (line.amount > 0 ? total + line.amount : total), 0);
}
