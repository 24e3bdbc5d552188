import { storeDayTransaction } from "#domain/identity";
import { formatMinorUnits } from "#domain/money";
import { summariesIn, windowFacts } from "#domain/posting";
import type { AuditStoreDayInput, StoreDayAudit } from "#functions/audit-store-day";
import { readTransaction } from "#functions/read-transaction";
import { drain, type Hub, openHub } from "#hub";
import { type Command, type CommandInput, dayOption, textOption, UsageError } from "../command.ts";
import { allTransactions } from "../read-lineage.ts";
import { grouped, table } from "../table.ts";

export const storeDay: Command = {
  name: "store-day",
  summary: "The day of a store: what contributes to it, its audit, and the summaries that post from there.",
  usage: [
    "store-day list [--store STORE]",
    "store-day show --store STORE --date DAY",
    "store-day audit --store STORE --date DAY --actor NAME --reason TEXT",
    "store-day reopen --store STORE --date DAY --actor NAME --reason TEXT",
    "store-day waive --store STORE --date DAY --what sequence | count | cards | after-count [--register REGISTER] [--from N --to N] --actor NAME --reason TEXT",
    "store-day reconcile --store STORE --date DAY --actor NAME --reason TEXT",
  ],
  examples: [
    "store-day list   # days that nobody has audited",
    "store-day show --store 0101 --date 2026-11-27",
    "store-day audit --store 0101 --date 2026-11-27 --actor 'Dana Reyes' --reason 'counted, every register complete'",
    "store-day reopen --store 0101 --date 2026-11-27 --actor 'Dana Reyes' --reason 'register 2 sent a second file'",
    "store-day waive --store 0101 --date 2026-11-27 --what sequence --register 1 --from 120 --to 120 --actor 'Dana Reyes' --reason 'the till skipped it'",
  ],
  argumentsMax: 1,
  options: {
    store: { type: "string" },
    date: { type: "string" },
    actor: { type: "string" },
    reason: { type: "string" },
    what: { type: "string" },
    register: { type: "string" },
    from: { type: "string" },
    to: { type: "string" },
  },
  async run(input) {
    const [action] = input.arguments;
    if (!isAction(action)) throw new UsageError(`store-day has ${actions.join(", ")}, not ${JSON.stringify(action ?? "")}`);
    const day = action === "list" ? undefined : dayOf(input);
    const statement = action === "list" || action === "show" ? undefined : statementOf(input, action);
    const hub = await openHub(input.hub);
    try {
      if (day === undefined) return await list(hub, input);
      if (!Object.hasOwn(hub.policy.stores, day.store))
        throw new UsageError(`no store ${day.store}: known are ${Object.keys(hub.policy.stores).join(", ")}`);
      return statement === undefined ? await show(hub, input, day) : await state(hub, input, { ...day, ...statement });
    } finally {
      await hub.close();
    }
  },
};

const actions = ["list", "show", "audit", "reopen", "waive", "reconcile"] as const;
const whats = ["sequence", "count", "cards", "after-count"] as const;

function isAction(word: string | undefined): word is (typeof actions)[number] {
  return (actions as readonly (string | undefined)[]).includes(word);
}

function dayOf(input: CommandInput): { readonly store: string; readonly businessDate: string } {
  const store = textOption(input, "store");
  const businessDate = dayOption(input, "date");
  if (store === undefined || businessDate === undefined) throw new UsageError("store-day needs --store STORE and --date DAY");
  return { store, businessDate };
}

/** Who states it and why: asked for before anything is opened. */
function statementOf(input: CommandInput, step: AuditStoreDayInput["step"]) {
  const by = textOption(input, "actor")?.trim() ?? "";
  const reason = textOption(input, "reason")?.trim() ?? "";
  if (by === "" || reason === "") throw new UsageError(`store-day ${step} needs --actor NAME and --reason TEXT: both go on record`);
  if (by.length > 120 || reason.length > 255) throw new UsageError("--actor has at most 120 characters, --reason at most 255");
  return { step, by, reason, ...(step === "waive" ? waiverOf(input) : {}) };
}

function waiverOf(input: CommandInput): Pick<AuditStoreDayInput, "what" | "register" | "range"> {
  const what = whats.find((each) => each === input.options.what);
  if (what === undefined) throw new UsageError(`--what is ${whats.join(", ")}, not ${JSON.stringify(input.options.what ?? "")}`);
  const register = textOption(input, "register");
  if (what !== "cards" && register === undefined) throw new UsageError(`store-day waive --what ${what} needs --register REGISTER`);
  const [from, to] = [numberOption(input, "from"), numberOption(input, "to")];
  if ((from === undefined) !== (to === undefined)) throw new UsageError("numbers are waived from one to another: give --from and --to");
  if (from !== undefined && what !== "sequence")
    throw new UsageError("--from and --to are transaction numbers: they go with --what sequence");
  if (from !== undefined && to !== undefined && from > to) throw new UsageError("--from is not above --to");
  return {
    what,
    ...(register === undefined ? {} : { register }),
    ...(from === undefined || to === undefined ? {} : { range: { from, to } }),
  };
}

