import { type ExceptionClass, exceptionClasses, retryRules } from "#domain/exceptions";
import type { TransactionView } from "#domain/lineage";
import { type ListedException, listedState, openExceptions } from "#functions/open-exceptions";
import { readTransaction } from "#functions/read-transaction";
import { drain, type Hub, openHub } from "#hub";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { approvalsMeant, type DecidedApproval, decideApproval } from "../decide-approvals.ts";
import { editFrom, saveOriginal } from "../edit-documents.ts";
import { type DeskRow, deskRow, exceptionsText, howItEnds, howRetried, minuteText, type TrailStep, trailOf } from "../exception-desk.ts";
import { findTransactions } from "../read-lineage.ts";
import { exceptionMeant, resolveException } from "../resolve-exceptions.ts";
import {
  accountName,
  ageInMinutes,
  openExceptionsMeant,
  type RetriedException,
  retriedText,
  retryAll,
  retryException,
} from "../retry-exceptions.ts";

export const exceptions: Command = {
  name: "exceptions",
  summary: "What is stuck, whose it is, and what to do.",
  usage: [
    "exceptions [list] [--owner DESK] [--class CLASS]",
    "exceptions show ID|REFERENCE",
    "exceptions retry ID|REFERENCE [--actor NAME] [--reason TEXT]",
    "exceptions retry [--class CLASS] [--connection ID] [--older-than AGE] [--limit N] [--actor NAME] [--reason TEXT]",
    "exceptions edit ID --save FILE",
    "exceptions edit ID --from FILE --actor NAME --reason TEXT",
    "exceptions resolve ID|REFERENCE --actor NAME --reason TEXT [--write-off | --payout ID|none]",
    "exceptions approve|reject ID|REFERENCE --actor NAME --reason TEXT",
  ],
  examples: [
    "exceptions",
    "exceptions list --owner finance --json",
    "exceptions show '#1042'   # with all that was done about it, by whom and why",
    "exceptions retry '#1042' --actor 'Ana Ruiz' --reason 'the period is open again in the ERP'   # safe to press twice",
    "exceptions retry --class erp.unavailable --connection erp-us --older-than 2h --actor 'Ana Ruiz' --reason 'the ERP is back'   # all of them, 500 at a time",
    "exceptions edit 'sale:pos:0101:1:2026-11-27:12/X#money.amount-mismatch#52f1c0a94be07d13#0001' --save ticket.xml   # the document as it came",
    "exceptions edit 'sale:pos:0101:1:2026-11-27:12/X#money.amount-mismatch#52f1c0a94be07d13#0001' --from ticket.xml --actor 'Ana Ruiz' --reason 'the store confirmed the total by phone'",
    "exceptions resolve 'sale:pos:0101:1:2026-11-27:12/X#period.late-event#52f1c0a94be07d13#0001' --actor 'Ana Ruiz' --reason 'noted for the comparison of the months'",
    "exceptions resolve 'settlement-row:stripe:stripe-us:txn_9/X#money.tolerance-exceeded#52f1c0a94be07d13#0001' --actor 'Ana Ruiz' --reason 'the gateway rounds' --write-off",
    "exceptions resolve 'bank-line:4410020187:L1/X#money.too-many-payouts#52f1c0a94be07d13#0001' --actor 'Ana Ruiz' --reason 'the bank gave its id on the phone' --payout po_104   # again with another id corrects it, with none takes it back",
    "exceptions approve '#1042' --actor 'Ana Ruiz' --reason 'agreed with the customer on the phone'",
  ],
  argumentsMax: 2,
  options: {
    "write-off": { type: "boolean" },
    payout: { type: "string" },
    save: { type: "string" },
    from: { type: "string" },
    owner: { type: "string" },
    connection: { type: "string" },
    "older-than": { type: "string" },
    limit: { type: "string" },
    class: { type: "string" },
    actor: { type: "string" },
    reason: { type: "string" },
  },
  async run(input) {
    const [action = "list", reference] = input.arguments;
    if (!isAction(action)) throw new UsageError(`exceptions has ${actions.join(", ")}, not ${JSON.stringify(action)}`);
    const statement = statementNeeded(input, action);
    const hub = await openHub(input.hub);
    try {
      if (statement === undefined) {
        if (action === "edit") return await save(hub, input, reference);
        return action === "list" ? await list(hub, input) : await show(hub, input, reference);
      }
      switch (statement.action) {
        case "retry":
          return reference === undefined && meansMany(input)
            ? await retryMany(hub, input, statement)
            : await retry(hub, input, reference, statement);
        case "edit":
          return await edit(hub, input, reference, statement);
        case "resolve":
          return await resolve(hub, input, reference, statement);
        case "approve":
        case "reject":
          return await decide(hub, input, reference, statement);
      }
    } finally {
      await hub.close();
    }
  },
};

