import { movedStock, reversedStock, type StockChange, type StockLevels } from "#domain/inventory";
import { type BoundJournal, type BoundLine, type BoundStock, type OrdersOfCall, Refused, type SentStep } from "#domain/posting";
import type { HeldEntry, HeldRow } from "./books-read.ts";
import type { Books, ErpNextItem } from "./directory.ts";
import { type BookedMovement, type EntryRemark, type RowRemark, shelfOf, shortHash } from "./remarks.ts";
import { amountOf, minorUnitsOf } from "./values.ts";

/** ERPNext looks at each row by itself: a longer journal would not be submitted within a request. */
export const linesPerJournalMax = 1_000;
const memoCharactersMax = 200;
/** ERPNext keeps a remark as MariaDB's TEXT, 65,535 bytes, and again behind "Note: "; a longer one is no answer but an error of its database. */
const remarkBytesMax = 60_000;

/** What a document writes into ERPNext. */
export interface PlannedEntry {
  readonly key: string;
  readonly remark: EntryRemark;
  readonly date: string;
  /** Name of the entry that this one takes back. */
  readonly reverses: string | undefined;
  readonly rows: readonly PlannedRow[];
}

/** A row of the Journal Entry, as ERPNext takes it: major units of the company's currency. */
export interface PlannedRow {
  readonly account: string;
  readonly cost_center: string;
  readonly user_remark: string;
  readonly debit_in_account_currency: number;
  readonly credit_in_account_currency: number;
}

export interface Surroundings {
  readonly books: Books;
  readonly levels: StockLevels;
  readonly items: ReadonlyMap<string, ErpNextItem>;
  readonly warehouses: ReadonlyMap<string, { readonly name: string; readonly active: boolean }>;
  readonly orders: OrdersOfCall;
  /** Takes what a receipt into negative stock cost more or less than assumed; undefined when the policies name none. */
  readonly revaluationAccount: string | undefined;
}

type Post = Extract<SentStep, { kind: "post" }>;
type Reverse = Extract<SentStep, { kind: "reverse" }>;

export function planPost(step: Post, around: Surroundings): PlannedEntry {
  const { document } = step;
  const { company } = around.books;
  if (document.functionalCurrency !== company.currency) {
    throw new Refused(
      "currency-mismatch",
      `${company.entity} keeps its books in ${company.currency} in the ERP, not in ${document.functionalCurrency}`,
    );
  }
  const memo = `${document.kind} ${document.event}${document.pair === undefined ? "" : ` pair ${document.pair}`}`.slice(
    0,
    memoCharactersMax,
  );
  const { businessDate, currency, postingDate } = document;
  requireOpen(postingDate, around.books);
  const { rows, movements } = document.type === "journal" ? journalRows(document, around) : stockRows(document, around);
  requireWorth(rows, step.erpKey);
  const remark: EntryRemark = { throughline: 1, businessDate, currency, hash: shortHash(step.hash), memo, movements };
  requireRoom(remark, step.erpKey);
  return { key: step.erpKey, remark, date: postingDate, reverses: undefined, rows };
}

function requireRoom(remark: EntryRemark, key: string): void {
  if (Buffer.byteLength(JSON.stringify(remark)) <= remarkBytesMax) return;
  throw new Refused(
    "too-many-lines",
    `document ${key} has ${remark.movements.length} movements, more than the remark of an entry of this ERP holds: divide it`,
  );
}

/** ERPNext takes no entry without rows, and no row without an amount. */
function requireWorth(rows: readonly object[], key: string): void {
  if (rows.length > 0) return;
  throw new Refused(
    "no-cost",
    `document ${key} is worth nothing, and this ERP books no such entry: give the receipt of its goods with their cost`,
  );
}

function requireOpen(day: string, { periods, company }: Books): void {
  if (periods.some(({ from, to, open }) => open && from <= day && day <= to)) return;
  const first = periods.find(({ open }) => open);
  const next = first === undefined ? "no period is open: open one" : `the first open period starts on ${first.from}`;
  throw new Refused("period-closed", `posting date ${day} is in no open period of ${company.entity} in the ERP: ${next}`);
}

