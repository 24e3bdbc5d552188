/** Throws RangeError unless `limit` is a whole number from 1 to `max`: no read is without a bound. */
export function assertPageLimit(limit: number, max = 10_000): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > max) throw new RangeError(`a page holds 1 to ${max} entries, not ${limit}`);
}
