/** Of figures by a clock that moves in ticks, such as a thread's processor time (4 ms on Linux): each is off by part of a tick, the mean is not. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
