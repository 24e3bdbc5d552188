export interface TokenBucket {
  /** Takes `tokens` if they are there at `now` (milliseconds). More than the bucket holds are given when it is full, as a debt. */
  take(tokens: number, now: number): boolean;
  /** Nothing is given before `until` (milliseconds), and then from an empty bucket. */
  pauseUntil(until: number): void;
}

/** Fills at `perSecond` up to `capacity`, and starts full. */
export function createTokenBucket(perSecond: number, capacity: number): TokenBucket {
  let level = capacity;
  let filledAt = Number.NEGATIVE_INFINITY;
  return {
    take(tokens, now) {
      if (now > filledAt) {
        if (filledAt !== Number.NEGATIVE_INFINITY) level = Math.min(capacity, level + ((now - filledAt) / 1_000) * perSecond);
        filledAt = now;
      }
      if (now < filledAt || level < Math.min(tokens, capacity)) return false;
      level -= tokens;
      return true;
    },
    pauseUntil(until) {
      if (until <= filledAt) return;
      level = Math.min(level, 0);
      filledAt = until;
    },
  };
}
