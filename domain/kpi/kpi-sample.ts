import type { KpiMetricName } from "./definitions.ts";

/** One observation of a metric of the KPIs: milliseconds, a count, or minor units, as the metric says. */
export interface KpiSample {
  readonly metric: KpiMetricName;
  readonly value: number;
  /** Those that the KPI's definition names. */
  readonly dimensions: Readonly<Record<string, string>>;
}
