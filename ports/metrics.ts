export interface Metrics {
  /** One sample; `name` is a metric of wiring/, dimensions are few and never personal. Never fails. */
  record(
    name: string,
    value: number,
    unit: "count" | "milliseconds" | "bytes" | "minor-units",
    dimensions: Readonly<Record<string, string>>,
  ): void;
}
