import type { EventOf } from "#domain/events";
import { currencyExponent, roundScaled } from "#domain/money";
import { TicketProblem } from "#domain/pos-files";
import { ticketTotal } from "#domain/store-day";
import type { Dialect } from "../dialects/dialect.ts";
import type { TransactionDraft } from "../draft/transaction-draft.ts";
import { referenceOf } from "./corrections.ts";
import { amountDecimals, readAmount, readOptionalAmount } from "./read-figure.ts";
import {
  type FigureLine,
  type FigureTax,
  readDiscount,
  readLines,
  readTax,
  roundLines,
  taxKey,
  uniqueId,
  wholeAmount,
} from "./ticket-figures.ts";

type Ticket = EventOf<"ticket.completed">;
type TicketTax = Ticket["taxes"][number];
type Tender = Ticket["tenders"][number];
type Discount = Ticket["discounts"][number];

export interface TicketIdentity {
  readonly store: string;
  readonly register: string;
  readonly sequence: string;
  readonly businessDate: string;
  readonly occurredAt: string;
  readonly currency: string;
  readonly key: string;
  readonly version: string;
}

/** The event of a draft whose voided lines are gone. Not validated yet. Throws TicketProblem for a figure that cannot be read. */
export function ticketEvent(
  draft: TransactionDraft,
  identity: TicketIdentity,
  taxGroupToleranceMinorUnits: number,
  dialect: Dialect,
): Ticket {
  const { currency } = identity;
  const exponent = currencyExponent(currency);
  const figures = readLines(draft, exponent, dialect);
  const onlyReturns = figures.length > 0 && figures.every((line) => line.kind === "return");
  const stated = readStated(draft, exponent, dialect);
  const headerTaxes = readHeaderTaxes(draft, onlyReturns, exponent, dialect);
  if (headerTaxes.length === 0) headerTaxes.push(...taxOfTotals(figures, stated, onlyReturns, dialect));
  const included = taxesIncluded(figures, headerTaxes);
  const headerDiscounts = draft.discounts.flatMap((discount) => readDiscount(discount, "the ticket"));
  for (const each of headerDiscounts) each.amount = roundScaled(each.amount, amountDecimals, exponent);
  const roundedGroups = roundLines(figures, exponent);
  if (roundedGroups > 0) followHeaderTaxes(figures, headerTaxes, taxGroupToleranceMinorUnits);
  const taxes = headerTaxes.length > 0 ? headerTaxes.map(ticketTax) : taxesOfLines(figures);

  const tenders = readTenders(draft, currency, exponent, dialect);
  const lines = figures.map((figure) => ticketLine(figure, draft, exponent, dialect));
  const rounding = readRounding(draft, exponent, dialect);
  const paidWith = (amounts: Tender[]): Ticket => {
    const reading = chooseReading({
      figures,
      taxTotal: sumOf(taxes),
      headerDiscountTotal: sumOf(headerDiscounts),
      lineDiscounts: figures.some((line) => line.discounts.length > 0),
      included,
      rounding,
      nestedChange: dialect.nestedChange,
      stated,
      paid: sumOf(amounts),
      change: sumOf(tenders.changes),
      tolerance: roundedGroups * taxGroupToleranceMinorUnits,
    });
    const ticket: Ticket = {
      name: "ticket.completed",
      schema: 1,
      key: identity.key,
      version: identity.version,
      occurredAt: identity.occurredAt,
      store: identity.store,
      register: identity.register,
      sequence: identity.sequence,
      businessDate: identity.businessDate,
      currency,
      taxesIncluded: reading.taxesIncluded,
      lines,
      discounts: reading.headerDiscountsApply ? headerDiscounts.map(ticketDiscount) : [],
      taxes,
      tenders: reading.changeCounts ? [...amounts, ...tenders.changes] : amounts,
      cashRounding: reading.cashRounding,
      rounding: reading.rounding,
      stated: reading.stated,
    };
    if (draft.receipt !== "" && draft.receipt !== identity.sequence) ticket.receipt = draft.receipt;
    if (draft.offline) ticket.offline = true;
    return ticket;
  };
  if (tenders.cashbacks.length === 0) return paidWith(tenders.amounts);
  // A card's amount may hold the cash that it gave out, or not: the reading in which the ticket is paid is taken.
  const inside = paidWith([...tenders.amounts, ...tenders.cashbacks]);
  if (isPaid(inside)) return inside;
  const onTop = paidWith([...withCashback(tenders), ...tenders.cashbacks]);
  return isPaid(onTop) ? onTop : inside;
}

