import { collectSeries, type EmfDocument, emfDocument, emfValuesMax, type MetricUnit, seriesKey } from "#domain/metrics";
import type { Clock } from "#ports/clock";
import type { Metrics } from "#ports/metrics";
import type { HubDatabase } from "./database.ts";
import { nowMilliseconds } from "./instant.ts";

/** One metric with one set of dimensions, over the samples of one line. */
export interface MetricSummary {
  readonly name: string;
  readonly unit: MetricUnit;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

export interface EmbeddedMetrics extends Metrics {
  /** Writes the samples at hand. Called when a worker idles and before a process ends; never fails. */
  flush(): Promise<void>;
  /** Everything recorded in this data folder by any process, and the samples at hand, by name, unit and dimensions. */
  totals(filter?: { readonly name?: string; readonly from?: string; readonly to?: string }): Promise<readonly MetricSummary[]>;
  /** Samples that could not be written, or came in too many series. */
  dropped(): number;
}

const samplesAtHandMax = 2_000;
const seriesMax = 1_000;
const rowsMax = 500_000;
const namespace = "throughline";
const unitOfEmf: Readonly<Record<string, MetricUnit>> = {
  Count: "count",
  Milliseconds: "milliseconds",
  Bytes: "bytes",
  None: "minor-units",
};

/**
 * ports/metrics as lines of CloudWatch's embedded metric format in SQLite, each with up to 100 samples of one series. `record` only
 * adds to memory; 2,000 samples at hand, or `flush`, write them. What a crash takes are samples, never business.
 */
export function createMetrics(options: { readonly database: HubDatabase; readonly clock: Clock }): EmbeddedMetrics {
  const { database, clock } = options;
  const insert = database.connection.prepare("INSERT INTO metric (at, name, line) VALUES (?, ?, ?)");
  const trim = database.connection.prepare(`DELETE FROM metric WHERE seq <= (SELECT max(seq) FROM metric) - ${rowsMax}`);
  const read = database.connection.prepare("SELECT line FROM metric WHERE at >= ? AND at <= ? ORDER BY seq");
  const collected = collectSeries(seriesMax);
  let dropped = 0;

  function takeLines(): readonly { readonly at: number; readonly name: string; readonly line: string }[] {
    const at = nowMilliseconds(clock);
    return collected.take().flatMap(({ name, unit, dimensions, values }) =>
      chunks(values).map((part) => ({
        at,
        name,
        line: JSON.stringify(emfDocument(namespace, dimensions, [{ name, unit, values: part }], at)),
      })),
    );
  }

  async function flush(): Promise<void> {
    const { samples } = collected;
    if (samples === 0) return;
    const lines = takeLines();
    try {
      await database.write(() => {
        for (const { at, name, line } of lines) insert.run(at, name, line);
        trim.run();
      });
    } catch {
      // Metrics never fail their caller; the loss itself is counted and shown.
      dropped += samples;
    }
  }

  return {
    record(name, value, unit, dimensions) {
      if (!collected.add(name, value, unit, dimensions)) dropped += 1;
      else if (collected.samples >= samplesAtHandMax) void flush();
    },
    flush,
    async totals(filter = {}) {
      await flush();
      const from = filter.from === undefined ? 0 : Date.parse(filter.from);
      const to = filter.to === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(filter.to);
      const totals = new Map<string, MetricSummary>();
      for (const row of read.iterate(from, to)) {
        const summary = summaryOf(String(row.line));
        if (filter.name !== undefined && summary.name !== filter.name) continue;
        const key = seriesKey(summary.name, summary.unit, summary.dimensions);
        const before = totals.get(key);
        totals.set(key, before ? merged(before, summary) : summary);
      }
      return [...totals.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
    },
    dropped: () => dropped,
  };
}

function chunks(values: readonly number[]): readonly (readonly number[])[] {
  const parts: number[][] = [];
  for (let start = 0; start < values.length; start += emfValuesMax) parts.push(values.slice(start, start + emfValuesMax));
  return parts;
}

function summaryOf(text: string): MetricSummary {
  const line = JSON.parse(text) as EmfDocument;
  const [{ Dimensions, Metrics: metrics }] = line._aws.CloudWatchMetrics;
  const { Name: name, Unit: emfUnit } = metrics[0]!;
  const values = line[name] as readonly number[];
  const unit = unitOfEmf[emfUnit] ?? "count";
  return {
    name,
    unit,
    dimensions: Object.fromEntries(Dimensions[0].map((dimension) => [dimension, String(line[dimension])])),
    count: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    min: Math.min(...values),
    max: Math.max(...values),
  };
}

function merged(a: MetricSummary, b: MetricSummary): MetricSummary {
  return { ...a, count: a.count + b.count, sum: a.sum + b.sum, min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}
