import { addDays, type FiscalPeriod, millisecondsBetween } from "#domain/calendar";
import { Unavailable } from "#domain/failures";
import { expectedReturnsFor, type Policy } from "#domain/policy";
import { PeriodSalesTally } from "#domain/reports";
import type { Clock } from "#ports/clock";
import type { Erp } from "#ports/erp";
import type { LineageStore } from "#ports/lineage-store";
import { ledgerLinesOf } from "./ledger-lines.ts";
import { SummaryLines } from "./summary-lines.ts";

/** What the books hold of the last sales of a period in one channel, minor units of the entity's functional currency. */
export interface PeriodFigures {
  /** As the books name it: "web", "pos". */
  readonly channel: string;
  /** The first day whose sales are counted, YYYY-MM-DD. */
  readonly from: string;
  readonly sales: number;
  readonly cost: number;
}

export interface PeriodFiguresDependencies {
  readonly erp: (connection: string) => Erp | Promise<Erp>;
  readonly lineage: LineageStore;
  readonly clock: Clock;
}

const journalsPerPage = 500;
/** No page is begun later than this after the start. */
const beginsWithinMilliseconds = 720_000;

/** The first and the last day of the sales that an estimate of a period's returns rests on. */
export function returnsWindow({ to }: FiscalPeriod, windowDays: number): { readonly from: string; readonly to: string } {
  return { from: addDays(to, 1 - windowDays), to };
}

/**
 * What was sold in each channel whose returns are estimated, each over the days that its rule counts: read once from the journals in the
 * entity's ERP, page by page. Throws Unavailable when the ERP does not answer, or holds more than one run can read: half a sum is none.
 */
export function createPeriodFigures({ erp, lineage, clock }: PeriodFiguresDependencies) {
  return async function periodFigures(policy: Policy, entity: string, period: FiscalPeriod): Promise<readonly PeriodFigures[]> {
    const spans = [...new Set((policy.estimates ?? []).flatMap(({ windowDays }) => windowDays ?? []))].sort((a, b) => a - b);
    const windows = spans.map((windowDays) => ({ windowDays, tally: new PeriodSalesTally(), ...returnsWindow(period, windowDays) }));
    const longest = windows.at(-1);
    if (longest === undefined) return [];
    const startedAt = clock.now();
    const books = await erp(policy.entities[entity]?.connection ?? "");
    const summaries = new SummaryLines(lineage);
    let journals = 0;
    let after: string | undefined;
    do {
      if (millisecondsBetween(startedAt, clock.now()) > beginsWithinMilliseconds)
        throw new Unavailable(
          `the sales of ${period.id} of ${entity} were not added up: ${journals} of its journals were read and no more in the time of one call. Read them in the ERP, and accrue with {channel, from, sales, cost}`,
        );
      const page = await books.journals({ entity, from: longest.from, to: longest.to }, after, journalsPerPage);
      for (const journal of page.journals) {
        const lines = await ledgerLinesOf(journal, summaries);
        for (const { tally } of windows.filter(({ from }) => journal.postingDate >= from)) for (const line of lines) tally.add(line);
      }
      journals += page.journals.length;
      after = page.next;
    } while (after !== undefined);
    return windows
      .flatMap(({ windowDays, tally, from, to: day }) =>
        tally.sales().flatMap(({ channel, sales, cost }): PeriodFigures[] => {
          const estimate = expectedReturnsFor(policy, { entity, channel, day });
          return estimate?.windowDays === windowDays ? [{ channel, from, sales, cost }] : [];
        }),
      )
      .sort((a, b) => (a.channel < b.channel ? -1 : 1));
  };
}
