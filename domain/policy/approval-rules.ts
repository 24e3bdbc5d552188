import type { MinorUnits } from "#domain/money";
import { holdsOn, type LayeredRule } from "./layered-rules.ts";

/** What somebody may have to approve: documents that are decisions of the house or change what was reported, and a release of the policies itself. Facts post and alert. */
export const approvalKinds = [
  "concession",
  "write-off",
  "over-short",
  "estimate",
  "restatement",
  "late-posting",
  "reopened-period",
  "policy-release",
] as const;

export type ApprovalKind = (typeof approvalKinds)[number];

export interface ApprovalRule extends Omit<LayeredRule, "when"> {
  readonly kind: ApprovalKind;
  /** Amounts above this need the approval, by currency; absent: any amount, also none. */
  readonly aboveMinorUnits?: Readonly<Record<string, MinorUnits>>;
  /** Who may approve: a role of ownership.json. */
  readonly role: string;
  /** After this the question is closed, and asked anew. */
  readonly expiresAfterHours: number;
}

export interface ApprovalOccasion {
  readonly entity: string;
  /** The business date of the document. */
  readonly day: string;
  readonly kind: ApprovalKind;
  /** How much the document moves, not negative; undefined when that is not known, as for goods. */
  readonly amount: MinorUnits | undefined;
  readonly currency: string;
}

/**
 * The approval that a document needs: the nearest layer that says anything about its kind decides alone; there each role has the threshold
 * that began last, and the highest one that is exceeded names the role. A currency without a threshold exceeds every one. Undefined: none.
 */
export function approvalRuleFor(
  policy: { readonly approvals: readonly ApprovalRule[] },
  { entity, day, kind, amount, currency }: ApprovalOccasion,
): ApprovalRule | undefined {
  const said = policy.approvals.filter(
    (rule) => rule.kind === kind && (rule.entity === undefined || rule.entity === entity) && holdsOn(rule, day),
  );
  const layer = Math.max(...said.map((rule) => rule.layer));
  const byRole = new Map<string, ApprovalRule>();
  for (const rule of said) {
    const earlier = byRole.get(rule.role);
    if (rule.layer === layer && (earlier === undefined || rule.from > earlier.from)) byRole.set(rule.role, rule);
  }
  let best: ApprovalRule | undefined;
  for (const rule of byRole.values()) {
    if (!exceeds(rule, amount, currency)) continue;
    if (best === undefined || threshold(rule, currency) > threshold(best, currency)) best = rule;
  }
  return best;
}

function exceeds(rule: ApprovalRule, amount: MinorUnits | undefined, currency: string): boolean {
  if (rule.aboveMinorUnits === undefined) return true;
  return amount !== undefined && amount > threshold(rule, currency);
}

function threshold(rule: ApprovalRule, currency: string): MinorUnits {
  return rule.aboveMinorUnits?.[currency] ?? -1;
}

/** Whether the policies ask for a second person for whatever puts other policies in force: a release, a rollback, a withdrawal, the closing of a period. */
export function releasesAreApproved({ approvals }: { readonly approvals: readonly ApprovalRule[] }, at: string): boolean {
  // The UTC day of an instant: no entity of several time zones is meant.
  const day = at.slice(0, 10);
  return approvals.some((rule) => rule.kind === "policy-release" && holdsOn(rule, day));
}
