/** What one seed decides, in the order in which it is asked (mulberry32). */
export class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.imul(seed, 2_654_435_761) ^ 0x9e3779b9) >>> 0;
  }

  /** From 0 to below 1. */
  unit(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  /** From `low` to below `high`. */
  between(low: number, high: number): number {
    return low + this.unit() * (high - low);
  }

  /** Small values as often as large ones: every power of ten between the two is equally likely. */
  ofAnyScale(low: number, high: number): number {
    return low * (high / low) ** this.unit();
  }

  happens(probability: number): boolean {
    return probability > 0 && this.unit() < probability;
  }

  from<Value>(values: readonly Value[]): Value {
    if (values.length === 0) throw new RangeError("nothing to choose from");
    return values[this.below(values.length)] as Value;
  }

  /** The values in another order. */
  shuffled<Value>(values: readonly Value[]): Value[] {
    const shuffled = [...values];
    for (let last = shuffled.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other] as Value, shuffled[last] as Value];
    }
    return shuffled;
  }
}
