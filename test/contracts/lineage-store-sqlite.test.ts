import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLineageStore, openDatabase } from "#adapters/embedded";
import { lineageStoreContract } from "./lineage-store-contract.ts";

lineageStoreContract("SQLite in memory", async () => {
  const database = openDatabase(":memory:");
  return { store: createLineageStore(database), close: async () => database.close() };
});

lineageStoreContract("SQLite in a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "throughline-"));
  const database = openDatabase(join(folder, "data", "hub.db"));
  return {
    store: createLineageStore(database),
    async close() {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
