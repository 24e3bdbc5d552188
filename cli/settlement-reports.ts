import { businessDateIn } from "#domain/calendar";
import { formatMinorUnits } from "#domain/money";
import {
  type ClearingBalance,
  type ClearingItem,
  clearingReport,
  type OpenQuestion,
  type PayoutReportRow,
  payoutReport,
} from "#domain/reports";
import { readTransaction } from "#functions/read-transaction";
import type { Hub } from "#hub";
import type { ReportFilter } from "./erp-journals.ts";
import { clearingTies, tiesJson, tieText } from "./ledger-reports.ts";
import { clearingInput, settlementsOf } from "./read-settlements.ts";
import { grouped, heading, table } from "./table.ts";

export interface ClearingAnswer {
  readonly balances: readonly ClearingBalance[];
  readonly ties: Awaited<ReturnType<typeof clearingTies>>;
}

/** What stands open in each clearing account now, and how that ties to the ERP's own balances. */
export async function clearing(hub: Hub, filter: ReportFilter): Promise<ClearingAnswer> {
  const balances = clearingReport(await clearingInput(hub, businessDateIn("UTC", hub.clock.now())));
  const isAsked = ({ entity }: { readonly entity: string }) => filter.entity === undefined || entity === filter.entity;
  const asked = await Promise.all(balances.filter(isAsked).map((balance) => withNames(hub, balance)));
  return { balances: asked, ties: (await clearingTies(hub, {})).filter(isAsked) };
}

/** Sales by the name that people know them by. */
async function withNames(hub: Hub, balance: ClearingBalance): Promise<ClearingBalance> {
  const items = balance.items.map(async (item): Promise<ClearingItem> => {
    if (item.kind !== "sale" || item.transaction === null) return item;
    const { documents } = await readTransaction(hub.lineage, item.transaction);
    const name = documents.flatMap(({ references }) => references).find(({ type }) => type === "order-name" || type === "receipt");
    return name === undefined ? item : { ...item, reference: name.value };
  });
  return { ...balance, items: await Promise.all(items) };
}

/** Machine output: amounts as decimal strings, debit positive. */
export function clearingJson({ balances, ties }: ClearingAnswer) {
  return {
    rows: balances.map(({ entity, gateway, currency, balance, items }) => ({
      entity,
      gateway,
      currency,
      balance: formatMinorUnits(balance, currency),
      items: items.map(({ kind, transaction, reference, amount, since, ageDays, waitsFor, open }) => ({
        kind,
        transaction,
        reference,
        amount: formatMinorUnits(amount, currency),
        since,
        ageDays,
        waitsFor,
        ...(open === undefined ? {} : { open }),
      })),
    })),
    ties: tiesJson(ties),
  };
}

/** Open items that a person reads one by one; of what waits for the same, the rest is one line. */
const itemsShown = 12;

export function clearingText({ balances, ties }: ClearingAnswer, columns: number): string {
  const accounts = balances.map(({ entity, gateway, currency, balance, items }) =>
    [
      heading(`Clearing ${gateway} in ${entity}: ${grouped(formatMinorUnits(balance, currency))} ${currency} open`),
      table(
        [
          { title: "what" },
          { title: "reference", wrap: true },
          { title: "open", align: "right" },
          { title: "since" },
          { title: "days", align: "right" },
          { title: "waits for", wrap: true },
        ],
        byReason(items).map((cells) => cells(currency)),
        columns,
      ),
    ].join("\n"),
  );
  return [...accounts, tieText(ties)].join("\n");
}

/** "its sale (missing: finance, due 2026-12-02)". */
function waitOf({ waitsFor, open }: ClearingItem): string {
  return open === undefined ? waitsFor : `${waitsFor} (${questionText(open)})`;
}

function questionText({ reason, owner, dueAt }: OpenQuestion): string {
  return `${reason}: ${owner}, due ${dueAt.slice(0, 10)}`;
}