const actions = ["list", "show", "retry", "edit", "resolve", "approve", "reject"] as const;

function isAction(word: string): word is (typeof actions)[number] {
  return (actions as readonly string[]).includes(word);
}

interface Statement {
  readonly action: "retry" | "edit" | "resolve" | "approve" | "reject";
  readonly actor: string;
  readonly reason: string;
}

/** Undefined for what only looks. */
function statementNeeded(input: CommandInput, action: (typeof actions)[number]): Statement | undefined {
  const [from, saved] = [textOption(input, "from"), textOption(input, "save")];
  checkMany(input, action);
  if (action !== "edit" && (from !== undefined || saved !== undefined)) throw new UsageError("--save and --from are of exceptions edit");
  if (action === "list" || action === "show") return undefined;
  if (action !== "edit") return statementOf(input, action);
  if ((from === undefined) === (saved === undefined))
    throw new UsageError("exceptions edit takes --save FILE, for the document as it came, or --from FILE, for the corrected one");
  return from === undefined ? undefined : statementOf(input, action);
}

function meansMany(input: CommandInput): boolean {
  return textOption(input, "class") !== undefined || textOption(input, "connection") !== undefined;
}

/** What narrows down the exceptions that are retried at once goes with nothing else. */
function checkMany(input: CommandInput, action: (typeof actions)[number]): void {
  const given = ["connection", "older-than", "limit"].filter((option) => textOption(input, option) !== undefined);
  const many = [...given, ...(textOption(input, "class") === undefined || action === "list" ? [] : ["class"])].map(
    (option) => `--${option}`,
  );
  if (many.length === 0) return;
  if (action !== "retry") throw new UsageError(`${many.join(" and ")} ${many.length === 1 ? "is" : "are"} of exceptions retry`);
  if (input.arguments.length > 1) throw new UsageError(`exceptions retry takes either an id or reference, or ${many.join(" and ")}`);
  if (!meansMany(input))
    throw new UsageError("exceptions retry of many takes --class or --connection: all of everything is not sent at once");
}

/** Whose word it is and why: asked for before anything is opened. */
function statementOf(input: CommandInput, action: Statement["action"]): Statement {
  const isRetry = action === "retry";
  const actor = textOption(input, "actor")?.trim() ?? (isRetry ? accountName() : "");
  const reason = textOption(input, "reason")?.trim() ?? (isRetry ? "tried once more" : "");
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
      const state = listedState(body as ListedException);
      const { class: name, transaction } = state.opened;
      // Of a restatement alone the approvals say who ends it.
      rows.push(deskRow(state, name === "policy.restatement" ? (await readTransaction(hub.lineage, transaction)).approvals : []));
    }
    after = page.next;
  } while (after !== undefined);
  // The list is kept by due time; within one, what is worse comes first.
  return rows.sort((a, b) => compare(a.dueAt.slice(0, 16), b.dueAt.slice(0, 16)) || weight(b) - weight(a));
}

const classNames = Object.keys(exceptionClasses);
const severities = ["info", "warning", "error", "critical"];

