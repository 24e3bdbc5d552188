import { returnsToCome } from "#domain/ledger";
import type { TransactionView } from "#domain/lineage";
import { formatMinorUnits, type MinorUnits } from "#domain/money";
import { foldPlans } from "#domain/posting";
import { type ChannelAccrual, lastStatement } from "#functions/accrue-period";
import { readTransaction } from "#functions/read-transaction";
import type { Hub } from "#hub";
import { grouped, heading, table } from "./table.ts";

/** What is accrued of one entity and channel. */
export interface AccrualRow {
  readonly transaction: string;
  readonly entity: string;
  readonly channel: string;
  readonly period: string;
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly sales: MinorUnits;
  readonly cost: MinorUnits;
  /** By the estimate, whether it is posted or not. */
  readonly liability: MinorUnits;
  readonly asset: MinorUnits;
  /** Of this run. */
  readonly outcome: ChannelAccrual["outcome"];
  /** "nothing" where the estimate comes to nothing. */
  readonly state: "posted" | "approval-needed" | "refused" | "held" | "nothing";
  /** Who decides, by which id of the exception desk. */
  readonly approval?: { readonly role: string; readonly id: string };
}

/** What is on record of an accrual and what became of it; undefined: nothing was ever stated. */
export async function accrualRow(hub: Hub, transaction: string, outcome: ChannelAccrual["outcome"]): Promise<AccrualRow | undefined> {
  const view = await readTransaction(hub.lineage, transaction);
  const stated = lastStatement(view);
  if (stated === undefined) return undefined;
  const { entity, channel, period, from, businessDate: to, currency, sales, cost } = stated;
  const figures = returnsToCome(stated, hub.policy);
  return {
    transaction,
    entity,
    channel,
    period,
    from,
    to,
    currency,
    sales,
    cost,
    ...figures,
    outcome,
    ...standingOf(view, figures.liability),
  };
}

function standingOf(view: TransactionView, liability: MinorUnits): Pick<AccrualRow, "state" | "approval"> {
  const waits = view.approvals.findLast(({ decision }) => decision === undefined)?.asked;
  const isOpen = view.exceptions.some(({ opened, closed }) => opened.class === "policy.approval-needed" && closed === undefined);
  if (waits !== undefined && isOpen)
    return { state: "approval-needed", approval: { role: waits.role, id: `${view.transaction}/${waits.key}` } };
  if (view.exceptions.some(({ closed }) => closed === undefined)) return { state: "held" };
  const posted = [...view.chains.values()].some(({ plans, outcomes }) => foldPlans(plans, outcomes).live.size > 0);
  if (posted) return { state: "posted" };
  return { state: liability === 0 ? "nothing" : "refused" };
}

/** Why a run changed nothing, in words; undefined when the accrual stands as it was asked for. */
export function refusalOf(
  answer: ChannelAccrual,
  { entity, channel, period }: { readonly entity: string; readonly channel: string | undefined; readonly period: string },
): string | undefined {
  const name = channel === undefined ? `${period} of ${entity}` : `${period} of ${entity}, ${channel}`;
  switch (answer.outcome) {
    case "accrued":
    case "unchanged":
      return undefined;
    case "kept":
      return `${name}: the books say something else by now, and the accrual that was posted is kept, as the entity elects (accrualRevision)`;
    case "closed":
      return `${name}: the period is closed, and what was accrued stays as it was reported; open it again first`;
    case "not-over":
      return `${name}: the period ends on ${answer.endsOn}; accrue it from the next day on`;
    case "not-estimated":
    case "other-window":
      return `${name}: another policy was released meanwhile; run it again`;
    case "unknown-entity":
    case "unknown-period":
      return `${name}: the policies have none of that name`;
  }
}

/** Machine output: amounts as decimal strings. */
export function accrualJson({ sales, cost, liability, asset, ...row }: AccrualRow) {
  const money = (amount: MinorUnits) => formatMinorUnits(amount, row.currency);
  return { ...row, sales: money(sales), cost: money(cost), liability: money(liability), asset: money(asset) };
}

export function accrualText(rows: readonly AccrualRow[], columns: number): string {
  const figures = ["sales", "cost", "liability", "asset"] as const;
  return [
    heading(`Expected returns of ${rows[0]?.period}: on its last day, and taken back on the next`),
    table(
      [
        { title: "entity" },
        { title: "channel" },
        { title: "sales since" },
        ...["net sales", "cost of goods", "refund liability", "return asset"].map((title) => ({ title, align: "right" as const })),
        { title: "currency" },
        { title: "state", wrap: true },
      ],
      rows.map((row) => [
        row.entity,
        row.channel,
        row.from,
        ...figures.map((figure) => grouped(formatMinorUnits(row[figure], row.currency))),
        row.currency,
        stateText(row),
      ]),
      columns,
    ),
    ...rows.flatMap(({ approval }) => (approval === undefined ? [] : [`exceptions approve ${approval.id} --actor NAME --reason TEXT`])),
  ].join("\n");
}

function stateText({ state, approval }: AccrualRow): string {
  switch (state) {
    case "approval-needed":
      return `waits for ${approval?.role ?? "an approval"}`;
    case "held":
      return "held: see exceptions";
    case "refused":
      return "refused, not posted";
    case "nothing":
      return "nothing is expected";
    case "posted":
      return "posted";
  }
}
