import { currencyExponent, formatMinorUnits, isCurrency } from "#domain/money";
import { type BoundJournal, type BoundLine, type BoundStock, Refused, type SentStep } from "#domain/posting";
import { type CostDifference, counterAccounts, type HeldDocument, netOf } from "./books-read.ts";
import type { Books, NetSuiteCurrency, NetSuiteItem, Segment } from "./directory.ts";
import { segmentNames } from "./directory.ts";
import { exchangeRateOf } from "./exchange-rate.ts";
import { furtherId, type Head, headMemo, type LineText, lineMemo, memoCharactersMax, partsMax, postingId, reversalId } from "./memos.ts";
import { minorUnits } from "./rows.ts";

/** NetSuite's bound for journals that are sent synchronously ("Usage Notes for Transaction Record Types"). */
export const linesPerJournalMax = 1_000;
const textCharactersMax = 200;
/** Decimals of a unit cost. */
const costDecimals = 8;

/** Pieces on hand, in millionths, after the documents of a call so far. */
export interface Levels {
  get(item: string, location: string): number;
  set(item: string, location: string, millionths: number): void;
}

/** A record as it is sent. */
export interface PlannedRecord {
  readonly record: "journalEntry" | "inventoryAdjustment";
  readonly externalId: string;
  readonly body: string;
}

export interface Surroundings {
  readonly books: Books;
  readonly currencies: ReadonlyMap<string, NetSuiteCurrency>;
  readonly levels: Levels;
  readonly items: ReadonlyMap<string, NetSuiteItem>;
  readonly locations: ReadonlyMap<string, { readonly id: number; readonly active: boolean }>;
  /** Ids of the records that dimensions name. */
  readonly segments: Readonly<Record<Segment, ReadonlyMap<string, number>>>;
  /** Takes what an issue at a stated cost was worth above or below NetSuite's average; undefined when the policies name none. */
  readonly revaluationAccount: string | undefined;
}

type Post = Extract<SentStep, { kind: "post" }>;
type Reverse = Extract<SentStep, { kind: "reverse" }>;

export function planPost(step: Post, around: Surroundings): PlannedRecord[] {
  const { document } = step;
  const { subsidiary } = around.books;
  if (document.functionalCurrency !== subsidiary.currency) {
    throw new Refused(
      "currency-mismatch",
      `${subsidiary.entity} keeps its books in ${subsidiary.currency} in NetSuite, not in ${document.functionalCurrency}`,
    );
  }
  requireOpen(document.postingDate, around.books);
  requirePrecision(subsidiary.currency, around);
  const memo = `${document.kind} ${document.event}${document.pair === undefined ? "" : ` pair ${document.pair}`}`.slice(
    0,
    textCharactersMax,
  );
  const head = { key: step.erpKey, businessDate: document.businessDate, currency: document.currency, hash: step.hash, memo, parts: 1 };
  if (document.type === "journal") return [journalRecord(document, head, around)];
  const movements = document.movements.map((movement) => ({
    ...movement,
    dimensions: { location: movement.location, "item-class": movement.itemClass, ...movement.counterDimensions },
    wantedCost: movement.totalCost,
    receiptCost: movement.totalCost,
  }));
  return adjustmentRecords(movements, head, postingId(step.erpKey), document.postingDate, around);
}

function requireOpen(day: string, { periods, subsidiary }: Books): void {
  if (periods.some(({ from, to, open }) => open && from <= day && day <= to)) return;
  const first = periods.find(({ open }) => open);
  const next = first === undefined ? "no period is open: open one" : `the first open period starts on ${first.from}`;
  throw new Refused("period-closed", `posting date ${day} is in no open period of ${subsidiary.entity} in NetSuite: ${next}`);
}

function requirePrecision(currency: string, { currencies }: Surroundings): void {
  const precision = currencies.get(currency)?.precision ?? 0;
  if (!isCurrency(currency) || precision < currencyExponent(currency)) {
    throw new Refused(
      "currency-precision",
      `NetSuite keeps ${currency} with ${precision} decimals, fewer than it has: set its precision there`,
    );
  }
}

function accountId(number: string, { accounts, subsidiary }: Books): number {
  const account = accounts.get(number);
  if (account === undefined) {
    throw new Refused(
      "unknown-account",
      `account ${number} is not in NetSuite's chart for ${subsidiary.entity}: create it, or mend the mapping`,
    );
  }
  if (!account.active) {
    throw new Refused(
      "account-inactive",
      `account ${number} of ${subsidiary.entity} takes no documents in NetSuite: make it active, or mend the mapping`,
    );
  }
  return account.id;
}

