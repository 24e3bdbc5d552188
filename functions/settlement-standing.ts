import type { TransactionView } from "#domain/lineage";
import { classOfBalanceType, gatewayAccountFor, type Policy } from "#domain/policy";
import type { ClearingAccount, ClearingPayout, ClearingRow, OpenQuestion, PayoutInput, PayoutRowInput } from "#domain/reports";
import type { RowClass, SettlementRow } from "#domain/settlement";
import { factNamed, factsOf } from "./record-match.ts";
import { rowOf } from "./transaction-story.ts";

export type StandingRow = ClearingRow & PayoutRowInput;
/** `statedRows`: how many rows came with the payout; absent where its file has none. */
export type StandingPayout = ClearingPayout & PayoutInput & { readonly statedRows?: number };

/** Streams that a settlement is made of. */
function isSettlement(transaction: string): boolean {
  return transaction.startsWith("settlement-row:") || transaction.startsWith("payout:");
}

/** The settlement row and the payout of a stream, as its facts say them now; neither for any other stream. */
export function settlementStanding(
  view: TransactionView,
  policy: Policy,
): { readonly row?: StandingRow | undefined; readonly payout?: StandingPayout | undefined } {
  if (!isSettlement(view.transaction)) return {};
  const facts = factsOf(view);
  const open = openOf(view);
  return { row: rowIn(view, facts, open, policy), payout: payoutIn(view, facts, open, policy) };
}

function rowIn(
  { transaction }: TransactionView,
  facts: ReturnType<typeof factsOf>,
  open: OpenQuestion | undefined,
  policy: Policy,
): StandingRow | undefined {
  const recorded = factNamed(facts, "settlement.recorded");
  if (recorded === undefined) return undefined;
  const { row } = recorded;
  const matched = factNamed(facts, "settlement.matched");
  const rowClass = classOf(policy, row);
  return {
    transaction,
    account: accountOf(policy, row.source, row.account, row.currency),
    row,
    class: rowClass,
    parts: matched?.parts ?? [],
    sale: matched?.parts[0]?.sale,
    unlisted: rowClass === undefined && factNamed(facts, "settlement.released") === undefined,
    open,
    ...(matched?.entity === undefined ? {} : { seller: matched.entity }),
  };
}

function payoutIn(
  { transaction }: TransactionView,
  facts: ReturnType<typeof factsOf>,
  open: OpenQuestion | undefined,
  policy: Policy,
): StandingPayout | undefined {
  const stated = factNamed(facts, "payout.stated");
  if (stated === undefined) return undefined;
  const { payout } = stated;
  return {
    transaction,
    account: accountOf(policy, payout.source, payout.account, payout.currency),
    payout,
    banked: facts.reduce((total, event) => (event.name === "payout.banked" ? total + event.amount : total), 0),
    isReturned: factNamed(facts, "payout.returned") !== undefined,
    isReconciled: factNamed(facts, "payout.reconciled")?.outcome === "reconciled",
    open,
    ...(stated.rows === undefined ? {} : { statedRows: stated.rows.count }),
  };
}

/** What the desk has open of a row or payout; of several the one that is due first. */
function openOf({ exceptions }: TransactionView): OpenQuestion | undefined {
  const [first] = exceptions
    .filter(({ opened, closed }) => closed === undefined && opened.class.startsWith("money."))
    .map((state) => rowOf(state))
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
  return first === undefined ? undefined : { reason: first.code, owner: first.owner, dueAt: first.dueAt };
}

function classOf(policy: Policy, row: SettlementRow): RowClass | undefined {
  return row.class ?? classOfBalanceType(policy, row.source, row.type);
}

function accountOf(policy: Policy, source: string, account: string, currency: string): ClearingAccount {
  const found = gatewayAccountFor(policy, source, account);
  return { entity: found?.entity ?? "", gateway: found?.clearing.gateway ?? account, currency };
}

/** Gateways that an account of the policies settles, as "entity gateway". */
export function settledGateways({ gatewayAccounts = {} }: Policy): ReadonlySet<string> {
  return new Set(Object.values(gatewayAccounts).map((account) => `${account.entity} ${account.clearing.gateway}`));
}
