import type { MinorUnits } from "#domain/money";
import type { ClearingInput, ClearingLine } from "#domain/reports";
import { readTransaction } from "#functions/read-transaction";
import { factNamed, factsOf } from "#functions/record-match";
import { type StandingPayout, type StandingRow, settledGateways, settlementStanding } from "#functions/settlement-standing";
import { SummaryLines } from "#functions/summary-lines";
import type { Hub } from "#hub";
import { allJournals } from "./erp-journals.ts";
import { transactionsUnder } from "./read-lineage.ts";

interface KnownSettlements {
  readonly rows: readonly StandingRow[];
  readonly payouts: readonly StandingPayout[];
  /** Deposits of stores and couriers that bank lines show whole, by their keys. */
  readonly deposited: ReadonlySet<string>;
  /** What a row in another currency settles of a payment in the payment's own, by row and payment (soldKey). */
  readonly sold: ReadonlyMap<string, { readonly amount: MinorUnits; readonly currency: string }>;
}

/** Every settlement row and payout on record, as its facts say it now. */
export async function settlementsOf(hub: Hub): Promise<KnownSettlements> {
  const rows: StandingRow[] = [];
  const payouts: StandingPayout[] = [];
  const deposited = new Set<string>();
  const sold = new Map<string, { readonly amount: MinorUnits; readonly currency: string }>();
  for (const prefix of ["payout:", "settlement-row:"]) {
    for await (const transaction of transactionsUnder(hub.lineage, prefix)) {
      const view = await readTransaction(hub.lineage, transaction);
      const { row, payout } = settlementStanding(view, hub.policy);
      if (payout !== undefined) payouts.push(payout);
      if (row !== undefined) rows.push(row);
      const facts = factsOf(view);
      for (const part of factNamed(facts, "settlement.matched")?.parts ?? [])
        if (part.sold !== undefined) sold.set(soldKey(transaction, part.paymentId), part.sold);
      const sent = factNamed(facts, "bank-deposit.sent");
      const banked = facts.reduce((total, event) => (event.name === "payout.banked" ? total + event.amount : total), 0);
      if (sent !== undefined && sent.amount === banked) deposited.add(sent.key);
    }
  }
  return { rows, payouts, deposited, sold };
}

export function soldKey(settlement: string, payment: string): string {
  return `${settlement} ${payment}`;
}

/** All lines on clearing roles of every entity, and what is known of their settlements. */
export async function clearingInput(hub: Hub, today: string): Promise<ClearingInput> {
  const lines: ClearingLine[] = [];
  const summaries = new SummaryLines(hub.lineage);
  for (const connection of Object.keys(hub.policy.connections)) {
    for await (const journal of allJournals(hub, connection, {})) {
      const own = /^(?<transaction>[^/]+)\/.+@\d+(?:\/reversal)?$/.exec(journal.key)?.groups?.transaction;
      const contributed = await summaries.of(journal);
      for (const { role, dimensions, debit, credit, transaction = own } of contributed ??
        journal.lines.map((line) => ({ ...line, transaction: own }))) {
        if (role !== "payment-clearing" && role !== "acquirer-clearing") continue;
        lines.push({
          entity: journal.entity,
          gateway: dimensions.gateway ?? dimensions.acquirer ?? "none stated",
          currency: journal.currency,
          amount: debit - credit,
          businessDate: journal.businessDate,
          reference: transaction ?? journal.number,
          ...(transaction === undefined ? {} : { transaction }),
        });
      }
    }
  }
  const { rows, payouts } = await settlementsOf(hub);
  return { lines, rows, payouts, settled: settledGateways(hub.policy), today };
}
