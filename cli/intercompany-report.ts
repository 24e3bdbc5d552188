import { formatMinorUnits } from "#domain/money";
import { IntercompanyPairs } from "#domain/posting";
import type { Hub } from "#hub";
import type { ReportFilter } from "./erp-journals.ts";
import { allTransactions } from "./read-lineage.ts";
import { grouped, table } from "./table.ts";

/** Pairs of which one leg is posted and the other is not yet: by the answers of the ERPs, as the lineage has them. */
export async function intercompanyInFlight(hub: Hub, { entity }: Pick<ReportFilter, "entity">) {
  const pairs = new IntercompanyPairs();
  for await (const view of allTransactions(hub)) pairs.note(view);
  return pairs
    .inFlight()
    .filter(({ posted, missing }) => entity === undefined || posted === entity || missing === entity)
    .map(({ amount, currency, ...pair }) => ({ ...pair, currency, amount: formatMinorUnits(amount, currency) }));
}

export function intercompanyText(rows: readonly Awaited<ReturnType<typeof intercompanyInFlight>>[number][], columns: number): string {
  return table(
    [
      { title: "posted in" },
      { title: "missing in" },
      { title: "business day" },
      { title: "claim", align: "right" },
      { title: "currency" },
      { title: "document" },
      { title: "pair", wrap: true },
    ],
    rows.map(({ posted, missing, businessDate, amount, currency, documents, pair }) => [
      posted,
      missing,
      businessDate,
      grouped(amount),
      currency,
      documents.join(" "),
      pair,
    ]),
    columns,
  );
}
