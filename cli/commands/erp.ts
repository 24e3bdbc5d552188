import { exceptionClasses } from "#domain/exceptions";
import type { TransactionView } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { type ErpFinding, erpAgreement, lastCutOverDay } from "#domain/policy";
import { OpeningBalances } from "#domain/posting";
import { createReadBackRecord } from "#functions/erp-read-back-record";
import { exceptionId } from "#functions/open-exceptions";
import { createHandler as createReadBack } from "#functions/read-back-erp";
import { type Hub, openHub } from "#hub";
import { type Command, type CommandInput, UsageError } from "../command.ts";
import { ordersAskedMax, placeOrders, showOrders } from "../purchase-orders.ts";
import { allTransactions } from "../read-lineage.ts";
import { table, wrap } from "../table.ts";

/** Also what a look at the books finds: the code of its exception, and "not-read" for an ERP that gives no answer. */
interface Finding extends Omit<ErpFinding, "kind"> {
  readonly kind: string;
  /** Of the exception that stands open for it, where one does. */
  readonly exception?: string;
}

export const erp: Command = {
  name: "erp",
  summary: "Whether the ERP's books and master data are what the hub posted and the policies say; what changed there; orders to vendors.",
  usage: ["erp check", "erp changes", "erp order FILE", "erp orders ENTITY NUMBER…"],
  examples: [
    "erp check   # reads every ERP now, as the hub does once a day; 1 while something differs, each with what to do",
    "erp check --json",
    "erp order orders.json   # places each purchase order of the file in its entity's ERP, once however often; 1 while one is not placed",
    "erp orders US1 PO-300   # what the ERP holds under these numbers, with what has arrived",
    "erp changes   # accounts, items, places, periods: what changed in the ERPs from one look to the next",
  ],
  argumentsMax: 2 + ordersAskedMax,
  options: {},
  async run(input) {
    const [action = "", ...words] = input.arguments;
    if (!Object.hasOwn(actions, action)) {
      throw new UsageError(`erp has ${Object.keys(actions).join(", ")}, not ${JSON.stringify(action)}`);
    }
    const { run, wordsMin, wordsMax } = actions[action as keyof typeof actions];
    if (words.length < wordsMin || words.length > wordsMax) {
      throw new UsageError(`erp ${action} takes ${wordsMin} to ${wordsMax} words behind it, not ${words.length}`);
    }
    const hub = await openHub(input.hub);
    try {
      return await run(hub, input, words);
    } finally {
      await hub.close();
    }
  },
};

type Action = (hub: Hub, input: CommandInput, words: readonly string[]) => Promise<number>;

const actions = {
  check: { run: check, wordsMin: 0, wordsMax: 0 },
  changes: { run: changes, wordsMin: 0, wordsMax: 0 },
  order: { run: placeOrders, wordsMin: 1, wordsMax: 1 },
  orders: { run: showOrders, wordsMin: 2, wordsMax: 1 + ordersAskedMax },
} as const satisfies Readonly<Record<string, { readonly run: Action; readonly wordsMin: number; readonly wordsMax: number }>>;

async function check(hub: Hub, { json, terminal }: CommandInput): Promise<number> {
  const progress = (line: string) => terminal.progress(line);
  const failed = await readBack(hub, progress);
  const { balances, drift } = await readRecord(hub, progress);
  const readable = Object.keys(hub.policy.entities).filter((entity) => !failed.has(hub.policy.entities[entity]?.connection ?? ""));
  const findings: Finding[] = [
    ...[...failed].map(([connection, reason]) => ({
      ...{ kind: "not-read", value: `${connection}: ${reason}` },
      advice: "Mend what it says, then check again: nothing is known of the books behind it.",
    })),
    ...(await masterDataFindings(hub, readable)),
    ...(await openingFindings(hub, readable, balances)),
    ...drift,
  ];
  const ok = findings.length === 0;
  if (json) terminal.print(JSON.stringify({ ok, findings }));
  else if (ok)
    terminal.print("The ERP agrees with the policies and holds what was posted: master data, periods, opening balances, documents.");
  else for (const finding of findings) terminal.print(findingText(finding, terminal.columns));
  return ok ? 0 : 1;
}

function findingText({ kind, value, advice, exception }: Finding, columns: number): string {
  // Not wrapped: it is there to be copied.
  const named = exception === undefined ? [] : [`    exception ${exception}`];
  return [`${kind}  ${value}`, ...wrap(advice, columns - 4).map((line) => `    ${line}`), ...named, ""].join("\n");
}

