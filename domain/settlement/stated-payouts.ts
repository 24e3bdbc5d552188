import type { FilePlace } from "./file-problem.ts";
import { checkPayout, openPayoutTally, type PayoutTally, tallyRow } from "./settlement-controls.ts";
import type { FoundPayout, SettlementIntake } from "./settlement-intake.ts";
import type { SettlementRow } from "./settlement-row.ts";

/** Payouts that a file states beside rows, told at its end: each is checked against those of its rows that the file has. */
export class StatedPayouts {
  readonly #intake: SettlementIntake;
  readonly #tallies = new Map<string, PayoutTally>();
  readonly #payouts: { payout: FoundPayout; place: FilePlace }[] = [];

  constructor(intake: SettlementIntake) {
    this.#intake = intake;
  }

  add(payout: FoundPayout, place: FilePlace): void {
    this.#payouts.push({ payout, place });
  }

  /** A row that names no payout counts for none. */
  tally(row: SettlementRow): void {
    if (row.payoutId === undefined) return;
    const tally = this.#tallies.get(row.payoutId) ?? openPayoutTally(row.payoutId, row.currency);
    this.#tallies.set(row.payoutId, tallyRow(tally, row));
  }

  end(): void {
    for (const { payout, place } of this.#payouts) {
      this.#intake.payout(payout, place);
      const tally = this.#tallies.get(payout.id);
      if (tally === undefined) continue;
      for (const problem of checkPayout({ ...payout, ...this.#intake.named }, tally)) this.#intake.holdFor(problem, place);
    }
  }
}
