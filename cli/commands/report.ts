import { chainOf, planKey } from "#domain/lineage";
import { formatMinorUnits, isCurrency } from "#domain/money";
import { isWindow, summariesOf } from "#domain/posting";
import type { MarginBy } from "#domain/reports";
import { readTransaction } from "#functions/read-transaction";
import { readWindows } from "#functions/read-windows";
import { type Hub, openHub } from "#hub";
import type { ErpJournal } from "#ports/erp";
import { certificateJson, certificateOfDay, certificateText } from "../certificate-report.ts";
import { type Command, type CommandInput, dayOption, textOption, UsageError } from "../command.ts";
import {
  consolidatedJson,
  consolidatedText,
  consolidatedTrialBalances,
  missingRatesText,
  ratesText,
  translatedTrialBalance,
} from "../consolidated-report.ts";
import { costText, recordedCost } from "../cost-report.ts";
import { allJournals, entitiesOf, type ReportFilter } from "../erp-journals.ts";
import { taxReportAnswer, taxReportJson, taxReportText } from "../filed-tax-report.ts";
import { intercompanyInFlight, intercompanyText } from "../intercompany-report.ts";
import { inTransit, inventory, inventoryText } from "../inventory-report.ts";
import { kpiAnswer, kpiJson, kpiText } from "../kpi-report.ts";
import { ledgerReport, ledgerReportJson, ledgerReportText } from "../ledger-reports.ts";
import { discountReportAnswer, discountReportJson, discountReportText } from "../promotion-report.ts";
import { findTransactions } from "../read-lineage.ts";
import { returnReportAnswer, returnReportJson, returnReportText } from "../return-report.ts";
import { rollForwardJson, rollForwardText, storedValueRollForwardAnswer } from "../roll-forward-report.ts";
import { clearing, clearingJson, clearingText, payoutJson, payouts, payoutsText } from "../settlement-reports.ts";
import { storeDayReport, storeDayText } from "../store-day-report.ts";
import { storeDayReports, storeDaysText } from "../store-days-overview.ts";
import { grouped, heading, table } from "../table.ts";

/** The reports, each with the filters that mean something to it. */
const reports = {
  "trial-balance": ["entity", "date", "from", "to", "consolidated", "in"],
  journals: ["entity", "date", "from", "to", "transaction"],
  inventory: ["entity"],
  sales: ["entity", "date", "from", "to"],
  margin: ["entity", "date", "from", "to", "by"],
  tax: ["entity", "date", "from", "to"],
  discounts: ["entity", "date", "from", "to"],
  returns: ["entity", "date", "from", "to"],
  "stored-value": ["entity", "date", "from", "to", "roll-forward"],
  intercompany: ["entity"],
  clearing: ["entity"],
  payouts: ["entity", "date", "from", "to"],
  "store-day": ["store", "date"],
  certificate: ["date"],
  kpi: ["date", "since"],
  cost: [],
} as const;
const reportNames = Object.keys(reports);
const filterNames = ["store", "entity", "date", "since", "from", "to", "transaction", "by", "consolidated", "in", "roll-forward"] as const;