function numberOption(input: CommandInput, name: string): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--${name} takes a transaction number, not ${JSON.stringify(text)}`);
  return Number(text);
}

/** Store days of which something is known and that are not audited, or were reopened: nothing that posts with them is in the books. */
async function list(hub: Hub, input: CommandInput): Promise<number> {
  const store = textOption(input, "store");
  const rows: { readonly store: string; readonly businessDate: string; readonly contributions: number }[] = [];
  for await (const view of allTransactions(hub, (transaction) => transaction.startsWith("store-day:"))) {
    const { current, closing } = windowFacts(view.documents);
    const [, , of = "", businessDate = ""] = view.transaction.split(":").map(decodeURIComponent);
    if (closing !== undefined || view.documents.length === 0 || (store !== undefined && store !== of)) continue;
    rows.push({ store: of, businessDate, contributions: current.size });
  }
  if (input.json) input.terminal.print(JSON.stringify(rows));
  else if (rows.length === 0) input.terminal.print("No store day waits for its audit.");
  else
    input.terminal.print(
      table(
        [{ title: "store" }, { title: "business day" }, { title: "contributions", align: "right" }],
        rows.map((row) => [row.store, row.businessDate, String(row.contributions)]),
      ),
    );
  return 0;
}

async function state(hub: Hub, input: CommandInput, statement: AuditStoreDayInput): Promise<number> {
  // A ticket that is taken in and not posted yet is in time for the audit.
  await drain(hub);
  const answer = await hub.auditStoreDay(statement);
  await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
  const refusal = refusalOf(answer, statement);
  if (refusal !== undefined) input.terminal.note(refusal);
  if (input.json || refusal === undefined) await show(hub, input, statement);
  return refusal === undefined ? 0 : 1;
}

/** Why nothing was recorded, in words; undefined when it was. */
function refusalOf(answer: StoreDayAudit, { store, businessDate }: AuditStoreDayInput): string | undefined {
  switch (answer.outcome) {
    case "audited":
    case "reopened":
    case "waived":
    case "reconciled":
      return undefined;
    case "incomplete":
      return [`${businessDate} of store ${store} is not complete:`, ...answer.missing.map((each) => `  ${each}`)].join("\n");
    case "not-missing":
      return `nothing of the kind is missing of ${businessDate} of store ${store}: look at report store-day`;
    case "not-posted":
      return `${businessDate} of store ${store} is not posted yet, or was reconciled before: look at report store-day`;
    case "already-audited":
      return `${businessDate} of store ${store} was audited by ${answer.by} at ${answer.at}: reopen it first`;
    case "not-audited":
      return `${businessDate} of store ${store} is not audited: there is nothing to reopen`;
    case "not-begun":
      return `${businessDate} has not begun in store ${store}: audit it when it is over`;
    case "unknown-store":
      return `no store ${store} in the policies`;
    case "no-day":
      return `${businessDate} is no day`;
  }
}

/** The day as its facts and the ERP's answers have it. */
async function show(hub: Hub, input: CommandInput, { store, businessDate }: { store: string; businessDate: string }): Promise<number> {
  const view = await readTransaction(hub.lineage, storeDayTransaction(store, businessDate));
  const { current, closing } = windowFacts(view.documents);
  const statements = view.documents
    .flatMap((document) => document.events)
    .flatMap((event) =>
      event.name === "store-day.audited" || event.name === "store-day.reopened"
        ? [{ statement: event.name, at: event.occurredAt, by: event.by, reason: event.reason }]
        : [],
    )
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  const summaries = summariesIn(view).flatMap(({ key, erpNumber, document }) => {
    if (document.type !== "journal") return [];
    const debit = document.lines.reduce((total, { amount }) => total + Math.max(amount, 0), 0);
    const { kind, entity, currency, postingDate, contributions = [] } = document;
    const money = formatMinorUnits(debit, currency);
    return [{ erpDocument: erpNumber, kind, entity, currency, postingDate, debit: money, contributions: contributions.length, key }];
  });
  const day = {
    store,
    businessDate,
    state: closing === undefined ? ("open" as const) : ("audited" as const),
    contributions: current.size,
    statements,
    summaries,
  };
  if (input.json) input.terminal.print(JSON.stringify(day));
  else input.terminal.print(dayText(day));
  return 0;
}

interface StoreDay {
  readonly store: string;
  readonly businessDate: string;
  readonly state: "open" | "audited";
  readonly contributions: number;
  readonly statements: readonly { readonly statement: string; readonly at: string; readonly by: string; readonly reason: string }[];
  readonly summaries: readonly {
    readonly erpDocument: string;
    readonly kind: string;
    readonly entity: string;
    readonly currency: string;
    readonly postingDate: string;
    readonly debit: string;
    readonly contributions: number;
  }[];
}

function dayText({ store, businessDate, state, contributions, statements, summaries }: StoreDay): string {
  const waits = state === "open" && contributions > 0 ? ": they are posted as a summary once the day is audited" : "";
  return [
    `Store ${store}, ${businessDate}: ${state}, ${contributions} contribution${contributions === 1 ? "" : "s"}${waits}`,
    ...statements.map(({ statement, at, by, reason }) => `  ${at.slice(0, 19).replace("T", " ")} UTC  ${statement} by ${by}: ${reason}`),
    ...(summaries.length === 0
      ? []
      : [
          "",
          table(
            [
              { title: "document" },
              { title: "kind" },
              { title: "entity" },
              { title: "posted on" },
              { title: "contributions", align: "right" },
              { title: "debit", align: "right" },
              { title: "currency" },
            ],
            summaries.map((row) => [
              row.erpDocument,
              row.kind,
              row.entity,
              row.postingDate,
              String(row.contributions),
              grouped(row.debit),
              row.currency,
            ]),
          ),
        ]),
  ].join("\n");
}
