import { addDays, millisecondsBetween } from "#domain/calendar";
import { Unavailable } from "#domain/failures";
import type { PostingRules } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import { openStandingPass } from "./kpi-pass.ts";
import { publishSamples } from "./publish-samples.ts";
import { readInBatches } from "./read-in-batches.ts";

export interface MeasureBooksDependencies {
  readonly lineage: Pick<LineageStore, "page" | "transactions">;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly rules: PostingRules;
}

export interface MeasuredBooks {
  readonly transactions: number;
  readonly measured: number;
}

const transactionsPerPage = 250;
/** No page is begun later than this after the start. */
const beginsWithinMilliseconds = 720_000;

/**
 * Publishes what only the record as a whole can tell: what of yesterday (UTC) has come to its end by now, and what stands open in the
 * clearing accounts. It publishes all of it or nothing, as half a balance is none. Throws Unavailable when the record did not answer, or is
 * longer than one run can read.
 */
export function createHandler({ lineage, policies, clock, metrics, rules }: MeasureBooksDependencies) {
  return async function measureBooks(): Promise<MeasuredBooks> {
    const policy = await policies.current();
    const now = clock.now();
    const today = now.slice(0, 10);
    const pass = openStandingPass(policy, rules, { from: addDays(today, -1), before: today, now });
    let transactions = 0;
    let after: string | undefined;
    do {
      if (millisecondsBetween(now, clock.now()) > beginsWithinMilliseconds)
        throw new Unavailable(
          `measure-books has read ${transactions} transactions and no more in its time, so that clearing balances and completeness are not measured: give it more memory in wiring/functions.ts, or take its schedule away and use report kpi`,
        );
      const page = await lineage.transactions(after, transactionsPerPage);
      await readInBatches(lineage, page.transactions, (view) => pass.note(view));
      transactions += page.transactions.length;
      after = page.next;
    } while (after !== undefined);
    const samples = pass.samples();
    publishSamples(metrics, samples);
    return { transactions, measured: samples.length };
  };
}