/** A decimal as NetSuite's JSON takes it. Throws RangeError when a number of JSON cannot carry it exactly. */
function amountOf(minor: number, currency: string): number {
  const decimal = formatMinorUnits(minor, currency);
  const number = Number(decimal);
  if (number.toFixed(currencyExponent(currency)) !== decimal)
    throw new RangeError(`${decimal} ${currency} is beyond what NetSuite keeps exactly`);
  return number;
}

function bodyOf(head: Head, externalId: string, day: string, { books }: Surroundings, rest: object): string {
  return JSON.stringify({
    externalId,
    subsidiary: { id: String(books.subsidiary.id) },
    tranDate: day,
    memo: bounded(headMemo(head), `the memo of ${head.key}`),
    ...rest,
  });
}

function bounded(memo: string, what: string): string {
  if (memo.length <= memoCharactersMax) return memo;
  throw new Refused(
    "text-too-long",
    `${what} has ${memo.length} characters, NetSuite keeps ${memoCharactersMax}: use shorter names in the policies`,
  );
}

/** Records of NetSuite's own that the dimensions of a line name. */
function segmentsOf(dimensions: LineText["dimensions"], { segments }: Surroundings): object {
  return Object.fromEntries(
    segmentNames.flatMap((name) => {
      const id = segments[name].get(dimensions[name] ?? "");
      return id === undefined ? [] : [[name, { id: String(id) }]];
    }),
  );
}

interface PlannedLine extends LineText {
  readonly account: string;
  /** Signed, minor units of the currency that the record is kept in. */
  readonly booked: number;
}

function journalLine({ account, booked, ...text }: PlannedLine, currency: string, around: Surroundings): object {
  return {
    account: { id: String(accountId(account, around.books)) },
    ...(booked < 0 ? { credit: amountOf(0 - booked, currency) } : { debit: amountOf(booked, currency) }),
    memo: bounded(lineMemo(text), `the memo of a line on ${account}`),
    ...segmentsOf(text.dimensions, around),
  };
}

function journalRecord(document: BoundJournal, head: Head, around: Surroundings): PlannedRecord {
  const { lines, currency, key } = document;
  if (lines.length > linesPerJournalMax) {
    throw new Refused(
      "too-many-lines",
      `journal ${key} has ${lines.length} lines, NetSuite takes ${linesPerJournalMax}: post in a finer grain`,
    );
  }
  let [sum, functionalSum] = [0, 0];
  for (const { amount, functionalAmount } of lines) {
    sum += amount;
    functionalSum += functionalAmount;
  }
  const own = around.books.subsidiary.currency;
  if (sum !== 0 || functionalSum !== 0) {
    const difference = sum !== 0 ? `${sum} ${currency}` : `${functionalSum} ${own} (functional)`;
    throw new Refused("unbalanced", `journal ${key} does not balance: debits less credits are ${difference} in minor units`);
  }
  const planned = lines.map((line) => ({
    account: line.account,
    role: line.role,
    dimensions: dimensionsOf(line),
    amount: line.amount,
    functionalAmount: line.functionalAmount,
  }));
  return writeJournal(planned, { head, currency, externalId: postingId(head.key), day: document.postingDate }, around);
}

/** Tax days are told apart by dimensions of the line: NetSuite's REST services take no tax fields on journals. */
function dimensionsOf({ dimensions, amends }: BoundLine): LineText["dimensions"] {
  return amends === undefined ? dimensions : { ...dimensions, "tax-date": amends.taxDate, "tax-date-original": amends.originalDate };
}

interface WrittenLine {
  readonly account: string;
  readonly role: string;
  readonly dimensions: LineText["dimensions"];
  readonly amount: number;
  readonly functionalAmount: number;
}

/**
 * A journal of NetSuite's has one exchange rate. Where one makes every line what the document says, the journal is kept in its own currency; a
 * journal with an exchange difference or with rounded lines is kept in the books' currency, and each line's memo says its own amount.
 */