/** The oldest of each reason one by one, and the others of it together. */
function byReason(items: readonly ClearingItem[]): ((currency: string) => string[])[] {
  const reasons = new Map<string, ClearingItem[]>();
  for (const item of items) reasons.set(waitOf(item), [...(reasons.get(waitOf(item)) ?? []), item]);
  return [...reasons.values()].flatMap((alike) => {
    const sorted = [...alike].sort((a, b) => b.ageDays - a.ageDays || (a.reference < b.reference ? -1 : 1));
    const shown = sorted.length <= itemsShown ? sorted : sorted.slice(0, itemsShown - 1);
    const rest = sorted.slice(shown.length);
    const cells = shown.map((item) => (currency: string) => [
      item.kind,
      item.reference,
      grouped(formatMinorUnits(item.amount, currency)),
      item.since,
      String(item.ageDays),
      waitOf(item),
    ]);
    if (rest.length === 0) return cells;
    const total = rest.reduce((sum, { amount }) => sum + amount, 0);
    const more = (currency: string) => [
      rest[0]!.kind,
      `${rest.length} more`,
      grouped(formatMinorUnits(total, currency)),
      rest.map(({ since }) => since).sort()[0]!,
      String(Math.max(...rest.map(({ ageDays }) => ageDays))),
      waitOf(rest[0]!),
    ];
    return [...cells, more];
  });
}

export async function payouts(hub: Hub, { entity, from, to }: ReportFilter): Promise<readonly PayoutReportRow[]> {
  const known = await settlementsOf(hub);
  const asked = known.payouts.filter(({ account }) => entity === undefined || account.entity === entity);
  return payoutReport(asked, known.rows).filter(
    ({ issuedOn }) => (from === undefined || issuedOn >= from) && (to === undefined || issuedOn <= to),
  );
}

/** The contract of `report payouts --json`. */
export function payoutJson({ currency, stated, matched, variance, banked, rows, ...payout }: PayoutReportRow) {
  const money = (amount: number) => formatMinorUnits(amount, currency);
  return {
    ...payout,
    currency,
    stated: money(stated),
    matched: money(matched),
    variance: money(variance),
    banked: money(banked),
    rows: rows.map(({ amount, fee, net, ...row }) => ({ ...row, amount: money(amount), fee: money(fee), net: money(net) })),
  };
}

/** With room enough it also says whose payout it is, and what its rows come to. */
const columnsForSource = 120;

export function payoutsText(rows: readonly PayoutReportRow[], columns: number): string {
  const wide = columns >= columnsForSource;
  return table(
    [
      { title: "payout" },
      ...(wide ? [{ title: "source" }] : []),
      { title: "issued" },
      { title: "stated", align: "right" },
      ...(wide ? [{ title: "its rows", align: "right" } as const] : []),
      { title: "variance", align: "right" },
      { title: "in bank", align: "right" },
      { title: "state, and its rows", wrap: true },
    ],
    rows.map((row) => {
      const money = (amount: number) => (amount === 0 ? "" : grouped(formatMinorUnits(amount, row.currency)));
      return [
        row.payout,
        ...(wide ? [row.source] : []),
        row.issuedOn,
        `${grouped(formatMinorUnits(row.stated, row.currency))} ${row.currency}`,
        ...(wide ? [money(row.matched)] : []),
        money(row.variance),
        money(row.banked),
        `${row.state}${row.open === undefined ? "" : ` (${questionText(row.open)})`}: ${statesOf(row)}`,
      ];
    }),
    columns,
  );
}

/** "24 matched, 2 posted". */
function statesOf({ rows, itemized }: PayoutReportRow): string {
  if (!itemized) return "not itemized by the gateway";
  const counts = new Map<string, number>();
  for (const { state, open } of rows) {
    const what = open === undefined ? state : `${state} (${open.reason})`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts.size === 0 ? "none on record" : [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
}
