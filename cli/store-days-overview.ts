import { storeDayOf } from "#domain/posting";
import type { Hub } from "#hub";
import { allTransactions } from "./read-lineage.ts";
import { type StoreDayReport, storeDayReport, withSign } from "./store-day-report.ts";
import { grouped, table } from "./table.ts";

/** Every store day of which something is known, by day and store. */
export async function storeDayReports(
  hub: Hub,
  { store, date }: { readonly store?: string | undefined; readonly date?: string | undefined },
): Promise<StoreDayReport[]> {
  const reports: StoreDayReport[] = [];
  for await (const { transaction, documents } of allTransactions(hub, (each) => each.startsWith("store-day:"))) {
    const day = storeDayOf(transaction);
    if (day === undefined || documents.length === 0) continue;
    if ((store ?? day.store) !== day.store || (date ?? day.businessDate) !== day.businessDate) continue;
    reports.push(await storeDayReport(hub, day.store, day.businessDate));
  }
  const order = ({ businessDate, store: of }: StoreDayReport) => `${businessDate} ${of}`;
  return reports.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** One line per day and drawer, and what each day waits for. */
export function storeDaysText(days: readonly StoreDayReport[], columns: number): string {
  const rows = days.flatMap((day) => {
    const head = [day.store, day.businessDate, day.state, String(day.tickets.counted)];
    const drawers = day.drawers.map(({ register, tender, currency, expected, counted, overShort }) => [
      `${register} ${tender}`,
      currency,
      grouped(expected),
      counted === null ? "not counted" : grouped(counted),
      overShort === null ? "" : withSign(overShort),
    ]);
    const [first = ["", "", "", "", ""], ...others] = drawers;
    return [[...head, ...first, waitsFor(day)], ...others.map((drawer) => ["", "", "", "", ...drawer, ""])];
  });
  return table(
    [
      { title: "store" },
      { title: "business day" },
      { title: "state" },
      { title: "tickets", align: "right" },
      { title: "drawer" },
      { title: "currency" },
      { title: "expected", align: "right" },
      { title: "counted", align: "right" },
      { title: "over/short", align: "right" },
      { title: "waits for", wrap: true },
    ],
    rows,
    columns,
  );
}

/** What keeps a day from its end: what is missing, who must decide, else what is to be done next; nothing once it is reconciled. */
function waitsFor({ state, missing, approvals, next }: StoreDayReport): string {
  if (state === "reconciled") return "";
  if (missing.length > 0) return missing.map(({ text }) => text).join("; ");
  if (approvals.length > 0) return approvals.map(({ kind, role }) => `${kind} to be approved by ${role}`).join("; ");
  return next;
}