export const report: Command = {
  name: "report",
  summary:
    "Trial balance, journals, stock, sales, margin, tax, discounts, returns, stored value, clearing and payouts, as the ERP holds them; intercompany in flight; the completeness of a day; what an order costs on AWS; the KPIs.",
  usage: [
    "report trial-balance [--entity ID | --consolidated [--in CURRENCY]] [--date DAY | --from DAY --to DAY]",
    "report journals [--entity ID] [--date DAY | --from DAY --to DAY] [--transaction REFERENCE]",
    "report inventory [--entity ID]",
    "report intercompany [--entity ID]",
    "report sales | tax | discounts | returns | stored-value [--entity ID] [--date DAY | --from DAY --to DAY]",
    "report clearing [--entity ID]",
    "report store-day [--store STORE] [--date DAY]",
    "report payouts [--entity ID] [--date DAY | --from DAY --to DAY]",
    "report stored-value --roll-forward [--entity ID] (--date DAY | [--from DAY] --to DAY)",
    "report certificate --date DAY",
    "report cost",
    "report margin [--by place | channel | order] [--entity ID] [--date DAY | --from DAY --to DAY]",
    "report kpi [--date DAY | --since DAY]",
  ],
  examples: [
    "report trial-balance --entity US1",
    "report trial-balance --consolidated --in USD --to 2026-11-30   # one group in dollars, with its translation adjustment",
    "report trial-balance --consolidated   # the group, with what its entities owe each other eliminated",
    "report journals --date 2026-11-27 --entity CA1   # by posting date",
    "report journals --transaction '#1001'",
    "report inventory --json",
    "report intercompany   # pairs of which one entity's leg is posted and the other's is not yet",
    "report sales --date 2026-11-27   # gross, discounts, returns, net, per store and channel",
    "report clearing   # why each gateway's clearing account is not zero, to the cent",
    "report payouts --json",
    "report returns --date 2026-11-27   # of their own place, of another, without their sale, refused",
    "report store-day   # how far every store's day has come, its drawers, and what it waits for",
    "report store-day --store 0101 --date 2026-11-27   # what came, what is missing, the drawers, and what to do next",
    "report stored-value --roll-forward --date 2026-11-27   # opening, sold, redeemed, …, closing; against the ERP and the channels",
    "report certificate --date 2026-11-27   # source, lineage, ERP and bank side by side, every difference named",
    "report margin --by order --entity US1",
    "report kpi --since 2026-11-01   # what was recorded and answered from that day on (UTC), and what stands open now",
    "report cost   # operations and dollars per million orders, line by line, beside the floor",
    "report tax --entity US1   # what fell due, what of it is filed, and what is to be amended",
  ],
  argumentsMax: 1,
  options: {
    entity: { type: "string" },
    store: { type: "string" },
    date: { type: "string" },
    since: { type: "string" },
    from: { type: "string" },
    to: { type: "string" },
    transaction: { type: "string" },
    by: { type: "string" },
    consolidated: { type: "boolean" },
    in: { type: "string" },
    "roll-forward": { type: "boolean" },
  },
  async run(input) {
    const name = reportNamed(input);
    if (name === "cost") {
      const recorded = recordedCost();
      input.terminal.print(input.json ? JSON.stringify(recorded.report) : costText(recorded, input.terminal.columns));
      return 0;
    }
    const hub = await openHub(input.hub);
    try {
      const entity = textOption(input, "entity");
      if (entity !== undefined && hub.policy.entities[entity] === undefined) {
        throw new UsageError(`no entity ${entity}: known are ${Object.keys(hub.policy.entities).join(", ")}`);
      }
      const filter = filterOf(input, entity);
      switch (name) {
        case "trial-balance":
          if (input.options.consolidated === true) {
            if (entity !== undefined) throw new UsageError("--consolidated is the whole group: leave out --entity");
            const currency = textOption(input, "in");
            if (currency !== undefined) return await translatedGroup(hub, input, filter, currency);
            const group = await consolidatedTrialBalances(hub, filter);
            if (input.json) input.terminal.print(JSON.stringify(group.map(consolidatedJson)));
            else show(input, group, () => group.map((each) => consolidatedText(hub, each, input.terminal.columns)).join("\n"));
            return 0;
          }
          if (input.options.in !== undefined) throw new UsageError("--in translates the whole group: add --consolidated");
          show(input, await trialBalances(hub, filter), (rows) => trialBalanceText(hub, rows, input.terminal.columns));
          return 0;
        case "intercompany":
          show(input, await intercompanyInFlight(hub, filter), (rows) => intercompanyText(rows, input.terminal.columns));
          return 0;
        case "inventory":
          show(input, [...(await inventory(hub, filter)), ...(await inTransit(hub, filter))], inventoryText);
          return 0;
        case "journals":
          show(input, await journals(hub, filter, textOption(input, "transaction")), (rows) => journalsText(rows, input.terminal.columns));
          return 0;
        case "tax": {
          const answer = await taxReportAnswer(hub, filter, (line) => input.terminal.progress(line));
          if (input.json) input.terminal.print(JSON.stringify(taxReportJson(answer)));
          else show(input, answer.rows, () => taxReportText(hub, answer, input.terminal.columns));
          return 0;
        }
        case "discounts": {
          const answer = await discountReportAnswer(hub, filter);
          if (input.json) input.terminal.print(JSON.stringify(discountReportJson(answer)));
          else show(input, answer.rows, () => discountReportText(hub, answer, input.terminal.columns));
          return 0;
        }
        case "returns": {
          const answer = await returnReportAnswer(hub, filter);
          if (input.json) input.terminal.print(JSON.stringify(returnReportJson(answer)));
          else show(input, answer.rows, () => returnReportText(answer, input.terminal.columns));
          return 0;
        }
        case "clearing": {
          const answer = await clearing(hub, filter);
          if (input.json) input.terminal.print(JSON.stringify(clearingJson(answer)));
          else show(input, answer.balances, () => clearingText(answer, input.terminal.columns));
          return 0;
        }
        case "payouts": {
          const rows = await payouts(hub, filter);
          if (input.json) input.terminal.print(JSON.stringify(rows.map(payoutJson)));
          else show(input, rows, () => payoutsText(rows, input.terminal.columns));
          return 0;
        }
        case "store-day": {
          const { store, date } = storeAndDay(input, hub);
          if (store === undefined || date === undefined) {
            show(input, await storeDayReports(hub, { store, date }), (rows) => storeDaysText(rows, input.terminal.columns));
            return 0;
          }
          const day = await storeDayReport(hub, store, date);
          input.terminal.print(input.json ? JSON.stringify(day) : storeDayText(day, input.terminal.columns));
          return 0;
        }
        case "certificate": {
          const date = dayOption(input, "date");
          if (date === undefined) throw new UsageError("report certificate needs --date DAY: it is of one day");
          const answer = await certificateOfDay(hub, date);
          if (input.json) input.terminal.print(JSON.stringify(certificateJson(answer)));
          else show(input, answer.certificate.rows, () => certificateText(answer, input.terminal.columns));
          return answer.certificate.complete ? 0 : 1;
        }
        case "kpi": {
          const date = dayOption(input, "date");
          const since = dayOption(input, "since");
          if (date !== undefined && since !== undefined) throw new UsageError("--date is one day: give it, or --since");
          const answer = await kpiAnswer(hub, { from: date ?? since, to: date }, (line) => input.terminal.progress(line));
          input.terminal.clear();
          input.terminal.print(input.json ? JSON.stringify(kpiJson(answer)) : kpiText(answer, input.terminal.columns));
          return 0;
        }
        case "sales":
        case "margin":
        case "stored-value": {
          if (input.options["roll-forward"] === true) {
            const { to } = filter;
            if (to === undefined) throw new UsageError("--roll-forward needs the last day: --date DAY, or --to DAY");
            const answer = await storedValueRollForwardAnswer(hub, { ...filter, to });
            if (input.json) input.terminal.print(JSON.stringify(rollForwardJson(answer)));
            else show(input, answer.rows, () => rollForwardText(answer, input.terminal.columns));
            return answer.ties.some(({ difference }) => difference !== 0) ? 1 : 0;
          }
          const answer = await ledgerReport(hub, name, filter, marginBy(input));
          if (input.json) input.terminal.print(JSON.stringify(ledgerReportJson(name, answer)));
          else show(input, answer.rows, () => ledgerReportText(hub, name, answer, input.terminal.columns));
          return 0;
        }
      }
    } finally {
      await hub.close();
    }
  },
};

