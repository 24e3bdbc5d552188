import { Unavailable } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import type { References } from "#ports/references";
import type { HubDatabase } from "./database.ts";

const foundMax = 50_000;

/** ports/references over two SQLite tables. A look-up that would answer more than 50,000 transactions fails, and names the name. */
export function createReferences(database: HubDatabase): References {
  const { connection } = database;
  const putRow = connection.prepare("INSERT INTO reference (type, value, t) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const waitRow = connection.prepare("INSERT INTO waiter (type, value, t) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const findOfType = connection.prepare(`SELECT t FROM reference WHERE value = ? AND type = ? LIMIT ${foundMax + 1}`);
  const findOfAnyType = connection.prepare(`SELECT DISTINCT t FROM reference WHERE value = ? LIMIT ${foundMax + 1}`);
  const findWaiters = connection.prepare(`SELECT t FROM waiter WHERE value = ? AND type = ? LIMIT ${foundMax + 1}`);
  return {
    async put(entries) {
      if (entries.length === 0) return;
      await database.write(() => {
        for (const { reference, transaction } of entries) putRow.run(reference.type, reference.value, transaction);
      });
    },
    async find(type, value) {
      return whole(
        database.read(() => (type === undefined ? findOfAnyType.all(value) : findOfType.all(value, type))),
        value,
      ).map(transactionOf);
    },
    async wait(reference, waiter) {
      await database.write(() => waitRow.run(reference.type, reference.value, waiter));
    },
    async waiters(references) {
      const rows = database.read(() => references.flatMap(({ type, value }) => whole(findWaiters.all(value, type), value)));
      return [...new Set(rows.map(transactionOf))];
    },
  };
}

/** A part of the answer would leave transactions out without a word. */
function whole<Row>(rows: readonly Row[], value: string): readonly Row[] {
  if (rows.length <= foundMax) return rows;
  throw new Unavailable(`more than ${foundMax} transactions are named ${JSON.stringify(value.slice(0, 100))}: no name of a transaction is`);
}

function transactionOf(row: Record<string, unknown>): TransactionId {
  return String(row.t);
}
