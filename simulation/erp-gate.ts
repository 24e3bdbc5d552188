/** What an ERP lets in: nothing while it is down, and no more than its quota. */
export class ErpGate {
  /** Virtual milliseconds since 1970: down from … to. */
  private readonly outages: (readonly [number, number])[] = [];
  /** Steps a minute that it takes; infinite when it has no quota. */
  private readonly quotas: (readonly [number, number])[] = [];
  private minute = -1;
  private taken = 0;

  addOutage(from: number, to: number): void {
    this.outages.push([from, to]);
  }

  /** From this instant on it takes so many steps a minute. */
  addQuota(from: number, stepsPerMinute: number): void {
    this.quotas.push([from, stepsPerMinute]);
  }

  /** Everything is let in again. */
  open(): void {
    this.outages.length = 0;
    this.quotas.length = 0;
  }

  isDown(now: number): boolean {
    return this.outages.some(([from, to]) => now >= from && now < to);
  }

  /** Whether the request is one too many; else it counts. */
  refuses(now: number, steps: number): boolean {
    const quota = this.quotas.findLast(([from]) => now >= from)?.[1] ?? Number.POSITIVE_INFINITY;
    const minute = Math.floor(now / 60_000);
    if (minute !== this.minute) {
      this.minute = minute;
      this.taken = 0;
    }
    if (this.taken > 0 && this.taken + steps > quota) return true;
    this.taken += steps;
    return false;
  }
}
