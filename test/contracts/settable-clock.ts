import type { Clock } from "#ports/clock";

export interface SettableClock extends Clock {
  advance(seconds: number): void;
}

/** Stands still at 2026-03-02T10:00:00.000Z until it is advanced. */
export function settableClock(): SettableClock {
  let milliseconds = Date.parse("2026-03-02T10:00:00.000Z");
  return {
    now: () => new Date(milliseconds).toISOString(),
    advance(seconds) {
      milliseconds += seconds * 1_000;
    },
  };
}
