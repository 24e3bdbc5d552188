import { Invalid } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { RateLimit } from "#ports/rate-limit";
import { type CircuitBreaker, createCircuitBreaker } from "./circuit-breaker.ts";
import { nowMilliseconds } from "./instant.ts";
import { createTokenBucket, type TokenBucket } from "./token-bucket.ts";

export interface RateLimitSettings {
  readonly documentsPerSecond: number;
  /** What an idle connection may send at once. */
  readonly burstDocuments: number;
  /** How long nothing is sent after the ERP said "too many". */
  readonly throttledPauseSeconds: number;
  readonly failuresToOpen: number;
  readonly openSeconds: number;
}

/** ports/rate-limit in memory: a token bucket and a circuit breaker per connection. The hub's one worker is its only caller. */
export function createRateLimit(options: {
  readonly clock: Clock;
  readonly connections: Readonly<Record<string, RateLimitSettings>>;
}): RateLimit {
  const { clock, connections } = options;
  const gates = new Map<string, { settings: RateLimitSettings; bucket: TokenBucket; breaker: CircuitBreaker }>();

  function gateOf(connection: string) {
    const known = gates.get(connection);
    if (known) return known;
    const settings = connections[connection];
    if (!settings)
      throw new Invalid(`there is no ERP connection "${connection}": the known ones are ${Object.keys(connections).join(", ") || "none"}`);
    const gate = {
      settings,
      bucket: createTokenBucket(settings.documentsPerSecond, settings.burstDocuments),
      breaker: createCircuitBreaker(settings.failuresToOpen, settings.openSeconds),
    };
    gates.set(connection, gate);
    return gate;
  }

  return {
    async acquire(connection, documents) {
      const { bucket, breaker } = gateOf(connection);
      const now = nowMilliseconds(clock);
      if (!breaker.admits(now)) return "open";
      if (!bucket.take(documents, now)) return "wait";
      breaker.called(now);
      return "granted";
    },
    async report(connection, outcome) {
      const { settings, bucket, breaker } = gateOf(connection);
      const now = nowMilliseconds(clock);
      switch (outcome) {
        case "answered":
          breaker.succeeded();
          return;
        case "throttled":
          // It is up, and asks for patience.
          breaker.succeeded();
          bucket.pauseUntil(now + settings.throttledPauseSeconds * 1_000);
          return;
        case "failed":
          breaker.failed(now);
          return;
      }
    },
  };
}
