import type { Metrics } from "#ports/metrics";

/** What one line says of a metric: its name with its value, and each dimension by its name. */
export type LineSample = Readonly<Record<string, number | string>>;

export interface LineMetrics extends Metrics {
  /** What was recorded since the last look, for the line of the invocation; undefined: nothing was. */
  take(): LineSample | undefined;
}

/**
 * ports/metrics for a function that records one sample per invocation and is called for every document: the sample stands in the line that the
 * function writes anyway, and a metric filter of CloudWatch counts it there. A line of the embedded metric format costs as much again as that line.
 * Samples of one series are added up; of another series there is no room in a line, and MetricSamplesDropped counts them.
 */
export function createLineMetrics(): LineMetrics {
  let series = "";
  let value = 0;
  let kept: LineSample | undefined;
  let dropped = 0;
  return {
    record(name, sample, _unit, dimensions) {
      const its = JSON.stringify([name, dimensions]);
      if (kept !== undefined && its !== series) {
        dropped += 1;
        return;
      }
      series = its;
      value += sample;
      kept = { [name]: value, ...dimensions };
    },
    take() {
      const sample = kept === undefined || dropped === 0 ? kept : { ...kept, MetricSamplesDropped: dropped };
      [series, value, kept, dropped] = ["", 0, undefined, 0];
      return sample;
    },
  };
}
