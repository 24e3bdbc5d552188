import type { LineageItem } from "#domain/lineage";
import type { LineageStore } from "#ports/lineage-store";
import { AwsFailure, failureOf } from "./aws-failure.ts";
import { itemOf, rowOf } from "./dynamo-lineage-item.ts";
import { assertPageLimit, createDynamoTable, type DynamoTableOptions, type Row, stringOf } from "./dynamo-table.ts";
import { inParallel } from "./in-parallel.ts";
import { ifAbsent, insertAnswer } from "./insert-once.ts";

const insertsAtOnceMax = 16;
/** A page of a scan is at most 1 MB: what is left after so many comes with the next call. */
const scanPagesMax = 16;
/** Above every sort key of the table: keys begin with a letter or a digit. */
const aboveEveryKey = "~";

/**
 * ports/lineage-store on the single table: a conditional PutItem per item, strongly consistent reads.
 *
 * Cost in request units: an insert takes one write unit per 1 KB begun (a refused one too), `page` and `get` one read unit per 4 KB
 * begun of what is read, removeRawBody the write units of the whole item. `transactions` scans the table: one read unit per 4 KB of
 * everything stored, projections included, so that no index has to be paid with every insert. It serves verify, replay and reports only.
 * With `reads: "recent"` every read takes half: for measuring, which nothing is decided by.
 */
export function createDynamoLineageStore(options: DynamoTableOptions): LineageStore {
  const table = createDynamoTable(options);

  const insertOne = (row: Row) => insertAnswer(() => table.write("PutItem", { Item: row, ConditionExpression: ifAbsent }));

  return {
    async insert(items) {
      return inParallel(items.map(rowOf), insertsAtOnceMax, insertOne);
    },

    async get(transaction, key) {
      const { Item } = await table.read("GetItem", { Key: { pk: { S: transaction }, sk: { S: key } } });
      return Item && itemOf(Item);
    },

    async page(transaction, before, limit) {
      assertPageLimit(limit);
      const { Items = [], LastEvaluatedKey } = await table.read("Query", {
        ScanIndexForward: false,
        // One more than asked tells whether there is a further page.
        Limit: limit + 1,
        KeyConditionExpression: before === undefined ? "pk = :t" : "pk = :t AND sk < :before",
        ExpressionAttributeValues: { ":t": { S: transaction }, ...(before === undefined ? {} : { ":before": { S: before } }) },
      });
      const items: readonly LineageItem[] = Items.slice(0, limit).map(itemOf);
      const last = items.at(-1);
      // DynamoDB also ends a page at 1 MB: then it is shorter than asked, and there may be more.
      const more = Items.length > limit || LastEvaluatedKey !== undefined;
      return more && last ? { items, next: last.key } : { items };
    },

    async removeRawBody(transaction, key) {
      try {
        await table.write("UpdateItem", {
          Key: { pk: { S: transaction }, sk: { S: key } },
          ConditionExpression: "attribute_exists(pk)",
          UpdateExpression: "REMOVE #raw",
          ExpressionAttributeNames: { "#raw": "raw" },
        });
        return true;
      } catch (error) {
        if (error instanceof AwsFailure && error.fate === "condition-failed") return false;
        throw failureOf(`the removal of the raw body of ${key} in ${transaction}`, error, "remove it again");
      }
    },

    async transactions(after, limit) {
      assertPageLimit(limit);
      const found: string[] = [];
      let start: Row | undefined = after === undefined ? undefined : startAbove(after);
      for (let pages = 0; pages < scanPagesMax && found.length <= limit; pages += 1) {
        const { Items = [], LastEvaluatedKey } = await table.read("Scan", {
          ProjectionExpression: "pk",
          // Other rows of the table have no type.
          FilterExpression: "attribute_exists(#type)",
          ExpressionAttributeNames: { "#type": "type" },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        });
        // The items of one partition key follow one another.
        for (const transaction of Items.map(partitionOf)) if (transaction !== found.at(-1)) found.push(transaction);
        if (LastEvaluatedKey === undefined) {
          start = undefined;
          break;
        }
        start = LastEvaluatedKey;
      }
      const transactions = found.slice(0, limit);
      if (found.length > limit) return { transactions, next: transactions.at(-1)! };
      // The scan stands in a partition that is one transaction, found already, or none: the next call goes on above it.
      return start === undefined ? { transactions } : { transactions, next: partitionOf(start) };
    },
  };
}

function startAbove(partition: string): Row {
  return { pk: { S: partition }, sk: { S: aboveEveryKey } };
}

function partitionOf(row: Row): string {
  return stringOf(row.pk) ?? "";
}
