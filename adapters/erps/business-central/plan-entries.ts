import { movedStock, reversedStock, type StockLevel } from "#domain/inventory";
import { formatMinorUnits } from "#domain/money";
import { type BoundJournal, type BoundLine, type BoundStock, Refused, type SentStep } from "#domain/posting";
import {
  type BookedMovement,
  continuation,
  descriptionsOf,
  type EntryText,
  type Head,
  postingNumber,
  reversalNumber,
} from "./descriptions.ts";
import type { Books } from "./directory.ts";
import type { PostedDocument } from "./entries-read.ts";

/** Business Central posts a journal within one request, which may run for ten minutes: a longer one is not tried. */
export const linesPerJournalMax = 1_000;
const splitsMax = 8;

/** Stock levels after the documents of a call so far. */
export interface Levels {
  get(item: string, location: string): StockLevel;
  set(item: string, location: string, level: StockLevel): void;
}

/** A document as it is sent: the lines of a general journal. */
export interface PlannedDocument {
  readonly number: string;
  readonly lines: readonly object[];
  readonly entries: readonly { readonly text: EntryText }[];
}

export interface Surroundings {
  readonly books: Books;
  readonly levels: Levels;
  /** Whether it may be moved, by number. */
  readonly items: ReadonlyMap<string, boolean>;
  readonly locations: ReadonlySet<string>;
  /** Takes what a receipt into negative stock cost more or less than assumed; undefined when the policies name none. */
  readonly revaluationAccount: string | undefined;
}

type Post = Extract<SentStep, { kind: "post" }>;
type Reverse = Extract<SentStep, { kind: "reverse" }>;

interface PlannedLine {
  readonly account: string;
  /** Signed, minor units of the books' currency. */
  readonly amount: number;
  readonly text: EntryText;
  readonly dimensions: Readonly<Record<string, string>>;
}

export function planPost(step: Post, around: Surroundings): PlannedDocument {
  const { document } = step;
  const { company } = around.books;
  if (document.functionalCurrency !== company.currency) {
    throw new Refused(
      "currency-mismatch",
      `${company.entity} keeps its books in ${company.currency} in Business Central, not in ${document.functionalCurrency}`,
    );
  }
  const head = { key: step.erpKey, businessDate: document.businessDate, currency: document.currency, hash: step.hash };
  const lines = document.type === "journal" ? journalLines(document, around) : stockLines(document, around);
  return planned(head, postingNumber(step.erpKey), document.postingDate, lines, around);
}

function planned(head: Head, number: string, day: string, all: readonly PlannedLine[], { books }: Surroundings): PlannedDocument {
  const { company, allowed } = books;
  if (day < allowed.from || day > allowed.to) {
    const span = `${allowed.from === "0001-01-01" ? "…" : allowed.from} to ${allowed.to === "9999-12-31" ? "…" : allowed.to}`;
    throw new Refused(
      "period-closed",
      `posting date ${day} is not within the posting dates that Business Central allows for ${company.entity}: ${span}`,
    );
  }
  // Business Central posts no line without an amount.
  const lines = all.filter(({ amount }) => amount !== 0);
  for (const { account } of lines) requireAccount(account, books);
  if (lines.length === 0)
    throw new Refused("nothing-to-post", `${head.key} moves no amount, and Business Central posts no line without one`);
  const told = describedLines(head, lines);
  if (told === undefined) {
    throw new Refused(
      "text-too-long",
      `the key of ${head.key} and what its ${lines.length} lines tell do not fit into descriptions of 100 characters: use shorter names`,
    );
  }
  return {
    number,
    entries: lines,
    lines: told.map(({ account, amount, dimensions, description }, index) => ({
      lineNumber: (index + 1) * 10_000,
      accountType: "G/L Account",
      accountNumber: account,
      postingDate: day,
      documentNumber: number,
      amount: amountOf(amount, company.currency),
      description,
      dimensionSetLines: Object.entries(dimensions)
        .map(([name, value]) => ({ code: name.toUpperCase(), valueCode: value.toUpperCase() }))
        .filter(({ code }) => books.dimensions.has(code)),
    })),
  };
}

