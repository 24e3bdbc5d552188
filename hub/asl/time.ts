import { type Cancellation, Cancelled } from "./cancellation.ts";

/**
 * Resolves after so many milliseconds. When the signal aborts, the time is no longer waited for: the promise may then settle in any way or never.
 */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Why a sleep is let go: one shared reason, since an abort without one makes an exception with a stack trace each time. */
export const LET_GO = "nobody waits any more";

/** Waits, unless the flow is cancelled meanwhile. */
export async function pause(milliseconds: number, sleep: Sleep, cancellation: Cancellation): Promise<void> {
  const timer = new AbortController();
  const forget = cancellation.onCancel(() => timer.abort(LET_GO));
  try {
    await sleep(milliseconds, timer.signal);
  } catch (error) {
    if (!cancellation.cancelled) throw error;
  } finally {
    forget();
  }
  if (cancellation.cancelled) throw new Cancelled();
}

/** The outcome of the work, or the error of `expired` once so many milliseconds have passed. The work itself cannot be recalled. */
export async function within<T>(
  work: Promise<T>,
  milliseconds: number,
  sleep: Sleep,
  cancellation: Cancellation,
  expired: () => Error,
): Promise<T> {
  const timer = new AbortController();
  const forget = cancellation.onCancel(() => timer.abort(LET_GO));
  let decided = false;
  try {
    const limit = sleep(milliseconds, timer.signal).then(() => {
      // A sleep that was let go may resolve early; the race is over by then, and making an error for it is not free.
      if (!decided) throw expired();
      return undefined as never;
    });
    return await Promise.race([work, limit]);
  } finally {
    decided = true;
    timer.abort(LET_GO);
    forget();
  }
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch; undefined unless the text is a timestamp of the States Language (RFC 3339, upper-case "T" and "Z"). */
export function parseTimestamp(text: string): number | undefined {
  if (!RFC_3339.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
