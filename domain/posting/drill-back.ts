import type { DocumentKey, TransactionId } from "#domain/identity";
import type { TransactionView } from "#domain/lineage";
import { contributionIn } from "./contributions.ts";
import { foldPlans, type LiveDocument } from "./fold-plans.ts";

/** Where a journal is in the books that was told to a store day or window. */
export interface SummedUpIn {
  /** The key that the journal has in its own transaction. */
  readonly document: DocumentKey;
  readonly window: TransactionId;
  /** Absent: its window has not closed yet, or what it adds nets to nothing there so far. */
  readonly summary?: LiveDocument;
}

/** The summaries that say what a transaction told, now and under earlier contents; `windows` are those that it told it to. */
export function summariesOf(view: TransactionView, windows: readonly TransactionView[]): SummedUpIn[] {
  return [...view.chains.values()]
    .flatMap(({ plans, outcomes }) => [...foldPlans(plans, outcomes).told.values()])
    .flatMap(({ document: telling }): SummedUpIn[] => {
      const contribution = contributionIn(telling);
      if (contribution === undefined) return [];
      const { document } = contribution;
      const said = { document, window: telling.to };
      const summaries = windows
        .filter(({ transaction }) => transaction === telling.to)
        .flatMap(summariesIn)
        .filter((summary) => contributionsOf(summary).some((part) => part.document === document));
      return summaries.length === 0 ? [said] : summaries.map((summary) => ({ ...said, summary }));
    });
}

/** The summaries that stand for a store day or window, of every connection. */
export function summariesIn(window: TransactionView): LiveDocument[] {
  return [...window.chains.values()]
    .flatMap(({ plans, outcomes }) => [...foldPlans(plans, outcomes).live.values()])
    .filter((live) => contributionsOf(live).length > 0);
}

function contributionsOf({ document }: LiveDocument) {
  return document.type === "journal" ? (document.contributions ?? []) : [];
}
