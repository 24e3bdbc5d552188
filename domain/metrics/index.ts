export type { EmfDocument, EmfMetric } from "./embedded-metric-format.ts";
export { emfDocument, emfValuesMax } from "./embedded-metric-format.ts";
export type { MetricSeries, MetricUnit, SeriesCollector } from "./metric-series.ts";
export { collectSeries, seriesKey } from "./metric-series.ts";
