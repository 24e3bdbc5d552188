import * as z from "zod/mini";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { type ApprovalDecisionItem, approvalDecisionKey } from "#domain/lineage";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { TaskCallbacks } from "#ports/task-callbacks";
import { approvalTokenAddress } from "./ask-approval.ts";

export interface DecideApprovalDependencies {
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly callbacks: TaskCallbacks;
  readonly clock: Clock;
}

const inputSchema = z.object({
  transaction: z.string().check(z.minLength(1), z.maxLength(512)),
  /** Sort key of the approval. */
  approval: z.string().check(z.minLength(1), z.maxLength(512)),
  answer: z.enum(["granted", "refused", "expired"]),
  by: z.string().check(z.minLength(1), z.maxLength(120)),
  reason: z.string().check(z.minLength(1), z.maxLength(2_000)),
});

export type DecideApprovalInput = z.infer<typeof inputSchema>;

/**
 * "decided": this decision counts. "decided-before": an earlier one does, named here; nothing changed. "too-late": the approval has expired
 * and is asked anew if it is still needed. "too-early": only the passing of time makes an approval expire. "same-person": whoever caused
 * the change may not decide it. "unknown": no such approval.
 */
export type ApprovalOutcome =
  | { readonly outcome: "decided" }
  | { readonly outcome: "decided-before"; readonly answer: ApprovalDecisionItem["answer"]; readonly by: string }
  | { readonly outcome: "too-late" | "too-early"; readonly expiresAt: string }
  | { readonly outcome: "same-person" | "unknown" };

/**
 * Records the one decision on an approval. The insert decides: a second click, and one that comes after the expiry, change nothing. The
 * record is announced like every other, and has the transaction looked at again; ending the wait of `approve-posting` is only tidiness.
 * Throws Invalid for an input that is none, Unavailable when nobody can say whether it was recorded: decide again.
 */
export function createHandler({ lineage, documents, callbacks, clock }: DecideApprovalDependencies) {
  return async function decideApproval(input: unknown): Promise<ApprovalOutcome> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("decide-approval takes {transaction, approval, answer, by, reason}");
    const decision = parsed.data;
    const outcome = await record(decision);
    if (outcome.outcome === "decided" && decision.answer !== "expired") await endWait(decision);
    return outcome;
  };

  async function record({ transaction, approval, answer, by, reason }: DecideApprovalInput): Promise<ApprovalOutcome> {
    const asked = await lineage.get(transaction, approval);
    if (asked?.type !== "approval") return { outcome: "unknown" };
    const key = approvalDecisionKey(approval);
    const before = await lineage.get(transaction, key);
    if (before?.type === "approval-decision") return { outcome: "decided-before", answer: before.answer, by: before.by };
    const at = clock.now();
    const { expiresAt, connection } = asked;
    if (answer === "expired" ? at < expiresAt : at >= expiresAt)
      return { outcome: answer === "expired" ? "too-early" : "too-late", expiresAt };
    // Four eyes: the name is compared as people write it.
    if (answer !== "expired" && sameName(by, asked.requestedBy)) return { outcome: "same-person" };
    const [answered] = await lineage.insert([{ type: "approval-decision", transaction, key, at, connection, answer, by, reason }]);
    switch (answered) {
      case "inserted":
        return { outcome: "decided" };
      case "conflict": {
        const winner = await lineage.get(transaction, key);
        if (winner?.type === "approval-decision") return { outcome: "decided-before", answer: winner.answer, by: winner.by };
        break;
      }
      case "unavailable":
      case "unknown":
      case undefined:
        break;
    }
    throw new Unavailable(`nobody can say whether the decision on ${approval} of ${transaction} was recorded: decide again`);
  }

  /** Tidiness only: whoever decided has decided, also when the wait cannot be ended now and runs until the approval expires. */
  async function endWait({ transaction, approval, answer }: DecideApprovalInput): Promise<void> {
    try {
      const token = await documents.get(approvalTokenAddress(transaction, approval));
      if (token !== undefined) await callbacks.completeTask(new TextDecoder().decode(token), { answer });
    } catch (error) {
      if (!(error instanceof Unavailable || error instanceof UnknownOutcome)) throw error;
    }
  }
}

function sameName(one: string, other: string): boolean {
  const plain = (name: string) => name.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();
  return plain(one) === plain(other);
}