/** The report that is asked for, with no filter that it would silently pass over. */
function reportNamed(input: CommandInput): keyof typeof reports {
  const [name] = input.arguments;
  if (name === undefined || !Object.hasOwn(reports, name))
    throw new UsageError(`report has ${reportNames.join(", ")}, not ${JSON.stringify(name ?? "")}`);
  const report = name as keyof typeof reports;
  const allowed: readonly string[] = reports[report];
  for (const filter of filterNames) {
    if (input.options[filter] !== undefined && !allowed.includes(filter))
      throw new UsageError(`report ${name} does not take --${filter}: it takes ${allowed.map((each) => `--${each}`).join(", ")}`);
  }
  return report;
}

/** Both: one day in full. Else every day that is known of the store, or on the day. */
function storeAndDay(input: CommandInput, hub: Hub): { readonly store?: string | undefined; readonly date?: string | undefined } {
  const store = textOption(input, "store");
  const date = dayOption(input, "date");
  if (store !== undefined && !Object.hasOwn(hub.policy.stores, store))
    throw new UsageError(`no store ${store}: known are ${Object.keys(hub.policy.stores).join(", ")}`);
  return { store, date };
}

function marginBy(input: CommandInput): MarginBy {
  const by = textOption(input, "by") ?? "place";
  if (by === "order") return "transaction";
  if (by !== "place" && by !== "channel") throw new UsageError(`--by is place, channel or order, not ${JSON.stringify(by)}`);
  return by;
}

