import { contentHash } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { fileTransaction, sourceKey } from "#domain/identity";
import { documentOf, type SettledTicket, type TicketNames, type TicketPlace } from "./settled-ticket.ts";
import { nameOf, type TicketKey } from "./ticket-key.ts";
import type { TicketProblem } from "./ticket-problem.ts";

/** A ticket that is known by its key and cannot be read. `content` is what the file says: other content under the same key stays apart. */
export function heldTicket(
  key: TicketKey,
  found: TicketProblem | readonly TicketProblem[],
  content: unknown,
  names?: TicketNames,
): SettledTicket {
  const hash = contentHash(content).slice(0, 16);
  const issues = (Array.isArray(found) ? found : [found]).map((problem) => {
    const issue = issueOf(key, problem);
    return { ...issue, cause: `${issue.cause}@${hash}` };
  });
  return { ...key, document: documentOf(key, "ticket", { events: [], issues }, names), issues };
}

/** What is wrong with a ticket, for the desk. */
export function issueOf(key: TicketKey, problem: TicketProblem): Problem {
  return {
    class: problem.class,
    code: problem.code,
    cause: problem.cause.slice(0, 100),
    message: `${nameOf(key)}: ${problem.message}. Correct it at the source and send the ticket again.`,
  };
}

/** A basket that is no sale. */
export function ignoredTicket(key: TicketKey, reason: string, names?: TicketNames): SettledTicket {
  return { ...key, document: documentOf(key, "ticket", { events: [], issues: [] }, names), issues: [], ignored: reason };
}

/** A transaction that nobody can name belongs to its file's stream; without the file's hash it has no document. */
export function strayTicket(fileHash: string | undefined, place: TicketPlace, problem: TicketProblem): SettledTicket {
  const issues = [
    {
      class: problem.class,
      code: problem.code,
      cause: `${problem.cause.slice(0, 100)}:${place.ordinal}`,
      message: `Transaction ${place.ordinal + 1} of the file ${problem.message}. It lies at bytes ${place.byteStart} to ${place.byteEnd}. Ask the store system for it again, complete.`,
    },
  ];
  if (fileHash === undefined) return { document: undefined, issues };
  return {
    document: {
      transaction: fileTransaction("pos", fileHash),
      kind: "file",
      source: sourceKey("pos", "drop", "ticket", `${fileHash}.${place.ordinal}`),
      channel: "pos",
      shop: "drop",
      events: [],
      references: [],
      issues,
    },
    issues,
  };
}
