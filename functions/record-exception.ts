import type { Problem } from "#domain/exceptions";
import { Unavailable } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
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
}

/** Opens an exception unless the same one is open already. */
export function createHandler({ lineage, clock }: RecordExceptionDependencies) {
  return async function recordException(input: RecordExceptionInput): Promise<{ opened: boolean }> {
    const { transaction, connection, ...problem } = input;
    const view = await readTransaction(lineage, transaction);
    const item = openedException(view, problem, connection, clock.now());
    if (item === undefined) return { opened: false };
    const [answer] = await lineage.insert([item]);
    if (answer === "unavailable" || answer === "unknown")
      throw new Unavailable(`the exception ${problem.class} of ${transaction} was not recorded: try again`);
    return { opened: answer === "inserted" };
  };
}
