export type { KpiDefinition, KpiFigure, KpiMetric, KpiMetricName, KpiStatistic, KpiTarget } from "./definitions.ts";
export { kpiMetrics, kpis, metricsOf, watchedInAll } from "./definitions.ts";
export { documentSamples, measuredDocumentKinds } from "./document-samples.ts";
export type { KpiResult, KpiValues } from "./figures.ts";
export { drainMinutes, kpiResults } from "./figures.ts";
export type { KpiSample } from "./kpi-sample.ts";
export { postingSamples } from "./posting-samples.ts";
export { recoverySamples } from "./recovery-samples.ts";
export { clearingSamples, completenessSamples, openExceptionSample, openExceptionSamples } from "./standing-samples.ts";
