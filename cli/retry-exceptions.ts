import { userInfo } from "node:os";
import type { ExceptionItem, TransactionView } from "#domain/lineage";
import type { ExceptionRetry } from "#functions/retry-exception";
import type { RetriedExceptions } from "#functions/retry-exceptions";
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

const minutesOf: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440 };

/** `--older-than 90m`, `2h` or `3d` in minutes; UsageError for anything else. */
export function ageInMinutes(text: string): number {
  const { count = "", unit = "" } = /^(?<count>\d{1,5})(?<unit>[mhd])$/.exec(text)?.groups ?? {};
  const minutes = minutesOf[unit];
  if (minutes === undefined)
    throw new UsageError(`--older-than takes minutes, hours or days such as 90m, 2h or 3d, not ${JSON.stringify(text)}`);
  return Number(count) * minutes;
}

/** Sends each with all that it waits for: also what the hub itself had given up. */
export async function retryAll(hub: Hub, asked: Parameters<Hub["retryExceptions"]>[0]): Promise<RetriedExceptions> {
  const answer = await hub.retryExceptions(asked);
  await hub.worker.redrive(new Set(answer.transactions));
  return answer;
}

export function retriedText({ matching, retried, inHand, notSent, left }: RetriedExceptions): string {
  const others = [
    ...(inHand > 0 ? [`${inHand} were sent within the last ten minutes and not again`] : []),
    ...(notSent > 0 ? [`${notSent} are ended by a person, and nothing of them is sent`] : []),
    ...(left > 0 ? [`${left} are left: the same command goes on with them`] : []),
  ];
  return [`${retried} of ${matching} open exceptions were sent once more`, ...others].join("\n    ");
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
