import { exceptionClasses } from "#domain/exceptions";
import type { ExceptionItem, TransactionView } from "#domain/lineage";
import { openExceptions } from "#functions/announce-events";
import { readTransaction } from "#functions/read-transaction";
import { drain, type Hub, openHub } from "#hub";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { approvalsMeant, type DecidedApproval, decideApproval } from "../decide-approvals.ts";
import { type DeskRow, deskRow, exceptionsText, howItEnds, minuteText } from "../exception-desk.ts";
import { findTransactions } from "../read-lineage.ts";
import { exceptionMeant, resolveException } from "../resolve-exceptions.ts";

export const exceptions: Command = {
  name: "exceptions",
  summary: "What is stuck, whose it is, and what to do.",
  usage: [
    "exceptions [list] [--owner DESK] [--class CLASS]",
    "exceptions show ID|REFERENCE",
    "exceptions resolve ID|REFERENCE --actor NAME --reason TEXT [--write-off]",
    "exceptions approve|reject ID|REFERENCE --actor NAME --reason TEXT",
  ],
  examples: [
    "exceptions",
    "exceptions list --owner finance --json",
    "exceptions show '#1042'",
    "exceptions resolve 'sale:pos:0101:1:2026-11-27:12/X#period.late-event#52f1c0a94be07d13#0001' --actor 'Ana Ruiz' --reason 'noted for the comparison of the months'",
    "exceptions resolve 'settlement-row:stripe:stripe-us:txn_9/X#money.tolerance-exceeded#52f1c0a94be07d13#0001' --actor 'Ana Ruiz' --reason 'the gateway rounds' --write-off",
    "exceptions approve '#1042' --actor 'Ana Ruiz' --reason 'agreed with the customer on the phone'",
  ],
  argumentsMax: 2,
  options: {
    "write-off": { type: "boolean" },
    owner: { type: "string" },
    class: { type: "string" },
    actor: { type: "string" },
    reason: { type: "string" },
  },
  async run(input) {
    const [action = "list", reference] = input.arguments;
    if (!isAction(action)) throw new UsageError(`exceptions has ${actions.join(", ")}, not ${JSON.stringify(action)}`);
    const statement = action === "list" || action === "show" ? undefined : statementOf(input, action);
    const hub = await openHub(input.hub);
    try {
      if (statement === undefined) return action === "list" ? await list(hub, input) : await show(hub, input, reference);
      return await (statement.action === "resolve" ? resolve : decide)(hub, input, reference, statement);
    } finally {
      await hub.close();
    }
  },
};

const actions = ["list", "show", "resolve", "approve", "reject"] as const;

function isAction(word: string): word is (typeof actions)[number] {
  return (actions as readonly string[]).includes(word);
}

interface Statement {
  readonly action: "resolve" | "approve" | "reject";
  readonly actor: string;
  readonly reason: string;
}

/** Whose word it is and why: asked for before anything is opened. */
function statementOf(input: CommandInput, action: Statement["action"]): Statement {
  const actor = textOption(input, "actor")?.trim() ?? "";
  const reason = textOption(input, "reason")?.trim() ?? "";
  if (actor === "" || reason === "") throw new UsageError(`exceptions ${action} needs --actor NAME and --reason TEXT: both go on record`);
  if (actor.length > actorLengthMax) throw new UsageError(`--actor takes at most ${actorLengthMax} characters`);
  if (reason.length > reasonLengthMax) throw new UsageError(`--reason takes at most ${reasonLengthMax} characters`);
  if (actor.normalize("NFKC").toLowerCase() === "hub") throw new UsageError("--actor names a person: hub is what the hub itself does");
  return { action, actor, reason };
}

const actorLengthMax = 120;
const reasonLengthMax = 2_000;

/** Every open exception, the one that is due first at the top. */
export async function openRows(hub: Hub): Promise<DeskRow[]> {
  const rows: DeskRow[] = [];
  let after: string | undefined;
  do {
    const page = await hub.workLists.read(openExceptions, after, 500);
    for (const { body } of page.entries) {
      const opened = body as ExceptionItem;
      // Of a restatement alone the approvals say who ends it.
      const restates = opened.class === "policy.restatement";
      rows.push(deskRow({ opened }, restates ? (await readTransaction(hub.lineage, opened.transaction)).approvals : []));
    }
    after = page.next;
  } while (after !== undefined);
  // The list is kept by due time; within one, what is worse comes first.
  return rows.sort((a, b) => compare(a.dueAt.slice(0, 16), b.dueAt.slice(0, 16)) || weight(b) - weight(a));
}

