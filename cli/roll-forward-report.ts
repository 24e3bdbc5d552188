import { streamOf } from "#domain/identity";
import { foldFacts, type StoredValueStanding, storedValueLiability, storedValueStanding } from "#domain/ledger";
import type { TransactionView } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { roles } from "#domain/policy";
import { gatherFacts } from "#domain/posting";
import {
  type DormantRow,
  dormantBalances,
  heldForCustomers,
  type LedgerBalance,
  type RollForwardRow,
  type StatedBalance,
  type StoredValueMovement,
  type SubLedgerTie,
  storedValueCauses,
  storedValueMovements,
  storedValueRollForward,
} from "#domain/reports";
import type { Hub } from "#hub";
import { entitiesOf, type ReportFilter } from "./erp-journals.ts";
import { ledgerLines } from "./ledger-reports.ts";
import { allTransactions } from "./read-lineage.ts";
import { grouped, heading, table } from "./table.ts";

export interface RollForwardAnswer {
  readonly from: string | undefined;
  readonly to: string;
  readonly rows: readonly RollForwardRow[];
  readonly ties: readonly SubLedgerTie[];
  readonly dormant: readonly DormantRow[];
}

/** The sub-ledger of stored value out of the lineage, beside the ERP's accounts and what channels state for the last day. */
export async function storedValueRollForwardAnswer(
  hub: Hub,
  { entity, from, to }: ReportFilter & { readonly to: string },
): Promise<RollForwardAnswer> {
  const movements: StoredValueMovement[] = [];
  const stated: StatedBalance[] = [];
  const standings: StoredValueStanding[] = [];
  for await (const view of allTransactions(hub, (transaction) => /^(?:sale|stored-value):/.test(transaction))) {
    movements.push(...storedValueMovements(view, hub.policy));
    if (!view.transaction.startsWith("stored-value:")) continue;
    stated.push(...statedIn(hub, view));
    standings.push(...standingIn(hub, view, to));
  }
  const isAsked = (row: { readonly entity: string }) => entity === undefined || row.entity === entity;
  const ledger = await ledgerBalances(hub, { ...(entity === undefined ? {} : { entity }), to });
  const answer = storedValueRollForward(movements.filter(isAsked), ledger, stated.filter(isAsked), { from, to });
  return { from, to, ...answer, dormant: dormantBalances(standings.filter(isAsked), hub.policy, to) };
}

/** What a card or credit came to at the end of the last day: what happened on a later UTC day is left out. */
function standingIn(hub: Hub, view: TransactionView, to: string): StoredValueStanding[] {
  const { channel, place } = streamOf(view.transaction);
  const kind = view.transaction.split(":")[3];
  if (kind !== "gift-card" && kind !== "store-credit") return [];
  const events = foldFacts(gatherFacts(view.documents).events).events.filter(({ occurredAt }) => occurredAt.slice(0, 10) <= to);
  const standing = storedValueStanding(events, hub.policy, { channel, place, kind }, view.transaction);
  return standing === undefined ? [] : [standing];
}

/** A channel's statement is of the issuer whose cards it sells, in that issuer's books; the latest version of a day counts. */
function statedIn(hub: Hub, view: TransactionView): StatedBalance[] {
  const { channel, place } = streamOf(view.transaction);
  const seller = hub.policy.shops[place]?.entity ?? hub.policy.stores[place]?.entity;
  if (seller === undefined) return [];
  return foldFacts(gatherFacts(view.documents).events).events.flatMap((event): StatedBalance[] => {
    if (event.name !== "stored-value.stated") return [];
    const liability = storedValueLiability(hub.policy, channel, event.kind, seller);
    if (liability.kind === "held") return [];
    const { issuer = seller } = liability.line.dimensions;
    const entity = Object.hasOwn(hub.policy.entities, issuer) ? issuer : seller;
    const kind = event.kind === "gift-card" ? "gift-card-liability" : "store-credit-liability";
    return [{ entity, kind, currency: event.currency, date: event.date, balance: event.balance }];
  });
}