function accountName(code: string, { accounts, company }: Books): string {
  const account = accounts.get(code);
  if (account === undefined) {
    throw new Refused(
      "unknown-account",
      `account ${code} is not in the chart of ${company.entity} in the ERP: create it, or mend the mapping`,
    );
  }
  if (!account.active) {
    throw new Refused(
      "account-inactive",
      `account ${code} of ${company.entity} takes no documents in the ERP: open it, or mend the mapping`,
    );
  }
  return account.name;
}

function journalRows(document: BoundJournal, { books }: Surroundings): { rows: PlannedRow[]; movements: BookedMovement[] } {
  const { currency, key } = document;
  if (document.lines.length > linesPerJournalMax) {
    throw new Refused(
      "too-many-lines",
      `journal ${key} has ${document.lines.length} lines, this ERP takes ${linesPerJournalMax}: post in a finer grain`,
    );
  }
  let [sum, functionalSum] = [0, 0];
  const isForeign = currency !== books.company.currency;
  const rows = document.lines.flatMap((line) => {
    sum += line.amount;
    functionalSum += line.functionalAmount;
    const remark = { role: line.role, dimensions: dimensionsOf(line), ...(isForeign ? { amount: line.amount } : {}) };
    return newRow(line.functionalAmount, accountName(line.account, books), remark, books);
  });
  if (sum !== 0 || functionalSum !== 0) {
    const difference = sum !== 0 ? `${sum} ${currency}` : `${functionalSum} ${books.company.currency} (functional)`;
    throw new Refused("unbalanced", `journal ${key} does not balance: debits less credits are ${difference} in minor units`);
  }
  return { rows, movements: [] };
}

/** Tax days are told apart by dimensions of the line: ERPNext has no field for them. */
function dimensionsOf({ dimensions, amends }: BoundLine): Readonly<Record<string, string>> {
  return amends === undefined ? dimensions : { ...dimensions, "tax-date": amends.taxDate, "tax-date-original": amends.originalDate };
}

function newRow(amount: number, account: string, remark: RowRemark, { company }: Books): PlannedRow[] {
  if (amount === 0) return [];
  return [
    {
      ...{ account, cost_center: company.costCenter, user_remark: JSON.stringify({ ...remark, net: amount }) },
      debit_in_account_currency: amountOf(Math.max(amount, 0), company.digits),
      credit_in_account_currency: amountOf(Math.max(0 - amount, 0), company.digits),
    },
  ];
}

/** Without perpetual inventory ERPNext books no cost of goods: the hub does, Dr counter account (COGS) / Cr inventory, under the document's own key (c38). */
function stockRows(document: BoundStock, around: Surroundings): { rows: PlannedRow[]; movements: BookedMovement[] } {
  const { books, levels } = around;
  const rows: PlannedRow[] = [];
  const movements: BookedMovement[] = [];
  around.orders.receive(document);
  for (const movement of document.movements) {
    const { id, item, location, quantityMillionths, totalCost } = movement;
    requireGoods(item, location, around);
    const before = levels.get(item, location);
    const change = movedStock(before, quantityMillionths, totalCost);
    levels.set(item, location, change.level);
    const costUnknown = totalCost === undefined && before.averageQuantity === 0;
    const booked = bookedMovement({ id, item, location, quantityMillionths }, change, costUnknown);
    movements.push(booked);
    const dimensions = { location, "item-class": movement.itemClass, ...movement.counterDimensions };
    const counter = quantityMillionths < 0 ? change.cost : 0 - change.cost;
    const counterAccount = accountName(movement.counterAccount, books);
    rows.push(...newRow(counter, counterAccount, { role: movement.counterRole, dimensions }, books));
    const inventory = accountName(movement.inventoryAccount, books);
    rows.push(...newRow(change.inventoryChange, inventory, { role: "inventory", dimensions }, books));
    rows.push(...revaluationRows(change.revaluation, dimensions, around));
  }
  return { rows, movements };
}

function requireGoods(item: string, location: string, { items, warehouses, books }: Surroundings): void {
  const known = items.get(item);
  if (known === undefined) throw new Refused("unknown-item", `item ${item} is no item of the ERP: create it there with this code`);
  if (!known.active)
    throw new Refused("item-inactive", `item ${item} is not active in the ERP: make it active, or mend the item's mapping`);
  if (warehouses.get(location)?.active !== true) {
    throw new Refused(
      "unknown-location",
      `location ${location} of ${books.company.entity} is no active warehouse of the ERP: create it there with this name`,
    );
  }
}

