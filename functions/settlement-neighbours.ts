import { addDays } from "#domain/calendar";
import type { BusinessEvent } from "#domain/events";
import type { TransactionId } from "#domain/identity";
import type { Reference, TransactionView } from "#domain/lineage";
import { classOfBalanceType, type Policy, terminalClose } from "#domain/policy";
import { isBatch, type SettlementRow } from "#domain/settlement";
import { readInBatches } from "./read-in-batches.ts";
import { factNamed, factsOf, type MatchPorts } from "./record-match.ts";
import { terminalDay } from "./settlement-document.ts";

/** An order has few rows; a name that more of them share is no order's name. */
const rowsBesideMax = 200;
/** A card terminal settles payments by the batch: those of five days of its till say which. */
export const salesMax = 5_000;
const namesMax = 60;

/** A row that is on record, and what else its stream says of it. */
export interface KnownRow {
  readonly transaction: TransactionId;
  readonly row: SettlementRow;
  readonly facts: readonly BusinessEvent[];
}

export function rowIn(view: TransactionView): KnownRow | undefined {
  const facts = factsOf(view);
  const recorded = factNamed(facts, "settlement.recorded");
  return recorded === undefined ? undefined : { transaction: view.transaction, row: recorded.row, facts };
}

/** All rows of this gateway account that name what these sales are called, the row itself among them. */
export async function rowsBeside(ports: MatchPorts, own: KnownRow, sales: readonly TransactionView[]): Promise<readonly KnownRow[]> {
  const { references, lineage } = ports;
  const names = new Set<string>();
  const add = (type: "settled-order" | "settled-payment", value: string | undefined) =>
    value !== undefined && names.add(`${type} ${value}`);
  const { orderId, orderName, merchantReference, transactionId, paymentId } = own.row.references;
  for (const value of [orderId, orderName, merchantReference]) add("settled-order", value);
  for (const value of [transactionId, paymentId]) add("settled-payment", value);
  for (const { type, value } of sales.flatMap((sale) => sale.documents).flatMap((document) => document.references)) {
    if (type === "order" || type === "order-name" || type === "ticket" || type === "receipt") add("settled-order", value);
    if (type === "payment" || type === "gateway-reference") add("settled-payment", value);
  }
  const found = new Set<TransactionId>();
  for (const { type, value } of terminalDays(own.row)) for (const transaction of await references.find(type, value)) found.add(transaction);
  for (const name of [...names].slice(0, namesMax)) {
    const [type, value] = [name.slice(0, name.indexOf(" ")) as "settled-order", name.slice(name.indexOf(" ") + 1)];
    for (const transaction of await references.find(type, value)) found.add(transaction);
  }
  found.delete(own.transaction);
  const others = [...found].sort().slice(0, rowsBesideMax);
  const read = await readInBatches(lineage, others, rowIn);
  const alike = read.filter(
    (each) =>
      (isBatch(own.row) || !isOfAnotherDay(ports.policy, each.row, own.row)) &&
      each.row.source === own.row.source &&
      each.row.account === own.row.account &&
      (each.row.class ?? classOfBalanceType(ports.policy, each.row.source, each.row.type)) === "sale_refund",
  );
  return [own, ...alike];
}

/** Whether two rows of one terminal are of different days: what the other one may take was not all read. */
export function isOfAnotherDay(policy: Policy, row: SettlementRow, own: SettlementRow): boolean {
  const [close, ownClose] = [terminalClose(policy, row), terminalClose(policy, own)];
  return close !== undefined && ownClose !== undefined && close.tills[0] !== ownClose.tills[0];
}

/** What the batches of the days around may take: then none of it is left for this one. */
export async function ticketsBeside(
  { policy, references, lineage }: MatchPorts,
  own: KnownRow,
  rows: readonly KnownRow[],
  sales: readonly TransactionView[],
): Promise<readonly TransactionView[]> {
  if (!isBatch(own.row)) return [];
  const ownTills: readonly string[] = terminalClose(policy, own.row)?.tills ?? [];
  const tills = new Set(rows.flatMap(({ row }) => terminalClose(policy, row)?.tills ?? []).filter((till) => !ownTills.includes(till)));
  const known = new Set(sales.map(({ transaction }) => transaction));
  const found = new Set<TransactionId>();
  for (const till of [...tills].sort()) {
    for (const transaction of await references.find("till-day", till)) {
      if (transaction.startsWith("sale:") && !known.has(transaction)) found.add(transaction);
    }
  }
  return readInBatches(lineage, [...found].sort().slice(0, salesMax - sales.length), (view) => view);
}

/** A till's day begins and ends at another time than a day of UTC. */
function terminalDays({ references, occurredAt }: SettlementRow): readonly Reference[] {
  const { terminalId } = references;
  const day = occurredAt.slice(0, 10);
  return terminalId === undefined ? [] : [addDays(day, -1), day, addDays(day, 1)].map((each) => terminalDay(terminalId, each));
}