function filterOf(input: CommandInput, entity: string | undefined): ReportFilter {
  const date = dayOption(input, "date");
  if (date !== undefined && (input.options.from !== undefined || input.options.to !== undefined))
    throw new UsageError("--date is one day: give it, or --from and --to");
  const from = dayOption(input, "from") ?? date;
  const to = dayOption(input, "to") ?? date;
  return { ...(entity === undefined ? {} : { entity }), ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** The group in one currency; exit status 1 where a rate is missing. */
async function translatedGroup(hub: Hub, input: CommandInput, filter: ReportFilter, currency: string): Promise<number> {
  if (!isCurrency(currency)) throw new UsageError(`--in takes a currency such as USD, not ${JSON.stringify(currency)}`);
  const { group, rates, missing } = await translatedTrialBalance(hub, filter, currency);
  if (missing.length > 0) input.terminal.note(missingRatesText(missing, currency));
  if (input.json) input.terminal.print(JSON.stringify(group === undefined ? [] : [{ ...consolidatedJson(group), rates }]));
  else if (group !== undefined) {
    input.terminal.print([consolidatedText(hub, group, input.terminal.columns), ratesText(rates, currency)].join("\n"));
  }
  return missing.length === 0 ? 0 : 1;
}

function show<Row>(input: CommandInput, rows: readonly Row[], text: (rows: readonly Row[]) => string): void {
  input.terminal.print(input.json ? JSON.stringify(rows) : rows.length === 0 ? "Nothing to report." : text(rows));
}

export async function trialBalances(hub: Hub, filter: ReportFilter) {
  return Promise.all(
    entitiesOf(hub, filter).map(async (entity) => {
      const erp = hub.erps.erp(hub.policy.entities[entity]?.connection ?? "");
      const { currency, accounts } = await erp.trialBalance(entity, filter);
      const money = (amount: number) => formatMinorUnits(amount, currency);
      const roles = rolesByAccount(hub, entity);
      return {
        entity,
        currency,
        accounts: accounts.map(({ account, name, debit, credit }) => ({
          account,
          roles: roles.get(account) ?? [],
          name,
          debit: money(debit),
          credit: money(credit),
          balance: money(debit - credit),
        })),
        debit: money(accounts.reduce((total, { debit }) => total + debit, 0)),
        credit: money(accounts.reduce((total, { credit }) => total + credit, 0)),
      };
    }),
  );
}

function rolesByAccount(hub: Hub, entity: string): Map<string, string[]> {
  const roles = new Map<string, string[]>();
  for (const rule of hub.policy.accounts) {
    if (rule.entity !== undefined && rule.entity !== entity) continue;
    const known = roles.get(rule.account) ?? [];
    if (!known.includes(rule.role)) roles.set(rule.account, [...known, rule.role]);
  }
  return roles;
}

export function trialBalanceText(hub: Hub, rows: readonly Awaited<ReturnType<typeof trialBalances>>[number][], columns: number): string {
  return rows
    .map(({ entity, currency, accounts, debit, credit }) =>
      [
        heading(`Trial balance ${entity}, ${hub.policy.entities[entity]?.name ?? entity}, in ${currency}`),
        table(
          [
            { title: "account" },
            { title: "name", wrap: true },
            { title: "debit", align: "right" },
            { title: "credit", align: "right" },
            { title: "balance", align: "right" },
          ],
          [
            ...accounts.map((each) => [each.account, each.name, blankZero(each.debit), blankZero(each.credit), withSide(each.balance)]),
            ["", "Total", grouped(debit), grouped(credit), debit === credit ? "ties" : "DOES NOT TIE"],
          ],
          columns,
        ),
      ].join("\n"),
    )
    .join("\n");
}

/** "-1069.70" is 1,069.70 on the credit side. The space keeps the digits of both sides in one column with a zero. */
function withSide(balance: string): string {
  if (blankZero(balance) === "") return `${balance}   `;
  return balance.startsWith("-") ? `${grouped(balance.slice(1))} Cr` : `${grouped(balance)} Dr`;
}

/** Journals as the ERP holds them, with the facts that our lineage knows behind those under our keys. */
async function journals(hub: Hub, filter: ReportFilter, reference?: string) {
  const wanted = reference === undefined ? undefined : await journalsOf(hub, reference);
  const rows = [];
  for (const connection of new Set(entitiesOf(hub, filter).map((entity) => hub.policy.entities[entity]?.connection ?? ""))) {
    for await (const journal of allJournals(hub, connection, filter)) {
      if (wanted === undefined || wanted(journal.key)) rows.push(await journalRow(hub, connection, journal));
    }
  }
  return rows;
}

/** Which keys are journals of a reference's transactions: their own, and the summaries that say what they contribute. */
async function journalsOf(hub: Hub, reference: string): Promise<(key: string) => boolean> {
  const views = await findTransactions(hub, reference);
  const transactions = new Set(views.map(({ transaction }) => transaction));
  const summaries = new Set<string>();
  for (const view of views)
    for (const { summary } of summariesOf(view, await readWindows(hub.lineage, view)))
      if (summary !== undefined) summaries.add(summary.erpKey);
  return (key) => transactions.has(key.split("/", 1)[0] ?? "") || summaries.has(key);
}

/** What a summary sums up, or takes out of what an earlier one says; undefined for any other journal. */
async function contributionsOf(hub: Hub, connection: string, transaction: string, { key, reverses }: ErpJournal) {
  if (!isWindow(transaction) || reverses !== undefined) return undefined;
  const plan = await hub.lineage.get(transaction, planKey(connection, Number(/@(\d+)$/.exec(key)?.[1])));
  const step = plan?.type === "plan" ? plan.steps.find(({ erpKey }) => erpKey === key) : undefined;
  if (step?.kind !== "post" || step.document.type !== "journal") return undefined;
  return step.document.contributions?.map(({ document, sign }) => ({ document, effect: sign > 0 ? "added" : "taken-out" }));
}

async function journalRow(hub: Hub, connection: string, journal: ErpJournal) {
  const own = /^(?<document>.+)@(?<plan>\d+)(?:\/reversal)?$/.exec(journal.key)?.groups;
  const transaction = own?.document?.split("/", 1)[0];
  const money = (amount: number) => formatMinorUnits(amount, journal.currency);
  const functional = (amount: number) => formatMinorUnits(amount, journal.functionalCurrency);
  const contributions = transaction === undefined ? undefined : await contributionsOf(hub, connection, transaction, journal);
  return {
    erpDocument: journal.number,
    key: journal.key,
    revision: own === undefined ? 0 : Number(own.plan),
    ...(journal.reverses === undefined ? {} : { reverses: journal.reverses }),
    transaction: transaction ?? null,
    entity: journal.entity,
    businessDate: journal.businessDate,
    postingDate: journal.postingDate,
    currency: journal.currency,
    lines: journal.lines.map((line) => ({
      account: line.account,
      role: line.role,
      debit: money(line.debit),
      credit: money(line.credit),
      functionalDebit: functional(line.functionalDebit),
      functionalCredit: functional(line.functionalCredit),
      dimensions: line.dimensions,
    })),
    events: own?.document === undefined ? [] : own.document.split("/").slice(1, 2),
    policyVersion: transaction === undefined ? null : await policyVersionOf(hub, connection, transaction, journal),
    ...(contributions === undefined ? {} : { contributions }),
  };
}

/** The content of the policies by which a journal was bound: its plan's; a reversal is bound by the plan that took the document back. */
async function policyVersionOf(hub: Hub, connection: string, transaction: string, { key, reverses }: ErpJournal): Promise<string | null> {
  if (reverses === undefined) {
    const plan = await hub.lineage.get(transaction, planKey(connection, Number(/@(\d+)$/.exec(key)?.[1])));
    return plan?.type === "plan" ? plan.policyVersion : null;
  }
  const { plans } = chainOf(await readTransaction(hub.lineage, transaction), connection);
  return plans.findLast(({ steps }) => steps.some((step) => step.erpKey === key))?.policyVersion ?? null;
}

function journalsText(rows: readonly Awaited<ReturnType<typeof journals>>[number][], columns: number): string {
  return rows
    .map((row) =>
      [
        `${row.erpDocument}  ${row.entity}  posted ${row.postingDate}${row.businessDate === row.postingDate ? "" : ` for ${row.businessDate}`}  ${row.currency}${row.reverses === undefined ? "" : `  reverses ${row.reverses}`}${row.policyVersion === null ? "" : `  policy ${row.policyVersion.slice(0, 8)}`}`,
        row.key,
        ...(row.contributions === undefined ? [] : [`sums up ${row.contributions.length} journals: lineage ${row.erpDocument} names them`]),
        lineTable(row.lines, columns),
        "",
      ].join("\n"),
    )
    .join("\n");
}

/** Account lines of a journal, with debit and credit in columns of their own, at most `width` columns wide. */
export function lineTable(
  lines: readonly {
    readonly account: string;
    readonly role: string;
    readonly debit: string;
    readonly credit: string;
    /** In the currency of the books, where it is another one. */
    readonly inBooks?: { readonly debit: string; readonly credit: string };
    readonly dimensions: Readonly<Record<string, string>>;
  }[],
  width: number,
): string {
  const isForeign = lines.some(({ inBooks }) => inBooks !== undefined);
  return table(
    [
      { title: "account" },
      { title: "role" },
      { title: "debit", align: "right" },
      { title: "credit", align: "right" },
      ...(isForeign
        ? ([
            { title: "debit in books", align: "right" },
            { title: "credit in books", align: "right" },
          ] as const)
        : []),
      { title: "dimensions", wrap: true },
    ],
    lines.map((line) => [
      line.account,
      line.role,
      blankZero(line.debit),
      blankZero(line.credit),
      ...(isForeign ? [blankZero(line.inBooks?.debit ?? ""), blankZero(line.inBooks?.credit ?? "")] : []),
      Object.entries(line.dimensions)
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
    ]),
    width,
  );
}

function blankZero(amount: string): string {
  return /^(0(\.0+)?)?$/.test(amount) ? "" : grouped(amount);
}
