import type { Problem } from "#domain/exceptions";
import { Unavailable } from "#domain/failures";
import { fileTransaction, type TransactionId } from "#domain/identity";
import { openedException } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

export interface RecordExceptionDependencies {
  readonly lineage: LineageStore;
  readonly clock: Clock;
}

/** A failure outside of a decision, brought to the desk on its transaction. The next decision that goes well closes it. */
export interface RecordProblem extends Problem {
  readonly transaction: TransactionId;
  /** The connection that failed, when only a decision of that one shows that the trouble is over. */
  readonly connection?: string;
}

/** A machine that takes files in has failed: what it was started with, and the error that it caught. */
export interface RecordMachineFailure {
  readonly machine: string;
  /** `drop` is the content address of the file in the document store: its last part is the hash. */
  readonly input: { readonly drop: string; readonly file: string };
  readonly error: string;
  readonly cause: string;
}

export type RecordExceptionInput = RecordProblem | RecordMachineFailure;

/** Opens an exception unless the same one is open already. */
export function createHandler({ lineage, clock }: RecordExceptionDependencies) {
  return async function recordException(input: RecordExceptionInput): Promise<{ opened: boolean }> {
    const { transaction, connection, ...problem } = "machine" in input ? problemOf(input) : input;
    const view = await readTransaction(lineage, transaction);
    const item = openedException(view, problem, connection, clock.now());
    if (item === undefined) return { opened: false };
    const [answer] = await lineage.insert([item]);
    if (answer === "unavailable" || answer === "unknown")
      throw new Unavailable(`the exception ${problem.class} of ${transaction} was not recorded: try again`);
    return { opened: answer === "inserted" };
  };
}

function problemOf({ machine, input, error, cause }: RecordMachineFailure): RecordProblem {
  const [folder = "file", hash = ""] = input.drop.split("/").slice(-2);
  return {
    transaction: fileTransaction(folder, hash),
    class: "transport.connection",
    code: error,
    cause: machine,
    message: `${machine} did not take in the file ${input.file}: ${error}: ${cause}`.slice(0, 1000),
  };
}
