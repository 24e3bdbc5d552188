import { addSeconds } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import { type ExceptionClassData, exceptionClasses, type Problem } from "#domain/exceptions";
import type { TransactionId } from "#domain/identity";
import {
  type ApprovalState,
  type ClosureItem,
  closureKey,
  type ExceptionItem,
  type ExceptionState,
  exceptionKey,
  type TransactionView,
} from "#domain/lineage";
import { decisionOn } from "./approvals.ts";

export interface ExceptionWork {
  /** Opened and closed exceptions to insert. */
  readonly items: readonly (ExceptionItem | ClosureItem)[];
  /** What holds now and blocks something: problems that no person has overruled, and open exceptions that only a person may close. */
  readonly blocking: readonly Problem[];
}

/** Problems that every connection's decision finds alike, and those that only this one's plans, outcomes and accounts tell. */
export interface FoundProblems {
  readonly shared: readonly Problem[];
  readonly own: readonly Problem[];
}

/**
 * Compares the problems that hold now with the exceptions on record. A new problem opens an exception, one that is gone is closed by the
 * hub; classes that only a person closes stay open until then, and a person's closure of one, or of what blocks nothing, stands while the
 * same cause lasts with the same amount: what was taken as it is was taken at that. What an operation found is none of a decision's business.
 */
export function reconcileExceptions(view: TransactionView, { shared, own }: FoundProblems, connection: string, at: string): ExceptionWork {
  const items: (ExceptionItem | ClosureItem)[] = [];
  const blocking: Problem[] = [];
  const latest = new Map<string, ExceptionState>();
  for (const state of view.exceptions) latest.set(problemId(state.opened), state);

  const current = new Set<string>();
  for (const problem of [...shared, ...own]) {
    const id = problemId(problem);
    if (current.has(id)) continue;
    current.add(id);
    const state = latest.get(id);
    const closedByPerson = state?.closed !== undefined && state.closed.by !== "hub" && state.closed.approval === undefined;
    const overruled = closedByPerson && state.opened.amount === problem.amount && state.opened.currency === problem.currency;
    const { blocks } = exceptionClasses[problem.class];
    if (overruled && (blocks === "nothing" || closesByPerson(view.transaction, problem))) {
      // Closing a restatement is no approval to post it.
      if (problem.class === "policy.restatement") blocking.push(problem);
      continue;
    }
    if (blocks !== "nothing") blocking.push(problem);
    if (state === undefined || state.closed !== undefined) {
      const seenByOne = own.includes(problem) ? connection : undefined;
      items.push(exceptionItem(view, problem, (state?.opened.occurrence ?? 0) + 1, seenByOne, at));
    }
  }

  for (const [id, { opened: exception, closed }] of latest) {
    if (closed !== undefined || current.has(id) || exception.foundBy === "operation") continue;
    if (exception.connection !== undefined && exception.connection !== connection) continue;
    const data: ExceptionClassData = exceptionClasses[exception.class];
    const decision = waitsForApproval(exception) ? decisionOn(view.approvals, exception.document ?? "", exception.at) : undefined;
    if (decision !== undefined) {
      const { by, reason, key: approval } = decision;
      items.push({ type: "closure", transaction: view.transaction, key: closureKey(exception.key), at, by, reason, approval });
    } else if (!data.personCloses || data.heals === true) {
      const key = closureKey(exception.key);
      items.push({ type: "closure", transaction: view.transaction, key, at, by: "hub", reason: "its cause is gone" });
    } else if (data.blocks !== "nothing") blocking.push(exception);
  }
  return { items, blocking };
}

/** What is settled by the decision on its document. A document that moved to other books is not: that takes more than a yes. */
function waitsForApproval({ class: name, code }: ExceptionItem): boolean {
  return name === "policy.approval-needed" || (name === "policy.restatement" && code !== "moved");
}

/**
 * Who ends an open exception of a transaction with these approvals: a person's word, the decision on the approval that waits behind it, or
 * the hub alone, when its cause is gone. A restatement without a pending approval, as one whose rules were taken back, is left to a person:
 * closing it posts nothing.
 */
export function settledBy(exception: ExceptionItem, approvals: readonly ApprovalState[]): "person" | "approval" | "hub" {
  if (exception.class === "policy.approval-needed") return "approval";
  if (waitsForApproval(exception)) {
    const pending = approvals.some(
      ({ asked, decision }) => asked.kind === "restatement" && asked.document === exception.document && decision === undefined,
    );
    if (pending) return "approval";
  }
  return closesByPerson(exception.transaction, exception) ? "person" : "hub";
}

/**
 * Whether a person may close it: what its class says, and what no later fact of its stream heals. An operation found what no decision sees;
 * a file that was held stays what it is when its correction comes as another file, and nothing posts from its stream.
 */
export function closesByPerson(transaction: TransactionId, problem: Pick<ExceptionItem, "class" | "foundBy">): boolean {
  return exceptionClasses[problem.class].personCloses || problem.foundBy === "operation" || transaction.startsWith("file:");
}

/** Opens an exception for what kept a connection from deciding; what is open stays so, as nobody looked at its cause. */
export function stillOpenWith(view: TransactionView, problem: Problem, connection: string, at: string): ExceptionWork["items"] {
  const opened = openedException(view, problem, connection, at);
  return opened === undefined ? [] : [opened];
}

/** The item that opens an exception for a problem found outside of a decision; undefined when the same one is open already. */
export function openedException(
  view: TransactionView,
  problem: Problem & Pick<ExceptionItem, "foundBy">,
  connection: string | undefined,
  at: string,
): ExceptionItem | undefined {
  const state = view.exceptions.findLast(({ opened }) => problemId(opened) === problemId(problem));
  if (state !== undefined && state.closed === undefined) return undefined;
  return exceptionItem(view, problem, (state?.opened.occurrence ?? 0) + 1, connection, at);
}

function exceptionItem(
  view: TransactionView,
  problem: Problem & Pick<ExceptionItem, "foundBy">,
  occurrence: number,
  connection: string | undefined,
  at: string,
): ExceptionItem {
  const key = exceptionKey(problem.class, causeHash(problem), occurrence);
  const { dueHours = exceptionClasses[problem.class].dueHours, ...found } = problem;
  const dueAt = addSeconds(at, dueHours * 3600);
  const seenByOne = connection === undefined ? {} : { connection };
  return { ...found, ...seenByOne, type: "exception", transaction: view.transaction, key, at, occurrence, dueAt };
}

/** The same trouble found again has the same one. */
export function problemId(problem: Problem): string {
  return JSON.stringify([problem.class, problem.code, problem.cause]);
}

function causeHash(problem: Problem): string {
  return contentHash({ code: problem.code, cause: problem.cause }).slice(0, 16);
}
