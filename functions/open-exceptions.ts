import { type Escalation, exceptionClasses } from "#domain/exceptions";
import { type ExceptionItem, type ExceptionState, escalationKey } from "#domain/lineage";
import type { WorkListEntry } from "#ports/work-lists";

/** The projected list of open exceptions. */
export const openExceptions = "open-exceptions";

/** What stands on the list: the exception as it was opened, and as grave, and whose, as it is by now. */
export interface ListedException extends ExceptionItem {
  /** Absent: that of its class. */
  readonly owner?: string;
  /** The last step; absent: none. */
  readonly escalation?: Escalation & { readonly at: string };
}

/** The id that people use for an exception: its transaction and its sort key. */
export function exceptionId(transaction: string, key: string): string {
  return `${transaction}/${key}`;
}

/** The entry stays at its due time, however often it is escalated. */
export function listedException({ opened, escalations = [] }: ExceptionState): WorkListEntry {
  const last = escalations.at(-1);
  const severity = last?.severity ?? opened.severity ?? exceptionClasses[opened.class].severity;
  const escalation =
    last === undefined
      ? {}
      : { escalation: { step: last.step, owner: last.owner, severity: last.severity, at: last.at }, owner: last.owner };
  const body: ListedException = { ...opened, severity, ...escalation };
  return { id: exceptionId(opened.transaction, opened.key), order: `${opened.dueAt} ${opened.key}`, body };
}

/** An open exception as far as the list knows it. */
export function listedState({ owner: _, escalation, ...opened }: ListedException): ExceptionState {
  if (escalation === undefined) return { opened };
  const { transaction, key, class: name } = opened;
  return {
    opened,
    escalations: [{ type: "escalation", transaction, key: escalationKey(key, escalation.step), class: name, ...escalation }],
  };
}
