import type { TransactionView } from "#domain/lineage";
import type { MinorUnits } from "#domain/money";
import { classOfBalanceType, gatewayAccountFor } from "#domain/policy";
import type {
  ClearingAccount,
  ClearingInput,
  ClearingLine,
  ClearingPayout,
  ClearingRow,
  OpenQuestion,
  PayoutInput,
  PayoutRowInput,
} from "#domain/reports";
import type { RowClass, SettlementRow } from "#domain/settlement";
import { readTransaction } from "#functions/read-transaction";
import { factNamed, factsOf } from "#functions/record-match";
import { rowOf } from "#functions/transaction-story";
import type { Hub } from "#hub";
import { allJournals } from "./erp-journals.ts";
import { transactionsUnder } from "./read-lineage.ts";
import { SummaryLines } from "./summary-lines.ts";

interface KnownSettlements {
  readonly rows: readonly (ClearingRow & PayoutRowInput)[];
  /** `statedRows`: how many rows came with the payout; absent where its file has none. */
  readonly payouts: readonly (ClearingPayout & PayoutInput & { readonly statedRows?: number })[];
  /** Deposits of stores and couriers that bank lines show whole, by their keys. */
  readonly deposited: ReadonlySet<string>;
  /** What a row in another currency settles of a payment in the payment's own, by row and payment (soldKey). */
  readonly sold: ReadonlyMap<string, { readonly amount: MinorUnits; readonly currency: string }>;
}

/** Every settlement row and payout on record, as its facts say it now. */
export async function settlementsOf(hub: Hub): Promise<KnownSettlements> {
  const rows: (ClearingRow & PayoutRowInput)[] = [];
  const payouts: (ClearingPayout & PayoutInput & { readonly statedRows?: number })[] = [];
  const deposited = new Set<string>();
  const sold = new Map<string, { readonly amount: MinorUnits; readonly currency: string }>();
  for (const prefix of ["payout:", "settlement-row:"]) {
    for await (const transaction of transactionsUnder(hub.lineage, prefix)) {
      const view = await readTransaction(hub.lineage, transaction);
      const facts = factsOf(view);
      const open = openOf(view);
      const recorded = factNamed(facts, "settlement.recorded");
      if (recorded !== undefined) {
        const { row } = recorded;
        const matched = factNamed(facts, "settlement.matched");
        const rowClass = classOf(hub, row);
        for (const part of matched?.parts ?? []) if (part.sold !== undefined) sold.set(soldKey(transaction, part.paymentId), part.sold);
        rows.push({
          transaction,
          account: accountOf(hub, row.source, row.account, row.currency),
          row,
          class: rowClass,
          parts: matched?.parts ?? [],
          sale: matched?.parts[0]?.sale,
          unlisted: rowClass === undefined && factNamed(facts, "settlement.released") === undefined,
          open,
          ...(matched?.entity === undefined ? {} : { seller: matched.entity }),
        });
      }
      const stated = factNamed(facts, "payout.stated");
      const banked = facts.reduce((total, event) => (event.name === "payout.banked" ? total + event.amount : total), 0);
      const sent = factNamed(facts, "bank-deposit.sent");
      if (sent !== undefined && sent.amount === banked) deposited.add(sent.key);
      if (stated === undefined) continue;
      const { payout } = stated;
      const isReconciled = factNamed(facts, "payout.reconciled")?.outcome === "reconciled";
      const isReturned = factNamed(facts, "payout.returned") !== undefined;
      payouts.push({
        transaction,
        account: accountOf(hub, payout.source, payout.account, payout.currency),
        payout,
        banked,
        isReturned,
        isReconciled,
        open,
        ...(stated.rows === undefined ? {} : { statedRows: stated.rows.count }),
      });
    }
  }
  return { rows, payouts, deposited, sold };
}

export function soldKey(settlement: string, payment: string): string {
  return `${settlement} ${payment}`;
}

/** What the desk has open of a row or payout; of several the one that is due first. */
function openOf({ exceptions }: TransactionView): OpenQuestion | undefined {
  const [first] = exceptions
    .filter(({ opened, closed }) => closed === undefined && opened.class.startsWith("money."))
    .map((state) => rowOf(state))
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
  return first === undefined ? undefined : { reason: first.code, owner: first.owner, dueAt: first.dueAt };
}

function classOf(hub: Hub, row: SettlementRow): RowClass | undefined {
  return row.class ?? classOfBalanceType(hub.policy, row.source, row.type);
}

function accountOf(hub: Hub, source: string, account: string, currency: string): ClearingAccount {
  const found = gatewayAccountFor(hub.policy, source, account);
  return { entity: found?.entity ?? "", gateway: found?.clearing.gateway ?? account, currency };
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
  const settled = new Set(
    Object.values(hub.policy.gatewayAccounts ?? {}).map((account) => `${account.entity} ${account.clearing.gateway}`),
  );
  const { rows, payouts } = await settlementsOf(hub);
  return { lines, rows, payouts, settled, today };
}
