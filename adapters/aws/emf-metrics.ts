import { collectSeries, type EmfMetric, emfDocument, emfValuesMax, type MetricSeries } from "#domain/metrics";
import type { Clock } from "#ports/clock";
import type { Metrics } from "#ports/metrics";

export interface EmfMetrics extends Metrics {
  /** Writes the samples at hand: called at the end of every invocation. Never fails. */
  flush(): void;
}

const samplesAtHandMax = 1_000;
const seriesMax = 200;
const metricsPerDocumentMax = 100;
const dimensionsMax = 30;

/**
 * ports/metrics as lines of CloudWatch's embedded metric format in the function's log: one line per set of dimensions and hundred metrics,
 * written at `flush` or when a thousand samples are at hand. `write` takes a line without its end; on Lambda it must not be `console.log`,
 * which wraps lines where the log format is JSON. Samples that no line can hold are counted in MetricSamplesDropped.
 */
export function createEmfMetrics(options: {
  readonly clock: Clock;
  readonly namespace: string;
  readonly write?: (line: string) => void;
}): EmfMetrics {
  const { clock, namespace } = options;
  const write = options.write ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const collected = collectSeries(seriesMax);
  let dropped = 0;

  function flush(): void {
    try {
      if (dropped > 0) collected.add("MetricSamplesDropped", dropped, "count", {});
      dropped = 0;
      const at = Date.parse(clock.now());
      for (const { dimensions, metrics } of documents(collected.take()))
        write(JSON.stringify(emfDocument(namespace, dimensions, metrics, at)));
    } catch {
      // A log that cannot be written must not fail the business that it tells of.
    }
  }

  return {
    record(name, value, unit, dimensions) {
      const fitting = fittingDimensions(name, dimensions);
      if (fitting === undefined || !collected.add(name, value, unit, fitting)) dropped += 1;
      else if (collected.samples >= samplesAtHandMax) flush();
    },
    flush,
  };
}

/**
 * CloudWatch takes dimensions of 1 to 1,024 printable ASCII characters that do not begin with a colon, and a document has one member per
 * name. Undefined when no value can mend that.
 */
function fittingDimensions(metric: string, dimensions: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(dimensions);
  if (entries.length > dimensionsMax || metric === "_aws" || entries.some(([name]) => name === metric || name === "_aws")) return undefined;
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const printable = value
        .replace(/[^ -~]/g, "?")
        .replace(/^:/, "_")
        .slice(0, 1_024);
      return [name, printable.trim() === "" ? "-" : printable];
    }),
  );
}

interface Document {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: EmfMetric[];
}

/** Series of the same dimensions share documents. A series with more values than a document takes goes on in the next one. */
function documents(series: readonly MetricSeries[]): readonly Document[] {
  const found: Document[] = [];
  for (const { name, unit, dimensions, values } of series) {
    const key = JSON.stringify(Object.entries(dimensions).sort());
    for (let start = 0; start < values.length; start += emfValuesMax) {
      const metric: EmfMetric = { name, unit, values: values.slice(start, start + emfValuesMax) };
      const open = found.find(
        (document) =>
          document.metrics.length < metricsPerDocumentMax &&
          document.metrics.every((other) => other.name !== name) &&
          JSON.stringify(Object.entries(document.dimensions).sort()) === key,
      );
      if (open === undefined) found.push({ dimensions, metrics: [metric] });
      else open.metrics.push(metric);
    }
  }
  return found;
}
