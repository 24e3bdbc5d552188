import { multiplyScaled, rateOfFraction, rateOfPercent, roundCumulatively, roundScaled, type Scaled } from "#domain/money";
import { TicketProblem } from "#domain/pos-files";
import { priceMakesAmount } from "#domain/store-day";
import type { Dialect } from "../dialects/dialect.ts";
import type { DraftDiscount, DraftItem, DraftTax, TransactionDraft } from "../draft/transaction-draft.ts";
import { amountDecimals, quantityDecimals, readAmount, readOptionalAmount, readQuantity } from "./read-figure.ts";

export interface FigureTax {
  readonly code: string;
  readonly rate: string | undefined;
  /** Scaled until rounded; of a line not negative, of the ticket signed. */
  amount: Scaled;
  readonly included: boolean | undefined;
  readonly exempt: boolean;
}

export interface FigureDiscount {
  amount: Scaled;
  readonly promotion: string;
  readonly employee: boolean;
}

export interface FigureLine {
  readonly id: string;
  readonly kind: "sale" | "return";
  readonly item: DraftItem;
  readonly quantityMillionths: number;
  gross: Scaled;
  readonly discounts: FigureDiscount[];
  readonly taxes: FigureTax[];
  /** As the till states it beside its parts; undefined where it does not. */
  readonly statedDiscount: Scaled | undefined;
  /** Only where it is below nothing. */
  readonly unitPriceMillionths: number | undefined;
}

/** The lines of a ticket with exact amounts (`amountDecimals`), signs carried by `kind`. Throws TicketProblem. */
export function readLines(draft: TransactionDraft, exponent: number, dialect: Dialect): FigureLine[] {
  const taken = new Set<string>();
  return draft.items.map((item, index) => readLine(item, uniqueId(item.head.sequence, index, taken), exponent, dialect));
}

/** Line numbers are the till's, and not always unique. */
export function uniqueId(sequence: string, index: number, taken: Set<string>): string {
  const id = sequence === "" || taken.has(sequence) ? `${sequence}@${index + 1}` : sequence;
  taken.add(id);
  return id;
}

function readLine(item: DraftItem, id: string, exponent: number, dialect: Dialect): FigureLine {
  const quantity = quantityOf(item, id);
  const face = item.faceValue === "" ? undefined : readAmount(item.faceValue, `FaceValueAmount of line ${id}`);
  const stated = amountOf(item, id, quantity, face);
  // Where only the quantity has a sign, the amount takes its own.
  const extended = dialect.lineSign === "quantity" && quantity < 0 && stated > 0 ? -stated : stated;
  if (quantity < 0 ? extended > 0 : extended < 0) {
    throw new TicketProblem(
      "data.value",
      "sign",
      `line ${id}`,
      `line ${id}: quantity ${item.quantity} and amount ${item.extended} have different signs`,
    );
  }
  const kind = quantity < 0 || extended < 0 ? "return" : item.kind;
  const discounts = readDiscounts(item, id);
  const size = Math.abs(extended);
  // What a card costs less than its face is a discount on it, also where the till does not call it one.
  if (face !== undefined && discounts.length === 0 && Math.abs(face) > size) {
    discounts.push({ amount: Math.abs(face) - size, promotion: "", employee: false });
  }
  const gross = grossOf(item, id, size, Math.abs(quantity), total(discounts), exponent);
  const taxes = item.taxes.filter(({ voided }) => !voided).map((tax) => readTax(tax, `line ${id}`, dialect));
  for (const tax of taxes) {
    if (tax.amount < 0 && kind === "sale") {
      throw new TicketProblem("data.value", "sign", `tax of line ${id}`, `line ${id} is a sale with a negative tax`);
    }
    tax.amount = Math.abs(tax.amount);
  }
  return {
    id,
    kind,
    item,
    quantityMillionths: Math.abs(quantity),
    gross,
    discounts,
    taxes,
    statedDiscount:
      item.extendedDiscount === "" ? undefined : Math.abs(readAmount(item.extendedDiscount, `ExtendedDiscountAmount of line ${id}`)),
    unitPriceMillionths: negativePrice(item, id),
  };
}

function negativePrice(item: DraftItem, id: string): number | undefined {
  for (const price of [item.actualPrice, item.regularPrice]) {
    if (!price.startsWith("-")) continue;
    const read = readQuantity(price, `unit price of line ${id}`);
    if (read < 0) return read;
  }
  return undefined;
}

