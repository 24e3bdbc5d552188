import { createDynamoRateLimit } from "#adapters/aws";
import { connectionPace } from "#domain/policy";
import type { RateLimit } from "#ports/rate-limit";
import { awsApi } from "./aws-api.ts";
import { clock } from "./clock.ts";
import { policies } from "./policy-store.ts";
import { setting } from "./setting.ts";

/** Where the policies say nothing of a connection: half a batch of fifty transactions' documents a second, a few batches at once. */
const standard = { documentsPerSecond: 100, burstDocuments: 1_000, throttledPauseSeconds: 2, failuresToOpen: 5, openSeconds: 30 };

const table = setting("LINEAGE_TABLE");
const limits = new Map<string, RateLimit>();

/** Whoever asks has found the connection in the policies, so that the names are few; a release may bring another pace for one. */
async function limitOf(connection: string): Promise<RateLimit> {
  const { connections } = await policies.current();
  const pace = connectionPace(Object.hasOwn(connections, connection) ? connections[connection] : undefined, standard);
  const name = `${connection} ${JSON.stringify(pace)}`;
  let limit = limits.get(name);
  if (limit === undefined) {
    limit = createDynamoRateLimit({ api: awsApi, table, clock, connections: { [connection]: pace } });
    limits.set(name, limit);
  }
  return limit;
}

export const rateLimit: RateLimit = {
  acquire: async (connection, requests) => (await limitOf(connection)).acquire(connection, requests),
  report: async (connection, outcome, pauseSeconds) => (await limitOf(connection)).report(connection, outcome, pauseSeconds),
  release: async (connection) => (await limitOf(connection)).release(connection),
};
