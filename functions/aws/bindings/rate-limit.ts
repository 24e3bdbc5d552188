import { createDynamoRateLimit } from "#adapters/aws";
import type { RateLimit } from "#ports/rate-limit";
import { awsApi } from "./aws-api.ts";
import { clock } from "./clock.ts";
import { setting } from "./setting.ts";

/** Of every connection, until the policies state it: half a batch of fifty transactions' documents a second, a few batches at once. */
const pace = { documentsPerSecond: 100, burstDocuments: 1_000, throttledPauseSeconds: 2, failuresToOpen: 5, openSeconds: 30 };

const table = setting("LINEAGE_TABLE");
const limits = new Map<string, RateLimit>();

/** Whoever asks has found the connection in the policies, so that the names are few. */
function limitOf(connection: string): RateLimit {
  let limit = limits.get(connection);
  if (limit === undefined) {
    limit = createDynamoRateLimit({ api: awsApi, table, clock, connections: { [connection]: pace } });
    limits.set(connection, limit);
  }
  return limit;
}

export const rateLimit: RateLimit = {
  acquire: (connection, documents) => limitOf(connection).acquire(connection, documents),
  report: (connection, outcome) => limitOf(connection).report(connection, outcome),
};
