import { businessDateIn } from "#domain/calendar";
import { clearingSamples, completenessSamples, documentSamples, type KpiSample, postingSamples, recoverySamples } from "#domain/kpi";
import type { TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { PostingRules } from "#domain/posting";
import { type ClearingLine, clearingLinesOf, clearingReport } from "#domain/reports";
import { type StandingPayout, type StandingRow, settledGateways, settlementStanding } from "./settlement-standing.ts";

/** What was recorded from `from` on and before `before`, instants, as it stands at `now`. */
export interface KpiWindow {
  readonly from: string;
  readonly before: string;
  readonly now: string;
}

/** What happened to a transaction in a window: its answered plans, its closed failures, and what its documents say by themselves. */
export function flowSamples(view: TransactionView, policy: Policy, { from, before }: KpiWindow): readonly KpiSample[] {
  const isIn = ({ at }: { readonly at: string }) => at >= from && at < before;
  const answered = [...view.chains].flatMap(([connection, { outcomes }]) =>
    [...outcomes.values()].filter(isIn).flatMap(({ number }) => postingSamples(view, connection, number)),
  );
  const closed = view.exceptions.filter((state) => state.closed !== undefined && isIn(state.closed)).flatMap(recoverySamples);
  return [...answered, ...closed, ...view.documents.filter(isIn).flatMap((document) => documentSamples(document, policy))];
}

export interface StandingPass {
  note(view: TransactionView): void;
  /** After the last stream. */
  samples(): readonly KpiSample[];
}

/**
 * What only the record as a whole can tell: whether what came in the window has come to its end, and what stands open in the clearing
 * accounts now.
 */
export function openStandingPass(policy: Policy, rules: PostingRules, window: KpiWindow): StandingPass {
  const ended: KpiSample[] = [];
  const lines: ClearingLine[] = [];
  const rows: StandingRow[] = [];
  const payouts: StandingPayout[] = [];
  return {
    note(view) {
      ended.push(...completenessSamples(view, policy, rules, window));
      lines.push(...clearingLinesOf(view));
      const { row, payout } = settlementStanding(view, policy);
      if (row !== undefined) rows.push(row);
      if (payout !== undefined) payouts.push(payout);
    },
    samples() {
      const today = businessDateIn("UTC", window.now);
      return [...ended, ...clearingSamples(clearingReport({ lines, rows, payouts, settled: settledGateways(policy), today }))];
    },
  };
}