function bookedMovement(
  of: Pick<BookedMovement, "id" | "item" | "location" | "quantityMillionths">,
  { cost, inventoryChange, level }: StockChange,
  costUnknown: boolean,
): BookedMovement {
  const shelf = shelfOf(of.item, of.location);
  return { ...of, shelf, cost, change: inventoryChange, after: { ...level }, ...(costUnknown ? { costUnknown } : {}) };
}

function revaluationRows(amount: number, dimensions: RowRemark["dimensions"], { books, revaluationAccount }: Surroundings): PlannedRow[] {
  if (amount === 0) return [];
  if (revaluationAccount === undefined) {
    throw new Refused("unknown-account", `the policies name no account for inventory-revaluation of ${books.company.entity}: add one`);
  }
  return newRow(amount, accountName(revaluationAccount, books), { role: "inventory-revaluation", dimensions }, books);
}

/** The mirror of what is held (c36); goods come back at their own cost. */
export function planReversal(step: Reverse, original: HeldEntry, held: readonly HeldRow[], around: Surroundings): PlannedEntry {
  const { remark } = original;
  if (remark === undefined)
    throw new Refused("unknown-document", `document ${step.reverses} was not posted by the hub: take it back by hand`);
  const { books, levels } = around;
  requireOpen(step.postingDate, books);
  const rows = held.flatMap((row) => {
    const { role = "", dimensions = {}, amount } = row.remark ?? {};
    const mirrored = { role, dimensions, ...(amount === undefined ? {} : { amount: 0 - amount }) };
    return newRow(0 - netOf(row, books.company.digits), row.account, mirrored, books);
  });
  const movements: BookedMovement[] = [];
  for (const { id, item, location, quantityMillionths, cost, change: inventoryChange } of [...remark.movements].reverse()) {
    requireGoods(item, location, around);
    const change = reversedStock(levels.get(item, location), { quantity: quantityMillionths, cost, inventoryChange });
    levels.set(item, location, change.level);
    movements.unshift(bookedMovement({ id, item, location, quantityMillionths: 0 - quantityMillionths }, change, false));
    // What the mirror rows do not say: value that would have been left without goods.
    const repair = change.inventoryChange + inventoryChange;
    const inventory = held.find((row) => row.remark?.role === "inventory")?.account;
    if (repair === 0 || inventory === undefined) continue;
    rows.push(...newRow(repair, inventory, { role: "inventory", dimensions: {} }, books), ...revaluationRows(0 - repair, {}, around));
  }
  // ERPNext has no other way to take an entry back: what it stands for is told.
  const told = { negative: "negative posting: ", "credit-note": "credit note: " };
  const memo = `${step.correctionStyle === undefined ? "" : told[step.correctionStyle]}${remark.memo}`.slice(0, memoCharactersMax);
  const reversal = { ...remark, memo, movements };
  requireRoom(reversal, step.erpKey);
  return { key: step.erpKey, remark: reversal, date: step.postingDate, reverses: original.name, rows };
}

/** Items and locations that a step moves, each once. */
export function goodsOf(
  step: SentStep,
  original: EntryRemark | undefined,
): readonly { readonly item: string; readonly location: string }[] {
  const moved = step.kind === "reverse" ? (original?.movements ?? []) : step.document.type === "stock" ? step.document.movements : [];
  return [...new Map(moved.map(({ item, location }) => [shelfOf(item, location), { item, location }])).values()];
}

/** Whether ERPNext keeps these rows as their remarks say, to the last decimal: it rounds to what its site is set to, whatever the currency of the company. */
export function areKept(held: readonly HeldRow[], digits: number): boolean {
  return held.every((row) => row.remark?.net === undefined || row.remark.net === netOf(row, digits));
}

/** Signed minor units of the books' currency. */
export function netOf({ debit, credit }: Pick<HeldRow, "debit" | "credit">, digits: number): number {
  return minorUnitsOf(debit, digits) - minorUnitsOf(credit, digits);
}
