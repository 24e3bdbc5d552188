import type { Currency, MinorUnits } from "#domain/money";
import type { FilePlace } from "./file-problem.ts";

export interface BalanceGap {
  /** Balance before plus the row, less the balance that the row states. */
  readonly difference: MinorUnits;
  readonly currency: Currency;
  readonly place: FilePlace;
}

/**
 * Follows the balance that a file states behind each row, per key (an account, a currency): every row must lead from the balance before it
 * to its own. Files are sorted from the oldest row to the newest or the other way round; the order with fewer gaps is the file's.
 */
export class RunningBalances {
  readonly #last = new Map<string, { amount: MinorUnits; balance: MinorUnits }>();
  readonly #up: BalanceGap[] = [];
  readonly #down: BalanceGap[] = [];

  add(key: string, currency: Currency, amount: MinorUnits, balance: MinorUnits, place: FilePlace): void {
    const last = this.#last.get(key);
    this.#last.set(key, { amount, balance });
    if (last === undefined) return;
    const upward = last.balance + amount - balance;
    const downward = balance + last.amount - last.balance;
    if (upward !== 0) this.#up.push({ difference: upward, currency, place });
    if (downward !== 0) this.#down.push({ difference: downward, currency, place });
  }

  /** True when the file runs from the newest row to the oldest. */
  get newestFirst(): boolean {
    return this.#down.length < this.#up.length;
  }

  gaps(): readonly BalanceGap[] {
    return this.newestFirst ? this.#down : this.#up;
  }
}
