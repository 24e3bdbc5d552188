import { cumulativeShare, type MinorUnits } from "#domain/money";
import type { Share } from "#domain/policy";

/**
 * The points of one member and what is deferred for them (c42). Points are averaged: each one that is expected to be used stands for the
 * same part of what is deferred, so that the last of them takes the cent, and those that nobody is expected to use stand for nothing.
 */
export class PointsBalance {
  #points = 0;
  /** Points that are still expected to be used, in units of 1 / whole of a point. */
  #expected = 0;
  #deferred: MinorUnits = 0;

  /** What can be used. */
  get points(): number {
    return this.#points;
  }

  earn(points: number, neverUsed: Share, deferred: MinorUnits): void {
    this.#points += points;
    this.#expected += points * (neverUsed.whole - neverUsed.part);
    this.#deferred += deferred;
  }

  /** Answers what is earned with their use. */
  redeem(points: number, { whole }: Share): MinorUnits {
    this.#points -= points;
    return this.#expectAtMost(Math.min(this.#expected - points * whole, this.#points * whole));
  }

  /** Answers what is earned because fewer points are left than were expected to be used. */
  expire(points: number, { whole }: Share): MinorUnits {
    this.#points -= points;
    return this.#expectAtMost(Math.min(this.#expected, this.#points * whole));
  }

  #expectAtMost(expected: number): MinorUnits {
    const before = this.#expected;
    this.#expected = Math.max(expected, 0);
    if (before === 0) return 0;
    const earned = cumulativeShare(this.#deferred, before - this.#expected, before);
    this.#deferred -= earned;
    return earned;
  }
}
