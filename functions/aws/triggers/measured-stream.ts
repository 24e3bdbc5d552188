import * as z from "zod/mini";
import { Invalid } from "#domain/failures";
import type { LineageItem } from "#domain/lineage";
import { readStreamRecord } from "../bindings/lineage-stream.ts";
import { type FlushedMetrics, flushMetrics } from "../middleware/flush-metrics.ts";
import { type LambdaHandler, lambdaHandler } from "./lambda-handler.ts";
import type { BatchAnswer } from "./queue-event.ts";

const eventSchema = z.object({ Records: z.array(z.unknown()).check(z.minLength(1)) });

/**
 * The lineage table's stream for whoever only measures: a record that nobody can read is passed over here, as the announcer of the same stream
 * makes a dead letter of it.
 */
export function measuredStream(
  name: string,
  measure: (input: { readonly items: readonly LineageItem[] }) => Promise<{ readonly measured: number }>,
  metrics: FlushedMetrics,
): LambdaHandler<BatchAnswer> {
  return lambdaHandler(
    name,
    async (event) => {
      const parsed = eventSchema.safeParse(event);
      if (!parsed.success) throw new Invalid("this is no event of a DynamoDB stream: check the function's event source");
      const readings = parsed.data.Records.map(readStreamRecord);
      const items = readings.flatMap((reading) => (reading.kind === "item" ? [reading.item] : []));
      const { measured } = items.length === 0 ? { measured: 0 } : await measure({ items });
      return { answer: { batchItemFailures: [] }, counts: { records: readings.length, measured } };
    },
    [flushMetrics(metrics)],
  );
}
