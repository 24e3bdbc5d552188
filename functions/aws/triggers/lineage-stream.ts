import * as z from "zod/mini";
import { Invalid } from "#domain/failures";
import type { LineageItem } from "#domain/lineage";
import type { Queue } from "#ports/queue";
import { readStreamRecord } from "../bindings/lineage-stream.ts";
import { type LambdaHandler, lambdaHandler } from "./lambda-handler.ts";
import type { BatchAnswer } from "./queue-event.ts";
import { sendUnreadable, type UnreadableLetter } from "./unreadable.ts";

/** The parts of a DynamoDB stream's event that are read here; the new image is the reader's. */
const eventSchema = z.object({ Records: z.array(z.looseObject({ dynamodb: z.optional(z.looseObject({})) })).check(z.minLength(1)) });

const positionSchema = z.object({
  SequenceNumber: z.string(),
  Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
});

/**
 * The lineage table's stream. A stream is delivered again from the first record that failed on, so a record that nobody can read would
 * stop its shard: it becomes a dead letter, with its keys and without its content, and its neighbours are announced. Only when that letter
 * was not taken is the record told as failed, after the others are announced: announcing them again is harmless.
 */
export function lineageStream(
  name: string,
  announce: (input: { readonly items: readonly LineageItem[] }) => Promise<{ readonly announced: number }>,
  queue: Queue,
): LambdaHandler<BatchAnswer> {
  return lambdaHandler(name, async (event) => {
    const parsed = eventSchema.safeParse(event);
    if (!parsed.success) throw new Invalid("this is no event of a DynamoDB stream: check the function's event source");
    const records = parsed.data.Records;
    const items: LineageItem[] = [];
    const letters: UnreadableLetter[] = [];
    for (const record of records) {
      const reading = readStreamRecord(record);
      if (reading.kind === "item") items.push(reading.item);
      else if (reading.kind !== "passed-over") letters.push(letterOf(record.dynamodb, reading.reason));
    }
    const { announced } = items.length === 0 ? { announced: 0 } : await announce({ items });
    const sent = await sendUnreadable(queue, name, letters);
    const unsent = letters.filter((_, index) => sent[index] !== "accepted");
    const counts = { records: records.length, announced, unreadable: letters.length, failed: unsent.length };
    return { answer: { batchItemFailures: unsent.map(({ from }) => ({ itemIdentifier: from.sequenceNumber ?? "" })) }, counts };
  });
}

function letterOf(record: unknown, reason: string): UnreadableLetter {
  const position = positionSchema.safeParse(record);
  const from = position.success
    ? { sequenceNumber: position.data.SequenceNumber, transaction: position.data.Keys.pk.S, key: position.data.Keys.sk.S }
    : {};
  return {
    class: "transport.parse",
    reason: `${reason}. The row stays in the table: deploy a version that reads it; whatever comes new for its transaction has that looked at as a whole`,
    from,
  };
}
