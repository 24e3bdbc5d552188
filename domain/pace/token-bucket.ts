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

/** The bucket with what has come in until now. A clock that is behind the one that filled it last adds nothing. */
export function filledBucket({ level, filledAt }: TokenBucket, { perSecond, capacity }: BucketRate, now: number): TokenBucket {
  const seconds = Math.max(0, now - filledAt) / 1_000;
  return { level: Math.min(capacity, level + seconds * perSecond), filledAt: Math.max(now, filledAt) };
}

/** The bucket without `tokens`, or undefined when they are not there. More than it holds are given when it is full, as a debt. */
export function takeTokens(bucket: TokenBucket, rate: BucketRate, tokens: number, now: number): TokenBucket | undefined {
  const { level, filledAt } = filledBucket(bucket, rate, now);
  if (level < Math.min(tokens, rate.capacity)) return undefined;
  return { level: level - tokens, filledAt };
}

/** Nothing is given before `until`, and then from an empty bucket. */
export function pauseBucket({ level, filledAt }: TokenBucket, until: number): TokenBucket {
  return { level: Math.min(level, 0), filledAt: Math.max(filledAt, until) };
}
