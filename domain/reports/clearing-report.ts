import { daysBetween } from "#domain/calendar";
import type { TransactionId } from "#domain/identity";
import type { Currency, MinorUnits } from "#domain/money";
import type { SettlementPayout, SettlementRow } from "#domain/settlement";
import type { OpenQuestion } from "./open-question.ts";

/** One clearing account of a gateway: what stands there is money that the gateway has, or owes, for an entity in a currency. */
export interface ClearingAccount {
  readonly entity: string;
  readonly gateway: string;
  readonly currency: Currency;
}

/** A journal line on a clearing role, as the ERP holds it. */
export interface ClearingLine extends ClearingAccount {
  /** Debit less credit, minor units of `currency`. */
  readonly amount: MinorUnits;
  /** YYYY-MM-DD. */
  readonly businessDate: string;
  /** Absent for what the hub did not post: opening balances, journals by hand. */
  readonly transaction?: TransactionId;
  /** For people: the order's name, the ERP's number of a journal by hand. */
  readonly reference: string;
}

/** A settlement row on record. `account` is that of the gateway account; its payments may wait in another entity's. */
export interface ClearingRow {
  readonly transaction: TransactionId;
  readonly account: ClearingAccount;
  readonly row: SettlementRow;
  readonly parts: readonly {
    readonly sale: TransactionId;
    readonly amount: MinorUnits;
    readonly sold?: { readonly amount: MinorUnits; readonly currency: Currency } | undefined;
  }[];
  /** In whose clearing account the payments wait; absent while none is known. */
  readonly seller?: string;
  /** True for a type that is in no class. */
  readonly unlisted: boolean;
  readonly open?: OpenQuestion | undefined;
}

export interface ClearingPayout {
  readonly transaction: TransactionId;
  readonly account: ClearingAccount;
  readonly payout: SettlementPayout;
  readonly open?: OpenQuestion | undefined;
}

export interface ClearingInput {
  readonly lines: readonly ClearingLine[];
  readonly rows: readonly ClearingRow[];
  readonly payouts: readonly ClearingPayout[];
  /** Gateways that an account of the policies settles, as "entity gateway"; the others are cleared by hand. */
  readonly settled: ReadonlySet<string>;
  readonly today: string;
}

/** Something that keeps a clearing account from zero. All items of an account come to its balance. */
export interface ClearingItem extends ClearingAccount {
  readonly kind: "sale" | "row" | "payout" | "other";
  readonly transaction: TransactionId | null;
  readonly reference: string;
  /** Debit positive: the gateway still has it for us. */
  readonly amount: MinorUnits;
  /** Since when, YYYY-MM-DD. */
  readonly since: string;
  readonly ageDays: number;
  readonly waitsFor: string;
  /** Absent: it waits in its time, and nobody has to ask. */
  readonly open?: OpenQuestion;
}

export interface ClearingBalance extends ClearingAccount {
  readonly balance: MinorUnits;
  readonly items: readonly ClearingItem[];
}

/** The part of an account that no payout itemizes. */
const runningBalance = "balance at the gateway";

/**
 * Why each clearing account is not zero, to the cent. A sale is open by what no row has settled of it, a row by what is known of only one
 * side, a payout by the difference between its rows and what it took. These parts are all there is: together they are the balance.
 */
export function clearingReport({ lines, rows, payouts, settled, today }: ClearingInput): ClearingBalance[] {
  const accounts = new Map<string, OpenAccount>();
  const at = (account: ClearingAccount): OpenAccount => {
    const key = `${account.entity} ${account.gateway} ${account.currency}`;
    let found = accounts.get(key);
    if (found === undefined) accounts.set(key, (found = new OpenAccount(account)));
    return found;
  };
  const byRow = new Map(rows.map((each) => [each.transaction, each]));
  const byPayout = new Map(payouts.map((each) => [each.transaction, each]));
  // Without a word about which rows are in a payout, all that is not itemized is one balance at the gateway.
  const running = new Map<TransactionId, TransactionId>();
  const runningAt = new Set<string>();
  for (const { transaction, account, payout } of payouts) {
    if (payout.itemized) continue;
    running.set(transaction, runningBalance);
    runningAt.add(`${account.entity} ${account.gateway} ${payout.source} ${payout.account}`);
  }
  for (const line of lines) {
    const account = at(line);
    account.balance += line.amount;
    if (line.transaction !== undefined && running.has(line.transaction)) {
      account.add("payout", runningBalance, line.amount, line.businessDate, runningBalance);
      continue;
    }
    const kind = kindOf(line.transaction, byRow, byPayout);
    const part = account.add(kind, line.transaction ?? `other ${line.reference}`, line.amount, line.businessDate, line.reference);
    part.booked += line.amount;
  }
  const payoutOf = new Map(payouts.map(({ transaction, payout, account }) => [payoutKey(account, payout.source, payout.id), transaction]));
  for (const each of rows) addRow(each, at, payoutOf, runningAt);
  return [...accounts.values()]
    .map(({ account, balance, parts }) => ({ ...account, balance, items: [...parts.values()].flatMap((part) => item(account, part)) }))
    .filter(({ balance, items }) => balance !== 0 || items.length > 0)
    .sort((a, b) => compareText(`${a.entity} ${a.gateway} ${a.currency}`, `${b.entity} ${b.gateway} ${b.currency}`));

  function item(account: ClearingAccount, part: OpenPart): ClearingItem[] {
    if (part.amount === 0) return [];
    const { kind, transaction, amount, since, reference } = part;
    const isSettled = settled.has(`${account.entity} ${account.gateway}`);
    const waitsFor = waitsForOf(part, byRow.get(transaction), byPayout.get(transaction), isSettled);
    const known = kind === "other" || transaction === runningBalance ? null : transaction;
    const open = (kind === "row" ? byRow : byPayout).get(transaction)?.open;
    const ageDays = Math.max(daysBetween(since, today), 0);
    const asked = open === undefined ? {} : { open };
    return [{ ...account, kind, transaction: known, reference, amount, since, ageDays, waitsFor, ...asked }];
  }
}

