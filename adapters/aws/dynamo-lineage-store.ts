import {
  type AttributeValue,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { LineageItem } from "#domain/lineage";
import type { InsertAnswer, LineageStore } from "#ports/lineage-store";
import { requestFate } from "./dynamo-failures.ts";
import { itemOf, rowOf } from "./dynamo-lineage-item.ts";
import { inParallel } from "./in-parallel.ts";

export interface DynamoLineageStoreOptions {
  /** A table with partition key `pk` and sort key `sk`, both strings. */
  readonly table: string;
  readonly region: string;
  /** Absent: AWS's own. */
  readonly endpoint?: string;
  readonly credentials?: NonNullable<DynamoDBClientConfig["credentials"]>;
  readonly connectTimeoutMilliseconds?: number;
  readonly requestTimeoutMilliseconds?: number;
  /** Told of every request that failed for another reason than its condition: the answers alone do not say why. */
  readonly onFailure?: (failure: { readonly operation: string; readonly error: unknown }) => void;
}

export interface DynamoLineageStore extends LineageStore {
  /** Closes the connections. */
  close(): void;
}

const insertsAtOnceMax = 16;
const pageItemsMax = 10_000;
/** Above every sort key of the lineage: keys begin with a capital letter and "#". */
const aboveEveryKey = "~";

/**
 * ports/lineage-store on one DynamoDB table: a conditional PutItem per item, strongly consistent reads.
 *
 * Cost in request units: an insert takes one write unit per 1 KB begun (a refused one too), `page` and `get` one read unit per 4 KB
 * begun of what is read, removeRawBody the write units of the whole item. `transactions` scans the table: one read unit per 4 KB of
 * everything stored, so that no index has to be paid with every insert. It serves verify, replay and reports only.
 */
export function createDynamoLineageStore(options: DynamoLineageStoreOptions): DynamoLineageStore {
  const { table } = options;
  const client = new DynamoDBClient({
    region: options.region,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    // A request is sent once. The SDK's own retry after a lost answer would meet the item that the first try inserted, and answer
    // "conflict" for an insert that succeeded.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: options.connectTimeoutMilliseconds ?? 1_000,
      requestTimeout: options.requestTimeoutMilliseconds ?? 2_000,
      throwOnRequestTimeout: true,
    },
  });

  function failed(operation: string, error: unknown): void {
    options.onFailure?.({ operation, error });
  }

  /** Reads have no effect: however one failed, it may be tried again. */
  async function reading<T>(operation: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      failed(operation, error);
      throw new Unavailable(`${operation} of table ${table} failed (${nameOf(error)}): try again`, { cause: error });
    }
  }

  async function insertOne(row: Record<string, AttributeValue>): Promise<InsertAnswer> {
    try {
      await client.send(new PutItemCommand({ TableName: table, Item: row, ConditionExpression: "attribute_not_exists(pk)" }));
      return "inserted";
    } catch (error) {
      const fate = requestFate(error);
      if (fate === "condition-failed") return "conflict";
      failed("PutItem", error);
      return fate === "not-applied" ? "unavailable" : "unknown";
    }
  }

  return {
    async insert(items) {
      return inParallel(items.map(rowOf), insertsAtOnceMax, insertOne);
    },

    async get(transaction, key) {
      const { Item } = await reading("GetItem", () =>
        client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: transaction }, sk: { S: key } }, ConsistentRead: true })),
      );
      return Item && itemOf(Item);
    },

    async page(transaction, before, limit) {
      assertPageLimit(limit);
      const { Items = [], LastEvaluatedKey } = await reading("Query", () =>
        client.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            ScanIndexForward: false,
            // One more than asked tells whether there is a further page.
            Limit: limit + 1,
            KeyConditionExpression: before === undefined ? "pk = :t" : "pk = :t AND sk < :before",
            ExpressionAttributeValues: { ":t": { S: transaction }, ...(before === undefined ? {} : { ":before": { S: before } }) },
          }),
        ),
      );
      const items: readonly LineageItem[] = Items.slice(0, limit).map(itemOf);
      const last = items.at(-1);
      // DynamoDB also ends a page at 1 MB: then it is shorter than asked, and there may be more.
      const more = Items.length > limit || LastEvaluatedKey !== undefined;
      return more && last ? { items, next: last.key } : { items };
    },

    async removeRawBody(transaction, key) {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: { pk: { S: transaction }, sk: { S: key } },
            ConditionExpression: "attribute_exists(pk)",
            UpdateExpression: "REMOVE #raw",
            ExpressionAttributeNames: { "#raw": "raw" },
          }),
        );
        return true;
      } catch (error) {
        const fate = requestFate(error);
        if (fate === "condition-failed") return false;
        failed("UpdateItem", error);
        const which = `the raw body of ${key} in ${transaction}`;
        if (fate === "not-applied") throw new Unavailable(`${which} was not removed (${nameOf(error)}): try again`, { cause: error });
        throw new UnknownOutcome(`nobody can say whether ${which} was removed (${nameOf(error)}): remove it again`, { cause: error });
      }
    },

    async transactions(after, limit) {
      assertPageLimit(limit);
      const found: string[] = [];
      let start: Record<string, AttributeValue> | undefined =
        after === undefined ? undefined : { pk: { S: after }, sk: { S: aboveEveryKey } };
      do {
        const from = start;
        const { Items = [], LastEvaluatedKey } = await reading("Scan", () =>
          client.send(
            new ScanCommand({
              TableName: table,
              ConsistentRead: true,
              ProjectionExpression: "pk",
              ...(from === undefined ? {} : { ExclusiveStartKey: from }),
            }),
          ),
        );
        // The items of one partition key follow one another.
        for (const row of Items) {
          const transaction = row.pk?.S;
          if (transaction !== undefined && transaction !== found.at(-1)) found.push(transaction);
        }
        start = LastEvaluatedKey;
      } while (start !== undefined && found.length <= limit);
      const transactions = found.slice(0, limit);
      const last = transactions.at(-1);
      return found.length > limit && last !== undefined ? { transactions, next: last } : { transactions };
    },

    close() {
      client.destroy();
    },
  };
}

function assertPageLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > pageItemsMax) {
    throw new RangeError(`a page holds 1 to ${pageItemsMax} entries, not ${limit}`);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
