import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLineageStore, openDatabase } from "#adapters/embedded";
import { documentWith } from "./lineage-items.ts";
import { lineageStoreContract } from "./lineage-store-contract.ts";
import { returnReservationsContract } from "./return-reservations-contract.ts";

lineageStoreContract("SQLite in memory", inMemory);
returnReservationsContract("SQLite in memory", inMemory);
lineageStoreContract("SQLite in a file", inFile);
returnReservationsContract("SQLite in a file", inFile);

async function inMemory() {
  const database = openDatabase(":memory:");
  return { store: createLineageStore(database), close: async () => database.close() };
}

async function inFile() {
  const folder = mkdtempSync(join(tmpdir(), "throughline-"));
  const database = openDatabase(join(folder, "data", "hub.db"));
  return {
    store: createLineageStore(database),
    async close() {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test("a row from before the raw body had its own column is read as it was, and its body can be removed", async () => {
  const database = openDatabase(":memory:");
  const store = createLineageStore(database);
  const old = documentWith("sale:shopify:maple.example:1", "D#a", '{"email":"someone@example.com"}');
  database.connection.prepare("INSERT INTO lineage (t, k, body) VALUES (?, ?, ?)").run(old.transaction, old.key, JSON.stringify(old));
  expect((await store.page(old.transaction, undefined, 10)).items).toEqual([old]);
  expect(await store.insert([old])).toEqual(["conflict"]);
  expect(await store.removeRawBody(old.transaction, old.key)).toBe(true);
  const { inline: _removed, ...raw } = old.raw;
  expect(await store.get(old.transaction, old.key)).toEqual({ ...old, raw });
  database.close();
});

test("an item and its raw body beside it are together no larger than any store takes", async () => {
  const database = openDatabase(":memory:");
  const store = createLineageStore(database);
  const withQuotes = (count: number) => documentWith("sale:shopify:maple.example:1", "D#a", '"'.repeat(count));
  const quotes = 100_000 + Math.floor((400_000 - JSON.stringify(withQuotes(100_000)).length) / 2);
  await expect(store.insert([withQuotes(quotes + 1)])).rejects.toThrow("above the 400000 that a lineage store takes");
  expect(await store.insert([withQuotes(quotes)])).toEqual(["inserted"]);
  database.close();
});