function isPaid(ticket: Ticket): boolean {
  return sumOf(ticket.tenders) === ticketTotal(ticket) + ticket.cashRounding;
}

/** The cards with the cash that they gave out added to what they paid. */
function withCashback({ amounts, cashbacks }: ReadTenders): Tender[] {
  return amounts.map((tender) => {
    const given = cashbacks.find(({ id }) => id === `${tender.id}.cashback`);
    return given === undefined ? tender : { ...tender, amount: tender.amount - given.amount };
  });
}

interface Stated {
  net?: number;
  tax?: number;
  total?: number;
  gross?: number;
  discount?: number;
  items?: number;
}

interface Figures {
  readonly figures: readonly FigureLine[];
  readonly taxTotal: number;
  readonly headerDiscountTotal: number;
  readonly lineDiscounts: boolean;
  readonly included: boolean | undefined;
  readonly rounding: number;
  readonly stated: Stated;
  readonly paid: number;
  /** Of tenders that nest their change, as a negative number. */
  readonly change: number;
  readonly tolerance: number;
  readonly nestedChange: Dialect["nestedChange"];
}

interface Reading {
  readonly taxesIncluded: boolean;
  readonly headerDiscountsApply: boolean;
  readonly changeCounts: boolean;
  readonly cashRounding: number;
  readonly rounding: number;
  readonly stated: Stated;
}

/**
 * Dialects leave four things open: whether prices include tax when no flag says so, whether a header discount is already in the lines,
 * whether nested change is already taken off its tender, and the sign of cash rounding. The reading that makes the ticket's own figures
 * tie exactly is taken, then one within the tolerance for extra decimals; if none ties, the plain one stands and the gate names the difference.
 */
function chooseReading(input: Figures): Reading {
  const { stated, paid, change, rounding } = input;
  let net = 0;
  for (const line of input.figures) {
    let amount = line.gross;
    for (const discount of line.discounts) amount -= discount.amount;
    net += line.kind === "return" ? -amount : amount;
  }
  const roundings = rounding === 0 ? [0] : [rounding, -rounding];
  const payments = paymentsOf(input);
  const bases: { taxesIncluded: boolean; headerDiscountsApply: boolean; total: number }[] = [];
  for (const taxesIncluded of input.included === undefined && input.taxTotal !== 0 ? [false, true] : [input.included ?? false]) {
    for (const headerDiscountsApply of input.headerDiscountTotal !== 0 && input.lineDiscounts ? [true, false] : [true]) {
      const total = net - (headerDiscountsApply ? input.headerDiscountTotal : 0) + (taxesIncluded ? 0 : input.taxTotal);
      bases.push({ taxesIncluded, headerDiscountsApply, total });
    }
  }
  const [plain] = bases as [(typeof bases)[number]];
  // v6 states amounts without sign: the total of a return is positive there.
  const flipped = plain.total < 0 && (stated.total ?? 0) > 0;
  const signed = flipped ? negated(stated) : stated;
  const targets =
    signed.total === undefined
      ? payments.flatMap((each) => roundings.map((cash) => each - cash))
      : [signed.total, ...roundings.map((cash) => signed.total! - cash)];
  let leftover = 0;
  let base = bases.find((each) => targets.includes(each.total));
  if (base === undefined && input.tolerance > 0) {
    base = bases.find((each) => Math.abs((targets[0] ?? 0) - each.total) <= input.tolerance);
    if (base !== undefined) leftover = (targets[0] ?? 0) - base.total;
  }
  base ??= plain;
  const total = base.total + leftover;
  for (const cash of roundings) {
    const index = payments.indexOf(total + cash);
    if (index >= 0)
      return { ...base, changeCounts: payments[index] !== paid || change === 0, cashRounding: cash, rounding: leftover, stated: signed };
  }
  return { ...base, changeCounts: payments[0] !== paid, cashRounding: rounding, rounding: leftover, stated: signed };
}

