import type { TransactionId } from "#domain/identity";
import type { References } from "#ports/references";
import type { HubDatabase } from "./database.ts";

const foundMax = 1_000;

/** ports/references over two SQLite tables. A look-up answers at most 1,000 transactions. */
export function createReferences(database: HubDatabase): References {
  const { connection } = database;
  const putRow = connection.prepare("INSERT INTO reference (type, value, t) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const waitRow = connection.prepare("INSERT INTO waiter (type, value, t) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const findOfType = connection.prepare(`SELECT t FROM reference WHERE value = ? AND type = ? LIMIT ${foundMax}`);
  const findOfAnyType = connection.prepare(`SELECT DISTINCT t FROM reference WHERE value = ? LIMIT ${foundMax}`);
  const findWaiters = connection.prepare(`SELECT t FROM waiter WHERE value = ? AND type = ? LIMIT ${foundMax}`);
  return {
    async put(entries) {
      if (entries.length === 0) return;
      await database.write(() => {
        for (const { reference, transaction } of entries) putRow.run(reference.type, reference.value, transaction);
      });
    },
    async find(type, value) {
      return database.read(() => (type === undefined ? findOfAnyType.all(value) : findOfType.all(value, type))).map(transactionOf);
    },
    async wait(reference, waiter) {
      await database.write(() => waitRow.run(reference.type, reference.value, waiter));
    },
    async waiters(references) {
      const rows = database.read(() => references.flatMap(({ type, value }) => findWaiters.all(value, type)));
      return [...new Set(rows.map(transactionOf))];
    },
  };
}

function transactionOf(row: Record<string, unknown>): TransactionId {
  return String(row.t);
}
