import { formatMinorUnits } from "#domain/money";
import { type LedgerTie, type ReturnRow, returnReport, returnsOf, type StatedReturn, tiesToLedger } from "#domain/reports";
import type { Hub } from "#hub";
import type { ReportFilter } from "./erp-journals.ts";
import { balancesByAccount, ledgerLines, tiesJson, tieText } from "./ledger-reports.ts";
import { allTransactions } from "./read-lineage.ts";
import { grouped, heading, table } from "./table.ts";

export interface ReturnReportAnswer {
  readonly rows: readonly ReturnRow[];
  readonly ties: readonly LedgerTie[];
}

/** Counts and what was given back from the hub's record, what is booked from the ERP, and how that ties to the trial balance. */
export async function returnReportAnswer(hub: Hub, filter: ReportFilter): Promise<ReturnReportAnswer> {
  const { entity, from, to } = filter;
  const [lines, balances] = await Promise.all([ledgerLines(hub, filter), balancesByAccount(hub, filter)]);
  const stated: StatedReturn[] = [];
  for await (const view of allTransactions(hub, (transaction) => transaction.startsWith("sale:")))
    stated.push(...returnsOf(view, hub.policy));
  const isAsked = (each: StatedReturn) =>
    (entity === undefined || each.entity === entity) && (from === undefined || each.day >= from) && (to === undefined || each.day <= to);
  const asked = lines.filter((line) => entity === undefined || line.entity === entity);
  return { rows: returnReport(stated, asked, isAsked), ties: tiesToLedger(asked, ["sales-returns"], balances) };
}

/** Machine output: `{rows, ties}`, amounts as decimal strings; `given` by currency, `booked` in the row's. */
export function returnReportJson({ rows, ties }: ReturnReportAnswer) {
  return {
    rows: rows.map(({ given, booked, currency, ...row }) => ({
      ...row,
      given: Object.fromEntries(Object.entries(given).map(([each, amount]) => [each, formatMinorUnits(amount, each)])),
      booked: currency === "" ? null : formatMinorUnits(booked, currency),
      currency: currency === "" ? null : currency,
    })),
    ties: tiesJson(ties),
  };
}

export function returnReportText({ rows, ties }: ReturnReportAnswer, columns: number): string {
  return [
    heading("Returns by what is known of their sale"),
    table(
      [
        { title: "entity" },
        { title: "taken back at", wrap: true },
        { title: "returns of", wrap: true },
        { title: "how many", align: "right" },
        { title: "given back, with tax", align: "right" },
        { title: "booked, net", align: "right" },
      ],
      rows.map(({ entity, place, kind, returns, given, booked, currency }) => [
        entity,
        place,
        kinds[kind],
        grouped(String(returns)),
        Object.entries(given)
          .map(([each, amount]) => `${grouped(formatMinorUnits(amount, each))} ${each}`)
          .join(", "),
        currency === "" ? "" : `${grouped(formatMinorUnits(booked, currency))} ${currency}`,
      ]),
      columns,
    ),
    tieText(ties),
  ].join("\n");
}

const kinds = {
  "same-place": "a sale of the same place",
  elsewhere: "a sale of another store or channel",
  blind: "no known sale, within the rule",
  "blind-outside-rule": "no known sale, OUTSIDE the rule",
  "over-return-refused": "more than was sold: refused",
  unexplained: "booked with no refund of its own",
} as const satisfies Record<ReturnRow["kind"], string>;