/** What was paid, as change may be read; the plain reading first. */
function paymentsOf({ paid, change, nestedChange }: Figures): number[] {
  if (change === 0) return [paid];
  if (nestedChange === "off") return [paid];
  return nestedChange === "inside" ? [paid + change] : [paid + change, paid];
}

function negated(stated: Stated): Stated {
  const result: Stated = {};
  if (stated.net !== undefined) result.net = stated.net > 0 ? -stated.net : stated.net;
  if (stated.tax !== undefined) result.tax = stated.tax > 0 ? -stated.tax : stated.tax;
  if (stated.total !== undefined) result.total = -stated.total;
  if (stated.gross !== undefined) result.gross = stated.gross > 0 ? -stated.gross : stated.gross;
  if (stated.discount !== undefined) result.discount = stated.discount;
  if (stated.items !== undefined) result.items = stated.items;
  return result;
}

function ticketLine(figure: FigureLine, draft: TransactionDraft, exponent: number, dialect: Dialect): Ticket["lines"][number] {
  const { item } = figure;
  const isReturn = figure.kind === "return";
  const link = item.link ?? (isReturn ? draft.links.find(({ reason }) => dialect.links.of(reason) === "return") : undefined);
  const original = isReturn && link !== undefined ? referenceOf(link) : undefined;
  const line: Ticket["lines"][number] = {
    id: figure.id,
    kind: figure.kind,
    item: item.itemId || item.posItemId,
    quantityMillionths: figure.quantityMillionths,
    gross: figure.gross,
    discounts: figure.discounts.map(ticketDiscount),
    taxes: figure.taxes.map(ticketTax),
    // Goods go back to stock unless the till says that they do not.
    restock: !isReturn || item.disposal === "" || dialect.restocked.of(item.disposal) !== undefined,
  };
  // Set one by one: this runs for every line of every file, and an object that is spread into another costs several times as much.
  if (item.collects !== undefined) line.collects = item.collects;
  if (item.reason !== "") line.reason = item.reason.slice(0, 255);
  if (item.account !== "") line.account = item.account.slice(0, 255);
  if (item.description !== "") line.description = item.description.slice(0, 255);
  if (item.unit !== "") line.unit = item.unit.slice(0, 255);
  if (item.serialNumber !== "") line.serialNumber = item.serialNumber.slice(0, 255);
  if (original !== undefined) line.original = original;
  const stated = statedOfLine(figure, exponent);
  if (stated !== undefined) line.stated = stated;
  return line;
}

/** What the till states of a line and its parts do not say. */
function statedOfLine({ discounts, statedDiscount, unitPriceMillionths }: FigureLine, exponent: number): Ticket["lines"][number]["stated"] {
  const discount = statedDiscount === undefined ? undefined : roundScaled(statedDiscount, amountDecimals, exponent);
  // A zero is what tills write where they state none.
  const differs = discount !== undefined && discount !== 0 && discount !== sumOf(discounts);
  if (!differs && unitPriceMillionths === undefined) return undefined;
  return { ...(differs ? { discount } : {}), ...(unitPriceMillionths === undefined ? {} : { unitPriceMillionths }) };
}

function ticketDiscount(discount: { readonly amount: number; readonly promotion: string; readonly employee: boolean }): Discount {
  const { amount, promotion } = discount;
  const plain: Discount = promotion === "" ? { amount } : { amount, promotion };
  if (discount.employee) plain.employee = true;
  return plain;
}

function ticketTax(tax: FigureTax): TicketTax {
  const { code, rate, amount } = tax;
  const read: TicketTax = rate === undefined ? { code, amount } : { code, rate, amount };
  if (tax.exempt) read.exempt = true;
  return read;
}

