import type { ApprovalState, TransactionView } from "#domain/lineage";
import type { ApprovalOutcome, DecideApprovalInput } from "#functions/decide-approval";
import type { Hub } from "#hub";
import { UsageError } from "./command.ts";
import { rowOf } from "./read-lineage.ts";

/** What `exceptions approve` and `exceptions reject` answer, per approval. */
export interface DecidedApproval {
  readonly id: string;
  readonly transaction: string;
  readonly document: string;
  readonly kind: string;
  readonly outcome: ApprovalOutcome["outcome"];
  /** What it means, in words. */
  readonly message: string;
}

/**
 * The approvals that a person means: by the id of the approval or of the exception that waits for it, or by any reference of a
 * transaction in which exactly one is undecided. UsageError, with the ids to choose from, when that is not clear.
 */
export function approvalsMeant(views: readonly TransactionView[], reference: string): readonly ApprovalState[] {
  const byId = views.flatMap(({ approvals }) => approvals.filter(({ asked }) => idOf(asked) === reference));
  if (byId.length > 0) return byId;
  for (const view of views) {
    const exception = view.exceptions.find((state) => rowOf(state).id === reference)?.opened;
    if (exception === undefined) continue;
    const waiting = latest(view).filter(
      ({ asked }) =>
        asked.document === exception.document &&
        (exception.class === "policy.restatement" ? asked.kind === "restatement" : exception.cause.endsWith(asked.hash)),
    );
    if (waiting.length > 0) return waiting;
    throw new UsageError(`${exception.class} / ${exception.code} is not settled by an approval: see what to do with exceptions show`);
  }
  const open = views.flatMap(latest).filter(({ decision }) => decision === undefined);
  if (open.length === 1) return open;
  if (open.length === 0) throw new UsageError(`nothing waits for an approval under ${JSON.stringify(reference)}`);
  throw new UsageError(
    `several approvals wait under ${JSON.stringify(reference)}, name one:\n${open.map(({ asked }) => `  ${idOf(asked)}`).join("\n")}`,
  );
}

export async function decideApproval(
  hub: Hub,
  { asked }: ApprovalState,
  answer: "granted" | "refused",
  by: string,
  reason: string,
): Promise<DecidedApproval> {
  const input: DecideApprovalInput = { transaction: asked.transaction, approval: asked.key, answer, by, reason };
  const decided = await hub.decideApproval(input);
  const { transaction, document, kind } = asked;
  return { id: idOf(asked), transaction, document, kind, outcome: decided.outcome, message: inWords(decided, answer, by) };
}

function idOf({ transaction, key }: { readonly transaction: string; readonly key: string }): string {
  return `${transaction}/${key}`;
}

/** The last time that each change was asked for. */
function latest(view: TransactionView): ApprovalState[] {
  const byHash = new Map<string, ApprovalState>();
  for (const state of view.approvals) byHash.set(state.asked.hash, state);
  return [...byHash.values()];
}

function inWords(decided: ApprovalOutcome, answer: "granted" | "refused", by: string): string {
  switch (decided.outcome) {
    case "decided":
      return answer === "granted" ? "approved: it is posted now" : "rejected: it is left alone";
    case "decided-before":
      return `nothing changed: ${decided.by} has ${decided.answer} it before`;
    case "too-late":
      return `nothing changed: it expired at ${decided.expiresAt}; if it is still needed, it is asked anew`;
    case "too-early":
      return `nothing changed: it expires at ${decided.expiresAt}`;
    case "same-person":
      return `nothing changed: ${by} caused this change, so somebody else decides`;
    case "unknown":
      return "nothing changed: there is no such approval";
  }
}