/** Looks at every ERP as the daily look does, and answers those that could not be read, with the reason. */
async function readBack(hub: Hub, progress: (line: string) => void): Promise<ReadonlyMap<string, string>> {
  const look = createReadBack({ ...hub, erp: hub.erps.erp });
  const failed = new Map<string, string>();
  let next: object = {};
  for (let journals = 0; ; ) {
    const read = await look({ now: true, ...next });
    for (const { connection, reason } of read.failed) failed.set(connection, reason);
    journals += read.journals;
    progress(`read ${journals} journals`);
    if (read.next === undefined) return failed;
    next = { after: read.next };
  }
}

async function masterDataFindings(hub: Hub, entities: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const entity of entities) {
    const { connection = "" } = hub.policy.entities[entity] ?? {};
    findings.push(...erpAgreement(hub.policy, entity, await hub.erps.erp(connection).masterData(entity), hub.clock.now()));
  }
  return findings;
}

/** Compares what is recorded as an opening with the ERP's accounts as they stood when the entity was cut over last. */
async function openingFindings(hub: Hub, entities: readonly string[], balances: OpeningBalances): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const entity of entities) {
    const day = lastCutOverDay(hub.policy, entity);
    if (day === undefined) continue;
    const { accounts, currency } = await hub.erps.erp(hub.policy.entities[entity]?.connection ?? "").trialBalance(entity, { to: day });
    const money = (minorUnits: number) => `${formatMinorUnits(minorUnits, currency)} ${currency}`;
    for (const { account, roles, amount } of balances.of(entity, hub.policy)) {
      const held = accounts.find((each) => each.account === account);
      const opened = (held?.debit ?? 0) - (held?.credit ?? 0) - balances.postedUpTo(entity, account, day);
      if (opened === amount) continue;
      findings.push({
        kind: "opening-balance",
        value: `${entity}: account ${account} (${roles.join(", ")}) on ${day}: ${money(amount)} by the documents before the cut-over, ${money(opened)} in the ERP`,
        advice:
          "Find the orders that one of the two lacks; correct the opening balance in the ERP, or ingest what is missing. A credit is negative.",
      });
    }
  }
  return findings;
}

/** What is on record of openings, and the drift that nobody has closed. */
async function readRecord(hub: Hub, progress: (line: string) => void): Promise<{ balances: OpeningBalances; drift: Finding[] }> {
  const balances = new OpeningBalances();
  const drift: Finding[] = [];
  let count = 0;
  for await (const view of allTransactions(hub)) {
    count += 1;
    if (count % 100 === 0) progress(`read ${count} transactions`);
    for (const { plans, outcomes } of view.chains.values()) balances.add(plans, outcomes);
    drift.push(...openDrift(view));
  }
  return { balances, drift };
}

function openDrift({ exceptions }: TransactionView): Finding[] {
  return exceptions.flatMap(({ opened, closed }) =>
    opened.class === "erp.drift" && closed === undefined
      ? [
          {
            ...{ kind: opened.code, value: opened.message, advice: exceptionClasses["erp.drift"].advice },
            exception: exceptionId(opened.transaction, opened.key),
          },
        ]
      : [],
  );
}

/** What the looks at the ERPs recorded of their master data, entity by entity. */
async function changes(hub: Hub, { json, terminal }: CommandInput): Promise<number> {
  const record = createReadBackRecord(hub);
  const told: { at: string; entity: string; kind: string; code: string; was?: string; is?: string }[] = [];
  for (const [entity, { connection }] of Object.entries(hub.policy.entities))
    for (const reading of await record.readings(connection, entity))
      for (const change of reading.changes ?? []) told.push({ at: reading.at, entity, ...change });
  if (json) terminal.print(JSON.stringify({ changes: told }));
  else if (told.length === 0)
    terminal.print("No change of the ERP's master data is on record: erp check, and the hub once a day, look for them.");
  else {
    const columns = ["at", "entity", "kind", "code", "was", "is"].map((title) => ({ title, ...(title === "is" ? { wrap: true } : {}) }));
    const rows = told.map(({ at, entity, kind, code, was = "–", is = "–" }) => [at, entity, kind, code, was, is]);
    terminal.print(table(columns, rows, terminal.columns));
  }
  return 0;
}
