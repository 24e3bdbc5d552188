import { Unavailable } from "#domain/failures";
import { closureKey } from "#domain/lineage";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

/** The code of the exception that a run of a file's machine opens when it fails. */
const failureCode = "not-taken-in";

/** An earlier run over the same bytes failed; this one has come to its end. Throws Unavailable when that may not be on record. */
export async function closeEarlierFailures(
  { lineage, clock }: { readonly lineage: LineageStore; readonly clock: Clock },
  transaction: string,
): Promise<void> {
  const { exceptions } = await readTransaction(lineage, transaction);
  const closures = exceptions
    .filter(({ opened, closed }) => closed === undefined && opened.code === failureCode)
    .map(({ opened }) => ({
      type: "closure" as const,
      transaction,
      key: closureKey(opened.key),
      at: clock.now(),
      by: "hub",
      reason: "the file came to its end",
    }));
  const answers = closures.length === 0 ? [] : await lineage.insert(closures);
  if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
    throw new Unavailable(`the exceptions of ${transaction} could not be closed: try again`);
}
