import { type KpiDefinition, type KpiStatistic, kpis } from "./definitions.ts";
import type { KpiSample } from "./kpi-sample.ts";

/** A KPI for one combination of its dimensions. */
export interface KpiValues {
  /** Empty: over all of them. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** How many observations it rests on; of a share, how many there are in all. */
  readonly count: number;
  /** By statistic: milliseconds of a duration, percent of a share, minor units of an amount. */
  readonly values: Readonly<Record<string, number>>;
}

export interface KpiResult {
  readonly kpi: KpiDefinition;
  /** None: there are no data. */
  readonly over: readonly KpiValues[];
  /** Absent: it has no target, or no data. */
  readonly met?: boolean;
}

/** Every KPI that samples tell, as they say it together: over all dimensions first, where that means something. Queues are none of them. */
export function kpiResults(samples: readonly KpiSample[]): readonly KpiResult[] {
  return kpis.filter(({ figure }) => figure.kind !== "queues").map((kpi) => resultOf(kpi, samples));
}

function resultOf(kpi: KpiDefinition, samples: readonly KpiSample[]): KpiResult {
  const { figure, target } = kpi;
  const names: readonly string[] = "metric" in figure ? [figure.metric] : figure.kind === "share" ? [figure.part, figure.whole] : [];
  const own = samples.filter(({ metric }) => names.includes(metric));
  const groups = groupsOf(kpi, own).flatMap(([dimensions, group]) => valuesOf(kpi, dimensions, group) ?? []);
  // Amounts of several currencies make no sum.
  const inAll = figure.kind === "amount" || groups.length < 2 ? undefined : valuesOf(kpi, {}, own);
  const over = inAll === undefined ? groups : [inAll, ...groups];
  const judged = over[0]?.values[target?.statistic ?? ""];
  if (target === undefined || judged === undefined) return { kpi, over };
  return { kpi, over, met: "atMost" in target ? judged <= target.atMost : judged >= target.atLeast };
}

function groupsOf({ dimensions: names }: KpiDefinition, samples: readonly KpiSample[]) {
  const groups = new Map<string, [KpiSample["dimensions"], KpiSample[]]>();
  for (const sample of samples) {
    const key = JSON.stringify(names.map((name) => sample.dimensions[name]));
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [sample.dimensions, [sample]]);
    else known[1].push(sample);
  }
  return [...groups.keys()].sort().map((key) => groups.get(key)!);
}

function valuesOf({ figure }: KpiDefinition, dimensions: KpiSample["dimensions"], samples: readonly KpiSample[]): KpiValues | undefined {
  const values = samples.map(({ value }) => value).sort((a, b) => a - b);
  switch (figure.kind) {
    case "duration":
      return {
        dimensions,
        count: values.length,
        values: Object.fromEntries(figure.statistics.map((statistic) => [statistic, statisticOf(statistic, values)])),
      };
    case "open":
      return { dimensions, count: values.length, values: { max: statisticOf("max", values) } };
    case "amount":
      return { dimensions, count: values.length, values: { amount: total(values) } };
    case "share": {
      const of = (name: string) => total(samples.flatMap(({ metric, value }) => (metric === name ? [value] : [])));
      const whole = of(figure.whole);
      // None of none is neither 0 nor 100 percent.
      return whole === 0
        ? undefined
        : { dimensions, count: whole, values: { part: of(figure.part), percent: (100 * of(figure.part)) / whole } };
    }
    case "queues":
      return undefined;
  }
}

const rank = { p50: 0.5, p95: 0.95, p99: 0.99, max: 1 } as const satisfies Record<KpiStatistic, number>;

/** By nearest rank: a value that was seen, of values in ascending order. */
function statisticOf(statistic: KpiStatistic, ascending: readonly number[]): number {
  return ascending[Math.max(Math.ceil(rank[statistic] * ascending.length), 1) - 1] ?? 0;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Minutes until what waits is done at this pace; absent: nothing was answered lately, so nobody knows. 0 when nothing waits. */
export function drainMinutes(waiting: number, answeredPerMinute: number): number | undefined {
  if (waiting === 0) return 0;
  return answeredPerMinute > 0 ? waiting / answeredPerMinute : undefined;
}
