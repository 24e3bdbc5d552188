import type { RecordExceptionInput } from "./record-exception.ts";

/** Who did not answer when a message is dead: an ERP, the source of a channel, or the hub's own record. */
export type DeadLetterCause = "erp" | "source" | "record";

const deadLetterCode = "dead-letter";

/**
 * What the desk is told of a transaction whose message is a dead letter of `queue`. The next decision that goes well closes what an ERP did not
 * answer; what a source did not, the next reading of it.
 */
export function deadLetterProblem(
  { queue, waitsFor, connection }: { readonly queue: string; readonly waitsFor: DeadLetterCause; readonly connection?: string | undefined },
  transaction: string,
  tries: number,
): RecordExceptionInput {
  const next = "mend the cause, then exceptions retry ID, or exceptions retry --class for all of them";
  const place = { transaction, code: deadLetterCode, cause: queue, ...(connection === undefined ? {} : { connection }) };
  switch (waitsFor) {
    case "erp":
      return { ...place, class: "erp.unavailable", message: `posting was tried ${tries} times and failed: ${next}` };
    case "source": {
      const message = `what changed at the source was read ${tries} times without an answer: ${next}`;
      return { ...place, class: "transport.connection", message, foundBy: "operation" };
    }
    case "record": {
      const message = `the other side of a settlement was looked for ${tries} times and the look failed: ${next}`;
      return { ...place, class: "transport.connection", message, foundBy: "operation" };
    }
  }
}

/** The transactions that a message points at; none for one that is no message of ours. */
export function transactionsIn(body: unknown): string[] {
  const transactions = (body as { transactions?: unknown } | null)?.transactions;
  return Array.isArray(transactions)
    ? transactions.flatMap((each: { id?: unknown } | null) => (typeof each?.id === "string" ? [each.id] : []))
    : [];
}
