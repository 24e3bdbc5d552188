import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLineageStore, openDatabase } from "#adapters/embedded";
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
