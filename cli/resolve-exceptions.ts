import { exceptionClasses } from "#domain/exceptions";
import type { ExceptionItem, TransactionView } from "#domain/lineage";
import { isOfUnknownPayout } from "#functions/identify-bank-line";
import type { ExceptionResolution } from "#functions/resolve-exception";
import { isVariance } from "#functions/write-off-variance";
import type { Hub } from "#hub";
import { UsageError } from "./command.ts";
import { deskRow } from "./exception-desk.ts";
import { rowOf } from "./read-lineage.ts";

/** What `exceptions resolve` answers. */
export interface ResolvedException {
  readonly id: string;
  readonly transaction: string;
  readonly class: string;
  readonly code: string;
  readonly outcome: ExceptionResolution["outcome"];
  /** What it means, and what to do instead where nothing changed. */
  readonly message: string;
}

/** What a person has done beside closing it: a difference given up, or the payout of a bank line named. */
export interface Meaning {
  readonly writeOff?: boolean;
  readonly payout?: string;
}

/**
 * The exception that a person means: by its id, or by any reference of a transaction in which a person may close exactly one. UsageError,
 * with the ids to choose from, when that is not clear.
 */
export function exceptionMeant(views: readonly TransactionView[], reference: string, means: Meaning = {}): ExceptionItem {
  const byId = views.flatMap(({ exceptions }) => exceptions).find((state) => rowOf(state).id === reference);
  if (byId !== undefined) return byId.opened;
  if (reference.includes("/X#")) throw new UsageError(`there is no exception ${JSON.stringify(reference)}: exceptions list shows the ids`);
  const open = views.flatMap((view) => view.exceptions.filter(({ closed }) => closed === undefined).map((state) => ({ view, state })));
  const [first, ...others] = open.filter(({ view, state }) =>
    means.writeOff === true
      ? isVariance(view, state.opened)
      : means.payout === undefined
        ? deskRow(state, view.approvals).settledBy === "person"
        : isOfUnknownPayout(state.opened),
  );
  if (first !== undefined && others.length === 0) return first.state.opened;
  const named = means.payout === undefined || first !== undefined ? [] : views.flatMap(closedByNaming);
  if (named[0] !== undefined && named.length === 1) return named[0].opened;
  const ids = (states: typeof open) => states.map(({ state }) => `  ${rowOf(state).id}`).join("\n");
  if (first !== undefined)
    throw new UsageError(`several exceptions are open under ${JSON.stringify(reference)}, name one:\n${ids([first, ...others])}`);
  if (open.length === 0) throw new UsageError(`no exception is open under ${JSON.stringify(reference)}`);
  throw new UsageError(
    `nothing under ${JSON.stringify(reference)} is closed by a person; exceptions show says what to do with\n${ids(open)}`,
  );
}

/** Of a bank line whose payout was not known: the last exception that said so, which is closed; what was named then may be corrected. */
function closedByNaming({ exceptions }: TransactionView): TransactionView["exceptions"] {
  const closed = exceptions.filter((state) => state.closed !== undefined && isOfUnknownPayout(state.opened));
  return closed.sort((a, b) => (a.opened.at < b.opened.at ? -1 : 1)).slice(-1);
}

export async function resolveException(
  hub: Hub,
  exception: ExceptionItem,
  by: string,
  reason: string,
  means: Meaning = {},
): Promise<ResolvedException> {
  const { transaction, key, class: name, code } = exception;
  const resolution = await hub.resolveException({ transaction, exception: key, by, reason, ...means });
  const { id } = rowOf({ opened: exception });
  return { id, transaction, class: name, code, outcome: resolution.outcome, message: inWords(resolution, exception, id) };
}

function inWords(resolution: ExceptionResolution, exception: ExceptionItem, id: string): string {
  switch (resolution.outcome) {
    case "resolved":
      return "closed: what it held is looked at again now";
    case "resolved-before":
      return `nothing changed: ${resolution.by} closed it at ${resolution.at}: ${resolution.reason}`;
    case "written-off":
      if (exception.class === "money.possible-duplicate") return "given up: it is the movement of the other line, and books nothing";
      return "given up: it is booked as a settlement difference and closes with that; above the policy's amount another person approves it first (exceptions list)";
    case "written-off-before":
      return "nothing changed: somebody gave up this amount before. Whoever has to approve it finds it in exceptions list";
    case "no-variance":
      return `nothing changed: a write-off books only what a settlement row or bank line measurably differs by, in its own currency, and this is none. ${exception.message}`;
    case "payout-named":
      return "named: the line is booked against that payout and the exception closes with that; what differs stays open under its own name";
    case "payout-corrected":
      return `corrected: ${resolution.by} had named ${resolution.payoutId}, which is open again; the line is booked against the payout that you name`;
    case "payout-taken-back":
      return `taken back: ${resolution.by} had named ${resolution.payoutId}, which is open again; the line is looked for as any other`;
    case "nothing-named":
      return "nothing changed: nobody has named a payout for this line";
    case "payout-named-before":
      return "nothing changed: somebody named this payout before";
    case "no-bank-line":
      return `nothing changed: a payout is named for a bank line of which the payout is not known (money.too-many-payouts, money.unidentified-receipt). ${exceptionClasses[exception.class].advice}`;
    case "no-such-payout":
      return "nothing changed: no payout of this id or trace id sends money to the account of this line, in its direction. Take in its report, or see report payouts; none takes back what was named";
    case "several-payouts":
      return `nothing changed: several payouts bear this id, name one by its stream: ${resolution.payouts.join(", ")}`;
    case "shown-by-another":
      return `nothing changed: ${resolution.bankLine} shows this payout already, by its id or because a person said so. If that was wrong, correct it there first: --payout with the right one, or none`;
    case "needs-approval":
      return `nothing changed: it waits for an approval. Decide it: exceptions approve '${id}' or exceptions reject '${id}', with --actor and --reason`;
    case "heals":
      return `nothing changed: the hub closes it by itself when its cause is gone. ${exceptionClasses[exception.class].advice}`;
    case "unknown":
      return "nothing changed: there is no such exception";
  }
}