/** What the line comes to as the till states it; of a card that states no price, its face. */
function amountOf(item: DraftItem, id: string, quantity: Scaled, face: Scaled | undefined): Scaled {
  const { extended, actualPrice } = item;
  if (extended === "" && actualPrice !== "")
    return multiplyScaled(readPrice(actualPrice, id), quantityDecimals, quantity, quantityDecimals, amountDecimals);
  return extended === "" && face !== undefined ? face : readAmount(extended, `ExtendedAmount of line ${id}`);
}

/** A quantity may be left out where the amount is one unit's price. */
function quantityOf(item: DraftItem, id: string): Scaled {
  if (item.quantity !== "") return readQuantity(item.quantity, `Quantity of line ${id}`);
  // A card and a tip come one by one; what is given back may only show in the sign of its amount.
  if (item.collects !== undefined) return (/^-/.test(item.extended || item.faceValue) ? -1 : 1) * 10 ** quantityDecimals;
  if (item.extended !== "" && (item.actualPrice === item.extended || item.regularPrice === item.extended)) return 10 ** quantityDecimals;
  throw new TicketProblem("data.missing", "figure", `quantity of line ${id}`, `Quantity of line ${id} is missing`);
}

function readPrice(text: string, id: string): Scaled {
  return Math.abs(readQuantity(text, `unit price of line ${id}`));
}

function readDiscounts(item: DraftItem, id: string): FigureDiscount[] {
  const discounts = item.discounts.filter((discount) => !discount.voided).flatMap((discount) => readDiscount(discount, `line ${id}`));
  if (discounts.length > 0) return discounts;
  const stated = Math.abs(readOptionalAmount(item.extendedDiscount, `ExtendedDiscountAmount of line ${id}`));
  return stated === 0 ? [] : [{ amount: stated, promotion: "", employee: false }];
}

/** Nothing for a price override ("Replace"): the extended amount already says what it came to. */
export function readDiscount(discount: DraftDiscount, place: string): FigureDiscount[] {
  const action = discount.action.toLowerCase();
  if (action === "replace") return [];
  const amount = readAmount(discount.amount, `discount of ${place}`);
  if (amount === 0) return [];
  if (action === "add") {
    throw new TicketProblem(
      "data.value",
      "surcharge",
      `modifier of ${place}`,
      `${place} has a price modifier that adds ${discount.amount}, which is no discount`,
    );
  }
  const employee = /employee|staff/i.test(discount.reason);
  return [{ amount: Math.abs(amount), promotion: discount.promotion.slice(0, 255), employee }];
}

/**
 * The amount before discounts. Tills state ExtendedAmount before or after the line's discounts; the regular price × quantity tells which.
 * Without one the standard's reading counts (after). An amount that no stated price makes is a mismatch.
 */
function grossOf(item: DraftItem, id: string, extended: Scaled, quantity: Scaled, discount: Scaled, exponent: number): Scaled {
  const makes = (price: string, amount: Scaled) => priceMakesAmount(readPrice(price, id), quantity, amount, amountDecimals, exponent);
  const { regularPrice, actualPrice } = item;
  if (discount === 0) {
    const prices = [actualPrice, regularPrice].filter((price) => price !== "");
    if (prices.length > 0 && !prices.some((price) => makes(price, extended))) throw lineMismatch(item, id);
    return extended;
  }
  if (regularPrice !== "") {
    const regular = multiplyScaled(readPrice(regularPrice, id), quantityDecimals, quantity, quantityDecimals, amountDecimals);
    const beforeIsNearer = Math.abs(extended - regular) < Math.abs(extended + discount - regular);
    if (beforeIsNearer && makes(regularPrice, extended)) return extended;
    if (makes(regularPrice, extended + discount)) return extended + discount;
  }
  if (actualPrice !== "" && !makes(actualPrice, extended)) throw lineMismatch(item, id);
  if (actualPrice === "" && regularPrice !== "") throw lineMismatch(item, id);
  return extended + discount;
}

function lineMismatch(item: DraftItem, id: string): TicketProblem {
  const price = item.actualPrice || item.regularPrice;
  return new TicketProblem(
    "money.amount-mismatch",
    "line-figures",
    `line ${id}`,
    `line ${id}: unit price ${price} × quantity ${item.quantity || "1"} does not make the amount ${item.extended}`,
  );
}

