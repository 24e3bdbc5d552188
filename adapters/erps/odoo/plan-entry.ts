import { movedStock, reversedStock, type StockChange, type StockLevels } from "#domain/inventory";
import { currencyExponent } from "#domain/money";
import { type BoundJournal, type BoundLine, type BoundStock, type OrdersOfCall, Refused, type SentStep } from "#domain/posting";
import type { HeldEntry, HeldLine } from "./books-read.ts";
import type { Books, OdooCurrency, OdooItem } from "./directory.ts";
import { type BookedMovement, type EntryOrigin, type LineLabel, labelText, shelf } from "./labels.ts";
import { amountOf, minorUnitsOf } from "./values.ts";

/** Odoo computes with Python objects, a line each: a longer journal would not be posted within a request. */
export const linesPerJournalMax = 1_000;
const memoCharactersMax = 200;

/** What a document writes into Odoo. */
export interface PlannedEntry {
  readonly key: string;
  readonly origin: EntryOrigin;
  readonly date: string;
  /** The entry that this one takes back. */
  readonly reverses: number | undefined;
  /** Currency of the entry: Odoo's id. */
  readonly currency: number;
  /** As Odoo takes them. */
  readonly lines: readonly object[];
  readonly movements: readonly BookedMovement[];
}

export interface Surroundings {
  readonly books: Books;
  readonly currencies: readonly OdooCurrency[];
  readonly levels: StockLevels;
  readonly items: ReadonlyMap<string, OdooItem>;
  readonly locations: ReadonlyMap<string, number>;
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
  const foreign = foreignCurrency(currency, around);
  const { lines, movements } = document.type === "journal" ? journalLines(document, foreign, around) : stockLines(document, around);
  return {
    ...{ key: step.erpKey, origin: { businessDate, currency, hash: step.hash, memo }, date: postingDate, reverses: undefined },
    ...{ currency: foreign?.id ?? company.currencyId, lines, movements },
  };
}

/** Undefined for the currency of the books. */
function foreignCurrency(currency: string, { books, currencies }: Surroundings): OdooCurrency | undefined {
  if (currency === books.company.currency) return undefined;
  const found = currencies.find(({ code }) => code === currency);
  if (found?.active === true && found.digits !== currencyExponent(currency)) {
    const message = `the ERP keeps ${currency} with ${found.digits} decimals, not ${currencyExponent(currency)}: mend the rounding factor of the currency there`;
    throw new Refused("currency-precision", message);
  }
  if (found?.active === true) return found;
  throw new Refused("unknown-currency", `the currency ${currency} is not active in the ERP: make it active there`);
}

/** Odoo moves an entry of a locked day to the first open one when it is posted, and says nothing: so the day is looked at before. */
function requireOpen(day: string, { openFrom, company }: Books): void {
  if (openFrom === undefined || day >= openFrom) return;
  throw new Refused("period-closed", `posting date ${day} of ${company.entity} is locked in the ERP: the first open day is ${openFrom}`);
}

function accountId(code: string, { accounts, company }: Books): number {
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
  return account.id;
}

function journalLines(
  document: BoundJournal,
  foreign: OdooCurrency | undefined,
  { books }: Surroundings,
): Pick<PlannedEntry, "lines" | "movements"> {
  const { currency, key } = document;
  if (document.lines.length > linesPerJournalMax) {
    throw new Refused(
      "too-many-lines",
      `journal ${key} has ${document.lines.length} lines, this ERP takes ${linesPerJournalMax}: post in a finer grain`,
    );
  }
  let [sum, functionalSum] = [0, 0];
  const lines = document.lines.map((line) => {
    sum += line.amount;
    functionalSum += line.functionalAmount;
    const label = { role: line.role, dimensions: dimensionsOf(line) };
    // A line that is worth nothing in the foreign currency is an exchange difference: one of the books' own.
    const other = foreign === undefined || line.amount === 0 ? {} : { currency: foreign, amount: line.amount };
    return newLine(line.functionalAmount, accountId(line.account, books), label, books, other);
  });
  if (sum !== 0 || functionalSum !== 0) {
    const difference = sum !== 0 ? `${sum} ${currency}` : `${functionalSum} ${books.company.currency} (functional)`;
    throw new Refused("unbalanced", `journal ${key} does not balance: debits less credits are ${difference} in minor units`);
  }
  return { lines, movements: [] };
}

/** Tax days are told apart by dimensions of the line: journal entries of Odoo have no field for them. */
function dimensionsOf({ dimensions, amends }: BoundLine): Readonly<Record<string, string>> {
  return amends === undefined ? dimensions : { ...dimensions, "tax-date": amends.taxDate, "tax-date-original": amends.originalDate };
}

function newLine(
  amount: number,
  account: number,
  label: LineLabel,
  { company }: Books,
  other: { readonly currency?: OdooCurrency; readonly amount?: number } = {},
): object {
  return {
    account_id: account,
    name: labelText(label),
    debit: amountOf(Math.max(amount, 0), company.digits),
    credit: amountOf(Math.max(0 - amount, 0), company.digits),
    currency_id: other.currency?.id ?? company.currencyId,
    amount_currency: amountOf(other.amount ?? amount, other.currency?.digits ?? company.digits),
  };
}

