import type { Problem } from "#domain/exceptions";
import { Unavailable } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import type { ExceptionState } from "#domain/lineage";
import { openedException } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

export interface RecordExceptionDependencies {
  readonly lineage: LineageStore;
  readonly clock: Clock;
}

/** A failure outside of a decision, brought to the desk on its transaction. */
export interface RecordExceptionInput extends Problem {
  readonly transaction: TransactionId;
  /** Absent: the next decision that goes well closes it. */
  readonly foundBy?: "operation";
  /** The connection that failed, when only a decision of that one shows that the trouble is over. */
  readonly connection?: string;
  /** What was opened after this instant and is closed by now is not opened again: the failure lies before it. */
  readonly after?: string;
}

/** Opens an exception unless the same one is open already. */
export function createHandler({ lineage, clock }: RecordExceptionDependencies) {
  return async function recordException(input: RecordExceptionInput): Promise<{ opened: boolean }> {
    const { transaction, connection, after, ...problem } = input;
    const view = await readTransaction(lineage, transaction);
    const isKnown = ({ opened }: ExceptionState) =>
      opened.class === problem.class &&
      opened.code === problem.code &&
      opened.cause === problem.cause &&
      after !== undefined &&
      opened.at >= after;
    if (view.exceptions.some(isKnown)) return { opened: false };
    const item = openedException(view, problem, connection, clock.now());
    if (item === undefined) return { opened: false };
    const [answer] = await lineage.insert([item]);
    if (answer === "unavailable" || answer === "unknown")
      throw new Unavailable(`the exception ${problem.class} of ${transaction} was not recorded: try again`);
    return { opened: answer === "inserted" };
  };
}