interface OpenPart {
  readonly kind: ClearingItem["kind"];
  readonly transaction: TransactionId;
  reference: string;
  amount: MinorUnits;
  /** What of it journals say. */
  booked: MinorUnits;
  since: string;
}

class OpenAccount {
  readonly account: ClearingAccount;
  balance: MinorUnits = 0;
  readonly parts = new Map<string, OpenPart>();

  constructor({ entity, gateway, currency }: ClearingAccount) {
    this.account = { entity, gateway, currency };
  }

  add(kind: ClearingItem["kind"], transaction: TransactionId, amount: MinorUnits, since: string, reference: string): OpenPart {
    let part = this.parts.get(transaction);
    if (part === undefined) this.parts.set(transaction, (part = { kind, transaction, amount: 0, booked: 0, since, reference }));
    part.amount += amount;
    if (since < part.since) part.since = since;
    return part;
  }
}

/** What a row moves from one open part to another: from the sale to the row, and from the row to its payout. */
function addRow(
  each: ClearingRow,
  at: (account: ClearingAccount) => OpenAccount,
  payoutOf: ReadonlyMap<string, TransactionId>,
  runningAt: ReadonlySet<string>,
): void {
  const { row, transaction, account } = each;
  const day = row.occurredAt.slice(0, 10);
  const name = row.references.orderName ?? row.references.merchantReference ?? row.references.paymentId ?? row.id;
  const reference = `${row.type} ${name}`;
  for (const { sale, amount: settled, sold } of each.parts) {
    // Of a payment in another currency the row's own journals bring what the gateway gave for it.
    const { amount, currency } = sold ?? { amount: settled, currency: account.currency };
    const sellers = at({ ...account, currency, entity: each.seller ?? account.entity });
    sellers.add("sale", sale, -amount, day, sale);
    sellers.add("row", transaction, amount, day, reference);
  }
  // The row that is the payout itself says what the payout's own stream books.
  if (row.nature === "payout") return;
  const own = at(account);
  // Its journals name the stream alone.
  own.add("row", transaction, -row.net, day, reference).reference = reference;
  const payout = row.payoutId === undefined ? undefined : payoutOf.get(payoutKey(account, row.source, row.payoutId));
  const isRunning = runningAt.has(`${account.entity} ${account.gateway} ${row.source} ${row.account}`);
  if (payout === undefined && isRunning) own.add("payout", runningBalance, row.net, day, runningBalance);
  else if (payout === undefined) own.add("payout", `${transaction} unpaid`, row.net, day, reference);
  else own.add("payout", payout, row.net, day, `payout ${row.payoutId}`);
  const returned = row.nature === "payout-returned" ? row.references.pspReference : undefined;
  const back = returned === undefined ? undefined : payoutOf.get(payoutKey(account, row.source, returned));
  if (back === undefined) return;
  own.add("row", transaction, row.net, day, reference);
  own.add("payout", back, -row.net, day, `payout ${returned}`);
}

function payoutKey({ entity, gateway, currency }: ClearingAccount, source: string, id: string): string {
  return `${entity} ${gateway} ${currency} ${source} ${id}`;
}

function kindOf(
  transaction: TransactionId | undefined,
  rows: ReadonlyMap<TransactionId, unknown>,
  payouts: ReadonlyMap<TransactionId, unknown>,
): ClearingItem["kind"] {
  if (transaction === undefined) return "other";
  return rows.has(transaction) ? "row" : payouts.has(transaction) ? "payout" : "sale";
}

function waitsForOf(part: OpenPart, row: ClearingRow | undefined, payout: ClearingPayout | undefined, isSettled: boolean): string {
  switch (part.kind) {
    case "sale":
      if (!isSettled) return "a gateway account in the policies";
      if (part.booked === 0) return "the sale to be posted";
      return Math.sign(part.amount) === Math.sign(part.booked) ? "its settlement row" : "an explanation of the difference";
    case "row":
      if (row?.unlisted === true) return `a class for the type ${JSON.stringify(row.row.type)}`;
      if (row?.row.nature === "transfer") return "the other batch that carries it";
      if (row?.row.nature === "payout-returned") return "the payout that came back";
      return row?.parts.length === 0 ? "its sale" : "an explanation of the difference from its sale";
    case "payout":
      if (part.transaction === runningBalance) return "the next payout of the balance";
      if (payout === undefined) return "its payout";
      if (payout.payout.status === "scheduled") return "the payout to be sent";
      return payout.payout.status === "failed" || payout.payout.status === "cancelled"
        ? "the payout to be sent again"
        : "rows of the payout";
    case "other":
      return "an explanation: the hub did not post it";
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
