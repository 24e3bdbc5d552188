import type { Problem } from "#domain/exceptions";
import { Unavailable } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import type { ExceptionItem } from "#domain/lineage";
import { openedException } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

export interface RecordExceptionDependencies {
  readonly lineage: LineageStore;
  readonly clock: Clock;
}

/** A failure outside of a decision, such as a file that could not be taken in, brought to the desk on its transaction. */
export interface RecordExceptionInput extends Problem {
  readonly transaction: TransactionId;
  readonly foundBy: ExceptionItem["foundBy"];
}

/** Opens an exception unless the same one is open already. */
export function createHandler({ lineage, clock }: RecordExceptionDependencies) {
  return async function recordException({ transaction, foundBy, ...problem }: RecordExceptionInput): Promise<{ opened: boolean }> {
    const view = await readTransaction(lineage, transaction);
    const item = openedException(view, problem, foundBy, clock.now());
    if (item === undefined) return { opened: false };
    const [answer] = await lineage.insert([item]);
    if (answer === "unavailable" || answer === "unknown")
      throw new Unavailable(`the exception ${problem.class} of ${transaction} was not recorded: try again`);
    return { opened: answer === "inserted" };
  };
}
