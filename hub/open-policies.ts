import { join } from "node:path";
import { createSystemClock } from "#adapters/clock";
import {
  createDocumentStore,
  createLineageStore,
  createPolicyStore,
  type EmbeddedLineageStore,
  type EmbeddedPolicyStore,
  type HubDatabase,
  openDatabase,
  type PolicyLoader,
} from "#adapters/embedded";
import { buildPolicy, readPolicyFiles } from "#adapters/policy-files";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";

/** The releases of a data folder and the draft in its policies folder, without the rest of a hub. */
export interface HubPolicies {
  readonly policies: EmbeddedPolicyStore;
  readonly clock: Clock;
  /** What is recorded, to be read: a draft is tried on it. */
  readonly lineage: Pick<EmbeddedLineageStore, "page" | "transactions">;
  readonly documents: Pick<DocumentStore, "get">;
  close(): void;
}

/** Opens the policies of a data folder alone: nothing is posted, and what lies in the policies folder is not put in force by looking at it. */
export function openPolicies(options: {
  readonly dataFolder: string;
  readonly policiesFolder: string;
  readonly clock?: Clock;
}): HubPolicies {
  const clock = options.clock ?? createSystemClock();
  const database = openDatabase(join(options.dataFolder, hubDatabase));
  return {
    policies: policyStoreOf(database, clock, options.policiesFolder),
    clock,
    lineage: createLineageStore(database),
    documents: createDocumentStore(join(options.dataFolder, "documents")),
    close: () => database.close(),
  };
}

/** The file of a data folder that holds everything but documents and secrets. */
export const hubDatabase = "hub.sqlite";

/** Policy files as they lie in a folder. */
export const policyFolders: PolicyLoader = { read: readPolicyFiles, build: buildPolicy };

export function policyStoreOf(
  database: HubDatabase,
  clock: Clock,
  directory: string,
  load: PolicyLoader = policyFolders,
): EmbeddedPolicyStore {
  return createPolicyStore({ database, clock, directory, load });
}
