import { Invalid } from "#domain/failures";
import { acquirePace, freshPace, notePace, type Pace, type PaceSettings, releasePace } from "#domain/pace";
import type { Clock } from "#ports/clock";
import type { RateLimit } from "#ports/rate-limit";
import { instantOf, nowMilliseconds } from "./instant.ts";

/** ports/rate-limit in memory. The hub's one worker is its only caller; after a restart whoever waits stands in a new line as he comes. */
export function createRateLimit(options: {
  readonly clock: Clock;
  readonly connections: Readonly<Record<string, PaceSettings>>;
}): RateLimit {
  const { clock, connections } = options;
  const paces = new Map<string, Pace>();

  function gateOf(connection: string): { settings: PaceSettings; pace: Pace; now: number } {
    const settings = connections[connection];
    if (!settings)
      throw new Invalid(`there is no ERP connection "${connection}": the known ones are ${Object.keys(connections).join(", ") || "none"}`);
    const now = nowMilliseconds(clock);
    return { settings, pace: paces.get(connection) ?? freshPace(settings, now), now };
  }

  return {
    async acquire(connection, requests) {
      const { settings, pace, now } = gateOf(connection);
      const acquired = acquirePace(pace, settings, requests, now);
      paces.set(connection, acquired.pace);
      return acquired.answers.map(({ until, ...rest }) => (until === undefined ? rest : { ...rest, until: instantOf(until) }));
    },
    async report(connection, outcome, pauseSeconds) {
      const { settings, pace, now } = gateOf(connection);
      paces.set(connection, notePace(pace, settings, outcome, now, pauseSeconds));
    },
    async release(connection) {
      paces.set(connection, releasePace(gateOf(connection).pace));
    },
  };
}
