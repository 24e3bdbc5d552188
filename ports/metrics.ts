import type { MetricUnit } from "#domain/metrics";

export interface Metrics {
  /** One sample; `name` is a metric of wiring/, dimensions are few and never personal. Never fails. */
  record(name: string, value: number, unit: MetricUnit, dimensions: Readonly<Record<string, string>>): void;
}