function readHeaderTaxes(draft: TransactionDraft, onlyReturns: boolean, exponent: number, dialect: Dialect): FigureTax[] {
  return draft.taxes.map((tax) => {
    const read = readTax(tax, "the ticket", dialect);
    const amount = roundScaled(onlyReturns ? -Math.abs(read.amount) : read.amount, amountDecimals, exponent);
    return { ...read, amount };
  });
}

/** The tax of a till that states it in its totals alone, where its dialect says under which code. */
function taxOfTotals(lines: readonly FigureLine[], { tax = 0 }: Stated, onlyReturns: boolean, dialect: Dialect): FigureTax[] {
  const code = dialect.taxOfTotals;
  if (code === undefined || tax === 0 || lines.some(({ taxes }) => taxes.length > 0)) return [];
  return [{ code, rate: undefined, amount: onlyReturns ? -Math.abs(tax) : tax, included: undefined, exempt: false }];
}

/** Undefined when no tax that is not zero says it. Throws when they contradict each other. */
function taxesIncluded(lines: readonly FigureLine[], headerTaxes: readonly FigureTax[]): boolean | undefined {
  let included: boolean | undefined;
  const note = (said: boolean | undefined) => {
    if (said === undefined) return;
    if (included !== undefined && included !== said) {
      throw new TicketProblem("data.value", "tax-included", "taxes", "some taxes are included in their prices and some are not");
    }
    included = said;
  };
  for (const line of lines) {
    for (const tax of line.taxes) if (tax.amount !== 0) note(tax.included);
    note(line.item.taxIncluded);
  }
  for (const tax of headerTaxes) if (tax.amount !== 0) note(tax.included);
  return included;
}

/** Taxes of the lines by code and rate, returns negative, in order of appearance. */
function taxesOfLines(lines: readonly FigureLine[]): TicketTax[] {
  const byKey = new Map<string, TicketTax>();
  for (const line of lines) {
    for (const tax of line.taxes) {
      const key = taxKey(tax);
      const amount = line.kind === "return" ? -tax.amount : tax.amount;
      const same = byKey.get(key);
      if (same === undefined) {
        const first = ticketTax(tax);
        first.amount = amount === 0 ? 0 : amount;
        // An exempt line says nothing of the others of its tax.
        delete first.exempt;
        byKey.set(key, first);
      } else same.amount += amount;
    }
  }
  return [...byKey.values()];
}

/** The till states its taxes in whole minor units on the ticket: rounded line taxes of the group follow it within the tolerance (c29). */
function followHeaderTaxes(lines: readonly FigureLine[], headerTaxes: readonly FigureTax[], tolerance: number): void {
  const difference = new Map<string, number>();
  for (const tax of headerTaxes) difference.set(taxKey(tax), (difference.get(taxKey(tax)) ?? 0) + tax.amount);
  for (const tax of taxesOfLines(lines)) {
    const stated = difference.get(taxKey(tax));
    if (stated === undefined) continue;
    const off = stated - tax.amount;
    if (off === 0 || Math.abs(off) > tolerance) continue;
    for (let index = lines.length - 1; index >= 0; index--) {
      const line = lines[index];
      const part = line?.taxes.find((each) => taxKey(each) === taxKey(tax));
      const change = line?.kind === "return" ? -off : off;
      if (part !== undefined && part.amount + change >= 0) {
        part.amount += change;
        break;
      }
    }
  }
}

interface ReadTenders {
  readonly amounts: Tender[];
  /** Nested in their tenders, negative. */
  readonly changes: Tender[];
  /** Cash that cards gave out, negative, by the id of its card. */
  readonly cashbacks: Tender[];
}