/**
 * The lines with their descriptions. Where these cannot hold what is to be told, a line is split: one unit of it goes to the same account in a line of its
 * own, which has room for 98 characters more. Undefined when no line can be split any more.
 */
function describedLines(
  head: Head,
  lines: readonly PlannedLine[],
): readonly (PlannedLine & { readonly description: string })[] | undefined {
  let split = [...lines];
  for (let splits = 0; splits <= splitsMax; splits += 1) {
    const descriptions = descriptionsOf(
      head,
      split.map(({ text }) => text),
    );
    if (descriptions !== undefined) return split.map((line, index) => ({ ...line, description: descriptions[index] ?? "" }));
    const index = split.findIndex(({ amount, text }) => Math.abs(amount) > 1 && text.movement === undefined);
    const line = split[index];
    if (line === undefined) return undefined;
    const unit = Math.sign(line.amount);
    const parts = [
      { ...line, amount: line.amount - unit },
      { ...line, amount: unit, text: { role: continuation } },
    ];
    split = [...split.slice(0, index), ...parts, ...split.slice(index + 1)];
  }
  return undefined;
}

function requireAccount(number: string, { accounts, company }: Books): void {
  const account = accounts.get(number);
  if (account === undefined) {
    throw new Refused(
      "unknown-account",
      `account ${number} is not in the chart of ${company.entity} in Business Central: create it, or mend the mapping`,
    );
  }
  if (account.active) return;
  throw new Refused(
    "account-inactive",
    `account ${number} of ${company.entity} takes no journal lines in Business Central: unblock it and allow direct posting, or mend the mapping`,
  );
}

/** A decimal as JSON takes it. Throws RangeError when a number of JSON cannot carry it exactly. */
function amountOf(minorUnits: number, currency: string): number {
  const decimal = formatMinorUnits(minorUnits, currency);
  const amount = Number(decimal);
  if (amount.toFixed(decimal.split(".")[1]?.length ?? 0) !== decimal)
    throw new RangeError(`${decimal} ${currency} is beyond the exact range`);
  return amount;
}

function journalLines(document: BoundJournal, { books }: Surroundings): PlannedLine[] {
  const { currency, key, lines } = document;
  const own = books.company.currency;
  if (lines.length > linesPerJournalMax) {
    throw new Refused(
      "too-many-lines",
      `journal ${key} has ${lines.length} lines, at most ${linesPerJournalMax} are sent: post in a finer grain`,
    );
  }
  let [sum, functionalSum] = [0, 0];
  for (const { amount, functionalAmount } of lines) {
    sum += amount;
    functionalSum += functionalAmount;
  }
  if (sum !== 0 || functionalSum !== 0) {
    const difference = sum !== 0 ? `${sum} ${currency}` : `${functionalSum} ${own} (functional)`;
    throw new Refused("unbalanced", `journal ${key} does not balance: debits less credits are ${difference} in minor units`);
  }
  return lines.map((line) => ({
    account: line.account,
    amount: line.functionalAmount,
    // Journal lines of API v2.0 have no currency: the books' own is posted, and the description says the document's.
    text: { role: line.role, ...(currency === own ? {} : { amount: line.amount }) },
    dimensions: dimensionsOf(line),
  }));
}

/** Tax days are told apart by dimensions of the line. */
function dimensionsOf({ dimensions, amends }: BoundLine): Readonly<Record<string, string>> {
  return amends === undefined ? dimensions : { ...dimensions, "tax-date": amends.taxDate, "tax-date-original": amends.originalDate };
}

