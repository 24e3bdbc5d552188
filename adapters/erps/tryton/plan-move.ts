import { movedStock, reversedStock, type StockChange, type StockLevels } from "#domain/inventory";
import { pairsOf } from "#domain/ledger";
import { type BoundJournal, type BoundLine, type BoundStock, type OrdersOfCall, Refused, type SentStep } from "#domain/posting";
import type { HeldLine, HeldMove } from "./books-read.ts";
import { type BookedMovement, type LineText, lineDescription, type MoveHead, shelf } from "./descriptions.ts";
import type { Books, House, TrytonItem } from "./directory.ts";
import { decimalOf, minorUnitsOf } from "./values.ts";

/** Tryton computes with Python objects, a line each: a longer journal would not be posted within a request. */
export const linesPerJournalMax = 1_000;
const memoCharactersMax = 200;

/** What a document writes into Tryton. */
export interface PlannedMove {
  readonly head: MoveHead;
  readonly date: string;
  readonly period: number;
  /** The move that this one takes back. */
  readonly origin: number | undefined;
  /** As Tryton takes them. */
  readonly lines: readonly object[];
  readonly movements: readonly BookedMovement[];
}

export interface Surroundings {
  readonly books: Books;
  readonly house: House;
  readonly levels: StockLevels;
  readonly orders: OrdersOfCall;
  readonly items: ReadonlyMap<string, TrytonItem>;
  readonly locations: ReadonlyMap<string, number>;
  /** Takes what a receipt into negative stock cost more or less than assumed; undefined when the policies name none. */
  readonly revaluationAccount: string | undefined;
}

type Post = Extract<SentStep, { kind: "post" }>;
type Reverse = Extract<SentStep, { kind: "reverse" }>;

export function planPost(step: Post, around: Surroundings): PlannedMove {
  const { document } = step;
  const { company } = around.books;
  if (document.functionalCurrency !== company.currency) {
    throw new Refused(
      "currency-mismatch",
      `${company.entity} keeps its books in ${company.currency} in the ERP, not in ${document.functionalCurrency}`,
    );
  }
  const memo = `${document.kind} ${document.event}${pairsOf(document.pair)
    .map(({ pair }) => ` pair ${pair}`)
    .join("")}`.slice(0, memoCharactersMax);
  const head = { key: step.erpKey, businessDate: document.businessDate, currency: document.currency, hash: step.hash, memo };
  const period = openPeriod(document.postingDate, around.books);
  const { lines, movements } = document.type === "journal" ? journalLines(document, around) : stockLines(document, around);
  return { head, date: document.postingDate, period, origin: undefined, lines, movements };
}

function openPeriod(day: string, { periods, company }: Books): number {
  const period = periods.find(({ from, to, open }) => open && from <= day && day <= to);
  if (period !== undefined) return period.id;
  const first = periods.find(({ open }) => open);
  const next = first === undefined ? "no period is open: open one" : `the first open period starts on ${first.from}`;
  throw new Refused("period-closed", `posting date ${day} is in no open period of ${company.entity} in the ERP: ${next}`);
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

function journalLines(document: BoundJournal, { books, house }: Surroundings): Pick<PlannedMove, "lines" | "movements"> {
  const { currency, key } = document;
  const { digits, currency: own } = books.company;
  const foreign = currency === own ? undefined : house.currencies.get(currency);
  if (currency !== own && foreign === undefined) {
    throw new Refused("unknown-currency", `the ERP does not know the currency ${currency}: create it there`);
  }
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
    return {
      ...amounts(line.functionalAmount, digits),
      account: accountId(line.account, books),
      description: lineDescription({ role: line.role, dimensions: dimensionsOf(line) }),
      ...(foreign === undefined || line.amount === 0
        ? {}
        : { second_currency: foreign.id, amount_second_currency: decimalOf(line.amount, foreign.digits) }),
    };
  });
  if (sum !== 0 || functionalSum !== 0) {
    const difference = sum !== 0 ? `${sum} ${currency}` : `${functionalSum} ${own} (functional)`;
    throw new Refused("unbalanced", `journal ${key} does not balance: debits less credits are ${difference} in minor units`);
  }
  return { lines, movements: [] };
}

/** Tax days are told apart by dimensions of the line: Tryton has no field for them. */
function dimensionsOf({ dimensions, amends }: BoundLine): Readonly<Record<string, string>> {
  return amends === undefined ? dimensions : { ...dimensions, "tax-date": amends.taxDate, "tax-date-original": amends.originalDate };
}

function amounts(amount: number, digits: number): object {
  return { debit: decimalOf(Math.max(amount, 0), digits), credit: decimalOf(Math.max(0 - amount, 0), digits) };
}

