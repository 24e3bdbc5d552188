import { exceptionClasses } from "#domain/exceptions";
import type { ExceptionItem } from "#domain/lineage";
import { openExceptions } from "#functions/announce-events";
import { readTransaction } from "#functions/read-transaction";
import { type Hub, openHub } from "#hub";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { type ExceptionRow, exceptionRow, findTransactions, rowOf } from "../read-lineage.ts";
import { grouped, wrap } from "../table.ts";

export const exceptions: Command = {
  name: "exceptions",
  summary: "What is stuck, whose it is, and what to do.",
  usage: ["exceptions [list] [--owner DESK] [--class CLASS]", "exceptions show ID|REFERENCE"],
  examples: ["exceptions", "exceptions list --owner finance --json", "exceptions show '#1042'"],
  argumentsMax: 2,
  options: { owner: { type: "string" }, class: { type: "string" } },
  async run(input) {
    const [action = "list", ...rest] = input.arguments;
    if (action !== "list" && action !== "show") throw new UsageError(`exceptions has list and show, not ${JSON.stringify(action)}`);
    const hub = await openHub(input.hub);
    try {
      return action === "list" ? await list(hub, input) : await show(hub, input, rest[0]);
    } finally {
      await hub.close();
    }
  },
};

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

async function show(hub: Hub, input: CommandInput, reference: string | undefined): Promise<number> {
  if (reference === undefined) throw new UsageError("exceptions show takes the id of an exception, or any reference of its transaction");
  const separator = reference.lastIndexOf("/X#");
  const views =
    separator > 0 ? [await readTransaction(hub.lineage, reference.slice(0, separator))] : await findTransactions(hub, reference);
  const rows = views.flatMap((view) => view.exceptions.map(rowOf)).filter((row) => separator < 0 || row.id === reference);
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