/** What stands on the role, and on its accounts by no role of ours, up to the last business day. */
async function ledgerBalances(hub: Hub, { to, ...filter }: { readonly entity?: string; readonly to: string }): Promise<LedgerBalance[]> {
  // What belongs to a day may be posted on a later one, so all journals are read and dated by their business.
  const lines = (await ledgerLines(hub, filter)).filter(({ businessDate }) => (businessDate ?? "") <= to);
  return entitiesOf(hub, filter).flatMap((entity) => {
    const currency = hub.policy.entities[entity]?.functionalCurrency ?? "";
    return heldForCustomers.flatMap((kind): LedgerBalance[] => {
      const rules = hub.policy.accounts.filter((rule) => rule.role === kind && (rule.entity ?? entity) === entity);
      const accounts = new Set(rules.map(({ account }) => account));
      const here = lines.filter((line) => line.entity === entity);
      const ours = here.filter(({ role }) => role === kind);
      const others = here.filter(({ role, account }) => !Object.hasOwn(roles, role) && accounts.has(account));
      if (ours.length + others.length === 0) return [];
      return [{ entity, kind, currency, posted: creditOf(ours), others: creditOf(others) }];
    });
  });
}

function creditOf(lines: readonly { readonly debit: number; readonly credit: number }[]): number {
  return lines.reduce((total, { debit, credit }) => total + credit - debit, 0);
}

/** Machine output: amounts as decimal strings; what no channel states is null. */
export function rollForwardJson({ from, to, rows, ties, dormant }: RollForwardAnswer) {
  return {
    from: from ?? null,
    to,
    rows: rows.map(({ entity, currency, kind, issuer, ...row }) => ({
      entity,
      currency,
      kind,
      issuer,
      ...Object.fromEntries(steps.map((step) => [step, formatMinorUnits(row[step], currency)])),
    })),
    ties: ties.map(({ entity, kind, currency, subLedger, posted, difference, others, stated, statedDifference }) => {
      const money = (amount: number | undefined) => (amount === undefined ? null : formatMinorUnits(amount, currency));
      return {
        entity,
        kind,
        currency,
        subLedger: money(subLedger),
        posted: money(posted),
        difference: money(difference),
        others: money(others),
        stated: money(stated),
        statedDifference: money(statedDifference),
      };
    }),
    dormant: dormant.map((row) => ({ ...row, owed: formatMinorUnits(row.owed, row.currency) })),
  };
}

const steps = ["opening", ...storedValueCauses, "closing"] as const;

export function rollForwardText({ from, to, rows, ties, dormant }: RollForwardAnswer, columns: number): string {
  const days = from === undefined ? `until ${to}` : from === to ? `of ${to}` : `from ${from} until ${to}`;
  const right = (title: string) => ({ title, align: "right" as const });
  return [
    heading(`Stored value ${days}: how what holders may claim moved`),
    table(
      [{ title: "" }, ...rows.map((row) => right(`${row.entity} ${kindNames[row.kind]} of ${row.issuer}, ${row.currency}`))],
      steps.map((step) => [step, ...rows.map((row) => amountText(row[step], row.currency))]),
      columns,
    ),
    heading("The sub-ledger, the ERP, and what channels state"),
    table(
      [
        { title: "entity" },
        { title: "kind" },
        ...["sub-ledger", "posted", "differ by", "opening, by hand", "stated", "differ by"].map(right),
      ],
      ties.map(({ entity, kind, currency, subLedger, posted, difference, others, stated, statedDifference }) => [
        entity,
        kindNames[kind],
        ...[subLedger, posted, difference, others, stated, statedDifference].map((each) =>
          each === undefined ? "" : amountText(each, currency),
        ),
      ]),
      columns,
    ),
    ...(dormant.length === 0 ? [] : [heading("At rest for as long as the law on unclaimed property says"), dormantTable(dormant, columns)]),
  ].join("\n");
}

function dormantTable(rows: readonly DormantRow[], columns: number): string {
  return table(
    [
      ...["entity", "kind", "jurisdiction", "at rest since"].map((title) => ({ title })),
      { title: "cards, credits", align: "right" },
      { title: "owed", align: "right" },
    ],
    rows.map(({ entity, kind, jurisdiction, oldest, holders, owed, currency }) => [
      entity,
      kind,
      jurisdiction,
      oldest,
      String(holders),
      `${amountText(owed, currency)} ${currency}`,
    ]),
    columns,
  );
}

const kindNames = {
  "gift-card-liability": "gift cards",
  "store-credit-liability": "store credit",
  "loyalty-liability": "loyalty",
} as const;

function amountText(amount: number, currency: string): string {
  return amount === 0 ? "0" : grouped(formatMinorUnits(amount, currency));
}
