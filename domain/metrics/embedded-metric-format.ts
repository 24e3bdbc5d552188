import type { MetricUnit } from "./metric-series.ts";

/** At most this many values of a metric in one document. */
export const emfValuesMax = 100;

export interface EmfMetric {
  readonly name: string;
  readonly unit: MetricUnit;
  /** At most a hundred. */
  readonly values: readonly number[];
}

export interface EmfDocument {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly [
      {
        readonly Namespace: string;
        readonly Dimensions: readonly [readonly string[]];
        readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
      },
    ];
  };
  readonly [member: string]: unknown;
}

/** The names that CloudWatch has for our units. Amounts of several currencies have none. */
const emfUnits: Readonly<Record<MetricUnit, string>> = {
  count: "Count",
  milliseconds: "Milliseconds",
  bytes: "Bytes",
  "minor-units": "None",
};

/**
 * A document of CloudWatch's embedded metric format (its specification, "Embedded metric format document structure"): metrics with one set
 * of dimensions, at most 100 metrics of at most 100 values and 30 dimensions. `at` is in milliseconds since 1970.
 */
export function emfDocument(
  namespace: string,
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly EmfMetric[],
  at: number,
): EmfDocument {
  return {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [Object.keys(dimensions).sort()],
          Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: emfUnits[unit] })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(metrics.map(({ name, values }) => [name, values])),
  };
}
