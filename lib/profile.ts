import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Settings } from "./settings.ts";

/** What a profile decides: what is kept how long, what is ready before the peak, and what costs money while nothing happens. */
export interface Profile {
  readonly logRetention: RetentionDays;
  /** Of everything announced on the bus; replay from the lineage reaches further. */
  readonly busArchiveDays: number;
  /** One key of our own for table and buckets: one dollar a month, and every use of it in CloudTrail. Else keys that AWS owns. */
  readonly ownKey: boolean;
  /** Writes and reads that the table takes at once from its first minute; absent: what a new table takes, 4,000 and 12,000. */
  readonly warmThroughput?: { readonly writeUnitsPerSecond: number; readonly readUnitsPerSecond: number };
  /** Of the HTTP API, above which it answers 429 and Shopify delivers again. */
  readonly requestsPerSecondMax: number;
  readonly requestBurstMax: number;
  /** Of each route of the API, over all its clients; above it is 429 before any function runs. */
  readonly clientRequestsPerSecondMax: number;
  readonly clientRequestBurstMax: number;
  /** Shards of the stream that are read at once, times this. */
  readonly streamBatchesAtOncePerShard: number;
  /** Of the executions above one a second, the share that X-Ray traces; absent: by its own rule for all of the account, 1 in 20. */
  readonly tracedShare?: number;
  /** New code of what answers the outside takes over by degrees, watched by an alarm for each function; else at once. */
  readonly canaries: boolean;
}

/** Shopify's own peak is about 2,350 order webhooks a second over all its shops; `peak` takes as much. */
const profiles: Readonly<Record<Settings["profile"], Profile>> = {
  lite: {
    logRetention: RetentionDays.ONE_MONTH,
    busArchiveDays: 14,
    ownKey: false,
    requestsPerSecondMax: 200,
    requestBurstMax: 400,
    clientRequestsPerSecondMax: 50,
    clientRequestBurstMax: 100,
    streamBatchesAtOncePerShard: 1,
    canaries: false,
  },
  peak: {
    logRetention: RetentionDays.SIX_MONTHS,
    busArchiveDays: 90,
    ownKey: true,
    // Three webhooks an order, about 10 write and 7 read units an order, at 780 orders a second; rounded up.
    warmThroughput: { writeUnitsPerSecond: 10_000, readUnitsPerSecond: 12_000 },
    requestsPerSecondMax: 2_500,
    requestBurstMax: 5_000,
    clientRequestsPerSecondMax: 500,
    clientRequestBurstMax: 1_000,
    streamBatchesAtOncePerShard: 4,
    // At the peak 1 in 20 would be a hundred traces a second.
    tracedShare: 0.01,
    canaries: true,
  },
};

export function profileOf(settings: Settings): Profile {
  return profiles[settings.profile];
}
