import { Duration } from "aws-cdk-lib";
import {
  Color,
  GraphWidget,
  type HorizontalAnnotation,
  type IMetric,
  type IWidget,
  MathExpression,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import { type KpiDefinition, type KpiTarget, kpis } from "#domain/kpi";
import type { NamedMetrics } from "../parts/named-metrics.ts";
import type { Watched } from "./watched.ts";

const minute = 60_000;
const hour = 60 * minute;
/** How often the desk is looked at: a longer period would count an open exception several times. */
const deskPeriod = Duration.minutes(15);
const day = Duration.days(1);

/** The graphs of one KPI, as its definition says; `period` is what one point of a flow is gathered over. */
export function kpiWidgets(kpi: KpiDefinition, metrics: NamedMetrics, watched: Watched, period: Duration): readonly IWidget[] {
  const { title, figure, dimensions, target, measured } = kpi;
  const over = measured === "once a day" ? day : period;
  switch (figure.kind) {
    case "duration": {
      const { name, milliseconds } = unitFor(target);
      const lines = figure.statistics.map((statistic) =>
        metrics.search(figure.metric, dimensions, statistic === "max" ? Stats.MAXIMUM : statistic, {
          period: over,
          times: `/${milliseconds}`,
          label: statistic,
        }),
      );
      return [graph(`${title}, ${name}`, lines, targetLine(target, milliseconds))];
    }
    case "share": {
      const all = (metric: string) => `SUM(${metrics.searchText(metric, dimensions, Stats.SUM, over)})`;
      const expression = `100 * ${all(figure.part)} / ${all(figure.whole)}`;
      return [
        graph(`${title}, %`, [new MathExpression({ expression, usingMetrics: {}, period: over, label: "all" })], targetLine(target, 1)),
      ];
    }
    case "open":
      return [
        graph(`${title} by class and desk`, [metrics.search(figure.metric, dimensions, Stats.SAMPLE_COUNT, { period: deskPeriod })]),
        graph(`${title}: the oldest, hours`, [
          metrics.search(figure.metric, dimensions, Stats.MAXIMUM, { period: deskPeriod, times: `/${hour}` }),
        ]),
      ];
    case "amount":
      return [graph(`${title}, minor units`, [metrics.search(figure.metric, dimensions, Stats.AVERAGE, { period: over })])];
    case "queues":
      return backlogWidgets(title, metrics, watched);
  }
}

/** The figures of the posting queues are SQS's own. */
function backlogWidgets(title: string, metrics: NamedMetrics, { queues }: Watched): IWidget[] {
  const posting = queues.filter(({ connection }) => connection !== undefined);
  const waiting = posting.map(({ name }) => metrics.queue(name, "ApproximateNumberOfMessagesVisible", Stats.MAXIMUM));
  const drained = posting.map(({ name, connection }, index) => {
    const usingMetrics = {
      [`waiting${index}`]: metrics.queue(name, "ApproximateNumberOfMessagesVisible", Stats.MAXIMUM),
      [`done${index}`]: metrics.queue(name, "NumberOfMessagesDeleted", Stats.SUM),
    };
    const perMinute = `(done${index} / (PERIOD(done${index}) / 60))`;
    return new MathExpression({ expression: `waiting${index} / ${perMinute}`, usingMetrics, label: connection ?? name });
  });
  return [graph(`${title}: messages waiting per ERP connection`, waiting), graph(`${title}: minutes until done at this pace`, drained)];
}

export function graph(title: string, left: IMetric[], leftAnnotations: HorizontalAnnotation[] = []): GraphWidget {
  return new GraphWidget({ title, left, leftAnnotations, width: 8, height: 6 });
}

/** Hours where what is good enough is hours, else minutes. */
function unitFor(target: KpiTarget | undefined): { readonly name: string; readonly milliseconds: number } {
  return target?.statistic !== "percent" && (target?.atMost ?? 0) >= 2 * hour
    ? { name: "hours", milliseconds: hour }
    : { name: "minutes", milliseconds: minute };
}

function targetLine(target: KpiTarget | undefined, size: number): HorizontalAnnotation[] {
  if (target === undefined) return [];
  const [value, how] = "atMost" in target ? [target.atMost, "at most"] : [target.atLeast, "at least"];
  const of = target.statistic === "percent" ? "" : ` (${target.statistic})`;
  return [{ value: value / size, label: `target: ${how}${of}`, color: Color.GREEN }];
}

/** What each KPI of a dashboard says, and what there has to be before its graph shows anything: an empty one is neither 0 nor 100 %. */
export function kpiLegend(dashboard: KpiDefinition["dashboards"][number]): string {
  const rows = kpis
    .filter(({ dashboards }) => dashboards.includes(dashboard))
    .map(({ title, meaning, needs }) => `| **${title}** | ${meaning} | ${needs} |`);
  return ["| KPI | says | no data yet: needs |", "|---|---|---|", ...rows].join("\n");
}
