import { Invalid } from "#domain/failures";
import { workListCursor, workListPlace } from "#domain/lineage";
import type { WorkListEntry, WorkLists } from "#ports/work-lists";
import { writeAll } from "./dynamo-batch-write.ts";
import { listPartition, listPlace, listShardOf, listShardsCount, listSortKey } from "./dynamo-keys.ts";
import { packText, unpackText } from "./dynamo-packed-text.ts";
import { assertPageLimit, createDynamoTable, type DynamoTable, type DynamoTableOptions, type Row, stringOf } from "./dynamo-table.ts";
import { inParallel } from "./in-parallel.ts";

const placeIndex = "by-place";
/** At least so many entries are asked of a shard at once. */
const shardPageMin = 16;

/**
 * ports/work-lists on the single table. An entry is one row under its id, so putting, moving and removing it are single writes that no
 * other write can come between; DynamoDB itself keeps the order, in the local index `by-place`. A page merges the shards; its `next` is
 * the place after its last entry, also when that entry is removed meanwhile.
 *
 * Cost in request units: putting an entry takes two write units per 1 KB begun (row and index), moving it three, a page one read unit
 * per shard and 4 KB begun.
 */
export function createDynamoWorkLists(options: DynamoTableOptions): WorkLists {
  const table = createDynamoTable(options);
  return {
    async put(list, entries) {
      const rows = entries.map((entry) => rowOf(list, entry));
      await writeAll(
        table,
        rows.map((Item) => ({ PutRequest: { Item } })),
        `the writing of list ${list}`,
      );
    },

    async remove(list, ids) {
      await writeAll(
        table,
        ids.map((id) => ({ DeleteRequest: { Key: keyOf(list, id) } })),
        `the removal from list ${list}`,
      );
    },

    async read(list, after, limit) {
      assertPageLimit(limit);
      const place = after === undefined ? undefined : listPlace(...workListPlace(after));
      const shards = Array.from({ length: listShardsCount }, (_, shard) => openShard(table, listPartition(list, shard), place, limit));
      const entries: WorkListEntry[] = [];
      while (entries.length <= limit) {
        // All shards have a head, or are at their end: then the least head is the next of the whole list.
        await inParallel(shards, listShardsCount, (shard) => shard.fill());
        const first = shards.reduce(lower);
        const row = first.take();
        if (row === undefined) return { entries };
        entries.push(entryOf(row));
      }
      entries.length = limit;
      const last = entries.at(-1)!;
      return { entries, next: workListCursor(last) };
    },
  };
}

interface Shard {
  /** Reads on when nothing is at hand and there may be more. */
  fill(): Promise<void>;
  /** The place of the next row at hand; undefined at the end. */
  head(): string | undefined;
  take(): Row | undefined;
}

function openShard(table: DynamoTable, partition: string, above: string | undefined, limit: number): Shard {
  const Limit = Math.min(limit + 1, Math.max(shardPageMin, Math.ceil((2 * limit) / listShardsCount)));
  let rows: readonly Row[] = [];
  let taken = 0;
  let start: Row | undefined;
  let ended = false;
  return {
    async fill() {
      // A page may be empty although more follow.
      while (taken === rows.length && !ended) {
        const { Items = [], LastEvaluatedKey } = await table.read("Query", {
          IndexName: placeIndex,
          Limit,
          KeyConditionExpression: above === undefined ? "pk = :list" : "pk = :list AND place > :above",
          ExpressionAttributeValues: { ":list": { S: partition }, ...(above === undefined ? {} : { ":above": { S: above } }) },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        });
        rows = Items;
        taken = 0;
        start = LastEvaluatedKey;
        ended = start === undefined;
      }
    },
    head: () => stringOf(rows[taken]?.place),
    take() {
      const row = rows[taken];
      if (row !== undefined) taken += 1;
      return row;
    },
  };
}

/** The one whose head comes first, by the bytes of UTF-8 as DynamoDB sorts; one at its end comes last. */
function lower(one: Shard, other: Shard): Shard {
  const [a, b] = [one.head(), other.head()];
  if (b === undefined) return one;
  if (a === undefined) return other;
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) <= 0 ? one : other;
}

function keyOf(list: string, id: string): Row {
  return { pk: { S: listPartition(list, listShardOf(id)) }, sk: { S: listSortKey(id) } };
}

function rowOf(list: string, { id, order, body }: WorkListEntry): Row {
  return { ...keyOf(list, id), place: { S: listPlace(order, id) }, entry: packText(JSON.stringify({ id, order, body: body ?? null })) };
}

function entryOf(row: Row): WorkListEntry {
  const entry = row.entry && unpackText(row.entry);
  if (entry?.kind === "text") return JSON.parse(entry.text) as WorkListEntry;
  const why = entry?.kind === "unknown-version" ? `was packed with version ${entry.version}` : "has no entry that can be read";
  throw new Invalid(`row ${stringOf(row.sk)} of ${stringOf(row.pk)} ${why}: deploy the version that wrote it, or rebuild the list`);
}
