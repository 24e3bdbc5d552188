import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import { type ClosureItem, closureKey, type ExceptionItem, type RetryItem, retryKey } from "#domain/lineage";
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
 * "retried": the transaction is looked at once more. "retried-just-now": by somebody else at the same moment, or by this one a moment ago, whose
 * word counts; it is looked at all the same. "closed": nothing is open here. "needs-approval": only a decision sends it. "unknown": no such exception.
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
export function createHandler(dependencies: RetryExceptionDependencies) {
  const retry = createRetry(dependencies);
  return async function retryException(input: unknown): Promise<ExceptionRetry> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("retry-exception takes {transaction, exception, by, reason}, and by names a person");
    return retry(parsed.data);
  };
}

/** The same, for whoever has read the input. What was retried after `unlessAfter` is on its way, and is not sent again. */
export function createRetry({ lineage, clock }: RetryExceptionDependencies) {
  return async function retry(asked: RetryExceptionInput, unlessAfter?: string): Promise<ExceptionRetry> {
    const { transaction, exception, by, reason } = asked;
    const view = await readTransaction(lineage, transaction);
    const state = view.exceptions.find(({ opened }) => opened.key === exception);
    if (state === undefined) return { outcome: "unknown" };
    if (state.closed !== undefined) return { outcome: "closed", by: state.closed.by, at: state.closed.at };
    if (settledBy(state.opened, view.approvals) === "approval") return { outcome: "needs-approval" };
    const last = state.retries?.at(-1);
    if (last !== undefined && unlessAfter !== undefined && last.at > unlessAfter) {
      // Again, as whoever pressed may have died between the two.
      await letGo(state.opened, last);
      return { outcome: "retried-just-now", by: last.by, at: last.at };
    }
    const number = (state.retries?.length ?? 0) + 1;
    const key = retryKey(exception, number);
    const item: RetryItem = { type: "retry", transaction, key, at: clock.now(), by, reason };
    const answer = await insertOne(item);
    await letGo(state.opened, item);
    if (answer === "inserted") return { outcome: "retried", number };
    const first = await lineage.get(transaction, key);
    if (first?.type === "retry") return { outcome: "retried-just-now", by: first.by, at: first.at };
    throw notForCertain(transaction);
  };

  /** The decision would hold what the ERP refused. */
  async function letGo({ class: name, key }: ExceptionItem, item: RetryItem): Promise<void> {
    if (name === "erp.rejected") await insertOne({ ...item, type: "closure", key: closureKey(key) });
  }

  async function insertOne(item: RetryItem | ClosureItem): Promise<"inserted" | "conflict"> {
    const [answer] = await lineage.insert([item]);
    if (answer === "inserted" || answer === "conflict") return answer;
    throw notForCertain(item.transaction);
  }
}

function notForCertain(transaction: string): Unavailable {
  return new Unavailable(`nobody can say whether the retry of ${transaction} was recorded: retry again`);
}