/** Tryton books no cost of goods for shipments: the hub does, Dr counter account (COGS) / Cr inventory, under the document's own key (c38). */
function stockLines(document: BoundStock, around: Surroundings): Pick<PlannedMove, "lines" | "movements"> {
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
  if (known === undefined) throw new Refused("unknown-item", `item ${item} is no product of the ERP: create it there with this code`);
  if (!known.active)
    throw new Refused("item-inactive", `item ${item} is not active in the ERP: make it active, or mend the item's mapping`);
  if (!locations.has(location)) {
    throw new Refused(
      "unknown-location",
      `location ${location} of ${books.company.entity} is no storage location of the ERP: create it there with this code`,
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

function newLine(amount: number, account: number, text: LineText, { company }: Books): object {
  return { ...amounts(amount, company.digits), account, description: lineDescription(text) };
}

function revaluationLines(amount: number, dimensions: LineText["dimensions"], { books, revaluationAccount }: Surroundings): object[] {
  if (amount === 0) return [];
  if (revaluationAccount === undefined) {
    throw new Refused("unknown-account", `the policies name no account for inventory-revaluation of ${books.company.entity}: add one`);
  }
  return [newLine(amount, accountId(revaluationAccount, books), { role: "inventory-revaluation", dimensions }, books)];
}

/** The mirror of what is held, or its negative (c36); goods come back at their own cost. */
export function planReversal(step: Reverse, original: HeldMove, held: readonly HeldLine[], around: Surroundings): PlannedMove {
  const { head } = original;
  if (head === undefined)
    throw new Refused("unknown-document", `document ${step.reverses} was not posted by the hub: take it back by hand`);
  const { books, house, levels } = around;
  const period = openPeriod(step.postingDate, books);
  const negative = step.correctionStyle === "negative";
  const foreign = head.currency === books.company.currency ? undefined : house.currencies.get(head.currency);
  const mirrored = held.map(({ account, debit, credit, secondAmount, text }) => ({
    account,
    debit: { __class__: "Decimal", decimal: negative ? negated(debit) : credit },
    credit: { __class__: "Decimal", decimal: negative ? negated(credit) : debit },
    ...(secondAmount === undefined || foreign === undefined
      ? {}
      : { second_currency: foreign.id, amount_second_currency: { __class__: "Decimal", decimal: negated(secondAmount) } }),
    text,
  }));
  const lines: object[] = [];
  const movements: BookedMovement[] = [];
  for (const { text, ...line } of [...mirrored].reverse()) {
    const movement = text?.movement;
    if (text === undefined || movement === undefined) {
      lines.push({ ...line, description: text === undefined ? "" : lineDescription(text) });
      continue;
    }
    const { id, item, location, quantityMillionths, cost, change: inventoryChange } = movement;
    requireGoods(item, location, around);
    const change = reversedStock(levels.get(item, location), { quantity: quantityMillionths, cost, inventoryChange });
    levels.set(item, location, change.level);
    const booked = bookedMovement({ id, item, location, quantityMillionths: 0 - quantityMillionths }, change, false);
    movements.push(booked);
    lines.push({ ...line, description: lineDescription({ role: text.role, dimensions: text.dimensions, movement: booked }) });
    // What the mirror lines do not say: value that would have been left without goods.
    const repair = change.inventoryChange + inventoryChange;
    if (repair !== 0) {
      lines.push({
        ...amounts(repair, books.company.digits),
        account: line.account,
        description: lineDescription({ role: "inventory", dimensions: {} }),
      });
      lines.push(...revaluationLines(0 - repair, {}, around));
    }
  }
  const memo = step.correctionStyle === "credit-note" ? `credit note: ${head.memo}`.slice(0, memoCharactersMax) : head.memo;
  return {
    head: { ...head, key: step.erpKey, memo },
    date: step.postingDate,
    period,
    origin: original.id,
    lines: lines.reverse(),
    movements,
  };
}

function negated(decimal: string): string {
  if (/^-?0*(\.0*)?$/.test(decimal)) return decimal.replace("-", "");
  return decimal.startsWith("-") ? decimal.slice(1) : `-${decimal}`;
}

/** Items and locations that a step moves, each once. */
export function goodsOf(step: SentStep, held: readonly HeldLine[]): readonly { readonly item: string; readonly location: string }[] {
  const moved =
    step.kind === "reverse"
      ? held.flatMap(({ text }) => (text?.movement === undefined ? [] : [text.movement]))
      : step.document.type === "stock"
        ? step.document.movements
        : [];
  return [...new Map(moved.map(({ item, location }) => [shelf(item, location), { item, location }])).values()];
}

/** Signed minor units of the books' currency. */
export function netOf({ debit, credit }: HeldLine, digits: number): number {
  return minorUnitsOf({ decimal: debit }, digits) - minorUnitsOf({ decimal: credit }, digits);
}
