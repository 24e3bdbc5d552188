import * as z from "zod/mini";
import { contentHash } from "#domain/canonical";
import { Invalid } from "#domain/failures";
import type { DocumentStore } from "#ports/document-store";

export interface AskApprovalDependencies {
  readonly documents: DocumentStore;
}

const inputSchema = z.object({
  transaction: z.string().check(z.minLength(1), z.maxLength(512)),
  approval: z.string().check(z.minLength(1), z.maxLength(512)),
  token: z.string().check(z.minLength(1), z.maxLength(1024)),
});

/** Where the token of an approval's waiting task is kept. */
export function approvalTokenAddress(transaction: string, approval: string): string {
  return `approval-tokens/${contentHash({ transaction, approval })}`;
}

/**
 * Keeps the token under which `approve-posting` waits for a decision, so that whoever decides ends the wait. The token decides nothing:
 * a wait whose token is lost ends when the approval expires. Throws Invalid for an input without transaction, approval and token.
 */
export function createHandler({ documents }: AskApprovalDependencies) {
  return async function askApproval(input: unknown): Promise<{ noted: true }> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("ask-approval takes {transaction, approval, token}: look at approve-posting.asl.json");
    const { transaction, approval, token } = parsed.data;
    await documents.put(approvalTokenAddress(transaction, approval), new TextEncoder().encode(token));
    return { noted: true };
  };
}
