import { millisecondsBetween } from "#domain/calendar";
import type { TransactionId } from "#domain/identity";
import { documentSamples, type KpiSample, postingSamples, recoverySamples } from "#domain/kpi";
import { exceptionKeyOf, type LineageItem, type TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import { publishSamples } from "./publish-samples.ts";
import { readInBatches } from "./read-in-batches.ts";

export interface MeasureLineageDependencies {
  readonly lineage: Pick<LineageStore, "page">;
  /** The same as it was a moment ago, for half the price. */
  readonly recentLineage: Pick<LineageStore, "page">;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** What is older is no news: CloudWatch would show it as of now, so that a table that is read from its beginning would look like a peak. */
const newsMilliseconds = 24 * 3_600_000;

/**
 * Publishes what the KPIs say of what was recorded: an outcome tells of its plan, a closure of the failure that is over, a document of a count
 * or a close. A batch that comes again is measured again. Throws Unavailable when the lineage did not answer.
 *
 * What came a minute ago has reached every copy of the record, so any of them will do; a copy that does not have the news yet is left for the
 * record itself.
 */
export function createHandler({ lineage, recentLineage, policies, clock, metrics }: MeasureLineageDependencies) {
  return async function measureLineage({ items }: { readonly items: readonly LineageItem[] }): Promise<{ measured: number }> {
    const policy = await policies.current();
    const now = clock.now();
    const news = items.filter(({ at }) => millisecondsBetween(at, now) < newsMilliseconds);
    const inTransactions = news.filter(({ type }) => type === "outcome" || type === "closure");
    const transactions = [...new Set(inTransactions.map(({ transaction }) => transaction))];
    const behind: TransactionId[] = [];
    const found = await readInBatches(recentLineage, transactions, (view) => {
      if (knows(view, inTransactions)) return samplesOf(view, inTransactions);
      behind.push(view.transaction);
      return undefined;
    });
    const later = await readInBatches(lineage, behind, (view) => samplesOf(view, inTransactions));
    const samples = [...found.flat(), ...later.flat(), ...news.flatMap((item) => ownSamples(item, policy))];
    publishSamples(metrics, samples);
    return { measured: samples.length };
  };
}

function knows(view: TransactionView, news: readonly LineageItem[]): boolean {
  return news.every((item) => {
    if (item.transaction !== view.transaction) return true;
    if (item.type === "outcome") return view.chains.get(item.connection)?.outcomes.has(item.number) === true;
    return view.exceptions.some(({ closed }) => closed?.key === item.key);
  });
}

/** What the news of one transaction say, with all of it at hand. */
function samplesOf(view: TransactionView, news: readonly LineageItem[]): KpiSample[] {
  return news.flatMap((item): readonly KpiSample[] => {
    if (item.transaction !== view.transaction) return [];
    if (item.type === "outcome") return postingSamples(view, item.connection, item.number);
    const closed = view.exceptions.find(({ opened }) => item.type === "closure" && opened.key === exceptionKeyOf(item.key));
    return closed === undefined ? [] : recoverySamples(closed);
  });
}

function ownSamples(item: LineageItem, policy: Policy): readonly KpiSample[] {
  return item.type === "document" ? documentSamples(item, policy) : [];
}
