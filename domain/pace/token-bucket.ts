/** Instants are milliseconds since 1970. A negative level is a debt. */
export interface TokenBucket {
  readonly level: number;
  readonly filledAt: number;
  /** Nothing is given before. */
  readonly pausedUntil: number;
}

export interface BucketRate {
  readonly perSecond: number;
  /** What gathers at most; a new bucket is full. */
  readonly capacity: number;
}

export function fullBucket({ capacity }: BucketRate, now: number): TokenBucket {
  return { level: capacity, filledAt: now, pausedUntil: 0 };
}

/**
 * The bucket without `tokens`, or undefined when they are not there yet. More than it holds are given when it is full, as a debt. A clock
 * that is behind the one that filled it last adds nothing and is not refused.
 */
export function takeTokens(bucket: TokenBucket, { perSecond, capacity }: BucketRate, tokens: number, now: number): TokenBucket | undefined {
  if (now < bucket.pausedUntil) return undefined;
  const seconds = Math.max(0, now - bucket.filledAt) / 1_000;
  const level = Math.min(capacity, bucket.level + seconds * perSecond);
  if (level < Math.min(tokens, capacity)) return undefined;
  return { ...bucket, level: level - tokens, filledAt: Math.max(now, bucket.filledAt) };
}

/** Nothing is given before `until`, and then from an empty bucket. */
export function pauseBucket(bucket: TokenBucket, until: number): TokenBucket {
  if (until <= bucket.pausedUntil) return bucket;
  return { level: Math.min(bucket.level, 0), filledAt: Math.max(bucket.filledAt, until), pausedUntil: until };
}
