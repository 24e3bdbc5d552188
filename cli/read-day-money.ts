import { addDays } from "#domain/calendar";
import { type CertificateItem, type HeldElsewhere, moneyOfDay } from "#domain/reports";
import { readTransaction } from "#functions/read-transaction";
import { readWindows } from "#functions/read-windows";
import type { Hub } from "#hub";
import type { ErpJournal } from "#ports/erp";
import { allJournals } from "./erp-journals.ts";
import { transactionsUnder } from "./read-lineage.ts";
import { settlementsOf, soldKey } from "./read-settlements.ts";

/** What every side holds of a day's money: channels and store days by their payments, and the payouts that were issued that day. */
export async function moneyItems(hub: Hub, date: string): Promise<readonly CertificateItem[]> {
  const [journals, known] = await Promise.all([journalsSince(hub, date), settlementsOf(hub)]);
  const payouts = new Map(known.payouts.map((each) => [payoutName(each.payout.source, each.payout.account, each.payout.id), each]));
  const banked = new Set(
    known.rows.flatMap(({ transaction, row }) => {
      const payout = row.payoutId === undefined ? undefined : payouts.get(payoutName(row.source, row.account, row.payoutId));
      return payout !== undefined && !payout.isReturned && payout.banked === payout.payout.net ? [transaction] : [];
    }),
  );
  const settled = new Set(Object.values(hub.policy.gatewayAccounts ?? {}).map(({ clearing }) => clearing.gateway));
  const elsewhere: Omit<HeldElsewhere, "windows"> = {
    erpLines: (erpKey) =>
      journals.get(erpKey)?.lines.map(({ role, dimensions, debit, credit }) => ({ role, dimensions, amount: debit - credit })),
    isBanked: (settlement) => banked.has(settlement),
    soldBy: (settlement, payment) => known.sold.get(soldKey(settlement, payment)),
    isDeposited: (deposit) => known.deposited.has(deposit),
    isSettled: (gateway) => settled.has(gateway),
  };
  const items: CertificateItem[] = [];
  for (const transaction of await mayMoveMoney(hub, date)) {
    const view = await readTransaction(hub.lineage, transaction);
    items.push(...moneyOfDay(view, hub.policy, date, { ...elsewhere, windows: await readWindows(hub.lineage, view) }));
  }
  return [...items, ...payoutItems(known, journals, date)];
}

/** Clocks of sources and time zones: what a channel says of a day is on record no earlier than this many days before it. */
const daysAhead = 2;

/**
 * The id of a ticket or a store day says its day. That of an order says nothing; but what moved on a day came on it or later, so that
 * orders of which nothing was recorded since are not read.
 */
async function mayMoveMoney({ lineage }: Hub, date: string): Promise<readonly string[]> {
  const wanted = (await lineage.recordedSince("sale:", `${addDays(date, -daysAhead)}T00:00:00.000Z`)).filter((each) => !isOfTill(each));
  for await (const ticket of transactionsUnder(lineage, "sale:pos:")) if (ticket.includes(`:${date}:`)) wanted.push(ticket);
  for await (const day of transactionsUnder(lineage, "store-day:")) if (day.endsWith(`:${date}`)) wanted.push(day);
  return wanted;
}

function isOfTill(transaction: string): boolean {
  return transaction.startsWith("sale:pos:");
}

/** What is posted for a day is posted on it or later, never before. */
async function journalsSince(hub: Hub, date: string): Promise<ReadonlyMap<string, ErpJournal>> {
  const journals = new Map<string, ErpJournal>();
  for (const connection of Object.keys(hub.policy.connections)) {
    for await (const journal of allJournals(hub, connection, { from: date })) if (journal.key !== "") journals.set(journal.key, journal);
  }
  return journals;
}

function payoutItems(
  { payouts, rows }: Awaited<ReturnType<typeof settlementsOf>>,
  journals: ReadonlyMap<string, ErpJournal>,
  date: string,
): CertificateItem[] {
  const inTransit = new Map<string, number>();
  for (const [key, { lines }] of journals) {
    if (!key.startsWith("payout:")) continue;
    const amount = lines.reduce((total, { role, debit, credit }) => (role === "bank-in-transit" ? total + debit - credit : total), 0);
    const transaction = key.slice(0, key.indexOf("/"));
    inTransit.set(transaction, (inTransit.get(transaction) ?? 0) + amount);
  }
  return payouts
    .filter(({ payout }) => payout.issuedOn === date && payout.status !== "cancelled")
    .map(({ transaction, payout, banked, isReturned, isReconciled, statedRows }): CertificateItem => {
      const own = rows.filter(({ row }) => isOf(row, payout) && row.nature !== "payout");
      const erp = inTransit.get(transaction);
      const isShown = banked !== 0 && !isReturned;
      return {
        line: { kind: "payout", name: payoutName(payout.source, payout.account, payout.id), currency: payout.currency, means: "bank" },
        transaction,
        event: `payout.stated:${payout.id}`,
        source: payout.net,
        lineage: payout.itemized ? own.reduce((total, { row }) => total + row.net, 0) : payout.net,
        ...(erp === undefined ? {} : { erp }),
        ...(isShown ? { bank: banked } : { notBanked: isReturned ? ("returned" as const) : ("no-bank-line" as const) }),
        waitsFor: erp === undefined ? (payout.status === "scheduled" ? "is not sent yet" : "is to be posted") : "",
        ...(payout.itemized
          ? { counts: { source: statedRows ?? own.length, lineage: isReconciled ? own.length : own.filter(waitsForNothing).length } }
          : {}),
      };
    });
}

/** Its class is known, and a charge or refund has found its sale. What is written off shows when the payout is reconciled. */
function waitsForNothing({ class: rowClass, sale, unlisted }: Awaited<ReturnType<typeof settlementsOf>>["rows"][number]): boolean {
  return !unlisted && (rowClass !== "sale_refund" || sale !== undefined);
}

function isOf(
  row: { source: string; account: string; payoutId?: string | undefined },
  payout: { source: string; account: string; id: string },
) {
  return row.payoutId === payout.id && row.source === payout.source && row.account === payout.account;
}

function payoutName(source: string, account: string, id: string): string {
  return `${source} ${account} ${id}`;
}