/** The tax's name is the first that is stated of authority, group, rule, type; its rate keeps the groups of one authority apart. */
export function readTax(tax: DraftTax, place: string, dialect: Dialect): FigureTax {
  const amount = readAmount(tax.amount, `tax of ${place}`);
  let rate: string | undefined;
  if (tax.percent !== "") {
    try {
      rate = dialect.taxRate === "fraction" ? rateOfFraction(tax.percent) : rateOfPercent(tax.percent);
    } catch {
      throw new TicketProblem("data.value", "figure", `tax percentage of ${place}`, `tax percentage of ${place} is no decimal number`);
    }
  }
  const refund = /^(refund|return)$/i.test(tax.typeCode);
  return {
    code: (tax.authority || tax.group || tax.rule || tax.type || "tax").slice(0, 255),
    rate,
    amount: refund ? -Math.abs(amount) : amount,
    included: tax.included,
    exempt: tax.exempt,
  };
}

export function taxKey(tax: { readonly code: string; readonly rate?: string | undefined }): string {
  return `${tax.code}|${tax.rate ?? ""}`;
}

/**
 * Brings the lines to whole minor units, in place. Amounts with extra decimals are rounded once per tax group (sales and returns apart):
 * the group's sum is rounded, and its lines get the differences of the rounded running sum. Returns the tax groups that had extra decimals.
 */
export function roundLines(lines: readonly FigureLine[], exponent: number): number {
  const unit = 10 ** (amountDecimals - exponent);
  const roundedGroups = new Set<string>();
  for (const line of lines) if (!isWhole(line, unit)) roundedGroups.add(groupOf(line));
  if (roundedGroups.size === 0) {
    for (const line of lines) divide(line, unit);
    return 0;
  }
  const groups = new Map<string, FigureLine[]>();
  for (const line of lines) {
    const key = `${line.kind} ${groupOf(line)}`;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [line]);
    else members.push(line);
  }
  for (const members of groups.values()) roundGroup(members, exponent);
  return roundedGroups.size;
}

function groupOf(line: FigureLine): string {
  return line.taxes.map(taxKey).join(" ");
}

function isWhole(line: FigureLine, unit: number): boolean {
  if (line.gross % unit !== 0) return false;
  for (const each of line.discounts) if (each.amount % unit !== 0) return false;
  for (const each of line.taxes) if (each.amount % unit !== 0) return false;
  return true;
}

function divide(line: FigureLine, unit: number): void {
  line.gross /= unit;
  for (const each of line.discounts) each.amount /= unit;
  for (const each of line.taxes) each.amount /= unit;
}

function roundGroup(lines: readonly FigureLine[], exponent: number): void {
  const nets = roundCumulatively(
    lines.map((line) => line.gross - total(line.discounts)),
    amountDecimals,
    exponent,
  );
  const discounts = lines.flatMap((line) => line.discounts);
  assign(discounts, exponent);
  lines.forEach((line, index) => {
    line.gross = (nets[index] ?? 0) + total(line.discounts);
  });
  const taxesByKey = new Map<string, FigureTax[]>();
  for (const tax of lines.flatMap((line) => line.taxes)) {
    const key = taxKey(tax);
    const same = taxesByKey.get(key);
    if (same === undefined) taxesByKey.set(key, [tax]);
    else same.push(tax);
  }
  for (const taxes of taxesByKey.values()) assign(taxes, exponent);
}

function assign(parts: readonly { amount: Scaled }[], exponent: number): void {
  const rounded = roundCumulatively(
    parts.map((part) => part.amount),
    amountDecimals,
    exponent,
  );
  parts.forEach((part, index) => {
    part.amount = rounded[index] ?? 0;
  });
}

/** An amount of the ticket's header or of a tender in whole minor units. Throws TicketProblem when it has extra decimals and may not. */
export function wholeAmount(amount: Scaled, exponent: number, place: string): number {
  if (amount % 10 ** (amountDecimals - exponent) !== 0) {
    throw new TicketProblem("data.value", "figure", place, `${place} has more decimals than its currency`);
  }
  return roundScaled(amount, amountDecimals, exponent);
}

function total(parts: readonly { readonly amount: Scaled }[]): Scaled {
  let sum = 0;
  for (const part of parts) sum += part.amount;
  return sum;
}
