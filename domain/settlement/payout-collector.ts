import type { FilePlace } from "./file-problem.ts";
import { checkPayout, openPayoutTally, type PayoutTally, tallyRow } from "./settlement-controls.ts";
import type { FoundPayout, SettlementIntake } from "./settlement-intake.ts";
import type { PayoutStatus, SettlementRow } from "./settlement-row.ts";

export interface PayoutFacts {
  readonly status: PayoutStatus;
  /** YYYY-MM-DD. */
  readonly issuedOn: string;
  readonly arrivesOn?: string;
  readonly traceId?: string;
}

interface Collected {
  readonly facts: PayoutFacts;
  readonly place: FilePlace;
  tally: PayoutTally;
  rowId?: string;
}

/**
 * Payouts of a file whose rows say which payout they belong to, told at its end: what the row that is the payout itself states, and where
 * there is none the sum of the others.
 */
export class PayoutCollector {
  readonly #intake: SettlementIntake;
  readonly #payouts = new Map<string, Collected>();

  constructor(intake: SettlementIntake) {
    this.#intake = intake;
  }

  /** `facts` is what this row says of its payout; the rows of one payout must agree. */
  add(row: SettlementRow, facts: PayoutFacts, place: FilePlace): void {
    const { payoutId } = row;
    if (payoutId === undefined) return;
    const before = this.#payouts.get(payoutId);
    const collected = before ?? { facts, place, tally: openPayoutTally(payoutId, row.currency) };
    if (before === undefined) this.#payouts.set(payoutId, collected);
    else if (before.facts.status !== facts.status || before.facts.issuedOn !== facts.issuedOn) {
      this.#intake.hold(
        "data.value",
        "payout-facts",
        `payout ${payoutId} is ${facts.status} on ${facts.issuedOn} here, and ${before.facts.status} on ${before.facts.issuedOn} in line ${before.place.line}; export the file again`,
        place,
      );
    }
    collected.tally = tallyRow(collected.tally, row);
    if (row.nature === "payout") collected.rowId = row.id;
  }

  /** Tells the payouts and checks each against its rows. */
  end(): void {
    for (const [id, { facts, place, tally, rowId }] of this.#payouts) {
      const payout: FoundPayout = {
        id,
        ...facts,
        net: tally.payoutRow === undefined ? tally.net : -tally.payoutRow,
        netFrom: tally.payoutRow === undefined ? "rows" : "stated",
        itemized: true,
        currency: tally.currency,
        ...(rowId === undefined ? {} : { rowId }),
      };
      this.#intake.payout(payout, place);
      for (const problem of checkPayout({ ...payout, ...this.#intake.named }, tally)) this.#intake.holdFor(problem, place);
    }
  }
}
