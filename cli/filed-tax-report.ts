import { chainOf } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { type FiledReturn, filedReturns } from "#domain/policy";
import { type DeclaredTax, declaredTaxes } from "#domain/posting";
import { type FiledTaxes, filedAndOpen, filedTaxes } from "#domain/reports";
import type { Hub } from "#hub";
import type { ReportFilter } from "./erp-journals.ts";
import { type LedgerReportAnswer, ledgerReport, ledgerReportJson, ledgerReportText } from "./ledger-reports.ts";
import { allTransactions } from "./read-lineage.ts";
import { grouped, heading, table } from "./table.ts";

/** A person reads this many; --json has them all. */
const amendmentsShown = 50;
const progressEvery = 500;

export interface TaxReportAnswer extends Pick<LedgerReportAnswer, "rows" | "ties"> {
  readonly filings: FiledTaxes;
}

/**
 * The tax of the days asked for, as the ERP holds it, with what of it stands in filed returns as the hub's own plans say; beside it every
 * return and what is to be amended, whatever the days. The two come from different records: payable − filed − to file is 0 when they agree.
 */
export async function taxReportAnswer(hub: Hub, filter: ReportFilter, progress: (line: string) => void): Promise<TaxReportAnswer> {
  const [{ rows, ties }, taxes] = [await ledgerReport(hub, "tax", filter, "place"), await postedTaxes(hub, filter, progress)];
  const now = hub.clock.now();
  const filed = (entity: string, jurisdiction: string): readonly FiledReturn[] => {
    const books = hub.policy.entities[entity];
    return books === undefined ? [] : filedReturns(books, jurisdiction, now);
  };
  const parts = filedAndOpen(taxes, filed, filter);
  return {
    rows: rows.map((row) => {
      const own = parts.find(({ entity, jurisdiction }) => entity === row.entity && jurisdiction === row.jurisdiction);
      return { ...row, filed: own?.filed ?? 0, toFile: own?.toFile ?? 0 };
    }),
    ties,
    filings: filedTaxes(taxes, filed),
  };
}

async function postedTaxes(hub: Hub, { entity }: ReportFilter, progress: (line: string) => void): Promise<DeclaredTax[]> {
  const taxes: DeclaredTax[] = [];
  let seen = 0;
  for await (const view of allTransactions(hub)) {
    seen += 1;
    if (seen % progressEvery === 0) progress(`read the taxes of ${seen} transactions`);
    for (const connection of view.chains.keys()) {
      const { plans, outcomes } = chainOf(view, connection);
      for (const tax of declaredTaxes(plans, outcomes)) if (entity === undefined || tax.entity === entity) taxes.push(tax);
    }
  }
  return taxes;
}

/** Machine output: `{rows, ties, returns, amendments}`, amounts as decimal strings; null: from the beginning, not filed yet. */
export function taxReportJson({ filings: { returns, amendments }, ...answer }: TaxReportAnswer) {
  return {
    ...ledgerReportJson("tax", answer),
    returns: returns.map(({ entity, currency, jurisdiction, from = null, through = null, filedOn = null, ...amounts }) => ({
      ...{ entity, currency, jurisdiction, from, through, filedOn },
      declared: formatMinorUnits(amounts.declared, currency),
      amendments: formatMinorUnits(amounts.amendments, currency),
    })),
    amendments: amendments.map(({ amount, currency, ...row }) => ({ ...row, currency, amount: formatMinorUnits(amount, currency) })),
  };
}

export function taxReportText(hub: Hub, answer: TaxReportAnswer, columns: number): string {
  const { returns, amendments } = answer.filings;
  return [ledgerReportText(hub, "tax", answer, columns), returnsText(returns), amendmentsText(amendments, columns), differencesText(answer)]
    .filter((part) => part !== "")
    .join("\n");
}

function returnsText(returns: FiledTaxes["returns"]): string {
  if (returns.every(({ filedOn }) => filedOn === undefined)) return "";
  return [
    heading("Returns, by the day for which a tax is declared"),
    table(
      [
        { title: "entity" },
        { title: "jurisdiction" },
        { title: "from" },
        { title: "to" },
        { title: "filed" },
        { title: "declared", align: "right" },
        { title: "to be amended by", align: "right" },
        { title: "" },
      ],
      returns.map(
        ({ entity, jurisdiction, from = "the beginning", through = "now", filedOn = "not yet", declared, amendments, currency }) => [
          ...[entity, jurisdiction, from, through, filedOn, grouped(formatMinorUnits(declared, currency))],
          ...[amendments === 0 ? "" : grouped(formatMinorUnits(amendments, currency)), currency],
        ],
      ),
    ),
  ].join("\n");
}

function amendmentsText(amendments: FiledTaxes["amendments"], columns: number): string {
  if (amendments.length === 0) return "";
  const rest = amendments.length - amendmentsShown;
  return [
    heading("To be amended: changes of filed days, declared in a later return"),
    table(
      [
        { title: "entity" },
        { title: "jurisdiction" },
        { title: "filed day" },
        { title: "declared for" },
        { title: "posted" },
        { title: "amount", align: "right" },
        { title: "document", wrap: true },
      ],
      amendments
        .slice(0, amendmentsShown)
        .map(({ entity, jurisdiction, originalDate, taxDate, postingDate, amount, currency, erpKey }) => [
          ...[entity, jurisdiction, originalDate, taxDate, postingDate],
          ...[`${grouped(formatMinorUnits(amount, currency))} ${currency}`, erpKey],
        ]),
      columns,
    ),
    ...(rest > 0 ? [`… and ${rest} more: see --json.`] : []),
  ].join("\n");
}

/** Said only where the ERP's journals and the hub's plans disagree. */
function differencesText({ rows }: TaxReportAnswer): string {
  return rows
    .flatMap(({ entity, jurisdiction, currency, payable, filed, toFile }) => {
      const difference = Number(payable) - Number(filed) - Number(toFile);
      if (difference === 0) return [];
      const amount = grouped(formatMinorUnits(difference, currency));
      return [`${entity} ${jurisdiction}: ${amount} ${currency} of what is payable stands in no plan of the hub, so in no return here.`];
    })
    .join("\n");
}