/** The hub books cost of goods and inventory under the document's own key (decision 0050). */
function stockLines(document: BoundStock, around: Surroundings): PlannedLine[] {
  return document.movements.flatMap((movement) => {
    const { id, item, location, quantityMillionths, totalCost } = movement;
    requireGoods(item, location, around);
    const change = movedStock(around.levels.get(item, location), quantityMillionths, totalCost);
    around.levels.set(item, location, change.level);
    const booked = { id, item, location, quantityMillionths, cost: change.cost, change: change.inventoryChange, after: change.level };
    const dimensions = { location, "item-class": movement.itemClass, ...movement.counterDimensions };
    const counter = quantityMillionths < 0 ? change.cost : 0 - change.cost;
    return [
      { account: movement.counterAccount, amount: counter, text: { role: movement.counterRole }, dimensions },
      inventoryLine(movement.inventoryAccount, booked, dimensions),
      ...revaluationLines(change.revaluation, dimensions, around),
    ];
  });
}

function inventoryLine(account: string, movement: BookedMovement, dimensions: PlannedLine["dimensions"]): PlannedLine {
  if (movement.change === 0) {
    throw new Refused(
      "no-cost",
      `${movement.item} at ${movement.location} would move at no value, and Business Central posts no line without an amount: give the receipt with its cost first`,
    );
  }
  return { account, amount: movement.change, text: { role: "inventory", movement }, dimensions };
}

function requireGoods(item: string, location: string, { items, locations, books }: Surroundings): void {
  const active = items.get(item);
  if (active === undefined)
    throw new Refused("unknown-item", `item ${item} is no item of Business Central: create it there with this number`);
  if (!active) throw new Refused("item-inactive", `item ${item} is blocked in Business Central: unblock it, or mend the item's mapping`);
  if (locations.has(location)) return;
  throw new Refused(
    "unknown-location",
    `location ${location} of ${books.company.entity} is no location of Business Central: create it there with this code`,
  );
}

function revaluationLines(
  amount: number,
  dimensions: PlannedLine["dimensions"],
  { books, revaluationAccount }: Surroundings,
): PlannedLine[] {
  if (amount === 0) return [];
  if (revaluationAccount === undefined) {
    throw new Refused("unknown-account", `the policies name no account for inventory-revaluation of ${books.company.entity}: add one`);
  }
  return [{ account: revaluationAccount, amount, text: { role: "inventory-revaluation" }, dimensions }];
}

/** The mirror of what is held; goods come back at their own cost. */
export function planReversal(step: Reverse, original: PostedDocument, around: Surroundings): PlannedDocument {
  if (original.head === undefined) {
    throw new Refused(
      "unknown-document",
      `document ${step.reverses} was not posted by the hub, or its descriptions were changed: take it back by hand`,
    );
  }
  const lines: PlannedLine[] = [];
  for (const { account, amount, text, dimensions } of [...original.entries].reverse()) {
    const movement = text?.movement;
    if (movement === undefined) {
      const told = { role: text?.role ?? "", ...(text?.amount === undefined ? {} : { amount: 0 - text.amount }) };
      lines.push({ account, amount: 0 - amount, text: told, dimensions });
      continue;
    }
    const { id, item, location, quantityMillionths, cost, change: inventoryChange } = movement;
    requireGoods(item, location, around);
    const change = reversedStock(around.levels.get(item, location), { quantity: quantityMillionths, cost, inventoryChange });
    around.levels.set(item, location, change.level);
    const booked = { id, item, location, quantityMillionths: 0 - quantityMillionths, cost: change.cost, change: change.inventoryChange };
    // What the mirror of the other lines does not say: value that would have been left without goods.
    const repair = change.inventoryChange + inventoryChange;
    lines.push(...revaluationLines(0 - repair, dimensions, around));
    lines.push(inventoryLine(account, { ...booked, after: change.level }, dimensions));
  }
  const head = { ...original.head, key: step.erpKey };
  return planned(head, reversalNumber(step.reverses), step.postingDate, lines.reverse(), around);
}
