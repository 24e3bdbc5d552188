import { Unavailable } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import { isAwaited, type Reference } from "#domain/lineage";
import type { References } from "#ports/references";
import { failureOf } from "./aws-failure.ts";
import { writeAll } from "./dynamo-batch-write.ts";
import { countedNamesRows, namedIn, placeOf } from "./dynamo-counted-names.ts";
import {
  countedNamesPrefix,
  countedWaitPrefix,
  countedWaitSortKey,
  referencePartition,
  referencePrefix,
  referenceSortKey,
} from "./dynamo-keys.ts";
import { createDynamoTable, type DynamoTableOptions, type Row, stringOf } from "./dynamo-table.ts";
import { inParallel } from "./in-parallel.ts";

/** Stands for every type of counted names: what their names look like is the same. */
const anyCounted = "erp-document";
const foundMax = 50_000;
const rowsPerPage = 1_000;
const readsAtOnceMax = 16;

/**
 * ports/references on the single table (dynamo-keys.ts). A look-up that would answer more than 50,000 rows fails, and names the
 * name. Reads are strongly consistent, so
 * that of a waiter and an announcer that work at the same time one sees the other.
 *
 * Cost in request units: a name put takes one write unit, counted names that are put together one per some hundred neighbours; a look-up one
 * read unit per 4 KB begun, of a counted name two; `waiters` one per different value, of counted names one per some hundred neighbours.
 */
export function createDynamoReferences(options: DynamoTableOptions): References {
  const table = createDynamoTable(options);

  /** Rows of one value whose sort key begins with `prefix`: all of them, page by page. */
  async function rowsOf(value: string, prefix: string): Promise<readonly Row[]> {
    const rows: Row[] = [];
    let start: Row | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await table.read("Query", {
        Limit: rowsPerPage,
        KeyConditionExpression: "pk = :value AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":value": { S: referencePartition(value) }, ":prefix": { S: prefix } },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      rows.push(...Items);
      start = LastEvaluatedKey;
      if (rows.length > foundMax)
        throw new Unavailable(
          `more than ${foundMax} transactions are named ${JSON.stringify(value.slice(0, 100))}: no name of a transaction is`,
        );
    } while (start !== undefined);
    return rows;
  }

  /** What a counted name stands for in the rows that it shares with its neighbours. */
  async function amongNeighbours(type: Reference["type"] | undefined, value: string): Promise<readonly TransactionId[]> {
    const at = placeOf(type ?? anyCounted, value);
    if (at === undefined) return [];
    const rows = await rowsOf(at.block, countedNamesPrefix(type));
    return rows.flatMap((row) => namedIn(row, at.place));
  }

  return {
    async put(entries) {
      const rows: Row[] = [];
      const counted: Parameters<typeof countedNamesRows>[0][number][] = [];
      for (const entry of entries) {
        const at = placeOf(entry.reference.type, entry.reference.value);
        if (at === undefined) rows.push(rowFor("T", entry.reference, entry.transaction));
        else counted.push({ ...entry, ...at });
      }
      rows.push(...countedNamesRows(counted));
      await writeAll(
        table,
        rows.map((Item) => ({ PutRequest: { Item } })),
        "the writing of references",
      );
    },

    async find(type, value) {
      const rows = await rowsOf(value, referencePrefix("T", type));
      return [...new Set([...distinctTransactions(rows), ...(await amongNeighbours(type, value))])];
    },

    async wait(reference, waiter) {
      try {
        await table.write("PutItem", { Item: waitRow(reference, waiter) });
      } catch (error) {
        throw failureOf(`the wait of ${waiter} for ${reference.type} ${reference.value}`, error, "wait again");
      }
    },

    async waiters(references) {
      // Nobody waits for a name of another type: a look would cost a unit and find nothing.
      const awaited = references.filter(isAwaited);
      const looks = new Map<string, { readonly value: string; readonly below: string; readonly prefixes: Set<string> }>();
      for (const reference of awaited) {
        const { value, below, prefix } = waitPlace(reference);
        const id = `${below}${value}`;
        const look = looks.get(id) ?? { value, below, prefixes: new Set() };
        looks.set(id, look);
        look.prefixes.add(prefix);
      }
      const rows = await inParallel([...looks.values()], readsAtOnceMax, async ({ value, below, prefixes }) => {
        const waiting = await rowsOf(value, below);
        return waiting.filter((row) => [...prefixes].some((prefix) => stringOf(row.sk)?.startsWith(prefix)));
      });
      return distinctTransactions(rows.flat());
    },
  };
}

/** Where the waits for a name stand: `below` begins the sort keys of all waits there, `prefix` of those for this name. */
function waitPlace({ type, value }: Reference): { readonly value: string; readonly below: string; readonly prefix: string } {
  const at = placeOf(type, value);
  if (at === undefined) return { value, below: referencePrefix("W", undefined), prefix: referencePrefix("W", type) };
  return { value: at.block, below: countedWaitPrefix(), prefix: countedWaitPrefix({ type, place: at.place }) };
}

/** Waits for counted names stand together, so that one look serves all names of a hundred that are announced at once. */
function waitRow(reference: Reference, waiter: TransactionId): Row {
  const at = placeOf(reference.type, reference.value);
  if (at === undefined) return rowFor("W", reference, waiter);
  return {
    pk: { S: referencePartition(at.block) },
    sk: { S: countedWaitSortKey({ type: reference.type, place: at.place }, waiter) },
    transaction: { S: waiter },
  };
}

function rowFor(kind: "T" | "W", { type, value }: Reference, transaction: TransactionId): Row {
  return {
    pk: { S: referencePartition(value) },
    sk: { S: referenceSortKey(kind, type, transaction) },
    transaction: { S: transaction },
  };
}

function distinctTransactions(rows: readonly Row[]): readonly TransactionId[] {
  return [...new Set(rows.map((row) => stringOf(row.transaction)))].filter((transaction) => transaction !== undefined);
}
