import { Unavailable } from "#domain/failures";
import { failureOf } from "./aws-failure.ts";
import type { BatchWrite, DynamoTable } from "./dynamo-table.ts";
import { inParallel } from "./in-parallel.ts";

const writesPerBatchMax = 25;
const batchesAtOnceMax = 8;
/** A batch that DynamoDB takes only in part is sent again, what is left of it, so many times in all. */
const roundsMax = 4;

/**
 * Unconditional puts and deletes, which may be done twice. Of several writes of one key the last counts: a batch must not hold two.
 * Throws Unavailable or UnknownOutcome when not everything was taken; then some of it may have been. `what` names the act in words.
 */
export async function writeAll(table: DynamoTable, writes: readonly BatchWrite[], what: string): Promise<void> {
  const byKey = new Map(writes.map((write) => [keyOf(write), write]));
  const distinct = [...byKey.values()];
  const batches = Array.from({ length: Math.ceil(distinct.length / writesPerBatchMax) }, (_, index) =>
    distinct.slice(index * writesPerBatchMax, (index + 1) * writesPerBatchMax),
  );
  await inParallel(batches, batchesAtOnceMax, (batch) => writeBatch(table, batch, what));
}

async function writeBatch(table: DynamoTable, batch: readonly BatchWrite[], what: string): Promise<void> {
  let left = batch;
  for (let round = 0; round < roundsMax; round += 1) {
    try {
      left = await table.writeBatch(left);
    } catch (error) {
      throw failureOf(what, error, "write it again");
    }
    if (left.length === 0) return;
  }
  throw new Unavailable(`${what} was not done for ${left.length} of ${batch.length} rows, in ${roundsMax} tries: write it again`);
}

function keyOf(write: BatchWrite): string {
  const { pk, sk } = "PutRequest" in write ? write.PutRequest.Item : write.DeleteRequest.Key;
  return JSON.stringify([pk, sk]);
}
