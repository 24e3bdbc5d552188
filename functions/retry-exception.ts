import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import { type ClosureItem, closureKey, type RetryItem, retryKey } from "#domain/lineage";
import { settledBy } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import { exceptionInput } from "./exception-input.ts";
import { readTransaction } from "./read-transaction.ts";

export interface RetryExceptionDependencies {
  readonly lineage: LineageStore;
  readonly clock: Clock;
}

const inputSchema = z.object(exceptionInput);

export type RetryExceptionInput = z.infer<typeof inputSchema>;

/**
 * "retried": the transaction is looked at once more. "retried-just-now": by somebody else at the same moment, whose word counts; it is looked
 * at all the same. "closed": nothing is open here. "needs-approval": only a decision sends it. "unknown": no such exception.
 */
export type ExceptionRetry =
  | { readonly outcome: "retried"; readonly number: number }
  | { readonly outcome: "retried-just-now"; readonly by: string; readonly at: string }
  | { readonly outcome: "closed"; readonly by: string; readonly at: string }
  | { readonly outcome: "needs-approval" | "unknown" };

/**
 * A person has mended something and sends the transaction once more. What is recorded is announced, and has every queue look at it: pressing
 * twice looks twice, and posts once. What the ERP refused is let go with it (closed under the person's name), as it would be held otherwise: a
 * new refusal opens a new exception. Throws Invalid for an input that is none, Unavailable when nobody can say whether it was recorded: retry again.
 */
export function createHandler({ lineage, clock }: RetryExceptionDependencies) {
  return async function retryException(input: unknown): Promise<ExceptionRetry> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("retry-exception takes {transaction, exception, by, reason}, and by names a person");
    const { transaction, exception, by, reason } = parsed.data;
    const view = await readTransaction(lineage, transaction);
    const state = view.exceptions.find(({ opened }) => opened.key === exception);
    if (state === undefined) return { outcome: "unknown" };
    if (state.closed !== undefined) return { outcome: "closed", by: state.closed.by, at: state.closed.at };
    if (settledBy(state.opened, view.approvals) === "approval") return { outcome: "needs-approval" };
    const number = (state.retries?.length ?? 0) + 1;
    const key = retryKey(exception, number);
    const retry: RetryItem = { type: "retry", transaction, key, at: clock.now(), by, reason };
    const answer = await insertOne(retry);
    if (state.opened.class === "erp.rejected") await insertOne({ ...retry, type: "closure", key: closureKey(exception) });
    if (answer === "inserted") return { outcome: "retried", number };
    const first = await lineage.get(transaction, key);
    if (first?.type === "retry") return { outcome: "retried-just-now", by: first.by, at: first.at };
    throw notForCertain(transaction);
  };

  async function insertOne(item: RetryItem | ClosureItem): Promise<"inserted" | "conflict"> {
    const [answer] = await lineage.insert([item]);
    if (answer === "inserted" || answer === "conflict") return answer;
    throw notForCertain(item.transaction);
  }
}

function notForCertain(transaction: string): Unavailable {
  return new Unavailable(`nobody can say whether the retry of ${transaction} was recorded: retry again`);
}
