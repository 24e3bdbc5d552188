import { Unavailable } from "#domain/failures";
import type { AwsApi } from "./aws-api.ts";
import { AwsFailure } from "./aws-failure.ts";

/** An attribute as DynamoDB's JSON protocol writes it: N is a decimal in text, B is base64. */
export type Attribute = { readonly S: string } | { readonly N: string } | { readonly B: string };
export type Row = Readonly<Record<string, Attribute>>;

export interface DynamoTableOptions {
  readonly api: AwsApi;
  /** The single table: partition key `pk` and sort key `sk`, both strings, and the local index `by-place` (wiring/lineage-table.ts). */
  readonly table: string;
  /** "recent": as the table was a moment ago, for half the price; absent: strongly consistent. */
  readonly reads?: "recent";
}

/** The parts of DynamoDB's answers that are read. */
export interface DynamoAnswer {
  readonly Item?: Row;
  readonly Items?: readonly Row[];
  readonly LastEvaluatedKey?: Row;
  readonly UnprocessedItems?: Readonly<Record<string, readonly BatchWrite[]>>;
}

export type BatchWrite = { readonly PutRequest: { readonly Item: Row } } | { readonly DeleteRequest: { readonly Key: Row } };

export interface DynamoTable {
  /** Sends one operation once; throws AwsFailure with what it knows about the fate. */
  write(operation: "PutItem" | "UpdateItem", input: object): Promise<DynamoAnswer>;
  /** Puts of different keys, each with its condition, sent once: all of them or none. Throws AwsFailure. */
  writeAll(puts: readonly { readonly Item: Row; readonly ConditionExpression: string }[]): Promise<void>;
  /** At most 25 puts and deletes of different keys, sent once; answers those that were not taken. Throws AwsFailure. */
  writeBatch(writes: readonly BatchWrite[]): Promise<readonly BatchWrite[]>;
  /** A read, consistent as the options say. It has no effect, so however it failed it may be tried again: throws Unavailable. */
  read(operation: "GetItem" | "Query" | "Scan", input: object): Promise<DynamoAnswer>;
}

/** Operations on one table, which is named in every request. */
export function createDynamoTable({ api, table, reads }: DynamoTableOptions): DynamoTable {
  async function send(operation: string, input: object): Promise<DynamoAnswer> {
    const answer = await api.call({ service: "dynamodb", target: `DynamoDB_20120810.${operation}`, jsonVersion: "1.0" }, input);
    return answer as DynamoAnswer;
  }
  return {
    write: (operation, input) => send(operation, { TableName: table, ...input }),
    async writeAll(puts) {
      await send("TransactWriteItems", { TransactItems: puts.map((put) => ({ Put: { TableName: table, ...put } })) });
    },
    async writeBatch(writes) {
      const { UnprocessedItems } = await send("BatchWriteItem", { RequestItems: { [table]: writes } });
      return UnprocessedItems?.[table] ?? [];
    },
    async read(operation, input) {
      try {
        return await send(operation, { TableName: table, ConsistentRead: reads !== "recent", ...input });
      } catch (error) {
        if (!(error instanceof AwsFailure)) throw error;
        throw new Unavailable(`${operation} of table ${table} failed (${error.code}): try again`, { cause: error });
      }
    },
  };
}

/** Throws RangeError unless `limit` is a whole number from 1 to 10,000: no read is without a bound. */
export function assertPageLimit(limit: number): void {
  const pageItemsMax = 10_000;
  if (!Number.isInteger(limit) || limit < 1 || limit > pageItemsMax) {
    throw new RangeError(`a page holds 1 to ${pageItemsMax} entries, not ${limit}`);
  }
}

/** The text of an S attribute; undefined when it is absent or something else. */
export function stringOf(attribute: Attribute | undefined): string | undefined {
  return attribute !== undefined && "S" in attribute ? attribute.S : undefined;
}
