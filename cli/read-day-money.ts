import { type CertificateItem, type HeldElsewhere, moneyOfDay } from "#domain/reports";
import { readWindows } from "#functions/read-windows";
import type { Hub } from "#hub";
import type { ErpJournal } from "#ports/erp";
import { allJournals } from "./erp-journals.ts";
import { allTransactions } from "./read-lineage.ts";
import { settlementsOf } from "./read-settlements.ts";

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
    isSettled: (gateway) => settled.has(gateway),
  };
  const items: CertificateItem[] = [];
  for await (const view of allTransactions(hub, (transaction) => mayMoveMoney(transaction, date))) {
    items.push(...moneyOfDay(view, hub.policy, date, { ...elsewhere, windows: await readWindows(hub.lineage, view) }));
  }
  return [...items, ...payoutItems(known, journals, date)];
}

/** A ticket's id says its day; that of an order says nothing. */
function mayMoveMoney(transaction: string, date: string): boolean {
  return transaction.startsWith("sale:") && (!transaction.startsWith("sale:pos:") || transaction.includes(`:${date}:`));
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
