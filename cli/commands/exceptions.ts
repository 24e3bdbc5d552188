import { exceptionClasses } from "#domain/exceptions";
import type { ExceptionItem, TransactionView } from "#domain/lineage";
import { openExceptions } from "#functions/announce-events";
import { readTransaction } from "#functions/read-transaction";
import { drain, type Hub, openHub } from "#hub";
import { closeException, exceptionMeant } from "../close-exception.ts";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { approvalsMeant, type DecidedApproval, decideApproval } from "../decide-approvals.ts";
import { type ExceptionRow, exceptionRow, findTransactions, rowOf } from "../read-lineage.ts";
import { grouped, wrap } from "../table.ts";

export const exceptions: Command = {
  name: "exceptions",
  summary: "What is stuck, whose it is, and what to do.",
  usage: [
    "exceptions [list] [--owner DESK] [--class CLASS]",
    "exceptions show ID|REFERENCE",
    "exceptions approve|reject ID|REFERENCE --actor NAME --reason TEXT",
    "exceptions close ID|REFERENCE --actor NAME --reason TEXT",
  ],
  examples: [
    "exceptions",
    "exceptions list --owner finance --json",
    "exceptions show '#1042'",
    "exceptions approve '#1042' --actor 'Ana Ruiz' --reason 'agreed with the customer on the phone'",
    "exceptions close settlement.csv --actor 'Ana Ruiz' --reason 'the gateway sent settlement-2.csv instead'",
  ],
  argumentsMax: 2,
  options: { owner: { type: "string" }, class: { type: "string" }, actor: { type: "string" }, reason: { type: "string" } },
  async run(input) {
    const [action = "list", reference] = input.arguments;
    if (!isAction(action)) throw new UsageError(`exceptions has ${actions.join(", ")}, not ${JSON.stringify(action)}`);
    const decision = action === "approve" || action === "reject" ? decisionOf(input, action) : undefined;
    const closing = action === "close" ? signedBy(input, action) : undefined;
    const hub = await openHub(input.hub);
    try {
      if (decision !== undefined) return await decide(hub, input, reference, decision);
      if (closing !== undefined) return await close(hub, input, reference, closing);
      return action === "list" ? await list(hub, input) : await show(hub, input, reference);
    } finally {
      await hub.close();
    }
  },
};

const actions = ["list", "show", "approve", "reject", "close"] as const;

function isAction(word: string): word is (typeof actions)[number] {
  return (actions as readonly string[]).includes(word);
}

/** Whose decision it is and why: asked for before anything is opened. */
function decisionOf(input: CommandInput, action: "approve" | "reject") {
  return { answer: action === "approve" ? ("granted" as const) : ("refused" as const), ...signedBy(input, action) };
}

function signedBy(input: CommandInput, action: string): { readonly actor: string; readonly reason: string } {
  const actor = textOption(input, "actor")?.trim() ?? "";
  const reason = textOption(input, "reason")?.trim() ?? "";
  if (actor === "" || reason === "") throw new UsageError(`exceptions ${action} needs --actor NAME and --reason TEXT: both go on record`);
  return { actor, reason };
}

/** Every open exception, the one that is due first at the top. */
export async function openRows(hub: Hub): Promise<ExceptionRow[]> {
  const rows: ExceptionRow[] = [];
  let after: string | undefined;
  do {
    const page = await hub.workLists.read(openExceptions, after, 500);
    rows.push(...page.entries.map(({ body }) => exceptionRow(body as ExceptionItem, "open")));
    after = page.next;
  } while (after !== undefined);
  // The list is kept by due time; within one, what is worse comes first.
  return rows.sort((a, b) => compare(a.dueAt.slice(0, 16), b.dueAt.slice(0, 16)) || weight(b) - weight(a));
}

const severities = ["info", "warning", "error", "critical"];

