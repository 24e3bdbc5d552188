/** `filledAt`: the instant, milliseconds since 1970, up to which it was filled; after a pause that is in the future. A negative level is a debt. */
export interface TokenBucket {
  readonly level: number;
  readonly filledAt: number;
}

export interface BucketRate {
  readonly perSecond: number;
  /** What gathers at most; a new bucket is full. */
  readonly capacity: number;
}

export function fullBucket({ capacity }: BucketRate, now: number): TokenBucket {
  return { level: capacity, filledAt: now };
}

/**
 * The bucket without `tokens`, or undefined when they are not there yet. More than it holds are given when it is full, as a debt. A clock
 * that is behind the one that filled it last adds nothing, and gets what is left.
 */
export function takeTokens(bucket: TokenBucket, { perSecond, capacity }: BucketRate, tokens: number, now: number): TokenBucket | undefined {
  const seconds = Math.max(0, now - bucket.filledAt) / 1_000;
  const level = Math.min(capacity, bucket.level + seconds * perSecond);
  if (level < Math.min(tokens, capacity)) return undefined;
  return { level: level - tokens, filledAt: Math.max(now, bucket.filledAt) };
}

/** From when on what comes into the bucket is more than a debt: in the past where it holds something. */
export function clearOfDebtAt({ level, filledAt }: TokenBucket, { perSecond }: BucketRate): number {
  return filledAt - (level / perSecond) * 1_000;
}

/** Nothing is given before `until`, and then from an empty bucket. */
export function pauseBucket({ level, filledAt }: TokenBucket, until: number): TokenBucket {
  return { level: Math.min(level, 0), filledAt: Math.max(filledAt, until) };
}