function writeJournal(
  lines: readonly WrittenLine[],
  of: { readonly head: Head; readonly currency: string; readonly externalId: string; readonly day: string },
  around: Surroundings,
): PlannedRecord {
  const { head, currency, externalId, day } = of;
  const { subsidiary } = around.books;
  const foreign = currency === subsidiary.currency ? undefined : around.currencies.get(currency);
  if (currency !== subsidiary.currency && foreign === undefined) {
    throw new Refused("unknown-currency", `NetSuite does not know the currency ${currency}: create it there`);
  }
  const rate = foreign === undefined ? undefined : exchangeRateOf(lines, currency, subsidiary.currency);
  if (rate !== undefined) requirePrecision(currency, around);
  const kept = rate === undefined ? subsidiary.currency : currency;
  const items = lines.flatMap(({ account, role, dimensions, amount, functionalAmount }) => {
    const booked = rate === undefined ? functionalAmount : amount;
    // NetSuite keeps no line without an amount.
    if (booked === 0) return [];
    const told = foreign !== undefined && rate === undefined ? { amount } : {};
    return [journalLine({ account, role, dimensions, booked, ...told }, kept, around)];
  });
  const currencyId = rate === undefined ? subsidiary.currencyId : (foreign?.id ?? subsidiary.currencyId);
  const body = bodyOf(head, externalId, day, around, {
    currency: { id: String(currencyId) },
    exchangeRate: rate === undefined ? 1 : Number(rate),
    approved: true,
    line: { items },
  });
  return { record: "journalEntry", externalId, body };
}

interface PlannedMovement extends Pick<BoundStock["movements"][number], "id" | "item" | "location" | "quantityMillionths" | "counterRole"> {
  readonly counterAccount: string;
  readonly inventoryAccount: string | undefined;
  readonly dimensions: LineText["dimensions"];
  /** What the counter account is to take. */
  readonly wantedCost: number | undefined;
  /** What goods that come in are worth in stock. */
  readonly receiptCost: number | undefined;
}

/** An adjustment is booked against one account: one record for each that the movements name, in their order. */
function adjustmentRecords(
  movements: readonly PlannedMovement[],
  head: Head,
  id: string,
  day: string,
  around: Surroundings,
): PlannedRecord[] {
  const groups = [...Map.groupBy(movements, ({ counterAccount }) => counterAccount)];
  if (groups.length > partsMax) {
    throw new Refused(
      "too-many-accounts",
      `${head.key} moves stock against ${groups.length} accounts, at most ${partsMax}: map them to fewer`,
    );
  }
  return groups.map(([counterAccount, mine], index) => {
    if (mine.length > linesPerJournalMax) {
      throw new Refused(
        "too-many-lines",
        `${head.key} has ${mine.length} movements, NetSuite takes ${linesPerJournalMax}: post in a finer grain`,
      );
    }
    const externalId = index === 0 ? id : furtherId(id, index + 1);
    const body = bodyOf({ ...head, parts: groups.length }, externalId, day, around, {
      account: { id: String(accountId(counterAccount, around.books)) },
      inventory: { items: mine.map((movement) => inventoryLine(movement, around)) },
    });
    return { record: "inventoryAdjustment", externalId, body };
  });
}

function inventoryLine(movement: PlannedMovement, around: Surroundings): object {
  const { item, location, quantityMillionths, wantedCost, receiptCost, dimensions } = movement;
  const [known, place] = requireGoods(movement, around);
  const { currency } = around.books.subsidiary;
  const after = around.levels.get(item, location) + quantityMillionths;
  around.levels.set(item, location, after);
  if (wantedCost !== undefined && (quantityMillionths < 0 || receiptCost !== wantedCost)) requireRevaluation(around);
  const text: LineText = {
    role: "inventory",
    dimensions,
    movement: {
      id: movement.id,
      quantityMillionths,
      afterMillionths: after,
      ...(wantedCost === undefined ? {} : { wantedCost }),
      counterRole: movement.counterRole,
      dimensions,
    },
  };
  return {
    item: { id: String(known) },
    location: { id: String(place) },
    adjustQtyBy: quantityMillionths / 1_000_000,
    ...(quantityMillionths > 0 && receiptCost !== undefined ? { unitCost: unitCost(receiptCost, quantityMillionths, currency) } : {}),
    memo: bounded(lineMemo(text), `the memo of item ${item}`),
    ...segmentsOf({ ...dimensions, location: "" }, around),
  };
}

function requireGoods({ item, location, inventoryAccount }: PlannedMovement, { items, locations, books }: Surroundings): [number, number] {
  const known = items.get(item);
  if (known === undefined) throw new Refused("unknown-item", `item ${item} is no item of NetSuite: create it there with this name`);
  if (!known.active)
    throw new Refused("item-inactive", `item ${item} is not active in NetSuite: make it active, or mend the item's mapping`);
  if (inventoryAccount !== undefined && known.assetAccount !== inventoryAccount) {
    const has = known.assetAccount === "" ? "has no asset account" : `is booked to account ${known.assetAccount}`;
    throw new Refused(
      "inventory-account",
      `item ${item} ${has} in NetSuite, and to ${inventoryAccount} in the policies: let the two agree`,
    );
  }
  const place = locations.get(location);
  if (place === undefined || !place.active) {
    throw new Refused(
      "unknown-location",
      `location ${location} is no active location of the subsidiary of ${books.subsidiary.entity} in NetSuite: create it there with this name`,
    );
  }
  return [known.id, place.id];
}

