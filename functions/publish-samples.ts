import { type KpiSample, kpiMetrics, watchedInAll } from "#domain/kpi";
import type { Metrics } from "#ports/metrics";

/** Records samples of KPIs under their dimensions, and those that an alarm watches over all of them too. */
export function publishSamples(metrics: Metrics, samples: readonly KpiSample[]): void {
  for (const { metric, value, dimensions } of samples) {
    metrics.record(metric, value, kpiMetrics[metric], dimensions);
    if (watchedInAll.has(metric)) metrics.record(metric, value, kpiMetrics[metric], {});
  }
}
