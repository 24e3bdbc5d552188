import { addSeconds } from "#domain/calendar";
import { type ExceptionClass, type ExceptionClassData, exceptionClasses } from "./classes.ts";

type Severity = ExceptionClassData["severity"];

/** What happens to an exception that nobody has ended in time. The policies state it; `standardEscalations` holds where they do not. */
export interface EscalationRule {
  /** A class such as "erp.rejected", or the first part of several, such as "erp"; absent: every class that has no rule nearer to it. */
  readonly class?: string;
  /** Hours after the due time; 0: at the due time. */
  readonly afterHours: number;
  /** Whose it is from then on: a desk, or a role of the policies. */
  readonly owner: string;
  /** Absent: one step graver than it was. */
  readonly severity?: Severity;
  readonly why: string;
}

/** How grave an exception is from some step on, and whose. Steps count from 1. */
export interface Escalation {
  readonly step: number;
  readonly owner: string;
  readonly severity: Severity;
}

/** Who answers for a desk when it does not come to it. */
const answersFor: Readonly<Record<ExceptionClassData["owner"], string>> = {
  operations: "operations-lead",
  integration: "operations-lead",
  finance: "controller",
  "store-operations": "operations-lead",
  merchandising: "operations-lead",
};

const severities: readonly Severity[] = ["info", "warning", "error", "critical"];

function graver(severity: Severity): Severity {
  return severities[Math.min(severities.indexOf(severity) + 1, severities.length - 1)] as Severity;
}

/** At the due time the desk itself sees it one step graver; a day later whoever answers for the desk has it. What only informs stays where it is. */
function standardEscalations(name: ExceptionClass): readonly EscalationRule[] {
  const { owner, severity } = exceptionClasses[name];
  if (severity === "info") return [];
  return [
    { afterHours: 0, owner, why: "overdue" },
    { afterHours: 24, owner: answersFor[owner], why: "overdue for a day" },
  ];
}

/** The rules for a class, in the order of their time: those that name it, else those of its first part, else those of every class, else the standard. */
export function escalationRulesFor(name: ExceptionClass, stated: readonly EscalationRule[] = []): readonly EscalationRule[] {
  const [family] = name.split(".");
  const nearest = [name, family, undefined]
    .map((wanted) => stated.filter((rule) => rule.class === wanted))
    .find((rules) => rules.length > 0);
  return [...(nearest ?? standardEscalations(name))].sort((a, b) => a.afterHours - b.afterHours);
}

/** Every step that an exception has reached at an instant, the first one first; none before its due time. */
export function escalationsAt(
  exception: { readonly class: ExceptionClass; readonly severity?: Severity; readonly dueAt: string },
  now: string,
  stated?: readonly EscalationRule[],
): readonly Escalation[] {
  let severity: Severity = exception.severity ?? exceptionClasses[exception.class].severity;
  const reached = escalationRulesFor(exception.class, stated).filter(
    ({ afterHours }) => addSeconds(exception.dueAt, afterHours * 3_600) <= now,
  );
  return reached.map((rule, index) => {
    severity = rule.severity ?? graver(severity);
    return { step: index + 1, owner: rule.owner, severity };
  });
}
