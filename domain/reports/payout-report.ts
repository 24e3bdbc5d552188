import type { TransactionId } from "#domain/identity";
import type { Currency, MinorUnits } from "#domain/money";
import type { RowClass, SettlementPayout, SettlementRow } from "#domain/settlement";
import type { OpenQuestion } from "./open-question.ts";

/** A row of a payout: "matched" and "unmatched" of charges and refunds, "posted" of the other classes, "held" of types in no class. */
export type PayoutRowState = "matched" | "unmatched" | "posted" | "held";

export interface PayoutRow {
  readonly type: string;
  readonly class: RowClass | null;
  readonly amount: MinorUnits;
  readonly fee: MinorUnits;
  readonly net: MinorUnits;
  /** The sale that it settles. */
  readonly transaction?: TransactionId;
  readonly state: PayoutRowState;
  /** Absent: nobody has to ask about it. */
  readonly open?: OpenQuestion;
}

/** "banked": a bank line shows it. "reconciled": it agrees with its rows, the ledger and the bank. "returned": it came back to the gateway. */
export type PayoutState = "scheduled" | "sent" | "banked" | "reconciled" | "returned" | "cancelled";

export interface PayoutReportRow {
  readonly payout: string;
  readonly source: string;
  readonly account: string;
  readonly issuedOn: string;
  readonly currency: Currency;
  /** What the gateway pays out. */
  readonly stated: MinorUnits;
  /** False where the gateway does not say which rows are in it: then it has none here, and no variance is known. */
  readonly itemized: boolean;
  /** What its rows on record come to. */
  readonly matched: MinorUnits;
  /** stated − matched. */
  readonly variance: MinorUnits;
  /** What bank lines show of it. */
  readonly banked: MinorUnits;
  readonly state: PayoutState;
  /** What is amiss of the payout itself, such as money that is late. */
  readonly open?: OpenQuestion;
  readonly rows: readonly PayoutRow[];
}

export interface PayoutInput {
  readonly payout: SettlementPayout;
  readonly banked: MinorUnits;
  readonly isReturned: boolean;
  /** Whoever followed it last found that everything agrees. */
  readonly isReconciled: boolean;
  readonly open?: OpenQuestion | undefined;
}

export interface PayoutRowInput {
  readonly row: SettlementRow;
  readonly class: RowClass | undefined;
  readonly sale: TransactionId | undefined;
  readonly open?: OpenQuestion | undefined;
}

/** Each payout with its rows, by day and id. Rows of no payout yet are in none. */
export function payoutReport(payouts: readonly PayoutInput[], rows: readonly PayoutRowInput[]): PayoutReportRow[] {
  const byPayout = new Map<string, PayoutRowInput[]>();
  for (const each of rows) {
    if (each.row.payoutId === undefined || each.row.nature === "payout") continue;
    const key = `${each.row.source} ${each.row.account} ${each.row.payoutId}`;
    const known = byPayout.get(key);
    if (known === undefined) byPayout.set(key, [each]);
    else known.push(each);
  }
  return payouts
    .map(({ payout, banked, isReturned, isReconciled, open }) => {
      const own = byPayout.get(`${payout.source} ${payout.account} ${payout.id}`) ?? [];
      const matched = own.reduce((total, { row }) => total + row.net, 0);
      const variance = payout.itemized ? payout.net - matched : 0;
      return {
        payout: payout.id,
        source: payout.source,
        account: payout.account,
        issuedOn: payout.issuedOn,
        currency: payout.currency,
        stated: payout.net,
        itemized: payout.itemized,
        matched,
        variance,
        banked,
        // What its rows say now counts more than what they said when it was reconciled.
        state: stateOf(payout, banked, isReturned, isReconciled && variance === 0),
        ...(open === undefined ? {} : { open }),
        rows: own.sort(byTime).map(rowOf),
      };
    })
    .sort((a, b) => compareText(`${a.issuedOn} ${a.source} ${a.payout}`, `${b.issuedOn} ${b.source} ${b.payout}`));
}

function stateOf({ status }: SettlementPayout, banked: MinorUnits, isReturned: boolean, isReconciled: boolean): PayoutState {
  if (isReturned || status === "failed") return "returned";
  if (isReconciled && status !== "cancelled") return "reconciled";
  if (banked !== 0) return "banked";
  if (status === "scheduled" || status === "cancelled") return status;
  return "sent";
}

function rowOf({ row, class: rowClass, sale, open }: PayoutRowInput): PayoutRow {
  const fee = row.fees.reduce((total, part) => total + part.amount, 0);
  const base = { type: row.type, class: rowClass ?? null, amount: row.gross, fee, net: row.net, ...(open === undefined ? {} : { open }) };
  if (rowClass === undefined) return { ...base, state: "held" };
  if (rowClass !== "sale_refund") return { ...base, state: "posted" };
  return sale === undefined ? { ...base, state: "unmatched" } : { ...base, transaction: sale, state: "matched" };
}

function byTime(a: PayoutRowInput, b: PayoutRowInput): number {
  return compareText(`${a.row.occurredAt} ${a.row.id}`, `${b.row.occurredAt} ${b.row.id}`);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
