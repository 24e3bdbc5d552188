import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type AwsApi, AwsFailure, createDynamoLineageStore, policyReleasesPartition } from "#adapters/aws";
import { Unavailable } from "#domain/failures";

type Row = Readonly<Record<string, unknown>> & { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } };

export interface PutBackOptions {
  readonly api: AwsApi;
  /** The table as it was then. */
  readonly beside: string;
  readonly table: string;
  /** False: rows are compared, and nothing is written. */
  readonly writes: boolean;
  /** Where an earlier run ended. */
  readonly after?: string | undefined;
  readonly progress?: (done: { readonly transactions: number; readonly after: string | undefined }) => void;
  /** Between two tries; this machine's own clock when absent. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

export interface PutBack {
  readonly transactions: number;
  readonly rows: number;
  /** Rows of then that the table has not: put back, where it writes. */
  readonly missing: number;
  /** Rows whose raw body was removed since: they stay as they are. */
  readonly erasedSince: number;
  /** Rows that the table has with another content: they stay as they are, and a person looks. At most 20 are named. */
  readonly different: number;
  readonly differentRows: readonly string[];
}

const transactionsPerPage = 200;
const readAtOnce = 8;
const differentNamed = 20;
/** Of a write of DynamoDB that is all or none: 100 rows and 4 MB. */
const rowsPerWrite = 50;
const bytesPerWrite = 2_000_000;
const attemptsMax = 6;

/**
 * Compares the lineage and the releases of the policies row by row with the table as it was then, and puts back what is missing. Rows are only inserted and never changed, so what is missing was deleted; lists, references and paces are
 * left out, as they are made from the lineage and lose rows in the course of things. The rows of a transaction come back in one write, and where they are too many the highest keys first: plans
 * before the facts that they cover and after their outcomes, so that whoever looks meanwhile takes nothing for not posted. What was put back twice is there once. Throws Unavailable.
 */
export async function putBack({ api, beside, table, writes, after, progress, wait = sleep }: PutBackOptions): Promise<PutBack> {
  const sent = sender(api, wait);
  const counts = { transactions: 0, rows: 0, missing: 0, erasedSince: 0, different: 0 };
  const differentRows: string[] = [];
  const partitions = createDynamoLineageStore({ api, table: beside });
  if (after === undefined) await partition(policyReleasesPartition);
  let next = after;
  do {
    const page = await partitions.transactions(next, transactionsPerPage);
    for (let at = 0; at < page.transactions.length; at += readAtOnce)
      await Promise.all(page.transactions.slice(at, at + readAtOnce).map((each) => partition(each)));
    counts.transactions += page.transactions.length;
    next = page.next;
    progress?.({ transactions: counts.transactions, after: next });
  } while (next !== undefined);
  return { ...counts, differentRows };

  async function partition(key: string): Promise<void> {
    const [then, now] = await Promise.all([rowsOf(sent, beside, key), rowsOf(sent, table, key)]);
    const there = new Map(now.map((row) => [row.sk.S, row]));
    const missing: Row[] = [];
    for (const row of then) {
      counts.rows += 1;
      const known = there.get(row.sk.S);
      if (known === undefined) missing.push(row);
      else if (isErased(row, known)) counts.erasedSince += 1;
      else if (!isDeepStrictEqual(row, known)) {
        counts.different += 1;
        if (differentRows.length < differentNamed) differentRows.push(`${key} ${row.sk.S}`);
      }
    }
    counts.missing += missing.length;
    if (writes) for (const rows of inWrites(missing)) await insertAll(rows);
  }

  async function insertAll(rows: readonly Row[]): Promise<void> {
    const puts = rows.map((Item) => ({ Put: { TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" } }));
    try {
      await sent("TransactWriteItems", { TransactItems: puts });
    } catch (error) {
      if (!(error instanceof AwsFailure) || error.fate !== "condition-failed") throw error;
      // Some are there by now: by the hub, or by an answer that was lost. Each for itself.
      for (const { Put } of puts)
        await sent("PutItem", Put).catch((failed: unknown) => {
          if (!(failed instanceof AwsFailure) || failed.fate !== "condition-failed") throw failed;
        });
    }
  }
}

/** Highest keys first. */
async function rowsOf(sent: Sender, table: string, partition: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let start: unknown;
  do {
    const answer = (await sent("Query", {
      TableName: table,
      ConsistentRead: true,
      ScanIndexForward: false,
      KeyConditionExpression: "pk = :p",
      ExpressionAttributeValues: { ":p": { S: partition } },
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    })) as { readonly Items?: readonly Row[]; readonly LastEvaluatedKey?: unknown };
    rows.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return rows;
}

function isErased({ raw, ...then }: Row, now: Row): boolean {
  return raw !== undefined && now.raw === undefined && isDeepStrictEqual(then, now);
}

function inWrites(rows: readonly Row[]): Row[][] {
  const writes: Row[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = JSON.stringify(row).length;
    const open = writes.at(-1);
    if (open === undefined || open.length >= rowsPerWrite || bytes + size > bytesPerWrite) {
      writes.push([row]);
      bytes = size;
    } else {
      open.push(row);
      bytes += size;
    }
  }
  return writes;
}

type Sender = (operation: "Query" | "PutItem" | "TransactWriteItems", input: object) => Promise<unknown>;

/** A read has no effect, and an insert under a condition none the second time: both are sent again after a failure. */
function sender(api: AwsApi, wait: NonNullable<PutBackOptions["wait"]>): Sender {
  return async (operation, input) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await api.call({ service: "dynamodb", target: `DynamoDB_20120810.${operation}`, jsonVersion: "1.0" }, input);
      } catch (error) {
        if (!(error instanceof AwsFailure) || error.fate === "condition-failed") throw error;
        if (attempt >= attemptsMax)
          throw new Unavailable(`${operation} failed ${attemptsMax} times (${error.code}): run the same command again`, { cause: error });
        await wait(100 * 2 ** attempt);
      }
    }
  };
}
