import { formatMinorUnits } from "#domain/money";
import {
  discountReport,
  type LedgerLine,
  type LedgerTie,
  type MarginBy,
  marginReport,
  marginRoles,
  salesReport,
  salesRoles,
  storedValueReport,
  storedValueRoles,
  taxReport,
  taxRoles,
  tiesToLedger,
} from "#domain/reports";
import { ledgerLinesOf } from "#functions/ledger-lines";
import { SummaryLines } from "#functions/summary-lines";
import type { Hub } from "#hub";
import { allJournals, entitiesBehind, entitiesOf, type ReportFilter } from "./erp-journals.ts";
import { grouped, heading, table } from "./table.ts";

/** A field of a report's row: text as it is, whole minor units as an amount, a count, or basis points as a percentage. */
type Field = "text" | "amount" | "count" | "basis-points";
type Row = Readonly<Record<string, string | number | undefined>> & { readonly entity: string; readonly currency: string };

interface LedgerReport {
  readonly title: string;
  /** The roles that it draws on: the tie compares their accounts with the trial balance. */
  readonly roles: readonly string[];
  readonly rows: (lines: readonly LedgerLine[], by: MarginBy) => readonly Row[];
  readonly fields: readonly (readonly [name: string, title: string, field: Field])[];
  /** Amounts that are added up per entity under the table. */
  readonly totals: readonly string[];
}

/** Reports that are computed from the journals in the ERP and from nothing else. */
const ledgerReports: Readonly<Record<"sales" | "margin" | "tax" | "discounts" | "stored-value", LedgerReport>> = {
  sales: {
    title: "Sales, net of tax",
    roles: salesRoles,
    rows: (lines) => salesReport(lines).map((row) => ({ ...row })),
    fields: [
      ["place", "place", "text"],
      ["transactions", "transactions", "count"],
      ["gross", "gross", "amount"],
      ["discounts", "discounts", "amount"],
      ["returns", "returns", "amount"],
      ["concessions", "concessions", "amount"],
      ["net", "net", "amount"],
      ["shipping", "shipping", "amount"],
    ],
    totals: ["transactions", "gross", "discounts", "returns", "concessions", "net", "shipping"],
  },
  margin: {
    title: "Margin",
    roles: marginRoles,
    rows: (lines, by) => marginReport(lines, by).map((row) => ({ ...row })),
    fields: [
      ["of", "of", "text"],
      ["transactions", "transactions", "count"],
      ["revenue", "revenue", "amount"],
      ["costOfGoods", "cost of goods", "amount"],
      ["freight", "freight", "amount"],
      ["intercompany", "intercompany", "amount"],
      ["margin", "margin", "amount"],
      ["marginBasisPoints", "margin %", "basis-points"],
    ],
    totals: ["transactions", "revenue", "costOfGoods", "freight", "intercompany", "margin"],
  },
  tax: {
    title: "Tax",
    roles: taxRoles,
    rows: (lines) => taxReport(lines).map((row) => ({ ...row })),
    fields: [
      ["jurisdiction", "jurisdiction", "text"],
      ["collected", "collected", "amount"],
      ["refunded", "refunded", "amount"],
      ["payable", "payable", "amount"],
      ["filed", "filed", "amount"],
      ["toFile", "to file", "amount"],
      ["inAdvance", "in advance", "amount"],
      ["channelRemitted", "by the channel", "amount"],
    ],
    totals: ["collected", "refunded", "payable", "filed", "toFile", "inAdvance", "channelRemitted"],
  },
  discounts: {
    title: "Discounts by promotion",
    roles: ["discounts"],
    rows: (lines) => discountReport(lines).map((row) => ({ ...row })),
    fields: [
      ["promotion", "promotion", "text"],
      ["place", "place", "text"],
      ["transactions", "transactions", "count"],
      ["amount", "amount", "amount"],
    ],
    totals: ["amount"],
  },
  "stored-value": {
    title: "Stored value",
    roles: storedValueRoles,
    rows: (lines) => storedValueReport(lines).map((row) => ({ ...row })),
    fields: [
      ["kind", "kind", "text"],
      ["issuer", "issuer", "text"],
      ["issued", "issued", "amount"],
      ["redeemed", "redeemed", "amount"],
      ["lapsed", "lapsed", "amount"],
      ["change", "change", "amount"],
    ],
    totals: ["issued", "redeemed", "lapsed", "change"],
  },
};

export type LedgerReportName = keyof typeof ledgerReports;

export interface LedgerReportAnswer {
  /** What the rows are made of, of the entities asked for. */
  readonly lines: readonly LedgerLine[];
  readonly rows: readonly Row[];
  readonly ties: ReturnType<typeof tiesToLedger>;
}

/** How the clearing accounts of a report tie to the trial balance. */
export async function clearingTies(hub: Hub, filter: ReportFilter): Promise<ReturnType<typeof tiesToLedger>> {
  const [lines, balances] = await Promise.all([ledgerLines(hub, filter), balancesByAccount(hub, filter)]);
  return tiesToLedger(lines, ["payment-clearing", "acquirer-clearing"], balances);
}

