import { userInfo } from "node:os";
import type { ExceptionItem, TransactionView } from "#domain/lineage";
import type { ExceptionRetry } from "#functions/retry-exception";
import type { Hub } from "#hub";
import { UsageError } from "./command.ts";
import { rowOf } from "./read-lineage.ts";

/** What `exceptions retry` answers. */
export interface RetriedException {
  readonly id: string;
  readonly transaction: string;
  readonly class: string;
  readonly code: string;
  readonly outcome: ExceptionRetry["outcome"];
  readonly message: string;
}

/** The open exceptions that a person means: one by its id, or every one behind any reference of a transaction. UsageError for none. */
export function openExceptionsMeant(views: readonly TransactionView[], reference: string): readonly ExceptionItem[] {
  const states = views.flatMap(({ exceptions }) => exceptions);
  const byId = states.find((state) => rowOf(state).id === reference);
  if (byId !== undefined) return [byId.opened];
  if (reference.includes("/X#")) throw new UsageError(`there is no exception ${JSON.stringify(reference)}: exceptions list shows the ids`);
  const open = states.filter(({ closed }) => closed === undefined).map(({ opened }) => opened);
  if (open.length === 0) throw new UsageError(`no exception is open under ${JSON.stringify(reference)}`);
  return open;
}

/** Who presses without saying who: the account that runs the command. */
export function accountName(): string {
  return userInfo().username;
}

export async function retryException(hub: Hub, exception: ExceptionItem, by: string, reason: string): Promise<RetriedException> {
  const { transaction, key, class: name, code } = exception;
  const retry = await hub.retryException({ transaction, exception: key, by, reason });
  return { id: rowOf({ opened: exception }).id, transaction, class: name, code, outcome: retry.outcome, message: inWords(retry) };
}

function inWords(retry: ExceptionRetry): string {
  switch (retry.outcome) {
    case "retried":
      return "sent once more";
    case "retried-just-now":
      return `${retry.by} sent it once more at the same moment (${retry.at})`;
    case "closed":
      return `nothing to send: it was closed by ${retry.by} at ${retry.at}`;
    case "needs-approval":
      return "nothing changed: it waits for an approval. Decide it: exceptions approve or reject";
    case "unknown":
      return "nothing changed: there is no such exception";
  }
}