function requireRevaluation({ revaluationAccount, books }: Surroundings): string {
  if (revaluationAccount === undefined) {
    throw new Refused("unknown-account", `the policies name no account for inventory-revaluation of ${books.subsidiary.entity}: add one`);
  }
  accountId(revaluationAccount, books);
  return revaluationAccount;
}

/** Per piece, with so many decimals that quantity × unit cost is the total again. */
function unitCost(total: number, quantityMillionths: number, currency: string): number {
  const pieces = quantityMillionths / 1_000_000;
  const scale = 10 ** currencyExponent(currency);
  const cost = Number((total / scale / pieces).toFixed(costDecimals));
  if (Math.round(cost * pieces * scale) !== total) {
    throw new Refused(
      "cost-not-exact",
      `${formatMinorUnits(total, currency)} for ${pieces} pieces is no unit cost of ${costDecimals} decimals: split it`,
    );
  }
  return cost;
}

/** The mirror of what is held. Goods come back at their own cost; what NetSuite's average makes of goods that leave again is told as a difference. */
export function planReversal(step: Reverse, original: HeldDocument, around: Surroundings): PlannedRecord[] {
  const [first] = original.parts;
  if (first?.head === undefined) {
    throw new Refused(
      "unknown-document",
      `document ${step.reverses} was not posted by the hub, or its memo was changed: take it back by hand`,
    );
  }
  const { subsidiary } = around.books;
  requireOpen(step.postingDate, around.books);
  requirePrecision(subsidiary.currency, around);
  const id = reversalId(step.reverses);
  const styled =
    step.correctionStyle === undefined ? first.head.memo : `${step.correctionStyle}: ${first.head.memo}`.slice(0, textCharactersMax);
  const head = { ...first.head, key: step.erpKey, memo: styled, reverses: step.reverses };
  const moved = original.lines.flatMap((line) => (line.text?.movement === undefined ? [] : [{ line, movement: line.text.movement }]));
  if (moved.length === 0) {
    const { currency } = head;
    const lines = original.lines.map((line) => ({
      account: line.account,
      role: line.text?.role ?? "",
      dimensions: line.text?.dimensions ?? {},
      amount: 0 - amountIn(line, currency, first.currency, subsidiary.currency),
      functionalAmount: 0 - netOf(line, subsidiary.currency),
    }));
    return [writeJournal(lines, { head, currency, externalId: id, day: step.postingDate }, around)];
  }
  const counters = counterAccounts(original.parts, original.lines);
  const movements = moved.map(({ line, movement }) => ({
    id: movement.id,
    item: line.item,
    location: line.location,
    quantityMillionths: 0 - movement.quantityMillionths,
    counterRole: movement.counterRole,
    counterAccount: counters.get(line.transaction) ?? "",
    inventoryAccount: undefined,
    dimensions: movement.dimensions,
    wantedCost: movement.wantedCost ?? Math.abs(netOf(line, subsidiary.currency)),
    receiptCost: Math.abs(netOf(line, subsidiary.currency)),
  }));
  return adjustmentRecords(movements, head, id, step.postingDate, around);
}

/** Signed minor units of the document's currency. `kept` is the one that NetSuite's transaction is in. */
export function amountIn(line: HeldDocument["lines"][number], currency: string, kept: string, own: string): number {
  if (currency === own) return netOf(line, own);
  return kept === currency ? minorUnits(line.foreign, currency) : (line.text?.amount ?? 0);
}

/** What makes the counter accounts right where NetSuite's average decided otherwise, against inventory revaluation. */
export function differenceRecord(
  differences: readonly CostDifference[],
  held: HeldDocument,
  id: string,
  around: Surroundings,
): PlannedRecord | undefined {
  const [first] = held.parts;
  if (first?.head === undefined || differences.length === 0) return undefined;
  const account = requireRevaluation(around);
  const { currency } = around.books.subsidiary;
  const lines = differences.flatMap(({ counterAccount, counterRole, dimensions, amount }) => [
    { account: counterAccount, role: counterRole, dimensions, amount, functionalAmount: amount },
    { account, role: "inventory-revaluation", dimensions, amount: 0 - amount, functionalAmount: 0 - amount },
  ]);
  return writeJournal(lines, { head: first.head, currency, externalId: furtherId(id, "v"), day: first.date }, around);
}