function readTenders(draft: TransactionDraft, currency: string, exponent: number, dialect: Dialect): ReadTenders {
  const amounts: Tender[] = [];
  const changes: Tender[] = [];
  const cashbacks: Tender[] = [];
  const taken = new Set<string>();
  draft.tenders.forEach((each, index) => {
    const id = uniqueId(each.head.sequence, index, taken);
    const place = `amount of tender ${id}`;
    const stated = wholeAmount(readAmount(each.amount, place), exponent, place);
    const back = /^(refund|return|change)$/i.test(each.typeCode);
    const type = (dialect.tenders.of(each.type) ?? (each.type || "unknown")).slice(0, 255);
    const amount = back ? -Math.abs(stated) : stated;
    amounts.push({
      id,
      type,
      ...(each.cardBrand === "" ? {} : { cardBrand: each.cardBrand.slice(0, 255) }),
      amount,
      ...(each.foreignCurrency === "" || each.foreignCurrency === currency
        ? {}
        : { foreign: foreignOf(each.foreignCurrency, each.foreignAmount, id, amount) }),
      ...(each.account === "" ? {} : { account: each.account.slice(0, 255) }),
    });
    each.change.forEach((text, at) => {
      const changePlace = `change of tender ${id}`;
      const amount = Math.abs(wholeAmount(readAmount(text, changePlace), exponent, changePlace));
      if (amount !== 0) changes.push({ id: `${id}.change${at === 0 ? "" : at + 1}`, type, amount: -amount });
    });
    if (each.cashback === undefined) return;
    const cashbackPlace = `cashback of tender ${id}`;
    const cashback = Math.abs(wholeAmount(readAmount(each.cashback, cashbackPlace), exponent, cashbackPlace));
    if (cashback !== 0) cashbacks.push({ id: `${id}.cashback`, type: "Cash", amount: -cashback });
  });
  return { amounts, changes, cashbacks };
}

/** Goes where the tender's own `worth` goes, whichever of the two the till gives a sign. */
function foreignOf(currency: string, text: string, id: string, worth: number): NonNullable<Tender["foreign"]> {
  const place = `foreign amount of tender ${id}`;
  let exponent: number;
  try {
    exponent = currencyExponent(currency);
  } catch {
    throw new TicketProblem("data.value", "currency", place, `tender ${id} is in ${currency.slice(0, 20)}, which is no ISO 4217 currency`);
  }
  const amount = wholeAmount(readAmount(text, place), exponent, place);
  if (worth === 0) return { currency, amount };
  return { currency, amount: worth < 0 ? 0 - Math.abs(amount) : Math.abs(amount) };
}

function readRounding(draft: TransactionDraft, exponent: number, dialect: Dialect): number {
  const place = "cash rounding";
  if (draft.roundings.length > 0) {
    return sumOf(draft.roundings.map((each) => ({ amount: wholeAmount(readAmount(each.amount, place), exponent, place) })));
  }
  const total = draft.totals.find(({ type }) => dialect.totals.of(type) === "rounding");
  return total === undefined ? 0 : wholeAmount(readOptionalAmount(total.amount, place), exponent, place);
}

const wholeNumber = /^[-+]?\d{1,9}(\.0+)?$/;

/** A total that is stated per kind (sales, returns) is the sum; the same kind stated twice is the last one. */
function readStated({ totals, itemCount }: TransactionDraft, exponent: number, dialect: Dialect): Stated {
  const stated: Stated = {};
  if (wholeNumber.test(itemCount)) stated.items = Number(itemCount);
  totals.forEach((each, index) => {
    const field = dialect.totals.of(each.type);
    if (field === undefined || field === "rounding" || each.amount === "") return;
    if (totals.some((other, at) => at > index && other.type === each.type && other.typeCode === each.typeCode && other.amount !== ""))
      return;
    const returned = /^(refund|return)$/i.test(each.typeCode);
    // A sum of weights counts nothing.
    if (field === "items" && !wholeNumber.test(each.amount)) return;
    const amount =
      field === "items" ? Number.parseInt(each.amount, 10) : roundScaled(readAmount(each.amount, each.type), amountDecimals, exponent);
    stated[field] = (stated[field] ?? 0) + (returned && amount !== 0 ? -Math.abs(amount) : amount);
  });
  return stated;
}

function sumOf(parts: readonly { readonly amount: number }[]): number {
  let sum = 0;
  for (const part of parts) sum += part.amount;
  return sum;
}
