import { formatMinorUnits } from "#domain/money";
import { type PromotionRow, promotionReport } from "#domain/reports";
import type { Hub } from "#hub";
import type { ReportFilter } from "./erp-journals.ts";
import { type LedgerReportAnswer, ledgerReport, ledgerReportJson, ledgerReportText } from "./ledger-reports.ts";
import { spanText } from "./policy-text.ts";
import { grouped, heading, table } from "./table.ts";

export interface DiscountReportAnswer extends Pick<LedgerReportAnswer, "rows" | "ties"> {
  readonly promotions: readonly PromotionRow[];
}

/** Discounts by place, and each promotion beside its rule. What is left of a rule's total is told when no days are asked for. */
export async function discountReportAnswer(hub: Hub, filter: ReportFilter): Promise<DiscountReportAnswer> {
  const { lines, rows, ties } = await ledgerReport(hub, "discounts", filter, "place");
  const wholly = filter.from === undefined && filter.to === undefined;
  return { rows, ties, promotions: promotionReport(lines, hub.policy, wholly) };
}

/** Machine output: `{rows, ties, promotions}`, amounts as decimal strings; the limits of a rule are the policies' minor units. */
export function discountReportJson({ promotions, ...answer }: DiscountReportAnswer) {
  return {
    ...ledgerReportJson("discounts", answer),
    promotions: promotions.map(({ entity, currency, promotion, transactions, amount, rule, left }) => ({
      ...{ entity, currency, promotion, transactions },
      amount: formatMinorUnits(amount, currency),
      left: left === undefined ? null : formatMinorUnits(left, currency),
      rule: rule === undefined ? null : ruleJson(rule),
    })),
  };
}

function ruleJson(rule: NonNullable<PromotionRow["rule"]>) {
  const { code, channels, from, to, lineMaxMinorUnits, transactionMaxMinorUnits, percentMax, totalMaxMinorUnits, why } = rule;
  return {
    ...{ code, channels: channels ?? null, from, to: to ?? null, percentMax: percentMax ?? null },
    lineMaxMinorUnits: lineMaxMinorUnits ?? null,
    transactionMaxMinorUnits: transactionMaxMinorUnits ?? null,
    totalMaxMinorUnits: totalMaxMinorUnits ?? null,
    why,
  };
}

export function discountReportText(hub: Hub, { promotions, ...answer }: DiscountReportAnswer, columns: number): string {
  if (promotions.length === 0) return ledgerReportText(hub, "discounts", answer, columns);
  return [
    ledgerReportText(hub, "discounts", answer, columns),
    heading("Promotions and their rules"),
    table(
      [
        { title: "entity" },
        { title: "promotion", wrap: true },
        { title: "transactions", align: "right" },
        { title: "amount", align: "right" },
        { title: "left", align: "right" },
        { title: "" },
        { title: "rule", wrap: true },
      ],
      promotions.map((row) => [
        ...[row.entity, row.promotion, grouped(String(row.transactions)), grouped(formatMinorUnits(row.amount, row.currency))],
        ...[row.left === undefined ? "" : grouped(formatMinorUnits(row.left, row.currency)), row.currency, ruleText(row)],
      ]),
      columns,
    ),
  ].join("\n");
}

/** "WELCOME10 from 2026-01-01 on, in shopify, at most 10 %, 20.00 an order". */
function ruleText({ rule, currency }: PromotionRow): string {
  if (rule === undefined) return "none names it";
  const money = (amounts: Readonly<Record<string, number>> | undefined, of: string) => {
    const amount = amounts?.[currency];
    return amount === undefined ? [] : [`${grouped(formatMinorUnits(amount, currency))} ${of}`];
  };
  const limits = [
    ...(rule.percentMax === undefined ? [] : [`${rule.percentMax} %`]),
    ...money(rule.lineMaxMinorUnits, "a line"),
    ...money(rule.transactionMaxMinorUnits, "an order or ticket"),
    ...money(rule.totalMaxMinorUnits, "in all"),
  ];
  return [
    `${rule.code} ${spanText(rule.from, rule.to ?? null)}`,
    ...(rule.channels === undefined ? [] : [`in ${rule.channels.join(" and ")}`]),
    ...(limits.length === 0 ? [] : [`at most ${limits.join(", ")}`]),
  ].join(", ");
}