function weight({ severity }: ExceptionRow): number {
  return severities.indexOf(severity);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const transactionsShownMax = 5;

/**
 * The desk for people: severity, name and due time, then what it is about and what to do, within `columns`. One cause stands once, with
 * the transactions that it holds: an unmapped store is one matter and not thirty.
 */
export function exceptionsText(rows: readonly ExceptionRow[], columns: number): string {
  const indented = (text: string, first: string) => wrap(text, columns - 4).map((line, index) => `${index === 0 ? first : "    "}${line}`);
  return causesOf(rows)
    .flatMap(([row, ...others]) => [
      `${row.severity.toUpperCase().padEnd(8)}  ${row.class} / ${row.code}${row.amount === null ? "" : `  ${grouped(row.amount)} ${row.currency}`}`,
      `    ${row.owner}, due ${minuteText(row.dueAt)}`,
      ...indented(row.message, "    "),
      ...indented(row.action, "  → "),
      ...[row, ...others].slice(0, transactionsShownMax).map(({ transaction }) => `    ${transaction}`),
      ...(others.length < transactionsShownMax ? [] : [`    and ${others.length + 1 - transactionsShownMax} more of ${others.length + 1}`]),
      "",
    ])
    .join("\n")
    .trimEnd();
}

/** Rows that say the same of different transactions stand together, where the first of them stood. */
function causesOf(rows: readonly ExceptionRow[]): [ExceptionRow, ...ExceptionRow[]][] {
  const causes = new Map<string, [ExceptionRow, ...ExceptionRow[]]>();
  for (const row of rows) {
    const cause = JSON.stringify([row.class, row.code, row.severity, row.amount, row.currency, row.message]);
    const known = causes.get(cause);
    if (known === undefined) causes.set(cause, [row]);
    else known.push(row);
  }
  return [...causes.values()];
}

/** "2026-11-27T17:42:07.123Z" for people. */
function minuteText(instant: string): string {
  return `${instant.slice(0, 16).replace("T", " ")} UTC`;
}

function oneOf(input: CommandInput, option: string, known: readonly string[]): string | undefined {
  const value = textOption(input, option);
  if (value !== undefined && !known.includes(value)) throw new UsageError(`no ${option} ${value}: known are ${known.join(", ")}`);
  return value;
}

async function list(hub: Hub, input: CommandInput): Promise<number> {
  const owner = oneOf(input, "owner", [...new Set(Object.values(exceptionClasses).map((data) => data.owner))]);
  const wanted = oneOf(input, "class", Object.keys(exceptionClasses));
  const rows = (await openRows(hub)).filter(
    (row) => (owner === undefined || row.owner === owner) && (wanted === undefined || row.class === wanted),
  );
  if (input.json) input.terminal.print(JSON.stringify(rows));
  else if (rows.length === 0) input.terminal.print("No open exceptions.");
  else {
    input.terminal.print(exceptionsText(rows, input.terminal.columns));
    input.terminal.print(`\n${rows.length} open. All that is known of one: exceptions show <transaction>`);
  }
  return 0;
}

async function decide(
  hub: Hub,
  input: CommandInput,
  reference: string | undefined,
  { answer, actor, reason }: ReturnType<typeof decisionOf>,
): Promise<number> {
  if (reference === undefined) throw new UsageError("name the approval: its id, that of its exception, or a reference of its transaction");
  // What is not posted yet may be what somebody decides about.
  await drain(hub);
  const decided: DecidedApproval[] = [];
  for (const approval of approvalsMeant(await viewsOf(hub, reference), reference))
    decided.push(await decideApproval(hub, approval, answer, actor, reason));
  await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
  if (input.json) input.terminal.print(JSON.stringify(decided));
  else for (const { kind, document, message } of decided) input.terminal.print(`${kind} of ${document}\n    ${message}`);
  return decided.every(({ outcome }) => outcome === "decided") ? 0 : 1;
}

async function close(
  hub: Hub,
  input: CommandInput,
  reference: string | undefined,
  { actor, reason }: ReturnType<typeof signedBy>,
): Promise<number> {
  if (reference === undefined) throw new UsageError("name the exception: its id, or a reference of its transaction");
  await drain(hub);
  const opened = exceptionMeant(await viewsOf(hub, reference), reference);
  await closeException(hub, opened, actor, reason);
  await drain(hub);
  if (input.json) input.terminal.print(JSON.stringify({ id: rowOf({ opened }).id, closedBy: actor, reason }));
  else input.terminal.print(`${opened.class} / ${opened.code} of ${opened.transaction} is closed`);
  return 0;
}

/** The transactions behind an id of an exception or approval, or behind any other reference. */
async function viewsOf(hub: Hub, reference: string): Promise<readonly TransactionView[]> {
  const id = /^(?<transaction>.+)\/[AX]#/.exec(reference)?.groups?.transaction;
  return id === undefined ? findTransactions(hub, reference) : [await readTransaction(hub.lineage, id)];
}

async function show(hub: Hub, input: CommandInput, reference: string | undefined): Promise<number> {
  if (reference === undefined) throw new UsageError("exceptions show takes the id of an exception, or any reference of its transaction");
  const views = await viewsOf(hub, reference);
  const rows = views.flatMap((view) => view.exceptions.map(rowOf)).filter((row) => !reference.includes("/X#") || row.id === reference);
  if (rows.length === 0) {
    input.terminal.note(`no exception is known under ${JSON.stringify(reference)}`);
    return 1;
  }
  if (input.json) input.terminal.print(JSON.stringify(rows));
  else for (const row of rows) input.terminal.print(describe(row));
  return 0;
}

function describe(row: ExceptionRow): string {
  const amount = row.amount === null ? [] : [`  amount       ${row.amount} ${row.currency}`];
  return [
    `${row.class} / ${row.code}  (${row.state})`,
    `  what         ${row.message}`,
    `  what to do   ${row.action}`,
    `  owner        ${row.owner}, due ${minuteText(row.dueAt)}, severity ${row.severity}`,
    ...amount,
    `  transaction  ${row.transaction}`,
    ...(row.document === null ? [] : [`  document     ${row.document}`]),
    `  id           ${row.id}`,
    "",
  ].join("\n");
}
