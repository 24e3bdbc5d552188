import type { ExceptionItem } from "#domain/lineage";
import { openExceptions } from "#functions/announce-events";
import { readTransaction } from "#functions/read-transaction";
import { type Hub, openHub } from "#hub";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { type ExceptionRow, exceptionRow, findTransactions, rowOf } from "../read-lineage.ts";
import { table } from "../table.ts";

export const exceptions: Command = {
  name: "exceptions",
  summary: "What is stuck, whose it is, and what to do.",
  usage: ["exceptions [list] [--owner DESK] [--class CLASS]", "exceptions show ID|REFERENCE"],
  examples: ["exceptions", "exceptions list --owner finance --json", "exceptions show '#1042'"],
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
  return rows;
}

export function exceptionTable(rows: readonly ExceptionRow[]): string {
  return table(
    [
      { title: "due" },
      { title: "severity" },
      { title: "owner" },
      { title: "class" },
      { title: "transaction", widthMax: 52 },
      { title: "what", widthMax: 110 },
    ],
    rows.map((row) => [
      row.dueAt.slice(0, 16).replace("T", " "),
      row.severity,
      row.owner,
      `${row.class} / ${row.code}`,
      row.transaction,
      row.message,
    ]),
  );
}

async function list(hub: Hub, input: CommandInput): Promise<number> {
  const owner = textOption(input, "owner");
  const wanted = textOption(input, "class");
  const rows = (await openRows(hub)).filter(
    (row) => (owner === undefined || row.owner === owner) && (wanted === undefined || row.class === wanted),
  );
  if (input.json) input.terminal.print(JSON.stringify(rows));
  else if (rows.length === 0) input.terminal.print("No open exceptions.");
  else {
    input.terminal.print(exceptionTable(rows));
    input.terminal.print(`\n${rows.length} open. Details and advice: exceptions show <transaction>`);
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
    `  owner        ${row.owner}, due ${row.dueAt}, severity ${row.severity}`,
    ...amount,
    `  transaction  ${row.transaction}`,
    ...(row.document === null ? [] : [`  document     ${row.document}`]),
    `  id           ${row.id}`,
    "",
  ].join("\n");
}