/** Odoo books no cost of goods where stock is valued by hand: the hub does, Dr counter account (COGS) / Cr inventory, under the document's own key (c38). */
function stockLines(document: BoundStock, around: Surroundings): Pick<PlannedEntry, "lines" | "movements"> {
  const { books, levels } = around;
  const lines: object[] = [];
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
    if (counter !== 0) {
      lines.push(newLine(counter, accountId(movement.counterAccount, books), { role: movement.counterRole, dimensions }, books));
    }
    // Also when it is worth nothing: the line keeps the level.
    const inventory = accountId(movement.inventoryAccount, books);
    lines.push(newLine(change.inventoryChange, inventory, { role: "inventory", dimensions, movement: booked }, books));
    lines.push(...revaluationLines(change.revaluation, dimensions, around));
  }
  return { lines, movements };
}

function requireGoods(item: string, location: string, { items, locations, books }: Surroundings): void {
  const known = items.get(item);
  if (known === undefined)
    throw new Refused("unknown-item", `item ${item} is no product of the ERP: create it there with this internal reference`);
  if (!known.active)
    throw new Refused("item-inactive", `item ${item} is not active in the ERP: make it active, or mend the item's mapping`);
  if (!locations.has(location)) {
    throw new Refused(
      "unknown-location",
      `location ${location} of ${books.company.entity} is no internal location of the ERP: create it there with this barcode`,
    );
  }
}

function bookedMovement(
  of: Pick<BookedMovement, "id" | "item" | "location" | "quantityMillionths">,
  { cost, inventoryChange, level }: StockChange,
  costUnknown: boolean,
): BookedMovement {
  return { ...of, cost, change: inventoryChange, after: level, ...(costUnknown ? { costUnknown } : {}) };
}

function revaluationLines(amount: number, dimensions: LineLabel["dimensions"], { books, revaluationAccount }: Surroundings): object[] {
  if (amount === 0) return [];
  if (revaluationAccount === undefined) {
    throw new Refused("unknown-account", `the policies name no account for inventory-revaluation of ${books.company.entity}: add one`);
  }
  return [newLine(amount, accountId(revaluationAccount, books), { role: "inventory-revaluation", dimensions }, books)];
}

/** The mirror of what is held (c36); goods come back at their own cost. */
export function planReversal(step: Reverse, original: HeldEntry, held: readonly HeldLine[], around: Surroundings): PlannedEntry {
  const { origin } = original;
  if (origin === undefined)
    throw new Refused("unknown-document", `document ${step.reverses} was not posted by the hub: take it back by hand`);
  const { books, currencies, levels } = around;
  const { company } = books;
  requireOpen(step.postingDate, books);
  const lines: object[] = [];
  const movements: BookedMovement[] = [];
  for (const line of [...held].reverse()) {
    const foreign = line.currency === company.currencyId ? undefined : currencies.find(({ id }) => id === line.currency);
    const other = foreign === undefined ? {} : { currency: foreign, amount: 0 - minorUnitsOf(line.amount, foreign.digits) };
    const mirrored = 0 - netOf(line, company.digits);
    const { role = "", dimensions = {}, movement } = line.label ?? {};
    if (movement === undefined) {
      lines.push(newLine(mirrored, line.account, { role, dimensions }, books, other));
      continue;
    }
    const { id, item, location, quantityMillionths, cost, change: inventoryChange } = movement;
    requireGoods(item, location, around);
    const change = reversedStock(levels.get(item, location), { quantity: quantityMillionths, cost, inventoryChange });
    levels.set(item, location, change.level);
    const booked = bookedMovement({ id, item, location, quantityMillionths: 0 - quantityMillionths }, change, false);
    movements.push(booked);
    lines.push(newLine(mirrored, line.account, { role, dimensions, movement: booked }, books, other));
    // What the mirror lines do not say: value that would have been left without goods.
    const repair = change.inventoryChange + inventoryChange;
    if (repair !== 0) {
      lines.push(newLine(repair, line.account, { role: "inventory", dimensions: {} }, books));
      lines.push(...revaluationLines(0 - repair, {}, around));
    }
  }
  // Odoo has no other way to take an entry back: what it stands for is told.
  const told = { negative: "negative posting: ", "credit-note": "credit note: " };
  const memo = `${step.correctionStyle === undefined ? "" : told[step.correctionStyle]}${origin.memo}`.slice(0, memoCharactersMax);
  const currency = currencies.find(({ code }) => code === origin.currency)?.id ?? company.currencyId;
  return {
    ...{ key: step.erpKey, origin: { ...origin, memo }, date: step.postingDate, reverses: original.id },
    ...{ currency, lines: lines.reverse(), movements },
  };
}

/** Items and locations that a step moves, each once. */
export function goodsOf(step: SentStep, held: readonly HeldLine[]): readonly { readonly item: string; readonly location: string }[] {
  const moved =
    step.kind === "reverse"
      ? held.flatMap(({ label }) => (label?.movement === undefined ? [] : [label.movement]))
      : step.document.type === "stock"
        ? step.document.movements
        : [];
  return [...new Map(moved.map(({ item, location }) => [shelf(item, location), { item, location }])).values()];
}

/** Signed minor units of the books' currency. */
export function netOf({ debit, credit }: HeldLine, digits: number): number {
  return minorUnitsOf(debit, digits) - minorUnitsOf(credit, digits);
}
