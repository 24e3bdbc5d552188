/** The same seed makes the same choices on every machine (mulberry32). */
export class SeededChoice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  }

  from<Value>(values: readonly Value[]): Value {
    if (values.length === 0) throw new RangeError("nothing to choose from");
    return values[this.below(values.length)] as Value;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** `digits` lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = "";
    for (let index = 0; index < digits; index++) text += this.below(16).toString(16);
    return text;
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`;
  }
}