const severities = ["info", "warning", "error", "critical"];

function weight({ severity }: DeskRow): number {
  return severities.indexOf(severity);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
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
    input.terminal.print(`\n${rows.length} open. All that is known of one: exceptions show ID`);
  }
  return 0;
}

async function decide(hub: Hub, input: CommandInput, reference: string | undefined, { action, actor, reason }: Statement): Promise<number> {
  if (reference === undefined) throw new UsageError("name the approval: its id, that of its exception, or a reference of its transaction");
  // What is not posted yet may be what somebody decides about.
  await drain(hub);
  const answer = action === "approve" ? "granted" : "refused";
  const decided: DecidedApproval[] = [];
  for (const approval of approvalsMeant(await viewsOf(hub, reference), reference))
    decided.push(await decideApproval(hub, approval, answer, actor, reason));
  await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
  if (input.json) input.terminal.print(JSON.stringify(decided));
  else for (const { kind, document, message } of decided) input.terminal.print(`${kind} of ${document}\n    ${message}`);
  return decided.every(({ outcome }) => outcome === "decided") ? 0 : 1;
}

async function resolve(hub: Hub, input: CommandInput, reference: string | undefined, { actor, reason }: Statement): Promise<number> {
  if (reference === undefined) throw new UsageError("name the exception: its id, or a reference of its transaction");
  // What is not looked at yet may close it, or ask for an approval.
  await drain(hub);
  const writeOff = input.options["write-off"] === true;
  const meant = exceptionMeant(await viewsOf(hub, reference), reference, writeOff);
  const resolved = await resolveException(hub, meant, actor, reason, writeOff);
  await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
  if (input.json) input.terminal.print(JSON.stringify([resolved]));
  else input.terminal.print(`${resolved.class} / ${resolved.code} of ${resolved.transaction}\n    ${resolved.message}`);
  return resolved.outcome === "resolved" || resolved.outcome === "written-off" ? 0 : 1;
}

/** The transactions behind an id of an exception or approval, or behind any other reference. */
async function viewsOf(hub: Hub, reference: string): Promise<readonly TransactionView[]> {
  const id = /^(?<transaction>.+)\/[AX]#/.exec(reference)?.groups?.transaction;
  return id === undefined ? findTransactions(hub, reference) : [await readTransaction(hub.lineage, id)];
}

async function show(hub: Hub, input: CommandInput, reference: string | undefined): Promise<number> {
  if (reference === undefined) throw new UsageError("exceptions show takes the id of an exception, or any reference of its transaction");
  const views = await viewsOf(hub, reference);
  const rows = views
    .flatMap((view) => view.exceptions.map((state) => deskRow(state, view.approvals)))
    .filter((row) => !reference.includes("/X#") || row.id === reference);
  if (rows.length === 0) {
    input.terminal.note(`no exception is known under ${JSON.stringify(reference)}`);
    return 1;
  }
  if (input.json) input.terminal.print(JSON.stringify(rows));
  else for (const row of rows) input.terminal.print(describe(row));
  return 0;
}

function describe(row: DeskRow): string {
  const amount = row.amount === null ? [] : [`  amount       ${row.amount} ${row.currency}`];
  return [
    `${row.class} / ${row.code}  (${row.state})`,
    `  what         ${row.message}`,
    ...(row.closed === null
      ? [`  what to do   ${row.action}`, `  how it ends  ${howItEnds[row.settledBy]}`]
      : [`  closed       by ${row.closed.by}, ${minuteText(row.closed.at)}: ${row.closed.reason}`]),
    `  owner        ${row.owner}, due ${minuteText(row.dueAt)}, severity ${row.severity}`,
    ...amount,
    `  transaction  ${row.transaction}`,
    ...(row.document === null ? [] : [`  document     ${row.document}`]),
    `  id           ${row.id}`,
    "",
  ].join("\n");
}
