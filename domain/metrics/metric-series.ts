export type MetricUnit = "count" | "milliseconds" | "bytes" | "minor-units";

/** The samples of one metric with one set of dimensions. */
export interface MetricSeries {
  readonly name: string;
  readonly unit: MetricUnit;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

export interface SeriesCollector {
  /** False for a sample that was dropped: its value is no finite number, or it would begin a series too many. */
  add(name: string, value: number, unit: MetricUnit, dimensions: Readonly<Record<string, string>>): boolean;
  /** Samples at hand. */
  readonly samples: number;
  /** The series at hand, of which it then has none. */
  take(): readonly MetricSeries[];
}

/** Collects samples in memory, in at most `seriesMax` series: a dimension that has gone wild costs no more than that. */
export function collectSeries(seriesMax: number): SeriesCollector {
  let series = new Map<string, MetricSeries & { readonly values: number[] }>();
  let samples = 0;
  return {
    add(name, value, unit, dimensions) {
      if (!Number.isFinite(value)) return false;
      const key = seriesKey(name, unit, dimensions);
      let one = series.get(key);
      if (one === undefined) {
        if (series.size >= seriesMax) return false;
        one = { name, unit, dimensions: { ...dimensions }, values: [] };
        series.set(key, one);
      }
      one.values.push(value);
      samples += 1;
      return true;
    },
    get samples() {
      return samples;
    },
    take() {
      const taken = [...series.values()];
      series = new Map();
      samples = 0;
      return taken;
    },
  };
}

/** The same text for the same name, unit and dimensions, in whatever order these are given. */
export function seriesKey(name: string, unit: MetricUnit, dimensions: Readonly<Record<string, string>>): string {
  let key = `${name}\u0000${unit}`;
  for (const dimension of Object.keys(dimensions).sort()) key += `\u0000${dimension}\u0001${dimensions[dimension]}`;
  return key;
}
