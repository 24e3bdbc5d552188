import { Duration } from "aws-cdk-lib";
import { Dashboard, type IWidget, Stats, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { kpis } from "#domain/kpi";
import { metrics as functionMetrics, streams } from "#wiring";
import type { Names } from "../names.ts";
import { namedMetrics } from "../parts/named-metrics.ts";
import { graph, kpiLegend, kpiWidgets } from "./kpi-widgets.ts";
import type { Watched } from "./watched.ts";

const period = Duration.minutes(5);
const executivePeriod = Duration.days(1);

/** Two dashboards from the definitions of the KPIs: the executive one by the day, the operations one by five minutes with what runs beside it. */
export class Dashboards extends Construct {
  constructor(scope: Construct, id: string, { names, watched }: { readonly names: Names; readonly watched: Watched }) {
    super(scope, id);
    const { machines, queues, deadLetters, api } = watched;
    const metrics = namedMetrics(names, period, { labelled: true });
    const widgets = (dashboard: "executive" | "operations", over: Duration): IWidget[] =>
      kpis.filter(({ dashboards }) => dashboards.includes(dashboard)).flatMap((kpi) => kpiWidgets(kpi, metrics, watched, over));
    const executive = new Dashboard(this, "Executive", { dashboardName: `${names.prefix}executive`, defaultInterval: Duration.days(30) });
    executive.addWidgets(...widgets("executive", executivePeriod));
    executive.addWidgets(new TextWidget({ markdown: kpiLegend("executive"), width: 24, height: 9 }));

    const operations = new Dashboard(this, "Operations", {
      dashboardName: `${names.prefix}operations`,
      defaultInterval: Duration.hours(12),
    });
    operations.addWidgets(...widgets("operations", period));
    operations.addWidgets(
      graph(
        "Oldest message per queue, seconds",
        queues.map(({ name }) => metrics.queue(name, "ApproximateAgeOfOldestMessage", Stats.MAXIMUM)),
      ),
      graph(
        "Dead letters",
        deadLetters.map((name) => metrics.queue(name, "ApproximateNumberOfMessagesVisible", Stats.MAXIMUM)),
      ),
      graph(
        "Age of the oldest record of the stream that is not read, ms",
        streams.map(({ function: name }) => metrics.function(name, "IteratorAge", Stats.MAXIMUM)),
      ),
    );
    operations.addWidgets(
      graph("Webhooks: requests and 5xx", [
        api.metricCount({ period, statistic: Stats.SUM }),
        api.metricServerError({ period, statistic: Stats.SUM }),
      ]),
      graph("Webhooks: answered within, 99 of 100", [api.metricLatency({ period, statistic: Stats.percentile(99) })]),
      graph(
        "Failed and throttled executions",
        machines.flatMap(({ wiring: { name } }) => [
          metrics.machine(name, "ExecutionsFailed"),
          metrics.machine(name, "ExecutionsTimedOut"),
          metrics.machine(name, "ExecutionThrottled"),
        ]),
      ),
    );
    operations.addWidgets(
      ...functionMetrics
        .filter(({ onEmbeddedAlone }) => onEmbeddedAlone !== true)
        .map(({ name, dimensions, title }) => graph(title, [metrics.search(name, dimensions, Stats.SUM)])),
    );
    operations.addWidgets(new TextWidget({ markdown: kpiLegend("operations"), width: 24, height: 7 }));
  }
}
