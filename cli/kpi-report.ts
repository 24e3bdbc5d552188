import { addDays, addSeconds } from "#domain/calendar";
import {
  drainMinutes,
  type KpiDefinition,
  type KpiResult,
  type KpiSample,
  type KpiTarget,
  type KpiValues,
  kpiResults,
  kpis,
  openExceptionSamples,
  periodCloseSamples,
} from "#domain/kpi";
import { formatMinorUnits } from "#domain/money";
import { postingRules } from "#domain/posting";
import { flowSamples, openStandingPass } from "#functions/kpi-pass";
import type { Hub } from "#hub";
import { connectionQueue } from "#wiring";
import { periodRulesInForce } from "./period-closings.ts";
import { allTransactions } from "./read-lineage.ts";
import { grouped, heading, table } from "./table.ts";

/** Days of the record, in UTC; absent: from the beginning, until now. */
export interface KpiDays {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface KpiAnswer {
  readonly days: KpiDays;
  readonly results: readonly KpiResult[];
  readonly backlog: readonly QueueBacklog[];
}

interface QueueBacklog {
  readonly connection: string;
  readonly waiting: number;
  readonly oldestSeconds: number;
  /** In the last hour. */
  readonly answeredPerMinute: number;
  /** Absent: nothing was answered lately. */
  readonly drainMinutes?: number;
}

/** Every KPI, computed from the whole lineage in one pass, and from the closings among the releases of the policies. */
export async function kpiAnswer(hub: Hub, days: KpiDays, progress: (line: string) => void): Promise<KpiAnswer> {
  const now = hub.clock.now();
  const window = { from: days.from ?? "", before: days.to === undefined ? "~" : addDays(days.to, 1), now };
  const standing = openStandingPass(hub.policy, postingRules, window);
  const closings = periodRulesInForce(hub).filter(({ at }) => at >= window.from && at < window.before);
  const samples: KpiSample[] = closings.flatMap((closing) => periodCloseSamples(closing, hub.policy));
  const answeredLately = new Map<string, number>();
  const hourAgo = addSeconds(now, -3_600);
  let count = 0;
  for await (const view of allTransactions(hub)) {
    count += 1;
    if (count % 100 === 0) progress(`read ${count} transactions`);
    samples.push(...flowSamples(view, hub.policy, window), ...view.exceptions.flatMap((state) => openExceptionSamples(state, now)));
    standing.note(view);
    for (const [connection, { outcomes }] of view.chains) {
      const lately = [...outcomes.values()].filter(({ at }) => at > hourAgo).length;
      answeredLately.set(connection, (answeredLately.get(connection) ?? 0) + lately);
    }
  }
  const backlog = Object.keys(hub.policy.connections).map((connection) => backlogOf(hub, connection, answeredLately.get(connection) ?? 0));
  return { days, results: kpiResults([...samples, ...standing.samples()]), backlog: await Promise.all(backlog) };
}

async function backlogOf(hub: Hub, connection: string, answeredInHour: number): Promise<QueueBacklog> {
  const { visible, hidden, oldestAgeSeconds } = await hub.queue.depth(connectionQueue("posting", connection));
  const [waiting, answeredPerMinute] = [visible + hidden, answeredInHour / 60];
  const minutes = drainMinutes(waiting, answeredPerMinute);
  return {
    connection,
    waiting,
    oldestSeconds: oldestAgeSeconds,
    answeredPerMinute,
    ...(minutes === undefined ? {} : { drainMinutes: minutes }),
  };
}

/** Machine output: durations in milliseconds, shares in percent, amounts as decimal strings. */
export function kpiJson({ days, results, backlog }: KpiAnswer) {
  return {
    from: days.from ?? null,
    to: days.to ?? null,
    kpis: kpis.map((kpi) => {
      const { id, title, meaning, formula, figure, target } = kpi;
      const result = results.find((each) => each.kpi.id === id);
      const over = figure.kind === "queues" ? backlog.map(backlogValues) : (result?.over ?? []).map((each) => jsonValues(kpi, each));
      const data = over.length > 0 ? { state: stateOf(result) } : { state: "no data yet", needs: needsOf(kpi) };
      return { id, title, meaning, formula, unit: unitOf(kpi), target: target === undefined ? null : targetText(target), ...data, over };
    }),
  };
}

function jsonValues({ figure }: KpiDefinition, { dimensions, count, values }: KpiValues) {
  const shown = figure.kind === "amount" ? { amount: formatMinorUnits(values.amount ?? 0, dimensions.currency ?? "") } : values;
  return { dimensions, count, values: shown };
}

function backlogValues({ connection, waiting, oldestSeconds, answeredPerMinute, drainMinutes: minutes }: QueueBacklog) {
  return { dimensions: { connection }, count: waiting, values: { oldestSeconds, answeredPerMinute, drainMinutes: minutes ?? null } };
}

function unitOf({ figure }: KpiDefinition): string {
  switch (figure.kind) {
    case "duration":
    case "open":
      return "milliseconds";
    case "share":
      return "percent";
    case "amount":
      return "amount";
    case "queues":
      return "messages";
  }
}

function stateOf(result: KpiResult | undefined): "met" | "missed" | "no target" {
  return result?.met === undefined ? "no target" : result.met ? "met" : "missed";
}

function needsOf({ needs }: KpiDefinition): string {
  return `no data yet: needs ${needs}`;
}

export function kpiText({ days, results, backlog }: KpiAnswer, columns: number): string {
  const span = days.from === undefined ? "everything on record" : days.from === days.to ? days.from : `since ${days.from}`;
  const missed = results.filter(({ met }) => met === false).length;
  return [
    heading(`KPIs of ${span}: ${missed === 0 ? "no target is missed" : `${missed} ${missed === 1 ? "target is" : "targets are"} missed`}`),
    table(
      [
        { title: "KPI", wrap: true, widthMax: 34 },
        { title: "of", wrap: true },
        { title: "how many", align: "right" },
        { title: "figure", wrap: true },
        { title: "target" },
      ],
      kpis.flatMap((kpi) => {
        const result = results.find((each) => each.kpi.id === kpi.id);
        const rows = kpi.figure.kind === "queues" ? backlog.map(backlogRow) : (result?.over ?? []).map((each) => valuesRow(kpi, each));
        const [first = ["", "", needsOf(kpi)], ...others] = rows;
        const target = kpi.target === undefined ? "" : `${targetText(kpi.target)}${result?.met === false ? " MISSED" : ""}`;
        return [[kpi.title, ...first, target], ...others.map((row) => ["", ...row, ""])];
      }),
      columns,
    ),
  ].join("\n");
}

function valuesRow({ figure }: KpiDefinition, { dimensions, count, values }: KpiValues): string[] {
  const of = Object.values(dimensions).join(", ") || "all";
  switch (figure.kind) {
    case "duration":
      return [of, grouped(String(count)), figure.statistics.map((each) => `${each} ${durationText(values[each] ?? 0)}`).join(", ")];
    case "open":
      return [of, grouped(String(count)), `the oldest for ${durationText(values.max ?? 0)}`];
    case "share":
      return [of, grouped(String(count)), `${percentText(values.percent ?? 0)}, ${grouped(String(values.part ?? 0))} of them`];
    case "amount": {
      const { currency = "" } = dimensions;
      return [of, grouped(String(count)), `${grouped(formatMinorUnits(values.amount ?? 0, currency))} ${currency}`];
    }
    case "queues":
      return [of, "", ""];
  }
}

function backlogRow({ connection, waiting, oldestSeconds, drainMinutes: minutes }: QueueBacklog): string[] {
  if (waiting === 0) return [connection, "0", "nothing waits"];
  const done = minutes === undefined ? "nothing was answered within the last hour" : `done in about ${durationText(minutes * 60_000)}`;
  return [connection, grouped(String(waiting)), `the oldest for ${durationText(oldestSeconds * 1000)}, ${done}`];
}

function targetText(target: KpiTarget): string {
  if (target.statistic === "percent")
    return "atMost" in target ? `at most ${percentText(target.atMost)}` : `at least ${percentText(target.atLeast)}`;
  return `${target.statistic} at most ${durationText(target.atMost)}`;
}

function percentText(percent: number): string {
  return `${Number(percent.toFixed(1))} %`;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** 5,400,000 ms as "1.5 h". */
function durationText(milliseconds: number): string {
  const [name, size] = units.find(([, least]) => milliseconds >= least) ?? ["ms", 1];
  return `${Number((milliseconds / size).toFixed(1))} ${name}`;
}