function weight({ severity }: DeskRow): number {
  return severities.indexOf(severity);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Desks, and whom overdue exceptions have gone to. */
function ownersOf(rows: readonly DeskRow[]): string[] {
  return [...new Set([...Object.values(exceptionClasses).map((data) => data.owner), ...rows.map(({ owner }) => owner)])];
}

function oneOf(input: CommandInput, option: string, known: readonly string[]): string | undefined {
  const value = textOption(input, option);
  if (value !== undefined && !known.includes(value)) throw new UsageError(`no ${option} ${value}: known are ${known.join(", ")}`);
  return value;
}

async function list(hub: Hub, input: CommandInput): Promise<number> {
  const wanted = oneOf(input, "class", classNames);
  const every = await openRows(hub);
  const owner = oneOf(input, "owner", ownersOf(every));
  const rows = every.filter((row) => (owner === undefined || row.owner === owner) && (wanted === undefined || row.class === wanted));
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

async function retry(hub: Hub, input: CommandInput, reference: string | undefined, { actor, reason }: Statement): Promise<number> {
  if (reference === undefined)
    throw new UsageError("name what is tried once more: the id of an exception, or a reference of its transaction");
  const retried: RetriedException[] = [];
  for (const exception of openExceptionsMeant(await viewsOf(hub, reference), reference))
    retried.push(await retryException(hub, exception, actor, reason));
  await hub.worker.redrive(new Set(retried.map(({ transaction }) => transaction)));
  await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
  const after = await viewsOf(hub, reference);
  const open = new Set(
    after.flatMap((view) => view.exceptions.filter(({ closed }) => closed === undefined).map(({ opened }) => opened.key)),
  );
  if (input.json) input.terminal.print(JSON.stringify(retried));
  else
    for (const { class: name, code, transaction, message } of retried)
      input.terminal.print(`${name} / ${code} of ${transaction}\n    ${message}`);
  if (open.size > 0) input.terminal.note(`${open.size} open after it: exceptions show ${JSON.stringify(reference)} says what to do`);
  return retried.some(({ outcome }) => outcome === "retried" || outcome === "retried-just-now") ? 0 : 1;
}

/** Every open exception of a class, of an ERP connection, or both. */
async function retryMany(hub: Hub, input: CommandInput, { actor, reason }: Statement): Promise<number> {
  const name = oneOf(input, "class", classNames) as ExceptionClass | undefined;
  if (name !== undefined && retryRules[name] === "never")
    throw new UsageError(`nothing is sent while ${name} is open, so that there is nothing to retry: a person ends each by its id`);
  const connection = oneOf(input, "connection", Object.keys(hub.policy.connections));
  const [age, limit] = [textOption(input, "older-than"), limitOf(input)];
  const answer = await retryAll(hub, {
    by: actor,
    reason,
    ...(name === undefined ? {} : { class: name }),
    ...(connection === undefined ? {} : { connection }),
    ...(age === undefined ? {} : { olderThanMinutes: ageInMinutes(age) }),
    ...(limit === undefined ? {} : { limit }),
  });
  await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
  if (input.json) input.terminal.print(JSON.stringify(answer));
  else input.terminal.print(retriedText(answer));
  return answer.matching === 0 || answer.retried + answer.inHand > 0 ? 0 : 1;
}

function limitOf(input: CommandInput): number | undefined {
  const text = textOption(input, "limit");
  if (text === undefined) return undefined;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new UsageError(`--limit takes 1 to 10000, not ${JSON.stringify(text)}`);
  return limit;
}

/** A document is corrected alone, so that one exception must be meant. */
async function editable(hub: Hub, reference: string | undefined) {
  if (reference === undefined)
    throw new UsageError("name the exception that keeps the document out: its id, or a reference of its transaction");
  const [meant, ...others] = openExceptionsMeant(await viewsOf(hub, reference), reference);
  if (meant === undefined || others.length > 0)
    throw new UsageError(`several exceptions are open under ${JSON.stringify(reference)}: name one by its id; exceptions show lists them`);
  return meant;
}

async function save(hub: Hub, input: CommandInput, reference: string | undefined): Promise<number> {
  const answer = await saveOriginal(hub, await editable(hub, reference), textOption(input, "save") ?? "");
  input.terminal.print(input.json ? JSON.stringify([answer]) : answer.message);
  return answer.outcome === "saved" ? 0 : 1;
}

async function edit(hub: Hub, input: CommandInput, reference: string | undefined, { actor, reason }: Statement): Promise<number> {
  const answer = await editFrom(hub, await editable(hub, reference), textOption(input, "from") ?? "", actor, reason);
  await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
  input.terminal.print(input.json ? JSON.stringify([answer]) : answer.message);
  return answer.outcome === "edited" ? 0 : 1;
}

async function resolve(hub: Hub, input: CommandInput, reference: string | undefined, { actor, reason }: Statement): Promise<number> {
  if (reference === undefined) throw new UsageError("name the exception: its id, or a reference of its transaction");
  // What is not looked at yet may close it, or ask for an approval.
  await drain(hub);
  const payout = textOption(input, "payout")?.trim();
  if (payout === "") throw new UsageError("--payout takes the id of a payout, as report payouts shows it");
  const writeOff = input.options["write-off"] === true;
  if (writeOff && payout !== undefined)
    throw new UsageError("--write-off gives a difference up, and --payout says what a line shows: one at a time");
  const means = { ...(writeOff ? { writeOff } : {}), ...(payout === undefined ? {} : { payout }) };
  const meant = exceptionMeant(await viewsOf(hub, reference), reference, means);
  const resolved = await resolveException(hub, meant, actor, reason, means);
  await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
  if (input.json) input.terminal.print(JSON.stringify([resolved]));
  else input.terminal.print(`${resolved.class} / ${resolved.code} of ${resolved.transaction}\n    ${resolved.message}`);
  return done.has(resolved.outcome) ? 0 : 1;
}

const done: ReadonlySet<string> = new Set(["resolved", "written-off", "payout-named", "payout-corrected", "payout-taken-back"]);

/** The transactions behind an id of an exception or approval, or behind any other reference. */
async function viewsOf(hub: Hub, reference: string): Promise<readonly TransactionView[]> {
  const id = /^(?<transaction>.+)\/[AX]#/.exec(reference)?.groups?.transaction;
  return id === undefined ? findTransactions(hub, reference) : [await readTransaction(hub.lineage, id)];
}

async function show(hub: Hub, input: CommandInput, reference: string | undefined): Promise<number> {
  if (reference === undefined) throw new UsageError("exceptions show takes the id of an exception, or any reference of its transaction");
  const views = await viewsOf(hub, reference);
  const rows = views
    .flatMap((view) => view.exceptions.map((state) => ({ ...deskRow(state, view.approvals), trail: trailOf(state, view) })))
    .filter((row) => !reference.includes("/X#") || row.id === reference);
  if (rows.length === 0) {
    input.terminal.note(`no exception is known under ${JSON.stringify(reference)}`);
    return 1;
  }
  if (input.json) input.terminal.print(JSON.stringify(rows));
  else for (const row of rows) input.terminal.print(describe(row));
  return 0;
}

function describe(row: DeskRow & { readonly trail: readonly TrailStep[] }): string {
  const amount = row.amount === null ? [] : [`  amount       ${row.amount} ${row.currency}`];
  return [
    `${row.class} / ${row.code}  (${row.state})`,
    `  what         ${row.message}`,
    ...(row.closed === null
      ? [`  what to do   ${row.action}`, `  how it ends  ${howItEnds[row.settledBy]}`, `  sent again   ${howRetried[row.retry]}`]
      : [`  closed       by ${row.closed.by}, ${minuteText(row.closed.at)}: ${row.closed.reason}`]),
    `  owner        ${row.owner}, due ${minuteText(row.dueAt)}, severity ${row.severity}`,
    ...amount,
    `  transaction  ${row.transaction}`,
    ...(row.document === null ? [] : [`  document     ${row.document}`]),
    `  id           ${row.id}`,
    ...row.trail.map(
      ({ at, what, by, detail }, index) => `  ${(index === 0 ? "trail" : "").padEnd(11)}  ${minuteText(at)}  ${what} by ${by}: ${detail}`,
    ),
    "",
  ].join("\n");
}
