import { createReferences, createWorkLists, openDatabase } from "#adapters/embedded";
import { referencesContract, workListsContract } from "./projection-contracts.ts";

referencesContract("SQLite", () => {
  const database = openDatabase(":memory:");
  return { references: createReferences(database), close: () => database.close() };
});

workListsContract("SQLite", () => {
  const database = openDatabase(":memory:");
  return { lists: createWorkLists(database), close: () => database.close() };
});