/** Reads the journals and the trial balances of the same days, and computes the report and how it ties. */
export async function ledgerReport(hub: Hub, name: LedgerReportName, filter: ReportFilter, by: MarginBy): Promise<LedgerReportAnswer> {
  const { roles, rows } = ledgerReports[name];
  const { entity, ...days } = filter;
  // Where something was sold may stand in the books of another entity: what is asked for is picked afterwards.
  const [lines, balances] = await Promise.all([ledgerLines(hub, days), balancesByAccount(hub, filter)]);
  const isAsked = (row: { readonly entity: string }) => entity === undefined || row.entity === entity;
  const asked = lines.filter(isAsked);
  return { lines: asked, rows: rows(lines, by).filter(isAsked), ties: tiesToLedger(asked, roles, balances) };
}

export async function ledgerLines(hub: Hub, filter: ReportFilter): Promise<LedgerLine[]> {
  const lines: LedgerLine[] = [];
  const summaries = new SummaryLines(hub.lineage);
  for (const connection of connectionsOf(hub, filter)) {
    for await (const journal of allJournals(hub, connection, filter)) {
      lines.push(...(await ledgerLinesOf(journal, summaries)));
    }
  }
  return lines;
}

function connectionsOf(hub: Hub, filter: ReportFilter): string[] {
  const entities = entitiesOf(hub, filter);
  return Object.keys(hub.policy.connections).filter((connection) =>
    entitiesBehind(hub, connection).some((each) => entities.includes(each)),
  );
}

export async function balancesByAccount(hub: Hub, filter: ReportFilter): Promise<Record<string, Record<string, number>>> {
  const balances: Record<string, Record<string, number>> = {};
  for (const entity of entitiesOf(hub, filter)) {
    const { accounts } = await hub.erps.erp(hub.policy.entities[entity]?.connection ?? "").trialBalance(entity, filter);
    balances[entity] = Object.fromEntries(accounts.map(({ account, debit, credit }) => [account, debit - credit]));
  }
  return balances;
}

/** Machine output: `{rows, ties}`, amounts as decimal strings of the row's currency. */
export function ledgerReportJson(name: LedgerReportName, { rows, ties }: Pick<LedgerReportAnswer, "rows" | "ties">) {
  const { fields } = ledgerReports[name];
  return {
    rows: rows.map((row) => ({
      entity: row.entity,
      currency: row.currency,
      ...Object.fromEntries(
        fields.flatMap(([field, , kind]) => {
          const value = row[field];
          if (value === undefined) return [];
          return [[field, kind === "amount" ? formatMinorUnits(Number(value), row.currency) : value]];
        }),
      ),
    })),
    ties: tiesJson(ties),
  };
}

export function tiesJson(ties: readonly LedgerTie[]) {
  return ties.map(({ currency, reported, ledger, difference, ...tie }) => ({
    ...tie,
    currency,
    reported: formatMinorUnits(reported, currency),
    ledger: formatMinorUnits(ledger, currency),
    difference: formatMinorUnits(difference, currency),
  }));
}

/** A table per entity with its total, then how it ties. */
export function ledgerReportText(
  hub: Hub,
  name: LedgerReportName,
  answer: Pick<LedgerReportAnswer, "rows" | "ties">,
  columns: number,
): string {
  const report = ledgerReports[name];
  const entities = [...new Set(answer.rows.map(({ entity }) => entity))];
  const tables = entities.map((entity) => {
    const rows = answer.rows.filter((row) => row.entity === entity);
    const currency = rows[0]!.currency;
    return [
      heading(`${report.title}, ${entity}, ${hub.policy.entities[entity]?.name ?? entity}, in ${currency}`),
      table(
        report.fields.map(([, title, field]) => (field === "text" ? { title, wrap: true } : { title, align: "right" as const })),
        [...rows.map((row) => report.fields.map((field) => cell(row, field))), totalRow(report, rows, currency)],
        columns,
      ),
    ].join("\n");
  });
  return [...tables, tieText(answer.ties)].join("\n");
}

function cell(row: Row, [name, , field]: LedgerReport["fields"][number]): string {
  const value = row[name];
  if (value === undefined) return "";
  switch (field) {
    case "text":
      return String(value);
    case "count":
      return grouped(String(value));
    case "amount":
      return Number(value) === 0 ? "" : grouped(formatMinorUnits(Number(value), row.currency));
    case "basis-points":
      return `${(Number(value) / 100).toFixed(1)}`;
  }
}

function totalRow(report: LedgerReport, rows: readonly Row[], currency: string): string[] {
  return report.fields.map(([name, , field], index) => {
    if (index === 0) return "Total";
    if (!report.totals.includes(name)) return "";
    const total = rows.reduce((sum, row) => sum + Number(row[name] ?? 0), 0);
    return field === "amount" ? grouped(formatMinorUnits(total, currency)) : grouped(String(total));
  });
}

export function tieText(ties: readonly LedgerTie[]): string {
  const off = ties.filter(({ difference }) => difference !== 0);
  if (off.length === 0) {
    const accounts = [...new Set(ties.map(({ account }) => account))].sort();
    return `\nTies to the trial balance: account${accounts.length === 1 ? "" : "s"} ${accounts.join(", ")}.`;
  }
  return [
    heading("On the same accounts and not in this report: other roles, opening balances, journals entered by hand"),
    table(
      [
        { title: "entity" },
        { title: "account" },
        { title: "reported", align: "right" },
        { title: "trial balance", align: "right" },
        { title: "difference", align: "right" },
      ],
      off.map(({ entity, account, currency, reported, ledger, difference }) => [
        entity,
        account,
        ...[reported, ledger, difference].map((amount) => grouped(formatMinorUnits(amount, currency))),
      ]),
    ),
  ].join("\n");
}
