import type { Clock } from "#ports/clock";

/** The clock's instant as whole milliseconds since 1970 UTC, the form that the tables hold. */
export function nowMilliseconds(clock: Clock): number {
  return Date.parse(clock.now());
}

/** Back again. */
export function instantOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
